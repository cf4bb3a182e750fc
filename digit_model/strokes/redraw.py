"""The same digit, drawn another way: backwards, in other strokes, retraced, in dots, filled in.

None of it changes what the drawing shows, beyond a tail or a thicker line; all of it changes
what a network sees that looks at how it was drawn.
"""

from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise

import numpy as np

from digit_model.rasterize import resample
from digit_model.strokes.render import Strokes, fit_unit_box

Redraw = Callable[[Strokes, np.random.Generator], Strokes]


def random_redraw(strokes: Strokes, rng: np.random.Generator) -> Strokes:
    """Draw a digit as it was drawn, or, half of the time, in one or two other ways."""
    if rng.random() < 0.5:
        return strokes
    ways = list(WAYS.values())
    for _ in range(rng.integers(1, 3)):
        strokes = ways[rng.integers(len(ways))](strokes, rng)
    return strokes


def backwards(strokes: Strokes, _: np.random.Generator) -> Strokes:
    """From the last point to the first."""
    return [stroke[::-1] for stroke in reversed(strokes)]


def any_order(strokes: Strokes, rng: np.random.Generator) -> Strokes:
    """Strokes in any order, each from either end."""
    order = rng.permutation(len(strokes))
    return [strokes[i][:: rng.choice([-1, 1])] for i in order]


def in_two(strokes: Strokes, rng: np.random.Generator) -> Strokes:
    """Each stroke in two."""
    return [piece for stroke in strokes for piece in _cut(stroke, 2, rng)]


def in_twenty(strokes: Strokes, rng: np.random.Generator) -> Strokes:
    """In about twenty strokes."""
    count = max(20 // len(strokes), 1)
    return [piece for stroke in strokes for piece in _cut(stroke, count, rng)]


def joined(strokes: Strokes, _: np.random.Generator) -> Strokes:
    """Strokes of which one begins near the end of the other, in one."""
    together = [strokes[0]]
    for stroke in strokes[1:]:
        if np.hypot(*(stroke[0] - together[-1][-1])) < 0.15 * _size(strokes):
            together[-1] = np.concatenate([together[-1], stroke])
        else:
            together.append(stroke)
    return together


def retraced(strokes: Strokes, rng: np.random.Generator) -> Strokes:
    """Each stroke gone over once more: back without lifting the pen, or again from either end."""
    again = []
    for stroke in strokes:
        beside = stroke + rng.normal(0, 0.01 * _size(strokes), 2)
        if rng.random() < 0.5:
            again += [np.concatenate([stroke, beside[::-1]])]
        else:
            again += [stroke, beside[:: rng.choice([-1, 1])]]
    return again


def in_dots(strokes: Strokes, rng: np.random.Generator) -> Strokes:
    """In taps of the pen, close together, in the order of the ink."""
    unit = _size(strokes)
    dots = [resample(stroke / unit, 0.05) * unit for stroke in strokes]
    return [point[None] for stroke in dots for point in stroke]


def with_tail(strokes: Strokes, rng: np.random.Generator) -> Strokes:
    """With a tail where the finger was lifted late: on in a bend, a third of the digit at most."""
    *others, last = strokes
    length = rng.uniform(0.08, 0.35) * _size(strokes)
    back = last[max(len(last) - 4, 0)]
    ahead = np.arctan2(*(last[-1] - back)[::-1]) if len(last) > 1 else rng.uniform(-np.pi, np.pi)
    angles = ahead + np.linspace(0, rng.normal(0, 0.8), 6)
    steps = np.stack([np.cos(angles), np.sin(angles)], axis=1) * (length / 6)
    return [*others, np.concatenate([last, last[-1] + steps.cumsum(axis=0)])]


def filled_in(strokes: Strokes, rng: np.random.Generator) -> Strokes:
    """Each stroke made thicker by three to six more beside it."""
    width = rng.uniform(0.02, 0.05) * _size(strokes)
    lines = []
    for stroke in strokes:
        for _ in range(rng.integers(4, 8)):
            beside = stroke + rng.uniform(-width, width, 2)
            lines.append(beside[:: rng.choice([-1, 1])])
    return lines


def moved(strokes: Strokes, rng: np.random.Generator) -> Strokes:
    """Moved, turned by up to ten degrees, and scaled."""
    angle, scale = np.radians(rng.uniform(-10, 10)), rng.uniform(0.3, 3)
    cos, sin = scale * np.cos(angle), scale * np.sin(angle)
    matrix, shift = np.array([[cos, sin], [-sin, cos]]), rng.normal(0, 1, 2) * _size(strokes)
    return [stroke @ matrix + shift for stroke in strokes]


def many_points(strokes: Strokes, _: np.random.Generator) -> Strokes:
    """In 20,000 points."""
    unit = _size(strokes)
    strokes = [stroke / unit for stroke in strokes]
    length = sum(np.hypot(*np.diff(stroke, axis=0).T).sum() for stroke in strokes)
    return [resample(stroke, max(length, 0.01) / 20_000) * unit for stroke in strokes]


WAYS: dict[str, Redraw] = {
    "backwards": backwards,
    "strokes in any order": any_order,
    "each stroke in two": in_two,
    "in twenty strokes": in_twenty,
    "strokes joined": joined,
    "retraced": retraced,
    "in dots": in_dots,
    "with a tail": with_tail,
    "filled in": filled_in,
}
MEASURED_WAYS = WAYS | {"moved, turned and scaled": moved, "in 20,000 points": many_points}


def redraw_all(
    drawings: Sequence[Strokes], ways: dict[str, Redraw] = WAYS, seed: int = 0
) -> Iterator[tuple[str, list[Strokes]]]:
    """Draw digits in each of several ways: yield (way, drawings)."""
    for way, redraw in ways.items():
        rng = np.random.default_rng(seed)
        yield way, [redraw(fit_unit_box(strokes), rng) for strokes in drawings]


def _size(strokes: Strokes) -> float:
    """Return the longer side of the strokes' box; 1 if it is a point."""
    return float(np.ptp(np.concatenate(strokes), axis=0).max()) or 1.0


def _cut(stroke: np.ndarray, count: int, rng: np.random.Generator) -> list[np.ndarray]:
    """Cut a stroke at random points into `count` pieces at most, that share their ends."""
    if len(stroke) < 3:
        return [stroke]
    inner = np.arange(1, len(stroke) - 1)
    places = np.sort(rng.choice(inner, min(count - 1, len(inner)), replace=False))
    edges = [0, *places, len(stroke) - 1]
    return [stroke[a : b + 1] for a, b in pairwise(edges)]
