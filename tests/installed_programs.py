"""What tests do without a program that they need."""

import os
import shutil

import pytest


def give_up(message):
    """Skip a test for want of a program; fail if CI demands it."""
    pytest.fail(message) if os.environ.get("REQUIRE_BROWSER") else pytest.skip(message)


CHROMIUM = ["chromium-headless-shell", "chromium", "chromium-browser"]  # the lightest first


def find_chromium():
    """Return the path of an installed Chromium; skip, or fail if CI demands one."""
    found = next(filter(None, map(shutil.which, CHROMIUM)), None)
    return found or give_up("no Chromium here: apt-get install chromium-headless-shell")
