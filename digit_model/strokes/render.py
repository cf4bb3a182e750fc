"""Pen strokes rendered as the page's brush draws them.

A drawing is a sequence of strokes, each a (points, 2) float array of x to the right and
y downwards.
"""

from collections.abc import Sequence

import numpy as np

from digit_model.ink_path import Strokes
from digit_model.rasterize import draw
from preprocess import BRUSH, CANVAS, canvas_to_mnist

Digit = tuple[int, Strokes]  # its label, 0–9, and how it is written

SIZES = (0.2, 0.8)  # longer side of a drawing as a share of the canvas
WIDEST = 0.42  # brush as a share of the drawing's longer side


def random_width(rng: np.random.Generator, widest: float = WIDEST) -> float:
    """Choose a brush width as a share of the drawing's longer side.

    Nothing else of brush and size matters to the image: 20 pixels on a drawing of 20 to
    80 % of the canvas make 0.09 to 0.36, the page's extremes 0.036 and 0.4. Their square
    root is even: most drawings are large, and a large one makes its brush thin, but small
    ones are harder to read.
    """
    return rng.uniform(*np.sqrt([0.036, widest])) ** 2


def image_of(strokes: Strokes, width: float) -> np.ndarray:
    """Render strokes with a brush of `width`, a share of the drawing's longer side.

    Returns:
        (28, 28) float32 in [0, 1], by way of `canvas_to_mnist`.
    """
    size = 80  # pixels: four times what the image keeps
    brush = max(width * size, 1)
    strokes = [stroke * size + brush for stroke in fit_unit_box(strokes)]
    columns, rows = np.ceil(np.concatenate(strokes).max(axis=0) + brush).astype(int)
    return _see(draw(strokes, brush, int(columns), int(rows)))


def image_on_canvas(
    strokes: Strokes, brush: float, sizes: tuple[float, float], rng: np.random.Generator
) -> np.ndarray:
    """Draw strokes somewhere on the page's canvas, and return what the network sees of them.

    Args:
        strokes: in any unit.
        brush: its diameter in pixels.
        sizes: (least, most) longer side of the drawing, as a share of the canvas.
        rng: for size and place.

    Returns:
        (28, 28) float32 in [0, 1].
    """
    return _see(render_on_canvas(strokes, brush, CANVAS * rng.uniform(*sizes), rng))


def _see(rgba: np.ndarray) -> np.ndarray:
    """Return what the network sees of drawn strokes, which always leave ink."""
    image = canvas_to_mnist(rgba)
    if image is None:
        raise ValueError("expected strokes that leave ink")
    return image


def draw_anywhere(
    drawings: Sequence[Strokes],
    brush: float = BRUSH,
    sizes: tuple[float, float] = SIZES,
    seed: int = 0,
) -> np.ndarray:
    """Draw n drawings at random places of the page's canvas: (n, 28, 28) float32."""
    rng = np.random.default_rng(seed)
    images = [image_on_canvas(strokes, brush, sizes, rng) for strokes in drawings]
    return np.array(images, np.float32).reshape(-1, 28, 28)


def render_on_canvas(
    strokes: Strokes, brush: float, size: float, rng: np.random.Generator
) -> np.ndarray:
    """Draw strokes as large as `size` somewhere on the page's canvas, all of them inside.

    Args as for `place_on_canvas`.

    Returns:
        (280, 280, 4) uint8, black ink in the alpha channel.
    """
    return draw(place_on_canvas(strokes, brush, size, rng), brush, CANVAS, CANVAS)


def place_on_canvas(
    strokes: Strokes, brush: float, size: float, rng: np.random.Generator
) -> list[np.ndarray]:
    """Scale strokes to `size` and move them somewhere on the canvas, all of their ink inside.

    Args:
        strokes: in any unit.
        brush: its diameter in pixels.
        size: longer side of the strokes' bounding box in pixels.
        rng: for the place.

    Returns:
        Strokes in the canvas's pixels.
    """
    strokes = [stroke * size for stroke in fit_unit_box(strokes)]
    extent = np.concatenate(strokes).max(axis=0)
    corner = rng.uniform(brush / 2, np.maximum(CANVAS - brush / 2 - extent, brush / 2))
    return [stroke + corner for stroke in strokes]


def fit_unit_box(strokes: Strokes) -> list[np.ndarray]:
    """Move and scale strokes so that they start at (0, 0) and their longer side is 1."""
    points = np.concatenate(strokes)
    corner = points.min(axis=0)
    side = (points.max(axis=0) - corner).max() or 1.0
    return [(stroke - corner) / side for stroke in strokes]
