"""What of other people's code this process changes: all of it, and nothing elsewhere.

- `_read_widgets_warily` (Streamlit 1.67): one bad value would end a visitor's session.
- `_ignore_other_messages` (Streamlit 1.67): visitors could empty caches, or flood the core.
- `_keep_few_uploads` (Streamlit 1.67): uploads would be kept until a session ends.
- `send_runs_together` (Streamlit 1.67): answers would wait up to 5 ms, and for one another.
- `keep_keras_session` (Keras 3.15): each run would cost the next answer 30 ms.

The first three are tested by tests/server/test_hostile.py, the others by
tests/unit/test_changes.py: they tell when an update needs a change no more, or needs more.
In the browser, page/canvas.js stands between Streamlit and the canvas; page/canvas.py registers
the canvas for that.
"""

import functools
import logging
import re
import time
import weakref

from streamlit.runtime.app_session import AppSession
from streamlit.runtime.memory_uploaded_file_manager import MemoryUploadedFileManager
from streamlit.runtime.state.common import GENERATED_ELEMENT_ID_PREFIX, unpack_widget_state_value
from streamlit.runtime.state.session_state import (
    STREAMLIT_INTERNAL_KEY_PREFIX,
    Serialized,
    Value,
    WStates,
)

PARTS = 30_000  # lists and objects in a widget's value; a drawing has one for each point
LEVELS = 12  # of them inside of one another; a drawing has seven
EVENTS = 1_000  # characters of what was tapped since the last message; a tap has fifty
RUNS, RUNS_PER_SECOND = 30, 15  # of the whole page for one visitor: at once, and in the long run
LONGEST_HOLD = 0.05  # seconds of holding a run's messages back; then they leave as they come
UPLOADS = 2  # files of one visitor: a photograph chosen, and one taken

NAMES = (GENERATED_ELEMENT_ID_PREFIX, STREAMLIT_INTERNAL_KEY_PREFIX)  # widgets' begin so

# What a visitor's page sends. The rest is for the page's developer: it empties the caches of
# all visitors, lists the files of the repository, installs things.
MESSAGES = {"rerun_script", "stop_script", "app_heartbeat", "file_urls_request"}

_runs_left = weakref.WeakKeyDictionary()  # by session: how many, and when that was so

_log = logging.getLogger(__name__)


@functools.cache
def change_streamlit():
    """Have the Streamlit of this process do what this page needs, before anybody comes."""
    _read_widgets_warily()
    _ignore_other_messages()
    _keep_few_uploads()
    send_runs_together()


def _read_widgets_warily():
    """Take a widget's value that cannot be read for none at all.

    Streamlit reads it at the start of a run, outside of the page's code, and fails, with
    each later message again: the session is dead. None has every widget start anew. A value
    for what cannot be the name of a widget fails likewise, and writes that name to the log.
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
    # A run that is being stopped and the next one share the values for a moment.
    WStates.__iter__ = lambda states: iter(list(states.states))


def _deserialise(message, metadata):
    try:
        if message.WhichOneof("value") != metadata.value_type:
            raise TypeError("another widget's kind of value")
        text = message.json_value
        if text.count("[") + text.count("{") > PARTS or len(message.json_trigger_value) > EVENTS:
            raise ValueError("more than anybody draws or taps")
        value = unpack_widget_state_value(message)
        if metadata.value_type == "json_value" and not _is_shallow_object(value):
            raise ValueError("no component's value")
        return metadata.deserializer(value)
    except Exception as error:  # of any widget's deserializer, and RecursionError
        # Its text may hold what was sent: the name of its class is enough for a log.
        _log.warning("a widget's value could not be read: %s", type(error).__name__)
        return metadata.deserializer(None)


def _is_shallow_object(value):
    """Say whether this is an object of JSON that nothing later fails on for its depth."""
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
    """Ignore messages that no visitor's page sends, or not as often, or for missing fragments.

    Streamlit itself ignores the last, but for writing their names to its log.
    """
    handle = AppSession.handle_backmsg

    def handle_known(session, message):
        kind = message.WhichOneof("type")
        fragment = message.rerun_script.fragment_id
        if kind == "rerun_script" and not fragment and _is_hasty(session):
            return
        if kind in MESSAGES and (not fragment or session.has_fragment(fragment)):
            handle(session, message)
        elif kind == "backend_operation_request":
            wanted = message.backend_operation_request.deferred_file.file_id
            if re.fullmatch("[0-9a-f]{1,64}", wanted):  # a download's
                handle(session, message)

    AppSession.handle_backmsg = handle_known


def _is_hasty(session):
    """Say whether a visitor has the whole page run more often than anybody presses.

    Each such run has a thread of its own, which stops the one before: a burst of them would
    keep everybody else waiting. Runs of the drawing alone take their turns by themselves.
    """
    now = time.monotonic()
    left, since = _runs_left.get(session, (RUNS, now))
    left = min(left + (now - since) * RUNS_PER_SECOND, RUNS)
    _runs_left[session] = (left - (left >= 1), now)
    return left < 1


def _keep_few_uploads():
    """Forget a visitor's oldest upload for a new one.

    Streamlit keeps all until the session ends, whether a widget knows of them or not.
    """
    add = MemoryUploadedFileManager.add_file

    def add_instead(manager, session_id, file):
        ids = list(manager.file_storage.get(session_id, ()))
        for old in ids[: max(len(ids) - UPLOADS + 1, 0)]:
            manager.remove_file(session_id, old)
        add(manager, session_id, file)

    MemoryUploadedFileManager.add_file = add_instead


def send_runs_together():
    """Hold a run's messages back until the run is over.

    Streamlit 1.67 sends what there is at the start of a run, and then every 5 ms. The answer,
    which a stroke's run says last, then waits for the next 5 ms to be over, and in the browser
    until the page has drawn itself for what came first. Each sending also goes through all
    visitors' sessions.
    """
    enqueue, flush = AppSession._enqueue_forward_msg, AppSession.flush_browser_queue
    ends = weakref.WeakKeyDictionary()  # of holds at the latest: a timer by session

    def end(session):
        ends.pop(session).cancel()

    def end_late(session):
        end(session)
        if session._message_enqueued_callback:
            session._message_enqueued_callback()

    def enqueue_quietly(session, message):
        kind = message.WhichOneof("type")
        if kind == "new_session" and session not in ends:
            ends[session] = session._event_loop.call_later(LONGEST_HOLD, end_late, session)
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


def keep_keras_session():
    """Make `keras.backend.clear_session` do nothing in this process.

    Streamlit calls it after every script run, for scripts that build a new model each
    time. This process builds none after loading, so nothing piles up, while clearing
    costs the next answer about 30 ms.
    """
    import keras

    keras.backend.clear_session = lambda free_memory=True: None
