"""What is not a digit: several digits at once, scribbles, dots.

Trained on with a uniform target, the network learns to be unsure of what it does
not know (entropic open-set loss; Dhamija, Günther & Boult 2018).
"""

import numpy as np
from scipy.interpolate import make_interp_spline

from digit_model.strokes import distort, fit_unit_box, random_pen, render
from preprocess import canvas_to_mnist


def random_negative(digits, rng):
    """Render something that is no digit.

    Args:
        digits: list of PenDigit to put side by side.
        rng: numpy Generator; the same state gives the same image.

    Returns:
        (28, 28) float32 in [0, 1], by way of `canvas_to_mnist`.
    """
    kind = rng.choice(list(KINDS), p=[0.5, 0.45, 0.05])
    strokes = KINDS[kind](digits, rng)
    return canvas_to_mnist(render(strokes, *random_pen(rng)))


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


def dot(_, rng):
    """A tap of the pen."""
    return [rng.random((1, 2))]


KINDS = {"several digits": several, "scribble": scribble, "dot": dot}
