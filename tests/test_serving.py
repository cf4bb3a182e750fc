"""What a server does before it serves."""

import asyncio
import socket

import pytest
from streamlit import config
from streamlit.proto.NewSession_pb2 import CustomThemeConfig
from streamlit.runtime import app_session

import serving


@pytest.fixture
def unchanged(monkeypatch):
    """Have Streamlit's and asyncio's own functions back after a test."""
    monkeypatch.setattr(app_session, "_populate_theme_msg", app_session._populate_theme_msg)
    monkeypatch.setattr(asyncio.base_events, "_set_nodelay", asyncio.base_events._set_nodelay)


def test_a_server_sends_each_part_of_an_answer_when_it_is_there(monkeypatch, unchanged):
    """An answer took 40 ms, as its second part waited until the first was acknowledged."""
    monkeypatch.setattr(serving, "warm_up", lambda: None)
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
    async with serving.load_first(None), await asyncio.start_server(note, sock=listening):
        _, writer = await asyncio.open_connection(*listening.getsockname())
        answer = await delays.get()
        writer.close()
        return bool(answer)


def test_the_theme_is_read_once_and_told_as_streamlit_tells_it(monkeypatch, unchanged):
    told = tell_theme()
    assert told.light.primary_color == "#5b6cff"
    serving.keep_theme()
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
