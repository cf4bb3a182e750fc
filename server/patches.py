"""All changes that this process makes to other people's Python code.

| what | of | gain |
|---|---|---|
| `_survive_unreadable_values` | Streamlit | a bad value does not end a visitor's session |
| `_ignore_other_messages` | Streamlit | visitors can neither empty caches nor flood the server |
| `_limit_uploads` | Streamlit | two files of each visitor in memory, not all |
| `send_runs_together` | Streamlit | some 15 ms of each answer |
| `keep_keras_session` | Keras | 8 ms of each answer |
| `_never_import_pandas`, `without_pandas` | Streamlit, Keras | 60 MB |

Each says which release would make it unnecessary. All were checked with Streamlit 1.67.0 and Keras
3.15.1; after an update their tests, in tests/server/test_hostile.py and tests/unit/test_patches.py,
show whether they still work. In the browser, page/canvas/ changes the canvas's package.
"""

import contextlib
import functools
import logging
import re
import sys
import time
import weakref
from collections.abc import Callable, Iterator
from typing import Any

from streamlit.components.v2.bidi_component import serialization
from streamlit.runtime.app_session import AppSession
from streamlit.runtime.memory_uploaded_file_manager import MemoryUploadedFileManager
from streamlit.runtime.scriptrunner import get_script_run_ctx
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
LONGEST_HOLD = 0.05  # seconds for which a run's messages are held back
RUNS, RUNS_PER_SECOND = 30, 15  # of the whole page for one visitor: at once, and in the long run
UPLOADS = 2  # files of one visitor: a photograph chosen, and one taken

NAMES = (GENERATED_ELEMENT_ID_PREFIX, STREAMLIT_INTERNAL_KEY_PREFIX)  # of widgets, as they begin

# What a visitor's page sends. Other messages are for developers: they empty all visitors' caches,
# list the repository's files, or install packages.
MESSAGES = {"rerun_script", "stop_script", "app_heartbeat", "file_urls_request"}

# By session: how many runs it may still start, and when that was counted.
_runs_left: weakref.WeakKeyDictionary[AppSession, tuple[float, float]] = weakref.WeakKeyDictionary()

# By the id of a session: a function that sends what is held back of its run.
_held: dict[str, Callable[[], object]] = {}

_log = logging.getLogger(__name__)


@functools.cache
def change_streamlit() -> None:
    """Change this process's Streamlit as the page needs it, once and before anybody comes."""
    _survive_unreadable_values()
    _ignore_other_messages()
    _limit_uploads()
    _never_import_pandas()
    send_runs_together()


def _survive_unreadable_values() -> None:
    """Treat an unreadable widget value as missing.

    Why: Streamlit reads values at the start of a run, outside the page's code. One that it cannot
    read fails in each later run too: the session is dead. A value under a name that no widget
    can have also fails, and the name is written to the log.
    Until: Streamlit itself drops a value whose deserializer raises.
    """
    read, write = WStates.__getitem__, WStates.set_widget_from_proto

    def read_safely(states: WStates, widget: str) -> Any:
        stored, metadata = states.states.get(widget), states.widget_metadata.get(widget)
        if isinstance(stored, Serialized) and metadata and stored.value.WhichOneof("value"):
            states.states[widget] = Value(_deserialise(stored.value, metadata))
        return read(states, widget)

    def write_known(states: WStates, message: Any) -> None:
        if message.id.startswith(NAMES):
            write(states, message)

    WStates.__getitem__, WStates.set_widget_from_proto = read_safely, write_known
    # For a moment, a run that is being stopped shares the values with the next one.
    WStates.__iter__ = lambda states: iter(list(states.states))


def _deserialise(message: Any, metadata: Any) -> Any:
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


def _are_few_events(events: Any) -> bool:
    """Return whether these are few events, each as shallow as a component's value."""
    return events is None or (len(events) <= EVENTS and all(map(_is_shallow_object, events)))


def _is_shallow_object(value: Any) -> bool:
    """Return whether this is a JSON object, nested less deeply than later code can bear."""
    level: list[Any] = [value] if isinstance(value, dict) else []
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


def _ignore_other_messages() -> None:
    """Ignore messages that no visitor's page sends, or that come too often.

    Why: messages for developers empty all visitors' caches; a burst of reruns keeps everybody
    waiting. And after a reconnect, a drawing may reach a server that has not shown this visitor
    the canvas yet. Streamlit would ignore it, as its fragment is unknown, and log the fragment's
    name, which may be anything. Here the whole page runs instead, with the drawing.
    Until: Streamlit limits reruns, has an option to refuse developers' messages, and runs the page
    where it does not know the fragment.
    """
    handle = AppSession.handle_backmsg

    def handle_known(session: AppSession, message: Any) -> None:
        kind = message.WhichOneof("type")
        if kind == "rerun_script" and not session.has_fragment(message.rerun_script.fragment_id):
            message.rerun_script.fragment_id = ""
            if _exceeds_runs(session):
                return
        if kind in MESSAGES:
            handle(session, message)
        elif kind == "backend_operation_request":
            wanted = message.backend_operation_request.deferred_file.file_id
            if re.fullmatch("[0-9a-f]{1,64}", wanted):  # a download's
                handle(session, message)

    AppSession.handle_backmsg = handle_known


def _exceeds_runs(session: AppSession) -> bool:
    """Return whether a visitor reruns the whole page more often than anybody can click.

    Each such run has its own thread, which stops the one before: a burst of them would keep
    everybody else waiting. Runs of the drawing alone already wait for each other.
    """
    now = time.monotonic()
    left, since = _runs_left.get(session, (RUNS, now))
    left = min(left + (now - since) * RUNS_PER_SECOND, RUNS)
    _runs_left[session] = (left - (left >= 1), now)
    return left < 1


def _limit_uploads() -> None:
    """Forget a visitor's oldest upload when a new one comes.

    Why: Streamlit stores all of them until the session ends, even those that no widget shows.
    Until: Streamlit drops uploads that no widget refers to.
    """
    add = MemoryUploadedFileManager.add_file

    def add_and_drop_oldest(manager: MemoryUploadedFileManager, session_id: str, file: Any) -> None:
        ids = list(manager.file_storage.get(session_id, ()))
        for old in ids[: max(len(ids) - UPLOADS + 1, 0)]:
            manager.remove_file(session_id, old)
        add(manager, session_id, file)

    MemoryUploadedFileManager.add_file = add_and_drop_oldest


def _never_import_pandas() -> None:
    """Take no value of a component for a data frame unless pandas is imported.

    Why: Streamlit would import pandas, and with it PyArrow, to tell that nothing here is a data
    frame. Measured with `without_pandas`, resident after five strokes: 696 MB → 635.
    Until: Streamlit's `is_dataframe_like` imports nothing.
    """
    is_dataframe_like = serialization.is_dataframe_like
    serialization.is_dataframe_like = lambda value: (
        "pandas" in sys.modules and is_dataframe_like(value)
    )


@contextlib.contextmanager
def without_pandas() -> Iterator[None]:
    """Make `import pandas` fail inside this block. Only while no other thread imports anything.

    Why: Keras imports it for data frames, which nobody gives it here; see `_never_import_pandas`.
    Until: Keras imports pandas when it is given a data frame.
    """
    found = "pandas" in sys.modules
    if not found:
        sys.modules["pandas"] = None
    try:
        yield
    finally:
        if not found:
            del sys.modules["pandas"]


def send_runs_together() -> None:
    """Hold a run's messages back until the run is over, LONGEST_HOLD at most.

    Why: Streamlit sends what there is at the start of a run, and then every 5 ms. A stroke's answer
    comes last: it would wait for the browser to draw what came first. Measured in turn, in
    Chromium on a busy machine: 10 % 38 ms, not 55; median 62, not 94.
    Until: Streamlit sends a fragment's run in one go.
    """
    enqueue, flush = AppSession._enqueue_forward_msg, AppSession.flush_browser_queue
    # By session that is held: the timer that ends it.
    ends: weakref.WeakKeyDictionary[AppSession, Any] = weakref.WeakKeyDictionary()

    def end(session: AppSession) -> None:
        ends.pop(session).cancel()
        _held.pop(session.id, None)

    def end_late(session: AppSession) -> None:
        end(session)
        if session._message_enqueued_callback:
            session._message_enqueued_callback()

    def end_held(session: AppSession) -> None:
        if session in ends:
            end_late(session)

    def enqueue_held(session: AppSession, message: Any) -> None:
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

    def flush_unless_held(session: AppSession) -> list[Any]:
        return [] if session in ends else flush(session)

    AppSession._enqueue_forward_msg = enqueue_held
    AppSession.flush_browser_queue = flush_unless_held


def send_what_is_shown() -> None:
    """Send what the current run has shown so far, before it goes on with what takes longer."""
    context = get_script_run_ctx(suppress_warning=True)
    if send := context and _held.get(context.session_id):
        send()


def keep_keras_session() -> None:
    """Make `keras.backend.clear_session` do nothing in this process.

    Why: Streamlit calls it after every run, for scripts that build a new model each time. This
    process builds none, so nothing piles up, and clearing costs the next answer
    8 ms (over a WebSocket 20.7 ms, not 12.4).
    Until: Streamlit has an option for it, beside `runner.postScriptGC`.
    """
    import keras

    keras.backend.clear_session = lambda free_memory=True: None
