"""What a server does before it serves."""

import asyncio
import gc
import threading
import weakref

import keras
import pytest
import streamlit as st

from server import network, process


def test_a_server_is_changed_before_anybody_comes(monkeypatch):
    """Whoever connected before the first page was shown met Streamlit as it is."""
    changed = []
    monkeypatch.setattr(network, "warm_up", lambda: None)
    monkeypatch.setattr(network, "change_streamlit", lambda: changed.append(True))

    async def start():
        async with network.load_first(None):
            return list(changed)

    assert asyncio.run(start()) == [True]


class Cycle:
    """What only the garbage collector can free, as a network or a visitor's session."""

    def __init__(self):
        self.itself = self


@pytest.fixture
def first_load(monkeypatch):
    """Load a network as a process does that has loaded none; leave the collector as it was."""
    threshold = gc.get_threshold()
    monkeypatch.setattr(keras.backend, "clear_session", keras.backend.clear_session)
    monkeypatch.setattr(network, "load_classifier", lambda _: Cycle())
    process.spare_the_collector.cache_clear()
    yield [network.load_for_serving()]
    process.spare_the_collector.cache_clear()
    gc.set_threshold(*threshold)
    gc.unfreeze()


def is_freed(reference):
    """Return whether the collector frees what nothing else refers to."""
    gc.collect()
    return reference() is None


def test_the_collector_passes_over_what_the_first_load_leaves(first_load):
    assert gc.get_freeze_count() > 100_000  # TensorFlow's objects, most of them


def test_what_a_visitor_held_when_the_model_was_replaced_is_freed(first_load):
    """All of it stayed until the model was replaced again."""
    session = Cycle()
    network.load_for_serving()
    held = weakref.ref(session)
    del session
    assert is_freed(held)


def test_the_first_network_is_freed_when_it_is_replaced(first_load):
    """It was frozen with TensorFlow, and 4 MB of it stayed."""
    held = weakref.ref(first_load.pop())
    network.load_for_serving()
    assert is_freed(held)


def test_a_network_that_was_replaced_is_freed(first_load):
    """It was frozen once more with the one that came in its place."""
    old = network.load_for_serving()
    new = network.load_for_serving()
    held = weakref.ref(old)
    del old
    assert is_freed(held)
    assert new


@pytest.fixture
def empty_caches():
    """Have nothing cached, before a test and after it."""
    st.cache_resource.clear()
    yield
    st.cache_resource.clear()


def test_no_cache_holds_on_to_a_network_that_was_replaced(monkeypatch, empty_caches):
    """The one that programs had asked stayed until they asked again."""
    monkeypatch.setattr(network, "load_for_serving", lambda _: Cycle())
    monkeypatch.setattr(network, "model_version", lambda *_: "old")
    old = weakref.ref(network.load_network_in_background())
    monkeypatch.setattr(network, "model_version", lambda *_: "new")
    new = network.load_network()
    assert is_freed(old)
    assert new


def test_all_visitors_wait_for_one_timer(monkeypatch):
    """Every run of the page started a thread of its own."""
    started = []
    monkeypatch.setattr(network, "_warming_up", threading.Lock())
    monkeypatch.setattr(network, "run_later", lambda *call: started.append(call))
    for _ in range(3):
        network.warm_up_later(1.5)
    assert started == [(1.5, network.warm_up)]
