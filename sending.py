"""How answers leave a server: what a run of the page says goes out in one go, and at once."""

import asyncio
import contextlib
import socket

from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

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


class SendRunsTogether:
    """ASGI middleware that holds a run's messages back until the run is over.

    Streamlit sends them every 5 ms, and its page draws itself anew for every few of them: a
    stroke's run takes about 15 ms, and its answer, the last to come, used to wait for a
    browser that was busy with the first.
    """

    def __init__(self, app):
        self.app = app

    async def __call__(self, scope, receive, send):
        if scope["type"] != "websocket":
            await self.app(scope, receive, send)
            return
        outbox = _Outbox(send)
        try:
            await self.app(scope, receive, outbox.send)
        finally:
            outbox.forget()


class _Outbox:
    """What is to be sent to one browser, in its order."""

    def __init__(self, send):
        self.send_now = send
        self.held = []
        self.timer = None  # ends the hold, while there is one
        self.late = None  # the task that sends what was held for too long
        self.sending = asyncio.Lock()

    async def send(self, message):
        """Send an ASGI message, or hold it back until its run is over."""
        self.held.append(message)
        kind = _kind_of(message)
        if kind in ("script_finished", None) and self.timer:
            self.timer.cancel()
            self.timer = None
        if kind == "new_session" and not self.timer:
            self.timer = asyncio.get_running_loop().call_later(LONGEST_HOLD, self._end_hold)
        if not self.timer:
            await self._send_held()

    def forget(self):
        """Forget what was to be sent: the connection is over."""
        self.held.clear()
        if self.timer:
            self.timer.cancel()

    def _end_hold(self):
        self.timer = None
        self.late = asyncio.create_task(self._send_late())

    async def _send_late(self):
        # A browser that has gone, or is just going: the next message's sender is told.
        with contextlib.suppress(OSError, RuntimeError):
            await self._send_held()

    async def _send_held(self):
        async with self.sending:
            while self.held:
                await self.send_now(self.held.pop(0))


def _kind_of(message):
    """Return what a message of Streamlit's to its page is about; None for one of ASGI's own."""
    if message["type"] != "websocket.send":
        return None
    return ForwardMsg.FromString(message["bytes"]).WhichOneof("type")
