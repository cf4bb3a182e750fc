"""The answer while the pen moves: strokes come over a WebSocket, the answer's HTML goes back.

It is read and written as the final answer is, but without a run of Streamlit, which would take
ten times as long. No session is needed, and nothing is stored. canvas/live.js is the other side.

A connection's next message is read when its time has come and no sooner: one that floods the
server fills its own line.
"""

import asyncio
import contextlib
import functools
import json
import os
import threading
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from starlette.routing import WebSocketRoute
from starlette.websockets import WebSocket, WebSocketDisconnect
from streamlit.web.server.starlette.starlette_websocket import _is_origin_allowed

from digit_model import Hand, ModelError
from digit_model.classifier import Classifier
from digit_model.rasterize import draw
from history import is_identity
from page.answer.answer import build_sections, join_sections
from page.answer.note import NO_NOTE
from page.answer.reading import Reading, last_written, read_strokes
from page.canvas.drawing import Drawing
from preprocess import CANVAS, canvas_to_mnist
from server.network import load_network_in_background
from server.notebooks import find_notebook
from server.pace import BUSY, Pace
from server.routes import below_page
from server.strokes import SentDrawing, StrokesError, read_sent_drawing

MOST, MOST_OF_ONE = 400, 100  # connections: of all, and of one address, as of a school's router
LONGEST = 60_000  # characters of a message: a minute of drawing
IDLE = 60  # seconds without a message, after which the browser has to connect again
# WebSocket's codes for why a connection ends.
DONE, NONSENSE, TOO_LONG, REFUSED = 1000, 1007, 1009, 1013

_served = threading.Event()
_connections: Counter[str] = Counter()  # by address
_one_at_a_time = asyncio.Lock()


def live_routes() -> list[WebSocketRoute]:
    """Return the route, and have pages use it; none if MNIST_DRAW_LIVE is "off"."""
    if os.environ.get("MNIST_DRAW_LIVE") == "off":
        return []
    _served.set()
    return [WebSocketRoute(below_page("live"), follow_pen)]


def is_served() -> bool:
    """Return whether this process has the route: not every host starts more than the page."""
    return _served.is_set()


@dataclass(frozen=True)
class LiveDrawing(Drawing):
    """A drawing whose last stroke the pen is still at. Its points came, and no picture of it."""

    sent: SentDrawing

    @functools.cached_property
    def pixels(self) -> np.ndarray:
        """The drawing as the canvas draws it: (280, 280, 4) uint8."""
        return draw(*self.sent, CANVAS, CANVAS)

    @functools.cached_property
    def points(self) -> list[list[list[float]]]:
        """Its strokes, each a list of (x, y) in pixels."""
        return [stroke.tolist() for stroke in self.sent.points]

    @property
    def brush(self) -> float:
        """How wide its strokes are, in pixels."""
        return self.sent.width


async def follow_pen(socket: WebSocket) -> None:
    """Answer each drawing of a connection until either side ends it."""
    address = socket.client.host if socket.client else ""
    origin, host = socket.headers.get("origin"), socket.headers.get("host")
    if not _is_origin_allowed(origin, host) or not _has_room(address):
        await socket.close(REFUSED)  # a browser sees that the connection fails
        return
    with _counted(address), contextlib.suppress(WebSocketDisconnect):
        await socket.accept()
        await socket.close(await _answer_all(socket, address))


async def _answer_all(socket: WebSocket, address: str) -> int:
    """Answer messages until one is none of the page's, or none comes; return why it ends."""
    while True:
        try:
            text = await asyncio.wait_for(socket.receive_text(), IDLE)
        except TimeoutError:
            return DONE
        except KeyError:  # bytes
            return NONSENSE
        if len(text) > LONGEST:
            return TOO_LONG
        try:
            html, wait = await _answer_in_turn(text, address)
        except (StrokesError, ValueError, RecursionError):
            return NONSENSE
        await socket.send_json({"html": html, "next": round(1000 * wait)})
        await asyncio.sleep(min(wait, BUSY))  # no longer: the browser may have gone


async def _answer_in_turn(text: str, address: str) -> tuple[str, float]:
    """Return the answer's HTML, "" for none, and the seconds until the next one."""
    async with _one_at_a_time:
        pace = _pace()
        if wait := pace.refuse(address):
            return "", wait
        try:
            html, cost = await asyncio.to_thread(_time, text)
        except ModelError:  # the final answer says so
            return "", BUSY
        return html, pace.note(address, cost)


def _time(text: str) -> tuple[str, float]:
    """Return an answer's HTML, and how many seconds of processor it took.

    They are the process's: TensorFlow computes in a thread of its own.
    """
    start = time.process_time()
    html = build_live_answer(text)
    return html, time.process_time() - start


def build_live_answer(text: str) -> str:
    """Return the HTML of the answer to a message; "" if it shows no ink.

    Args:
        text: JSON as `read_sent_drawing` reads it. With a "notebook" that a page has
            open, its handwriting is used.

    Raises:
        StrokesError, ValueError, RecursionError: for any other text.
        ModelError: as `load_network`.
    """
    sent = json.loads(text)
    if not isinstance(sent, dict):
        raise StrokesError("This is no object.")
    strokes = read_sent_drawing(sent)
    drawing = LiveDrawing([{} for _ in strokes.points], None, strokes)
    image = canvas_to_mnist(drawing.pixels)
    if image is None:
        return ""
    network = load_network_in_background()
    number = read_strokes(_find_reader(network, sent.get("notebook")), drawing, image)
    reading = Reading(drawing, number, network, 0, last_written(number))
    return join_sections(build_sections(reading, None, NO_NOTE, is_final=False))


def _find_reader(network: Classifier, identity: object) -> Classifier | Hand:
    """Return what reads best: the handwriting of a notebook that is open, or the network."""
    if not isinstance(identity, str) or not is_identity(identity):
        return network
    notebook = find_notebook(identity)
    return notebook.ready_reader(network) if notebook else network


@functools.cache
def _pace() -> Pace:
    return Pace()


def _has_room(address: str) -> bool:
    return _connections[address] < MOST_OF_ONE and _connections.total() < MOST


@contextlib.contextmanager
def _counted(address: str) -> Iterator[None]:
    """Count a connection as long as it lasts."""
    _connections[address] += 1
    try:
        yield
    finally:
        _connections[address] -= 1
        if not _connections[address]:
            del _connections[address]
