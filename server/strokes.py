"""Strokes in JSON → arrays of points. They may be anything: they are checked here."""

from typing import Any, NamedTuple

import numpy as np

from preprocess import BRUSH

MAX_POINTS = 20_000  # of a drawing; a minute of drawing makes about 5,000
FARTHEST = 1_000_000  # pixels from the corner, a point
WIDEST = 1000  # pixels, a brush


class StrokesError(ValueError):
    """JSON that is no drawing. The error's text is for its sender."""


class SentDrawing(NamedTuple):
    """A drawing as `read_number` takes it.

    Attributes:
        points: (n, 2) float arrays in pixels, n > 0, in the order drawn.
        width: of the brush in pixels.
    """

    points: list[np.ndarray]
    width: float


def read_sent_drawing(sent: dict[str, Any]) -> SentDrawing:
    """Read `{"strokes": [[[x, y], …], …], "width": …}`; the page's own brush without a width.

    Raises:
        StrokesError: for anything else.
    """
    strokes, width = sent.get("strokes"), sent.get("width", BRUSH)
    if not _is_number(width) or not 1 <= width <= WIDEST:
        raise StrokesError(f'"width" is a number of pixels from 1 to {WIDEST:,}.')
    if not isinstance(strokes, list) or not strokes or not all(map(_is_stroke, strokes)):
        raise StrokesError('"strokes" is a list of strokes, each a list of points [x, y].')
    if sum(map(len, strokes)) > MAX_POINTS:
        raise StrokesError(f"A drawing has at most {MAX_POINTS:,} points.")
    return SentDrawing([np.array(stroke, float) for stroke in strokes], width)


def _is_stroke(sent: Any) -> bool:
    return isinstance(sent, list) and len(sent) > 0 and all(map(_is_point, sent))


def _is_point(sent: Any) -> bool:
    if not isinstance(sent, list) or len(sent) != 2:
        return False
    return all(_is_number(place) and abs(place) <= FARTHEST for place in sent)


def _is_number(sent: Any) -> bool:
    """Return whether this is a number that compares with others: not NaN, and no truth value."""
    return type(sent) in (int, float) and sent == sent
