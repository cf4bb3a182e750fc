"""All changes that this process makes to other people's code, and why each is needed.

- `_read_widgets_warily` (Streamlit 1.67): one bad value would end a visitor's session.
- `_ignore_other_messages` (Streamlit 1.67): visitors could empty caches, or flood the server; what
  they drew just after a reconnect would be lost.
- `_keep_few_uploads` (Streamlit 1.67): uploads would be kept until a session ends.
- `send_runs_together` (Streamlit 1.67): answers would wait up to 5 ms, and for one another.
- `_keep_threads` (Streamlit 1.67): each run would begin a thread, a twelfth of a stroke's cost.
- `keep_keras_session` (Keras 3.15): each run would cost the next answer 30 ms.
- `_look_for_no_data_frames` (Streamlit 1.67) and `without_pandas` (Keras 3.15): pandas would be
  imported, for 63 MB, to tell that nothing here is a data frame.

tests/server/test_hostile.py tests the first three and the last two, tests/unit/test_patches.py the
others; after an update, they show whether a change is still needed, and still enough. In the
browser, page/canvas/canvas.js stands between Streamlit and the canvas, which
page/canvas/component.py registers for that.
"""

import contextlib
import contextvars
import functools
import logging
import re
import sys
import threading
import time
import weakref
from queue import Empty, Full, LifoQueue, SimpleQueue

from streamlit.components.v2.bidi_component import serialization
from streamlit.runtime import app_session
from streamlit.runtime.app_session import AppSession
from streamlit.runtime.memory_uploaded_file_manager import MemoryUploadedFileManager
from streamlit.runtime.scriptrunner import ScriptRunner, get_script_run_ctx
from streamlit.runtime.scriptrunner_utils.script_run_context_attr import (
    SCRIPT_RUN_CONTEXT_ATTR_NAME,
)
from streamlit.runtime.state.common import GENERATED_ELEMENT_ID_PREFIX, unpack_widget_state_value
from streamlit.runtime.state.session_state import (
    STREAMLIT_INTERNAL_KEY_PREFIX,
    Serialized,
    Value,
    WStates,
)

PARTS = 30_000  # lists and objects in a widget's value; a drawing has one for each point
LEVELS = 12  # of nesting; a drawing has seven
EVENTS = 20  # taps since the last message; a person makes one
RUNS, RUNS_PER_SECOND = 30, 15  # of the whole page for one visitor: at once, and in the long run
LONGEST_HOLD = 0.05  # seconds for which a run's messages are held back
UPLOADS = 2  # files of one visitor: a photograph chosen, and one taken
THREADS = 8  # that are kept: with 80 visitors, more are hardly ever needed at once

NAMES = (GENERATED_ELEMENT_ID_PREFIX, STREAMLIT_INTERNAL_KEY_PREFIX)  # of widgets, as they begin

# What a visitor's page sends. Other messages are for developers: they empty all visitors' caches,
# list the repository's files, or install packages.
MESSAGES = {"rerun_script", "stop_script", "app_heartbeat", "file_urls_request"}

_runs_left = weakref.WeakKeyDictionary()  # by session: (how many, at what time)
_idle = LifoQueue(THREADS)  # threads that are kept, the one that was used last first
_held = {}  # by a session's id: a function that sends what is held back of its run

_log = logging.getLogger(__name__)


@functools.cache
def change_streamlit():
    """Change this process's Streamlit as the page needs it, once and before anybody comes."""
    _read_widgets_warily()
    _ignore_other_messages()
    _keep_few_uploads()
    _look_for_no_data_frames()
    _keep_threads()
    send_runs_together()


def _read_widgets_warily():
    """Treat an unreadable widget value as missing.

    Streamlit reads values at the start of a run, outside the page's code. One that it cannot read
    fails in each later run too, so that the session is dead. A value under a name that no widget
    can have also fails, and the name is written to the log.
    """
    read, write = WStates.__getitem__, WStates.set_widget_from_proto

    def read_warily(states, widget):
        stored, metadata = states.states.get(widget), states.widget_metadata.get(widget)
        if isinstance(stored, Serialized) and metadata and stored.value.WhichOneof("value"):
            states.states[widget] = Value(_deserialise(stored.value, metadata))
        return read(states, widget)

    def write_warily(states, message):
        if message.id.startswith(NAMES):
            write(states, message)

    WStates.__getitem__, WStates.set_widget_from_proto = read_warily, write_warily
    # For a moment, a run that is being stopped shares the values with the next one.
    WStates.__iter__ = lambda states: iter(list(states.states))


def _deserialise(message, metadata):
    try:
        if message.WhichOneof("value") != metadata.value_type:
            raise TypeError("another widget's kind of value")
        text = message.json_value or message.json_trigger_value
        if text.count("[") + text.count("{") > PARTS:
            raise ValueError("more than anybody draws")
        value = unpack_widget_state_value(message)
        if metadata.value_type == "json_value" and not _is_shallow_object(value):
            raise ValueError("no component's value")
        read = metadata.deserializer(value)
        if metadata.value_type == "json_trigger_value" and not _are_few_events(read):
            raise ValueError("more than anybody taps")
        return read
    except Exception as error:  # of any widget's deserializer, and RecursionError
        # Its text may contain what was sent, so the log gets the name of its class alone.
        _log.warning("a widget's value could not be read: %s", type(error).__name__)
        return metadata.deserializer(None)


def _are_few_events(events):
    """Return whether these are few events, each as shallow as a component's value."""
    return events is None or (len(events) <= EVENTS and all(map(_is_shallow_object, events)))


def _is_shallow_object(value):
    """Return whether this is a JSON object, nested less deeply than later code can bear."""
    level = [value] if isinstance(value, dict) else []
    for _ in range(LEVELS):
        level = [
            inner
            for outer in level
            for inner in (outer.values() if isinstance(outer, dict) else outer)
            if isinstance(inner, (dict, list))
        ]
        if not level:
            return isinstance(value, dict)
    return False


def _ignore_other_messages():
    """Ignore messages that no visitor's page sends, or that come too often.

    After a reconnect, a drawing may reach a server that has not shown this visitor the canvas yet.
    Streamlit would ignore it, as its fragment is unknown, and log the fragment's name, which may be
    anything. Here the whole page runs instead, with the drawing.
    """
    handle = AppSession.handle_backmsg

    def handle_known(session, message):
        kind = message.WhichOneof("type")
        if kind == "rerun_script" and not session.has_fragment(message.rerun_script.fragment_id):
            message.rerun_script.fragment_id = ""
            if _is_hasty(session):
                return
        if kind in MESSAGES:
            handle(session, message)
        elif kind == "backend_operation_request":
            wanted = message.backend_operation_request.deferred_file.file_id
            if re.fullmatch("[0-9a-f]{1,64}", wanted):  # a download's
                handle(session, message)

    AppSession.handle_backmsg = handle_known


def _is_hasty(session):
    """Return whether a visitor reruns the whole page more often than anybody can click.

    Each such run has its own thread, which stops the one before: a burst of them would keep
    everybody else waiting. Runs of the drawing alone already wait for each other.
    """
    now = time.monotonic()
    left, since = _runs_left.get(session, (RUNS, now))
    left = min(left + (now - since) * RUNS_PER_SECOND, RUNS)
    _runs_left[session] = (left - (left >= 1), now)
    return left < 1


def _keep_few_uploads():
    """Forget a visitor's oldest upload when a new one comes.

    Streamlit keeps all of them until the session ends, even those that no widget shows.
    """
    add = MemoryUploadedFileManager.add_file

    def add_instead(manager, session_id, file):
        ids = list(manager.file_storage.get(session_id, ()))
        for old in ids[: max(len(ids) - UPLOADS + 1, 0)]:
            manager.remove_file(session_id, old)
        add(manager, session_id, file)

    MemoryUploadedFileManager.add_file = add_instead


def _look_for_no_data_frames():
    """Take no value of a component for a data frame unless pandas is imported."""
    is_dataframe_like = serialization.is_dataframe_like
    serialization.is_dataframe_like = lambda value: (
        "pandas" in sys.modules and is_dataframe_like(value)
    )


class _KeptThread(threading.Thread):
    """A thread for one script after another; Streamlit's own has one alone."""

    def __init__(self):
        super().__init__(name="ScriptRunner.scriptThread", daemon=True)
        self.scripts = SimpleQueue()

    def run(self):
        while True:
            contextvars.Context().run(self.scripts.get())  # nothing is left of the one before
            self.__dict__.pop(SCRIPT_RUN_CONTEXT_ATTR_NAME, None)
            try:
                _idle.put_nowait(self)
            except Full:
                return


class _ThriftyRunner(ScriptRunner):
    """Runs a session's scripts in a thread that is kept."""

    def start(self):
        try:
            thread = _idle.get_nowait()
        except Empty:
            thread = _KeptThread()
            thread.start()
        self._script_thread = thread
        thread.scripts.put(self._run_script_thread)


def _keep_threads():
    """Run scripts in threads that are kept.

    Streamlit begins one for each stroke, and TensorFlow sets itself up in each.
    """
    app_session.ScriptRunner = _ThriftyRunner


def send_runs_together():
    """Hold a run's messages back until the run is over.

    Streamlit 1.67 sends what there is at the start of a run, and then every 5 ms. A stroke's answer
    comes last: it would wait for the next 5 ms, and then for the browser to draw what came
    first. Each sending also goes through all visitors' sessions.
    """
    enqueue, flush = AppSession._enqueue_forward_msg, AppSession.flush_browser_queue
    ends = weakref.WeakKeyDictionary()  # by session that is held: the timer that ends it

    def end(session):
        ends.pop(session).cancel()
        _held.pop(session.id, None)

    def end_late(session):
        end(session)
        if session._message_enqueued_callback:
            session._message_enqueued_callback()

    def end_held(session):
        if session in ends:
            end_late(session)

    def enqueue_quietly(session, message):
        kind = message.WhichOneof("type")
        if kind == "new_session" and session not in ends:
            loop = session._event_loop
            ends[session] = loop.call_later(LONGEST_HOLD, end_late, session)
            _held[session.id] = functools.partial(loop.call_soon_threadsafe, end_held, session)
        elif kind == "script_finished" and session in ends:
            end(session)
        if session in ends:
            session._browser_queue.enqueue(message)
        else:
            enqueue(session, message)

    def flush_unless_held(session):
        return [] if session in ends else flush(session)

    AppSession._enqueue_forward_msg = enqueue_quietly
    AppSession.flush_browser_queue = flush_unless_held


def send_what_is_shown():
    """Send what the current run has shown so far, before it goes on with what takes longer."""
    context = get_script_run_ctx(suppress_warning=True)
    if send := context and _held.get(context.session_id):
        send()


def keep_keras_session():
    """Make `keras.backend.clear_session` do nothing in this process.

    Streamlit calls it after every run, for scripts that build a new model each time. This process
    builds none, so nothing piles up, and clearing costs the next answer about 30 ms.
    """
    import keras

    keras.backend.clear_session = lambda free_memory=True: None


@contextlib.contextmanager
def without_pandas():
    """Have what is imported meanwhile do without pandas. Only while nothing else is imported.

    Keras imports it, and with it PyArrow, for data frames, which nobody gives it here.
    """
    found = "pandas" in sys.modules
    if not found:
        sys.modules["pandas"] = None  # its import fails
    try:
        yield
    finally:
        if not found:
            del sys.modules["pandas"]
