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
    strokes = [_finite(stroke) for stroke in strokes]
    strokes = [stroke for stroke in strokes if len(stroke)]
    if not strokes:
        return np.zeros((POINTS, CHANNELS), np.float32)
    points, along, starts = _measure(strokes)
    places = (np.arange(POINTS) + 0.5) * (along[-1] / POINTS)
    way = np.stack([np.interp(places, along, axis) for axis in points.T], axis=1)
    stroke = np.searchsorted(starts, places, side="right")
    steps = np.diff(way, axis=0, prepend=way[:1]) * (POINTS / along[-1])
    lifted = np.diff(stroke, prepend=0) > 0
    steps = np.clip(steps, -FARTHEST, FARTHEST)
    return np.concatenate([way, steps, lifted[:, None]], axis=1).astype(np.float32)


def _finite(stroke: np.ndarray) -> np.ndarray:
    stroke = np.asarray(stroke, float).reshape(-1, 2)
    return stroke[np.isfinite(stroke).all(axis=1)]


def _measure(strokes: list[np.ndarray]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Measure where along the ink each point lies.

    Returns:
        (n, 2) points in [-1, 1], (n,) places along the ink, never falling, and the place where
        each stroke begins. A stroke that hardly moves is stretched to SHORTEST along the ink,
        from where the pen was before if it is a tap.
    """
    points = np.concatenate(strokes)
    low, high = points.min(axis=0), points.max(axis=0)
    points = (points - (low + high) / 2) * (2 / ((high - low).max() or 1.0))
    steps = np.hypot(*np.diff(points, axis=0, prepend=points[:1]).T)
    first = np.cumsum([0, *map(len, strokes)])
    steps[first[:-1]] = 0  # no ink from one stroke to the next
    lengths = np.add.reduceat(steps, first[:-1])
    lacking = np.maximum(2 * SHORTEST - lengths, 0)
    steps[first[1:] - 1] += lacking  # at its last point
    along = np.cumsum(steps)
    starts = np.cumsum(lengths + lacking) - lengths - lacking
    return points, along, starts
