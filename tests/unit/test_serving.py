"""What a server does before it serves."""

import asyncio
import gc
import socket
import threading
import weakref

import keras
import pytest
import streamlit as st
from streamlit import config
from streamlit.proto.NewSession_pb2 import CustomThemeConfig
from streamlit.runtime import app_session

from server import network


@pytest.fixture
def unchanged(monkeypatch):
    """Have Streamlit's and asyncio's own functions back after a test."""
    monkeypatch.setattr(app_session, "_populate_theme_msg", app_session._populate_theme_msg)
    monkeypatch.setattr(asyncio.base_events, "_set_nodelay", asyncio.base_events._set_nodelay)


def test_a_server_sends_each_part_of_an_answer_when_it_is_there(monkeypatch, unchanged):
    """An answer took 40 ms, as its second part waited until the first was acknowledged."""
    monkeypatch.setattr(network, "warm_up", lambda: None)
    assert asyncio.run(has_no_delay())


async def has_no_delay():
    """Say whether a connection to a server on a socket such as Streamlit's does not delay."""
    delays = asyncio.Queue()

    async def note(_, writer):
        taken = writer.get_extra_info("socket")
        await delays.put(taken.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY))
        writer.close()

    listening = socket.socket()  # of no named protocol, as Streamlit's
    listening.bind(("127.0.0.1", 0))
    async with network.load_first(None), await asyncio.start_server(note, sock=listening):
        _, writer = await asyncio.open_connection(*listening.getsockname())
        answer = await delays.get()
        writer.close()
        return bool(answer)


def test_the_theme_is_read_once_and_told_as_streamlit_tells_it(monkeypatch, unchanged):
    told = tell_theme()
    assert told.light.primary_color == "#5b6cff"
    network.keep_theme()
    assert tell_theme() == told
    monkeypatch.setattr(config, "get_options_for_section", None)
    assert tell_theme() == told


def tell_theme():
    """Return the theme as Streamlit tells it a page, in the order in which it does."""
    theme = CustomThemeConfig()
    app_session._populate_theme_msg(theme)
    app_session._populate_theme_msg(theme.light, "theme.light")
    app_session._populate_theme_msg(theme.dark, "theme.dark")
    app_session._populate_theme_msg(theme.sidebar, "theme.sidebar")
    return theme


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
    network._spare_the_collector.cache_clear()
    yield network.load_for_serving()
    network._spare_the_collector.cache_clear()
    gc.set_threshold(*threshold)
    gc.unfreeze()


def is_freed(reference):
    """Say whether the collector frees what nothing else refers to."""
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
