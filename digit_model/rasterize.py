"""Pen strokes as pixels: drawn as the page's brush draws them."""

from collections.abc import Iterable

import numpy as np
from PIL import Image, ImageDraw


def draw(strokes: Iterable[np.ndarray], brush: float, width: int, height: int) -> np.ndarray:
    """Draw strokes given in pixels on a transparent (height, width, 4) uint8 canvas."""
    ink = Image.new("L", (width, height))
    pen = ImageDraw.Draw(ink)
    for stroke in strokes:
        pen.line(stroke.ravel().tolist(), fill=255, width=round(brush))
        for x, y in stroke:  # round joints and ends
            pen.circle((x, y), brush / 2, fill=255)
    rgba = np.zeros((height, width, 4), np.uint8)
    rgba[..., 3] = np.asarray(ink)
    return rgba


def resample(stroke: np.ndarray, step: float = 0.07) -> np.ndarray:
    """Space a stroke's points evenly, about `step` apart: enough to bend, cheap to draw."""
    along = np.r_[0, np.linalg.norm(np.diff(stroke, axis=0), axis=1).cumsum()]
    if not along[-1]:
        return stroke[:1]
    places = np.linspace(0, along[-1], max(round(along[-1] / step), 1) + 1)
    return np.stack([np.interp(places, along, axis) for axis in stroke.T], axis=1)
