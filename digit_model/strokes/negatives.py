"""What is not a digit: several at once, scribbles, dots, letters, symbols, mirrored ones.

Trained on with a uniform target, the network learns to be unsure of what it does
not know (entropic open-set loss; Dhamija, Günther & Boult 2018).
"""

import numpy as np
from scipy.interpolate import make_interp_spline

from digit_model.strokes.distort import distort
from digit_model.strokes.render import fit_unit_box, image_of, random_width
from digit_model.strokes.shapes import draw_shape
from digit_model.strokes.signs import SIGNS, SYMBOLS

# Letters that no digit looks like, in most hands.
LETTERS = frozenset("AdEFfHhKkMmNnPpRVvWwXx")

# Digits that are none any more when seen in a mirror, and when lying on their side.
MIRRORED = (3, 4, 6, 7, 9)
TURNED = (2, 3, 4, 5)

# Kinds to learn from, with their shares; the rest only measures.
TRAINED_KINDS = {
    "several digits": 0.2,
    "scribble": 0.13,
    "dot": 0.02,
    "letter": 0.28,
    "mirrored digit": 0.1,
    "glyph": 0.19,
    "symbol": 0.08,
}


def random_negative(digits, letters, rng):
    """Render something that is no digit.

    Args:
        digits: list of PenSample to put side by side or to mirror.
        letters: list of PenSample; may be empty.
        rng: numpy Generator; the same state gives the same image.

    Returns:
        (28, 28) float32 in [0, 1], by way of `canvas_to_mnist`.
    """
    kinds = [kind for kind in TRAINED_KINDS if letters or kind != "letter"]
    shares = np.array([TRAINED_KINDS[kind] for kind in kinds])
    kind = rng.choice(kinds, p=shares / shares.sum())
    strokes = KINDS[kind](letters if kind == "letter" else digits, rng)
    return image_of(strokes, random_width(rng))


def letter(letters, rng):
    """A letter that no digit looks like."""
    return distort(fit_unit_box(letters[rng.integers(len(letters))].strokes), rng)


def mirrored(digits, rng):
    """A digit seen in a mirror."""
    strokes = _choose(digits, MIRRORED, rng).strokes
    return distort(fit_unit_box([stroke * [-1, 1] for stroke in strokes]), rng)


def turned(digits, rng):
    """A digit lying on either side."""
    strokes = _choose(digits, TURNED, rng).strokes
    side = rng.choice([-1, 1])
    return distort(fit_unit_box([stroke[:, ::-1] * [side, -side] for stroke in strokes]), rng)


def _choose(digits, labels, rng):
    """Choose one of those digits that have one of these labels, or any where none has."""
    chosen = [digit for digit in digits if digit.label in labels] or digits
    return chosen[rng.integers(len(chosen))]


def several(digits, rng):
    """Two or three digits side by side, about as tall as one another."""
    strokes, left = [], 0.0
    for _ in range(rng.integers(2, 4)):
        digit = digits[rng.integers(len(digits))]
        written = distort(fit_unit_box(digit.strokes), rng)
        points = np.concatenate(written)
        corner = [points[:, 0].min() - left, points[:, 1].min() - rng.normal(0, 0.05)]
        strokes += [(stroke - corner) * [1, rng.uniform(0.9, 1.1)] for stroke in written]
        left = np.concatenate(strokes)[:, 0].max() + rng.uniform(0.12, 0.5)
    return strokes


def scribble(_, rng):
    """One or two smooth strokes through eight to twenty random places each."""
    strokes = []
    for _ in range(rng.integers(1, 3)):
        count = rng.integers(8, 21)
        knots = rng.random((count, 2)) * [1, rng.uniform(0.4, 1)]
        path = make_interp_spline(np.arange(count), knots)
        strokes.append(path(np.linspace(0, count - 1, 6 * count)))
    return strokes


def glyph(_, rng):
    """Three to six lines and arcs at random places: a sign of no script."""
    return [_line(rng) if rng.random() < 0.6 else _arc(rng) for _ in range(rng.integers(3, 7))]


def _line(rng):
    """A straight line, at least a third of the box long."""
    ends = rng.random((2, 2))
    return ends if np.linalg.norm(ends[1] - ends[0]) > 1 / 3 else _line(rng)


def _arc(rng):
    """A piece of an ellipse, open: a ring with a line across would be a zero."""
    sweep = 2 * np.pi * rng.uniform(1 / 6, 0.8)
    angles = rng.uniform(0, 2 * np.pi) + np.linspace(0, sweep, 20)
    radii = rng.uniform(0.12, 0.5, 2)
    return rng.uniform(0.2, 0.8, 2) + radii * np.stack([np.cos(angles), np.sin(angles)], axis=1)


def dot(_, rng):
    """A tap of the pen."""
    return [rng.random((1, 2))]


def sign(_, rng):
    """A letter of another script, a sign of print or a little picture."""
    return _drawn(SIGNS, rng)


def symbol(_, rng):
    """A cross, star, arrow, house, heart, spiral, smile or the like."""
    return _drawn(SYMBOLS, rng)


def _drawn(texts, rng):
    """Draw one of these in some hand."""
    return distort(fit_unit_box(draw_shape(texts[rng.integers(len(texts))], rng)), rng)


KINDS = {
    "several digits": several,
    "scribble": scribble,
    "glyph": glyph,
    "dot": dot,
    "letter": letter,
    "mirrored digit": mirrored,
    "symbol": symbol,
    "digit on its side": turned,
    "sign": sign,
}
