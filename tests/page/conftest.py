"""What all tests share that run the page without a browser."""

import sys

import pytest


@pytest.fixture(autouse=True)
def own_main_module(monkeypatch):
    """Have the process's main module back after a test: a run of the page takes its place.

    Processes that a later test spawned began with the page's file, and failed.
    """
    monkeypatch.setitem(sys.modules, "__main__", sys.modules["__main__"])
