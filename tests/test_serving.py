"""What a server does before it serves."""

import asyncio
import socket

import serving


def test_a_server_sends_each_part_of_an_answer_when_it_is_there(monkeypatch):
    """An answer took 40 ms, as its second part waited until the first was acknowledged."""
    monkeypatch.setattr(serving, "warm_up", lambda: None)
    monkeypatch.setattr(asyncio.base_events, "_set_nodelay", asyncio.base_events._set_nodelay)
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
