"""The way of the pen as the stroke network sees it: its points, from the first to the last."""

import numpy as np
from PIL import Image, ImageDraw

from digit_model.ink_path import Strokes, encode_paths

SIDE, MARGIN = 280, 24  # pixels of the picture
DOT, RING = 5, 10  # radius of a point, and around one where the pen was put down
FIRST, LAST = np.array([90, 70, 220]), np.array([255, 205, 90])  # colours of the way's ends
RING_COLOUR = (255, 255, 255)


def draw_path(strokes: Strokes) -> np.ndarray:
    """Draw the points of `encode_paths` on black: (280, 280, 3) uint8."""
    (path,) = encode_paths([strokes])
    picture = Image.new("RGB", (SIDE, SIDE))
    pen = ImageDraw.Draw(picture)
    places = (path[:, :2] + 1) / 2 * (SIDE - 2 * MARGIN) + MARGIN
    shares = np.linspace(0, 1, len(path))[:, None]
    colours = (FIRST + shares * (LAST - FIRST)).astype(int).tolist()
    begins = path[:, 4] > 0
    for i, (place, colour, is_begin) in enumerate(zip(places, colours, begins, strict=True)):
        if not is_begin:
            pen.line([*places[i - 1], *place], fill=tuple(colour), width=3)
        else:
            pen.ellipse(_circle(place, RING), outline=RING_COLOUR, width=2)
        pen.ellipse(_circle(place, DOT), fill=tuple(colour))
    return np.asarray(picture)


def _circle(centre: np.ndarray, radius: float) -> list[float]:
    return [*(centre - radius), *(centre + radius)]
