"""What a network is measured on beside plain digits: placements, and rare writing styles."""

from collections.abc import Iterator

import numpy as np

from digit_model.strokes.digit_shapes import HELD_BACK_SHAPES, draw_shape
from digit_model.strokes.distort import distort
from digit_model.strokes.render import SIZES, Digit, Strokes, fit_unit_box
from digit_model.strokes.variants import bar, base, flag, is_stem, slash, without_bar
from preprocess import BRUSH, BRUSHES

# Where and how unseen writers' digits are drawn: (brush in pixels, size as a share of
# the canvas).
PLACEMENTS = {
    "anywhere, 20–80 % of the canvas, brush 20": (BRUSH, SIZES),
    "small, 18–22 %": (BRUSH, (0.18, 0.22)),
    "thin, brush 8": (BRUSHES[0], SIZES),
    "thick, brush 34, 40–80 %": (BRUSHES[1], (0.4, 0.8)),
}

# Composed from held-back people's plain digits: (label, how). HELD_BACK_SHAPES has the others.
COMPOSED = {
    "0 with a slash": (0, lambda s, rng: [*s, slash(s, rng)]),
    "1 with a flag": (1, lambda s, rng: [*s, flag(s, rng)]),
    "1 with a base": (1, lambda s, rng: [*s, base(s, rng)]),
    "1 with both": (1, lambda s, rng: [*s, flag(s, rng), base(s, rng)]),
    "1 like a Λ": (1, lambda s, rng: [*s, flag(s, rng, lengths=(0.6, 0.9))]),
    "7 with a bar": (7, lambda s, rng: [*without_bar(s), bar(without_bar(s), rng)]),
    "7 without a bar": (7, lambda s, rng: without_bar(s)),
}


def compose_styles(
    digits: list[Digit], seed: int = 0, count: int = 500
) -> Iterator[tuple[str, int, list[Strokes]]]:
    """Compose writing styles from digits that people wrote plainly.

    Args:
        digits: of any labels; the first ones are used.
        seed: fixes what is added, and how it is bent.
        count: the most drawings of each style.

    Yields:
        (style, label, drawings); a style is left out if no digit fits it.
    """
    for style, (label, make) in COMPOSED.items():
        rng = np.random.default_rng(seed)
        plain = [fit_unit_box(strokes) for digit, strokes in digits if digit == label]
        plain = [strokes for strokes in plain if _is_plain(strokes, label)]
        if plain:
            yield style, label, [distort(make(s, rng), rng, 0.5) for s in plain[:count]]


def draw_held_back_styles(
    seed: int = 0, count: int = 500
) -> Iterator[tuple[str, int, list[Strokes]]]:
    """Draw `count` of each of HELD_BACK_SHAPES: yield (style, label, drawings)."""
    for style, (label, texts) in HELD_BACK_SHAPES.items():
        rng = np.random.default_rng(seed)
        drawn = [draw_shape(texts[i % len(texts)], rng) for i in range(count)]
        yield style, label, [distort(fit_unit_box(strokes), rng, 0.5) for strokes in drawn]


def _is_plain(strokes: Strokes, label: int) -> bool:
    """Return whether a digit still lacks what is added: a slash, a flag, a base or a bar."""
    if label == 0:
        return len(strokes) == 1 and _is_ring(strokes[0])
    if label == 7:
        return len(without_bar(strokes)) == 1
    return label != 1 or is_stem(strokes)


def _is_ring(stroke: np.ndarray) -> bool:
    """Return whether a stroke goes round once: it is no longer than its box's perimeter."""
    length = np.linalg.norm(np.diff(stroke, axis=0), axis=1).sum()
    return length < 2 * np.ptp(stroke, axis=0).sum()


def find_rising_ones(digits: list[Digit]) -> list[Strokes]:
    """Find the ones that begin with a rising stroke.

    It rises to the top from half of the height or less, leans to the right, and the stem goes
    down from there. Of the other styles in HELD_BACK_SHAPES, people drew next to none.
    """
    ones = [fit_unit_box(strokes) for label, strokes in digits if label == 1]
    return [strokes for strokes in ones if _is_rising(strokes)]


def _is_rising(strokes: Strokes) -> bool:
    stroke = np.concatenate(strokes)
    top, height = stroke[stroke[:, 1].argmin()], np.ptp(stroke[:, 1])
    right, up = (top - strokes[0][0]) * [1, -1] / max(height, 1e-6)
    down = (strokes[-1][-1] - top)[1] / max(height, 1e-6)
    return up > 0.45 and right > 0.15 and down > 0.6
