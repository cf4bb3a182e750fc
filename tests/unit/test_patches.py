"""What is changed of Streamlit and Keras, and how answers leave a server then."""

import asyncio
import selectors
from types import SimpleNamespace

import keras
import pytest
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.runtime.app_session import AppSession
from streamlit.runtime.forward_msg_cache import populate_hash_if_needed
from streamlit.runtime.forward_msg_queue import ForwardMsgQueue

from server import patches

BEGIN = ForwardMsg()
BEGIN.new_session.name = "webapp.py"
PART = ForwardMsg()
PART.page_info_changed.query_string = "notebook=7"
END = ForwardMsg(script_finished=ForwardMsg.FINISHED_FRAGMENT_RUN_SUCCESSFULLY)
EARLY = ForwardMsg(script_finished=ForwardMsg.FINISHED_EARLY_FOR_RERUN)
WAIT = 2 * patches.LONGEST_HOLD
VISITOR = "a session"


@pytest.fixture(autouse=True)
def held(monkeypatch):
    """Hold runs back, with Streamlit's own functions in place again after a test."""
    for name in ("_enqueue_forward_msg", "flush_browser_queue"):
        monkeypatch.setattr(AppSession, name, getattr(AppSession, name))
    run = SimpleNamespace(session_id=VISITOR)
    monkeypatch.setattr(patches, "get_script_run_ctx", lambda **_: run)
    patches.send_runs_together()


def test_nothing_of_a_run_leaves_before_it_is_over():
    assert sent_after(BEGIN, PART) == []


def test_a_run_that_is_over_leaves_whole_and_in_order():
    assert sent_after(BEGIN, PART, PART, END) == [[BEGIN, PART, PART, END]]


def test_what_belongs_to_no_run_leaves_at_once():
    assert sent_after(BEGIN, END, PART) == [[BEGIN, END], [PART]]


def test_a_run_stopped_by_the_next_leaves_by_itself():
    assert sent_after(BEGIN, PART, EARLY, BEGIN, PART) == [[BEGIN, PART, EARLY]]


def test_a_long_run_is_seen_as_it_comes():
    assert sent_after(BEGIN, PART, WAIT, PART, END) == [[BEGIN, PART], [PART], [END]]


def test_a_run_after_a_long_one_is_held_again():
    assert sent_after(BEGIN, WAIT, END, BEGIN, PART) == [[BEGIN], [END]]


def test_a_short_run_ends_no_later_ones_hold():
    assert sent_after(BEGIN, END, WAIT * 0.3, BEGIN, WAIT * 0.3, PART) == [[BEGIN, END]]


def test_what_is_shown_can_be_sent_before_a_run_goes_on():
    assert sent_after(BEGIN, PART, "show", 0.0, PART, END) == [[BEGIN, PART], [PART], [END]]


def test_what_nobody_holds_needs_no_sending():
    assert sent_after("show", BEGIN, END, "show", 0.0, PART) == [[BEGIN, END], [PART]]


def test_another_visitors_answer_does_not_take_a_run_along():
    assert sent_after(BEGIN, "flush", PART, "flush", END) == [[BEGIN, PART, END]]


def test_a_visitor_who_is_gone_is_told_nothing():
    assert sent_after(BEGIN, "leave", WAIT) == []


class Session(AppSession):
    """What of Streamlit's session sends messages, in a running event loop."""

    def __init__(self, message_enqueued_callback):
        self.id = VISITOR
        self._browser_queue = ForwardMsgQueue()
        self._event_loop = asyncio.get_running_loop()
        self._message_enqueued_callback = message_enqueued_callback

    def __del__(self):
        """Have nothing to end."""


def sent_after(*steps):
    """Return what has left a server after these steps, a list for each time.

    Steps are messages of one visitor's session, seconds to wait, "flush", which another
    visitor's answer makes a server do, "show", which a page does before what takes longer, and
    "leave".
    """
    clock = Clock()
    loop = asyncio.SelectorEventLoop(clock)
    loop.time = lambda: clock.now
    with asyncio.Runner(loop_factory=lambda: loop) as runner:
        return runner.run(send(steps))


class Clock(selectors.DefaultSelector):
    """Has an event loop wait for nothing: its time jumps to what is due next."""

    now = 0.0

    def select(self, timeout=None):
        self.now += timeout or 0
        return super().select(timeout and 0)


async def send(steps):
    sent = []

    def flush():
        if messages := session.flush_browser_queue():
            sent.append(messages)

    session = Session(flush)
    for step in steps:
        if step == "flush":
            flush()
        elif step == "show":
            patches.send_what_is_shown()
        elif step == "leave":
            session._message_enqueued_callback = None
        elif isinstance(step, float):
            await asyncio.sleep(step)
        else:
            session._enqueue_forward_msg(step)
    return sent


def test_a_run_that_ends_leaves_keras_as_it_is(monkeypatch):
    monkeypatch.setattr(keras.backend, "clear_session", keras.backend.clear_session)
    patches.keep_keras_session()
    first = keras.layers.Dense(1).name
    keras.backend.clear_session()
    assert keras.layers.Dense(1).name != first


def test_streamlit_sends_large_messages_in_full_every_time():
    """A browser that had dropped parts of Look inside was sent their hashes, and showed nothing."""
    message = ForwardMsg()
    message.delta.new_element.html.body = "x" * 4_000_000
    populate_hash_if_needed(message)
    assert not message.metadata.cacheable
