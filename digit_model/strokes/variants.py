"""Writing styles that pen data lacks, composed from its strokes: slash, flag, base, bar.

MNIST and the pen digits hardly have slashed zeros, ones with a flag or a base, crossed sevens.
"""

import numpy as np

from digit_model.strokes.distort import distort
from digit_model.strokes.render import Strokes, fit_unit_box, image_of, random_width


def random_image(
    strokes: Strokes, label: int, rng: np.random.Generator, amount: float = 1.0
) -> np.ndarray:
    """Render a digit as one of many people might have drawn it.

    Args:
        strokes: in any unit.
        label: which digit it is, 0–9.
        rng: the same state gives the same image.
        amount: of distortion, as for `distort`.

    Returns:
        (28, 28) float32 in [0, 1], by way of `canvas_to_mnist`.
    """
    strokes = compose(fit_unit_box(strokes), label, rng)
    return image_of(distort(strokes, rng, amount), random_width(rng))


def compose(strokes: Strokes, label: int, rng: np.random.Generator) -> list[np.ndarray]:
    """Add, now and then, what some people add: a slash, a flag, a base, a bar.

    Nine of ten sevens among the pen digits are crossed: some lose their bar.

    Args:
        strokes: a digit in its unit box.
        label: which digit it is.
        rng: decides what is added.

    Returns:
        A new list of strokes.
    """
    chance = rng.random()
    if label == 0 and chance < 0.3:
        ring = narrow(strokes, rng) if chance < 0.15 else strokes
        return [*ring, slash(ring, rng)]
    if label == 1 and is_stem(strokes):
        if chance < 0.2:
            return [*strokes, flag(strokes, rng)]
        if chance < 0.3:
            return [*strokes, base(strokes, rng)]
        if chance < 0.4:
            return [*strokes, flag(strokes, rng), base(strokes, rng)]
        if chance < 0.6:
            return [upstroke(strokes, rng), *strokes]
    if label == 7 and len(strokes) == 1 and chance < 0.3:
        return [*strokes, bar(strokes, rng)]
    if label == 7 and chance < 0.4:
        return without_bar(strokes)
    return list(strokes)


def is_stem(strokes: Strokes) -> bool:
    """Return whether a one is a plain stem: one stroke at least three times as tall as wide."""
    width, height = np.ptp(np.concatenate(strokes), axis=0)
    return len(strokes) == 1 and height > 3 * width


def narrow(strokes: Strokes, rng: np.random.Generator) -> list[np.ndarray]:
    """Make a zero up to twice as narrow, as slashed ones often are."""
    return [stroke * [rng.uniform(0.5, 1), 1] for stroke in strokes]


def slash(strokes: Strokes, rng: np.random.Generator) -> np.ndarray:
    """A slash across a zero, most often rising, ending inside, on or well beyond the ring.

    A level one would make a theta, which is not a digit.
    """
    points = np.concatenate(strokes)
    low, high = points.min(axis=0), points.max(axis=0)
    rising, falling = (25, 85), (100, 150)
    angle = np.radians(rng.uniform(*(rising if rng.random() < 0.85 else falling)))
    direction = np.array([np.cos(angle), -np.sin(angle)])
    # From the middle to the ellipse that the bounding box holds, and a bit more or less.
    radius = 1 / np.linalg.norm(direction / np.maximum((high - low) / 2, 0.05))
    ends = radius * rng.uniform(0.7, 1.6, 2)
    middle = (low + high) / 2 + rng.normal(0, 0.03, 2)
    return np.array([middle - direction * ends[0], middle + direction * ends[1]])


def upstroke(strokes: Strokes, rng: np.random.Generator) -> np.ndarray:
    """The rising stroke of a one: from half height or the base line, curving up into its top."""
    points = np.concatenate(strokes)
    top, foot = points[points[:, 1].argmin()], points[points[:, 1].argmax()]
    height = foot[1] - top[1]
    drop = rng.uniform(0.4, 1) * height
    width = rng.uniform(0.2, 0.55) * height
    along = np.linspace(0, 1, 12)
    rise = along ** rng.uniform(1, 2.2)  # level at first
    return top + np.stack([(along - 1) * width, (1 - rise) * drop], axis=1)


def flag(
    strokes: Strokes, rng: np.random.Generator, lengths: tuple[float, float] = (0.15, 0.6)
) -> np.ndarray:
    """The flag of a one: from its top down to the left, long ones steep, as in a Λ."""
    points = np.concatenate(strokes)
    top = points[points[:, 1].argmin()]
    length = rng.uniform(*lengths)
    angle = np.radians(rng.uniform(min(25 + 50 * length, 62), 65))  # flatter would be a seven
    return np.array([top + length * np.array([-np.cos(angle), np.sin(angle)]), top])


def base(strokes: Strokes, rng: np.random.Generator) -> np.ndarray:
    """The base of a one: a short line under its foot."""
    points = np.concatenate(strokes)
    foot = points[points[:, 1].argmax()]
    left, right = rng.uniform(0.12, 0.4, 2)
    tilt = rng.normal(0, 0.03, 2)
    return foot + np.array([[-left, tilt[0]], [right, tilt[1]]])


def bar(strokes: Strokes, rng: np.random.Generator) -> np.ndarray:
    """The bar of a crossed seven: through its stem, about half-way down."""
    points = np.concatenate(strokes)
    low, high = points.min(axis=0), points.max(axis=0)
    y = low[1] + rng.uniform(0.38, 0.68) * (high[1] - low[1])
    crossing = points[np.abs(points[:, 1] - y).argmin()]
    left, right = rng.uniform(0.12, 0.35, 2)
    tilt = rng.uniform(-0.12, 0.08)
    return crossing + np.array([[-left, -tilt], [right, tilt]])


def without_bar(strokes: Strokes) -> list[np.ndarray]:
    """Leave out the bar of a crossed seven: a last stroke that is short, level and half-way down.

    A traced seven's last stroke may be a piece of its stem or its roof; they stay.
    """
    *others, last = strokes
    width, height = np.ptp(last, axis=0)
    depths = np.concatenate(strokes)[:, 1]
    depth = (last[:, 1].mean() - depths.min()) / max(np.ptp(depths), 1e-6)
    is_level = height < width and 0.25 < depth < 0.75
    is_bar = others and is_level and _length(last) < 0.5 * max(map(_length, others))
    return others if is_bar else list(strokes)


def _length(stroke: np.ndarray) -> float:
    return np.linalg.norm(np.diff(stroke, axis=0), axis=1).sum()
