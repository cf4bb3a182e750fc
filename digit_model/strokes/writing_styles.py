"""Ways of drawing to measure on: sizes and brushes, and shapes that data lacks."""

import numpy as np

from digit_model.strokes.digit_shapes import HELD_BACK_SHAPES, draw_shape
from digit_model.strokes.distort import distort
from digit_model.strokes.render import SIZES, fit_unit_box
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

# Composed from what held-back people drew: (label, how). HELD_BACK_SHAPES has the others.
COMPOSED = {
    "0 with a slash": (0, lambda s, rng: [*s, slash(s, rng)]),
    "1 with a flag": (1, lambda s, rng: [*s, flag(s, rng)]),
    "1 with a base": (1, lambda s, rng: [*s, base(s, rng)]),
    "1 with both": (1, lambda s, rng: [*s, flag(s, rng), base(s, rng)]),
    "1 like a Λ": (1, lambda s, rng: [*s, flag(s, rng, lengths=(0.6, 0.9))]),
    "7 with a bar": (7, lambda s, rng: [*without_bar(s), bar(without_bar(s), rng)]),
    "7 without a bar": (7, lambda s, rng: without_bar(s)),
}


def compose_ways(hands, seed=0, count=500):
    """Compose ways of drawing a digit from hands that draw it plainly.

    Args:
        hands: list of (label, strokes); the first ones are taken.
        seed: fixes what is added, and how it is bent.
        count: how many drawings of each way at most.

    Yields:
        (way, label, list of drawings); a way is left out if no hand fits it.
    """
    for way, (label, make) in COMPOSED.items():
        rng = np.random.default_rng(seed)
        plain = [fit_unit_box(strokes) for digit, strokes in hands if digit == label]
        plain = [strokes for strokes in plain if _is_plain(strokes, label)]
        if plain:
            yield way, label, [distort(make(s, rng), rng, 0.5) for s in plain[:count]]


def draw_held_back_ways(seed=0, count=500):
    """Draw `count` of each of HELD_BACK_SHAPES: yield (way, label, list of drawings)."""
    for way, (label, texts) in HELD_BACK_SHAPES.items():
        rng = np.random.default_rng(seed)
        drawn = [draw_shape(texts[i % len(texts)], rng) for i in range(count)]
        yield way, label, [distort(fit_unit_box(strokes), rng, 0.5) for strokes in drawn]


def _is_plain(strokes, label):
    """Say whether a digit still lacks what is to be added: a slash, a flag, a base, a bar."""
    if label == 0:
        return len(strokes) == 1 and _is_ring(strokes[0])
    if label == 7:
        return len(without_bar(strokes)) == 1
    return label != 1 or is_stem(strokes)


def _is_ring(stroke):
    """Say whether a stroke goes round once: it is no longer than the outline of its box."""
    length = np.linalg.norm(np.diff(stroke, axis=0), axis=1).sum()
    return length < 2 * np.ptp(stroke, axis=0).sum()


def find_rising_ones(hands):
    """Find the ones among people's digits that begin with a rising stroke.

    It rises to the top from half of the height or less, leans to the right, and the stem goes
    down from there. Of the other ways that HELD_BACK_SHAPES has, people drew next to none.

    Args:
        hands: list of (label, strokes).

    Returns:
        A list of drawings.
    """
    ones = [fit_unit_box(strokes) for label, strokes in hands if label == 1]
    return [strokes for strokes in ones if _is_rising(strokes)]


def _is_rising(strokes):
    stroke = np.concatenate(strokes)
    top, height = stroke[stroke[:, 1].argmin()], np.ptp(stroke[:, 1])
    right, up = (top - strokes[0][0]) * [1, -1] / max(height, 1e-6)
    down = (strokes[-1][-1] - top)[1] / max(height, 1e-6)
    return up > 0.45 and right > 0.15 and down > 0.6
