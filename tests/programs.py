"""What tests need to run other programs: a free port, and a word where one is missing."""

import os
import socket

import pytest


def give_up(message):
    """Skip a test for want of a program; fail where CI demands it."""
    pytest.fail(message) if os.environ.get("REQUIRE_BROWSER") else pytest.skip(message)


def find_free_port():
    """Return a port of loopback on which nobody listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
