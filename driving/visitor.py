"""Visits the page without a browser: Streamlit's own protocol over a real WebSocket.

A visitor costs a hundredth of what a browser costs, and may send what no browser would.
"""

import asyncio
import json
import re
import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from typing import Any, Self
from urllib.parse import urlencode

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed
from websockets.protocol import State
from websockets.typing import Subprotocol

from driving.drawings import Stroke, canvas_value

INTERRUPTED = ForwardMsg.FINISHED_EARLY_FOR_RERUN  # another run follows at once
SECTION = '<section class="(.+?)">(.*?)</section>'
LARGEST_ANSWER = 16 << 20  # bytes; the library's own limit is one megabyte


class Visitor:
    """One open page. Use as `async with Visitor(address) as visitor`.

    Attributes:
        shown: what the page shows, text or HTML by the name of its section or its container.
        runs: how many runs of the page, or of its fragment, have ended.
        errors: what the page said of exceptions.
        widgets: the widgets' full names by their keys on the page, or else by their labels.
        fragments: the fragments that the widgets are in, by the same keys.
    """

    def __init__(
        self, address: str, query: str = "", headers: dict[str, str] | None = None
    ) -> None:
        """Take the page's http address, the query that it shall have, and HTTP headers."""
        self.address = f"{address.replace('http', 'ws', 1)}/_stcore/stream"
        self.query, self.headers = query, headers
        self.session: str | None = None
        self.shown: dict[str, str] = {}
        self.runs, self.errors = 0, list[str]()
        self.widgets: dict[str, str] = {}
        self.fragments: dict[str, str] = {}
        self._containers: dict[tuple[int, ...], str] = {}
        self._values: dict[str, tuple[str, Any]] = {}
        self._changed = asyncio.Condition()

    async def __aenter__(self) -> Self:
        """Connect as a browser does, and show the page."""
        await self.connect()
        await self.run()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.disconnect()

    async def connect(self) -> None:
        """Open the WebSocket, with the same session again after a disconnection."""
        protocols = [
            Subprotocol(each) for each in ("streamlit", "token", self.session) if each is not None
        ]
        self._socket = await connect(
            self.address,
            subprotocols=protocols,
            additional_headers=self.headers,
            max_size=LARGEST_ANSWER,
            open_timeout=30,
        )
        self._listener = asyncio.create_task(self._listen())

    async def disconnect(self) -> None:
        """Close the WebSocket as a browser does when its tab is closed."""
        await self._socket.close()
        await self._listener

    async def run(self, fragment: str | None = None, timeout: float = 30) -> float:
        """Have the page run, or only a fragment of it, with the widgets' values as they are.

        Returns:
            Seconds until the run had ended.
        """
        return await self.deliver(self.message(fragment), timeout)

    def message(self, fragment: str | None = None) -> BackMsg:
        """Return what a browser sends to have the page, or a fragment of it, run."""
        message = BackMsg()
        state = message.rerun_script
        state.query_string = self.query
        state.fragment_id = fragment or ""
        state.context_info.timezone = "UTC"
        for name, (kind, value) in self._values.items():
            widget = state.widget_states.widgets.add(id=self.widgets[name])
            setattr(widget, kind, value)
        return message

    async def deliver(self, message: BackMsg, timeout: float = 30) -> float:
        """Send a message and wait for a run's end; return the seconds until then.

        Raises:
            ConnectionResetError: if the connection is lost.
        """
        runs, start = self.runs, time.perf_counter()
        await self.post(message)
        await self.wait_until(lambda: self.runs > runs, timeout)
        return time.perf_counter() - start

    async def wait_until(self, condition: Callable[[], bool], timeout: float = 30) -> None:
        """Wait for a condition that the end of a run may bring about.

        Raises:
            ConnectionResetError: if the connection is lost.
        """
        async with asyncio.timeout(timeout), self._changed:
            await self._changed.wait_for(lambda: condition() or self._is_lost())
        if not condition():
            raise ConnectionResetError("lost while the answer was awaited")

    async def post(self, message: BackMsg | bytes | str) -> None:
        """Send a message, or any bytes or text, and wait for nothing."""
        content = message.SerializeToString() if isinstance(message, BackMsg) else message
        await self._socket.send(content)

    async def draw(self, strokes: Iterable[Stroke], brush: float = 20) -> float:
        """Put strokes on the canvas; return the seconds until the answer is there."""
        return await self.send(json.dumps(canvas_value(strokes, brush)))

    async def send(self, text: str, timeout: float = 30) -> float:
        """Send any text as the canvas's value; return the seconds until the run had ended."""
        return await self.deliver(self.drawing_message(text), timeout)

    def drawing_message(self, text: str) -> BackMsg:
        """Return what a browser sends when this text is the canvas's value."""
        self._values["drawing"] = ("json_value", text)
        return self.message(self.fragments["drawing"])

    def note_run(self) -> None:
        """Take note of a run that has ended; `shown` has its answer. For subclasses."""

    async def label(self, answer: int | str) -> float:
        """Say what the drawing sent last was, as by a tap; return the seconds it took."""
        happened = [{"event": "answer", "value": {"value": str(answer)}}]
        self.widgets["events"] = f"$$STREAMLIT_INTERNAL_KEY_{self.widgets['labels']}__events"
        self._values["events"] = ("json_trigger_value", json.dumps(happened))
        try:
            return await self.run()
        finally:
            del self._values["events"]

    async def _listen(self) -> None:
        """Read what the server sends until either side ends the connection."""
        with suppress(ConnectionClosed):
            await self._read()
        async with self._changed:
            self._changed.notify_all()

    def _is_lost(self) -> bool:
        return self._socket.state is State.CLOSED

    async def _read(self) -> None:
        async for payload in self._socket:
            message = ForwardMsg.FromString(payload)
            kind = message.WhichOneof("type")
            if kind == "delta":
                self._note(tuple(message.metadata.delta_path), message.delta)
            elif kind == "new_session":
                self.session = message.new_session.initialize.session_id
            elif kind == "page_info_changed":
                self.query = message.page_info_changed.query_string
            elif kind == "script_finished" and message.script_finished != INTERRUPTED:
                async with self._changed:
                    self.runs += 1
                    self.note_run()
                    self._changed.notify_all()

    def _note(self, path: tuple[int, ...], delta: Any) -> None:
        if delta.HasField("add_block"):
            self._containers[path] = _key(delta.add_block.id)
            return
        element = delta.new_element
        kind = element.WhichOneof("type")
        content: Any = getattr(element, kind) if kind else None
        if getattr(content, "id", ""):  # a widget
            name = _key(content.id)
            name = content.label if name == "None" else name
            self.widgets[name], self.fragments[name] = content.id, delta.fragment_id
            if name == "address":  # its script puts the notebook there
                self.query = urlencode(json.loads(content.json))
        elif kind in ("html", "alert"):
            sections = dict(re.findall(SECTION, content.body))
            self.shown |= sections or {self._containers.get(path[:-1]): content.body}
        elif kind == "exception":
            self.errors.append(content.message)


def _key(widget_id: str) -> str:
    """Return the key that the page gave a widget or a container, or "None"."""
    return widget_id.split("-", 2)[-1]
