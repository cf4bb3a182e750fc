"""What tests do without a program that they need."""

import os

import pytest


def give_up(message):
    """Skip a test for want of a program; fail if CI demands it."""
    pytest.fail(message) if os.environ.get("REQUIRE_BROWSER") else pytest.skip(message)


def find_chromium():
    """Return the path of an installed Chromium; skip, or fail if CI demands one."""
    from driving import browser  # imports Playwright, which only these tests need

    return browser.find_chromium() or give_up(
        "no Chromium here: apt-get install chromium-headless-shell"
    )
