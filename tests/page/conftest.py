"""What all tests share that run the page without a browser."""

import functools
import sys

import pytest
from streamlit.components.v2 import manifest_scanner

from server.patches import keep_keras_session


@pytest.fixture(autouse=True)
def own_main_module(monkeypatch):
    """Have the process's main module back after a test: a run of the page takes its place.

    Processes that a later test spawned began with the page's file, and failed.
    """
    monkeypatch.setitem(sys.modules, "__main__", sys.modules["__main__"])


@pytest.fixture(autouse=True)
def kept_keras_session(monkeypatch):
    """Keep Keras's session after a run, as a server does; to clear it takes half a second."""
    if keras := sys.modules.get("keras"):
        monkeypatch.setattr(keras.backend, "clear_session", None)
        keep_keras_session()


@pytest.fixture(scope="package", autouse=True)
def known_components():
    """Have each run of the page know the installed components without a look at all packages."""
    with pytest.MonkeyPatch.context() as patch:
        scan = functools.cache(manifest_scanner.scan_component_manifests)
        patch.setattr(manifest_scanner, "scan_component_manifests", scan)
        yield
