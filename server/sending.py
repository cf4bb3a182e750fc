"""How answers leave a server: what a run of the page says goes out in one go, and at once."""

import asyncio
import socket
import weakref

from streamlit.runtime.app_session import AppSession

LONGEST_HOLD = 0.05  # seconds; what takes longer is seen as it comes


def send_at_once():
    """Have this process's servers send each part of an answer when it is there.

    Streamlit 1.67 does not say that its socket speaks TCP, so asyncio leaves Nagle's algorithm
    on: the second part of an answer waits for the client to acknowledge the first, 40 ms.
    """

    def set_nodelay(connection):
        if connection.family in (socket.AF_INET, socket.AF_INET6):
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    asyncio.base_events._set_nodelay = set_nodelay


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
