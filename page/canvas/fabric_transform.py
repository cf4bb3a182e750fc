"""Where strokes are seen that were moved, scaled or turned on the canvas.

The canvas's library, Fabric 7, keeps a stroke's path as it was drawn. Beside it stands how it is
shown: the middle of the path's box lies at left and top, and around that middle the path is
skewed, scaled, flipped and turned, in this order. The box is that of the curves, not of the
points that they lead to.
"""

import numpy as np

UNMOVED = {"left": None, "top": None, "scaleX": 1, "scaleY": 1, "angle": 0, "skewX": 0, "skewY": 0}
AS_DRAWN = [*UNMOVED.values()][2:]
NEAR = 0.001  # pixels: the library rounds left and top to a tenth of that
FARTHEST = 1e6  # of any coordinate, scale or angle that is calculated with; more is cut off


def as_seen(
    points: np.ndarray, curves: np.ndarray, lengths: list[int], strokes: list[dict]
) -> np.ndarray:
    """Return strokes' points where they are seen.

    Args:
        points: (n, 2) float, finite, of all strokes one after another, as in their paths.
        curves: (n, 2, 2) float, of each point the two that bend the curve which leads to it.
        lengths: how many points each stroke has, at least one.
        strokes: the canvas's objects, of which any other value may be missing.

    Returns:
        (n, 2) float. A stroke that has not been moved keeps its points exactly. If a stroke's
        values are not finite, neither are its points.

    Raises:
        TypeError, ValueError, OverflowError: if a value is not a number.
    """
    values = [[stroke.get(name, value) for name, value in UNMOVED.items()] for stroke in strokes]
    shown = np.array(values, float).reshape(-1, len(UNMOVED)).clip(-FARTHEST, FARTHEST)
    flips = np.array([[s.get("flipX") is True, s.get("flipY") is True] for s in strokes])
    points = points.clip(-FARTHEST, FARTHEST)
    middles = find_middles(points, curves.clip(-FARTHEST, FARTHEST), lengths)
    places = np.where(np.isnan(shown[:, :2]), middles, shown[:, :2])
    is_turned = (shown[:, 2:] != AS_DRAWN).any(axis=1) | flips.any(axis=1)
    is_moved = is_turned | (abs(places - middles) > NEAR).any(axis=1)
    if not is_moved.any():
        return points
    owner = np.repeat(np.arange(len(strokes)), lengths)
    turns = _turns(shown[:, 2:].T, 1 - 2 * flips)
    seen = np.einsum("nij,nj->ni", turns[owner], points - middles[owner]) + places[owner]
    return np.where(is_moved[owner, None], seen, points)


def seen_width(stroke: dict) -> float | None:
    """Return how wide a stroke is seen, in pixels; None if it does not say so."""
    sizes = [stroke.get(name, 1) for name in ("strokeWidth", "scaleX", "scaleY")]
    if "strokeWidth" not in stroke or not all(type(size) in (int, float) for size in sizes):
        return None
    width, *scales = (min(abs(size), FARTHEST) for size in sizes)
    return width * (scales[0] * scales[1]) ** 0.5


def find_middles(points: np.ndarray, curves: np.ndarray, lengths: list[int]) -> np.ndarray:
    """Return the middles of strokes' boxes, (m, 2). Args as for `as_seen`; changes `curves`."""
    begins = np.cumsum([0, *lengths[:-1]])
    starts = np.roll(points, 1, axis=0)
    first, second = curves[:, 0], curves[:, 1]
    # Where a stroke begins, no curve leads.
    starts[begins] = first[begins] = second[begins] = points[begins]
    # A curve turns back where its derivative a·t² + b·t + c is zero.
    a = points - starts + 3 * (first - second)
    b = 2 * (starts - 2 * first + second)
    c = first - starts
    with np.errstate(all="ignore"):
        root = -(b + np.copysign(np.sqrt(b * b - 4 * a * c), b)) / 2
        times = np.array([root / a, c / root])
    times[~((times > 0) & (times < 1))] = 1
    rest = 1 - times
    bends = 3 * rest * times * (rest * first + times * second)
    turns = rest**3 * starts + bends + times**3 * points
    low = np.minimum.reduceat(np.minimum(points, turns.min(axis=0)), begins)
    high = np.maximum.reduceat(np.maximum(points, turns.max(axis=0)), begins)
    return (low + high) / 2


def _turns(values: np.ndarray, flips: np.ndarray) -> np.ndarray:
    """Return what is done to points around a stroke's middle, (m, 2, 2), by (5, m) values."""
    scale_x, scale_y, angle, skew_x, skew_y = values
    one, none = np.ones_like(angle), np.zeros_like(angle)
    angle, skew_x, skew_y = np.radians([angle, skew_x, skew_y])
    turn = [[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]]
    scale = [[scale_x * flips[:, 0], none], [none, scale_y * flips[:, 1]]]
    skews = [[one, np.tan(skew_x)], [none, one]], [[one, none], [np.tan(skew_y), one]]
    matrices = [np.moveaxis(np.array(each), 2, 0) for each in (turn, scale, *skews)]
    return matrices[0] @ matrices[1] @ matrices[2] @ matrices[3]
