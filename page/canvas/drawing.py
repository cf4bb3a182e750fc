"""What a browser sent as a drawing. It may be anything: it is checked here, and only here."""

import base64
import functools
import io
import itertools
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import numpy as np
import streamlit as st
from PIL import Image

from page.canvas.fabric_transform import as_seen, seen_width
from preprocess import BRUSH, bounding_box
from preprocess import CANVAS as SIDE
from server.strokes import MAX_POINTS

PNG_BEGINS = b"\x89PNG\r\n\x1a\n"
MAX_PNG_BYTES = 400_000  # 280×280 RGBA pixels are 313,600 bytes before compression

NO_DRAWING = "The browser sent something that is not a drawing."
NO_POINTS = "The browser sent a stroke without points."


class DrawingError(ValueError):
    """A browser's message that is not a drawing of ours. The error's text is for its sender."""


@contextmanager
def refusing(message: str, *errors: type[Exception]) -> Iterator[None]:
    """Raise DrawingError with a message in place of these errors."""
    try:
        yield
    except DrawingError:
        raise
    except errors as error:
        raise DrawingError(message) from error


@dataclass(frozen=True)
class Drawing:
    """What is on the canvas.

    Attributes:
        strokes: the canvas's objects as JSON, in the order in which they were drawn.
        png: the canvas as a PNG file, None before the first stroke.
    """

    strokes: list[dict]
    png: bytes | None

    @functools.cached_property
    def pixels(self) -> np.ndarray:
        """The drawing decoded: (280, 280, 4) uint8, the ink in the alpha channel.

        Raises:
            DrawingError: for anything but an RGBA PNG of that size.
        """
        if self.png is None:
            raise DrawingError("The drawing came without its picture.")
        return decode_png(self.png)

    @functools.cached_property
    def box(self) -> tuple[int, int, int, int]:
        """Where its ink lies: (left, top, right, bottom) in pixels, the ends exclusive."""
        rows, columns = bounding_box(self.pixels[..., 3]) or (slice(0, 0), slice(0, 0))
        return columns.start, rows.start, columns.stop, rows.stop

    @functools.cached_property
    def points(self) -> list[list[list[float]]]:
        """Its strokes as `points_of` returns them; raises what that does."""
        return points_of(self.strokes)

    @property
    def brush(self) -> float:
        """How wide its strokes are seen on average, in pixels."""
        known = [width for width in map(seen_width, self.strokes) if width and width < SIDE]
        return sum(known) / len(known) if known else BRUSH


def sent_drawing(key: str) -> Drawing:
    """Return the Drawing that the browser sent last, even if no run has read it yet.

    Args:
        key: the canvas's key in the session state.

    Raises:
        DrawingError: if it is not a drawing.
    """
    with refusing(NO_DRAWING, AttributeError):
        sent = (st.session_state.get(key) or {}).get("drawing")
    return read_value(sent or {"raw": {"objects": []}})


def read_value(sent: dict) -> Drawing:
    """Return the Drawing in the canvas's value.

    Raises:
        DrawingError: if it is not a drawing.
    """
    with refusing(NO_DRAWING, AttributeError, KeyError, TypeError, ValueError):
        strokes, url = _check_strokes(sent["raw"]["objects"]), sent.get("data")
        png = None if url is None else base64.b64decode(url.partition(";base64,")[2])
        return Drawing(strokes, png)


def points_of(strokes: list[dict]) -> list[list[list[float]]]:
    """Return the points that the pen went through, where they are seen: strokes can be moved.

    Args:
        strokes: the canvas's objects, each with a path of curves as in SVG.

    Returns:
        A list of strokes, each a list of (x, y) in pixels, rounded to tenths.

    Raises:
        DrawingError: for anything else.
    """
    with refusing(NO_DRAWING, KeyError, TypeError, ValueError, OverflowError):
        paths = [stroke["path"] for stroke in _check_strokes(strokes)]
        if not paths:
            return []
        lengths = [len(path) for path in paths]
        curves = np.array([_curve(command) for path in paths for command in path], float)
        if not all(lengths) or curves.shape != (sum(lengths), 6) or not np.isfinite(curves).all():
            raise DrawingError(NO_POINTS)
        curves = curves.reshape(-1, 3, 2)
        points = as_seen(curves[:, 2], curves[:, :2], lengths, strokes)
    if not np.isfinite(points).all():
        raise DrawingError(NO_POINTS)
    rounded = iter(np.clip(points, -SIDE, 2 * SIDE).round(1).tolist())
    return [list(itertools.islice(rounded, length)) for length in lengths]


def _curve(command: list) -> list:
    """Return the six numbers of a path's command: two points that bend a curve, and its end.

    The canvas treats a curve that one point bends as if two did, at the same place.
    """
    return [*command[-2:]] * 3 if len(command) < 5 else [*command[1:3], *command[-4:]]


def path_through(points: list) -> list[list]:
    """Return a path of smooth curves through a stroke's points: the inverse of `points_of`.

    Args:
        points: list of at least one (x, y).

    Returns:
        A list of commands as the canvas has them, the first point's and one for each other point.
    """
    padded = [points[0], *points, points[-1]]
    path = [["M", *points[0]]]
    for before, start, end, after in zip(padded, padded[1:], padded[2:], padded[3:], strict=False):
        # Catmull and Rom's curves: in each point parallel to the line between its neighbours.
        first = [a + (b - c) / 6 for a, b, c in zip(start, end, before, strict=True)]
        second = [a - (b - c) / 6 for a, b, c in zip(end, after, start, strict=True)]
        path.append(["C", *(round(each, 1) for each in (*first, *second)), *end])
    return path if len(path) > 1 else [*path, ["L", *points[0]]]


def _check_strokes(strokes: object) -> list[dict]:
    if not isinstance(strokes, list) or not all(isinstance(s, dict) for s in strokes):
        raise ValueError("the strokes are not a list of strokes")
    paths = [stroke.get("path") for stroke in strokes]
    if len(paths) + sum(len(path) for path in paths if isinstance(path, list)) > MAX_POINTS:
        raise DrawingError(f"The drawing has more than {MAX_POINTS:,} points.")
    return strokes


def decode_png(png: bytes) -> np.ndarray:
    """Decode a PNG of the canvas after checking its length, format, size and mode.

    Args:
        png: bytes.

    Returns:
        (280, 280, 4) uint8.

    Raises:
        DrawingError: naming the first check that failed.
    """
    if len(png) > MAX_PNG_BYTES:
        raise DrawingError(f"The picture has {len(png)} bytes; at most {MAX_PNG_BYTES} are read.")
    size = int.from_bytes(png[16:20]), int.from_bytes(png[20:24])
    if png.startswith(PNG_BEGINS) and len(png) >= 24 and size != (SIDE, SIDE):
        raise DrawingError(f"The picture is {size[0]}×{size[1]}, not {SIDE}×{SIDE}.")
    # Pillow raises errors of many kinds for a broken file.
    with (
        refusing("The picture is not a whole PNG file.", Exception),
        Image.open(io.BytesIO(png), formats=["PNG"]) as image,
    ):
        if image.size != (SIDE, SIDE) or image.mode != "RGBA":  # a second header counts
            width, height = image.size
            raise DrawingError(
                f"The picture is {width}×{height} {image.mode}, not {SIDE}×{SIDE} RGBA."
            )
        return np.asarray(image)  # read-only: the pixels are not copied once more
