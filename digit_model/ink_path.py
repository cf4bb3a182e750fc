"""How a drawing was made: the way of the pen, as the stroke network sees it.

Points evenly spaced along the ink, in the order drawn, whatever the number and the speed of the
pen's own points; where the pen was lifted, one point follows the other without ink between.
"""

from collections.abc import Sequence

import numpy as np

POINTS = 80  # along the ink of the whole drawing
CHANNELS = 5  # x, y, direction in x, direction in y, and whether the pen was just put down
SHORTEST = 0.03  # of a drawing's longer side, which a tap or a speck of a stroke counts as
FARTHEST = 4.0  # steps, which a jump of the pen counts as at most

Strokes = Sequence[np.ndarray]  # of one drawing: (points, 2) each, in the order drawn, any unit


def encode_paths(drawings: Sequence[Strokes]) -> np.ndarray:
    """Return the way of the pen through each of n drawings.

    Args:
        drawings: strokes of x to the right and y downwards; points that are not finite, and
            strokes without points, count for nothing.

    Returns:
        (n, 80, 5) float32: x and y in [-1, 1], their difference from the point before in steps
        along the ink, and 1 where a stroke begins; all 0 for a drawing without ink.
    """
    paths = np.zeros((len(drawings), POINTS, CHANNELS), np.float32)
    points, owners, first = _join(drawings)
    if not len(points):
        return paths
    begins = np.flatnonzero(np.diff(owners, prepend=-1))
    points = _scale(points, begins)
    along, starts = _measure(points, first)
    reached = along[np.append(begins[1:], len(points)) - 1, None]  # at the end of each drawing
    length = np.diff(reached, axis=0, prepend=0)
    places = reached - length + (np.arange(POINTS) + 0.5) * (length / POINTS)
    way = np.stack([np.interp(places, along, axis) for axis in points.T], axis=2)
    steps = np.diff(way, axis=1, prepend=way[:, :1]) * (POINTS / length[..., None])
    stroke = np.searchsorted(starts, places, side="right")
    lifted = np.diff(stroke, axis=1, prepend=0) > 0
    steps = np.clip(steps, -FARTHEST, FARTHEST)
    paths[owners[begins]] = np.concatenate([way, steps, lifted[..., None]], axis=2)
    return paths


def _join(drawings: Sequence[Strokes]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return all finite points, the drawing of each, and where among them each stroke begins.

    The last point of each stroke stands there twice: a tap has a beginning and an end as well.
    """
    strokes = [np.asarray(each, float).reshape(-1, 2) for drawing in drawings for each in drawing]
    points = np.concatenate([*strokes, np.empty((0, 2))])
    stroke = np.repeat(np.arange(len(strokes)), [len(each) for each in strokes])
    finite = np.isfinite(points).all(axis=1)
    points, stroke = points[finite], stroke[finite]
    count = 1 + (np.diff(stroke, append=-1) != 0)
    points, stroke = np.repeat(points, count, axis=0), np.repeat(stroke, count)
    drawing = np.repeat(np.arange(len(drawings)), [len(each) for each in drawings])
    return points, drawing[stroke], np.flatnonzero(np.diff(stroke, prepend=-1))


def _scale(points: np.ndarray, begins: np.ndarray) -> np.ndarray:
    """Return the points of drawings, each of which begins at one of `begins`, in [-1, 1]."""
    low, high = (each.reduceat(points / 2, begins) for each in (np.minimum, np.maximum))
    half = (high - low).max(axis=1, keepdims=True)  # of the longer side: no sum overflows
    counts = np.diff(begins, append=len(points))
    middle, half = (np.repeat(each, counts, axis=0) for each in (low + high, half))
    return (points - middle) / np.where(half > 0, half, 1)


def _measure(points: np.ndarray, first: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Measure where along the ink each of (n, 2) points lies.

    Returns:
        (n,) places along the ink, never falling, and the place where each stroke begins. A stroke
        that hardly moves counts as SHORTEST of the drawing: the pen rests at its end.
    """
    steps = np.hypot(*np.diff(points, axis=0, prepend=points[:1]).T)
    steps[first] = 0  # no ink from one stroke to the next
    lengths = np.add.reduceat(steps, first)
    rests = np.maximum(2 * SHORTEST - lengths, 0)
    steps[np.append(first[1:], len(points)) - 1] += rests
    lengths += rests
    return np.cumsum(steps), np.cumsum(lengths) - lengths
