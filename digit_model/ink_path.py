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


def encode_path(strokes: Sequence[np.ndarray]) -> np.ndarray:
    """Return the way of the pen.

    Args:
        strokes: (points, 2) arrays of x to the right and y downwards, in the order drawn, in any
            unit; points that are not finite, and strokes without points, count for nothing.

    Returns:
        (80, 5) float32: x and y in [-1, 1], their difference from the point before in steps along
        the ink, and 1 where a stroke begins; all 0 if there is no ink.
    """
    points, first = _join(strokes)
    if not len(points):
        return np.zeros((POINTS, CHANNELS), np.float32)
    along, starts = _measure(points, first)
    places = (np.arange(POINTS) + 0.5) * (along[-1] / POINTS)
    way = np.stack([np.interp(places, along, axis) for axis in points.T], axis=1)
    stroke = np.searchsorted(starts, places, side="right")
    steps = np.diff(way, axis=0, prepend=way[:1]) * (POINTS / along[-1])
    lifted = np.diff(stroke, prepend=0) > 0
    steps = np.clip(steps, -FARTHEST, FARTHEST)
    return np.concatenate([way, steps, lifted[:, None]], axis=1).astype(np.float32)


def _join(strokes: Sequence[np.ndarray]) -> tuple[np.ndarray, np.ndarray]:
    """Return all finite points, scaled to [-1, 1], and where among them each stroke begins.

    The last point of each stroke stands there twice: a tap has a beginning and an end as well.
    """
    strokes = [np.asarray(stroke, float).reshape(-1, 2) for stroke in strokes]
    lengths = [len(stroke) for stroke in strokes]
    points = np.concatenate([*strokes, np.empty((0, 2))])
    owner = np.repeat(np.arange(len(strokes)), lengths)
    is_finite = np.isfinite(points).all(axis=1)
    points, owner = points[is_finite], owner[is_finite]
    if not len(points):
        return points, owner
    low, high = points.min(axis=0) / 2, points.max(axis=0) / 2  # halves: no sum overflows
    points = (points - (low + high)) / ((high - low).max() or 1.0)
    is_last = np.diff(owner, append=-1) != 0
    count = 1 + is_last
    first = np.flatnonzero(np.diff(np.repeat(owner, count), prepend=-1))
    return np.repeat(points, count, axis=0), first


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
    last = np.append(first[1:], len(points)) - 1
    steps[last] += rests
    lengths += rests
    return np.cumsum(steps), np.cumsum(lengths) - lengths
