"""How answers leave a server."""

import asyncio

import pytest
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

import sending
from sending import SendRunsTogether

BEGIN = ForwardMsg()
BEGIN.new_session.name = "webapp.py"
PART = ForwardMsg()
PART.delta.new_element.text.body = "7"
END = ForwardMsg(script_finished=ForwardMsg.FINISHED_FRAGMENT_RUN_SUCCESSFULLY)


def test_nothing_of_a_run_leaves_before_it_is_over():
    assert sent_after(BEGIN, PART) == []


def test_a_run_that_is_over_leaves_whole_and_in_order():
    assert sent_after(BEGIN, PART, PART, END) == [BEGIN, PART, PART, END]


def test_what_belongs_to_no_run_leaves_at_once():
    assert sent_after(BEGIN, END, PART) == [BEGIN, END, PART]


def test_a_run_stopped_by_the_next_leaves_with_it():
    early = ForwardMsg(script_finished=ForwardMsg.FINISHED_EARLY_FOR_RERUN)
    assert sent_after(BEGIN, PART, early, BEGIN, PART) == [BEGIN, PART, early]


def test_a_long_run_is_seen_as_it_comes(monkeypatch):
    monkeypatch.setattr(sending, "LONGEST_HOLD", 0)
    assert sent_after(BEGIN, 1, PART, PART) == [BEGIN, PART, PART]


def test_closing_the_connection_leaves_nothing_behind():
    close = {"type": "websocket.close"}
    assert sent_after(BEGIN, PART, close) == [BEGIN, PART, close]


def test_a_message_during_a_late_sending_comes_after_it(monkeypatch):
    monkeypatch.setattr(sending, "LONGEST_HOLD", 0)
    assert sent_after(BEGIN, PART, 1, END, slowly=True) == [BEGIN, PART, END]


def test_a_browser_that_is_gone_is_told_of_by_the_next_message(monkeypatch):
    monkeypatch.setattr(sending, "LONGEST_HOLD", 0)

    async def fail(_):
        raise ConnectionResetError

    with pytest.raises(ConnectionResetError):
        asyncio.run(send_all([BEGIN, 1, PART], fail))


def test_nothing_leaves_after_the_connection_is_over(monkeypatch):
    monkeypatch.setattr(sending, "LONGEST_HOLD", 0)
    assert sent_after(BEGIN, PART, wait_after=1) == []


def test_what_is_no_websocket_passes_untouched():
    passed = []

    async def app(scope, receive, send):
        passed.append((scope, receive, send))

    arguments = {"type": "http"}, object(), object()
    asyncio.run(SendRunsTogether(app)(*arguments))
    assert passed == [arguments]


def sent_after(*steps, slowly=False, wait_after=0):
    """Return what has left a server after these steps: messages, and waits of 5 ms each."""
    sent = []

    async def send(message):
        await asyncio.sleep(0.01 if slowly else 0)
        is_run = message["type"] == "websocket.send"
        sent.append(ForwardMsg.FromString(message["bytes"]) if is_run else message)

    asyncio.run(send_all(steps, send, wait_after))
    return sent


async def send_all(steps, send, wait_after=0):
    """Run a server that sends these steps' messages to one browser."""

    async def app(scope, receive, send):
        for step in steps:
            if isinstance(step, int):
                await asyncio.sleep(0.005 * step)
            elif isinstance(step, dict):
                await send(step)
            else:
                await send({"type": "websocket.send", "bytes": step.SerializeToString()})

    await SendRunsTogether(app)({"type": "websocket"}, None, send)
    await asyncio.sleep(0.005 * wait_after)
