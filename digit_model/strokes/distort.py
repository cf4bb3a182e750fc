"""Pen strokes slanted, turned, stretched, bent and shaken, as other people might write them."""

import numpy as np

from digit_model.rasterize import resample
from digit_model.strokes.render import Strokes


def distort(strokes: Strokes, rng: np.random.Generator, amount: float = 1.0) -> list[np.ndarray]:
    """Slant, turn, stretch, bend and shake strokes in their unit box.

    Args:
        strokes: in the unit box.
        rng: the same state gives the same strokes.
        amount: 1 is what the training uses, 0 changes nothing.

    Returns:
        A list of (evenly spaced points, 2) arrays, about the unit box.
    """
    turn, slant, stretch = rng.normal(0, [0.13, 0.2, 0.15]) * amount
    cos, sin = np.cos(turn), np.sin(turn)
    affine = (
        np.array([[cos, -sin], [sin, cos]])
        @ np.array([[1, slant], [0, 1]])
        @ np.diag([np.exp(stretch), np.exp(-stretch)])
    )
    # A smooth field of displacement: a few plane waves longer than half the digit.
    waves = rng.uniform(-5, 5, (3, 2))
    phases = rng.uniform(0, 2 * np.pi, 3)
    sway = rng.normal(0, 0.04 * amount, (3, 2))
    shake = 0.006 * amount * rng.random()
    strokes = [resample(stroke) for stroke in strokes]
    points = np.concatenate(strokes)
    points = points - 0.5 + np.sin(points @ waves.T + phases) @ sway
    points += rng.normal(0, shake, points.shape)
    return np.split(points @ affine.T + 0.5, np.cumsum([len(stroke) for stroke in strokes])[:-1])
