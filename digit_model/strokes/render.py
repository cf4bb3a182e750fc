"""Pen strokes: rendered as the page's brush draws them, and bent.

A drawing is a sequence of strokes, each (points, 2) float array of x to the right and
y downwards.
"""

import numpy as np

from digit_model.rasterize import draw
from preprocess import BRUSH, CANVAS, canvas_to_mnist

SIZES = (0.2, 0.8)  # longer side of a drawing as a share of the canvas
WIDEST = 0.42  # brush as a share of the drawing's longer side


def random_width(rng, widest=WIDEST):
    """Choose a brush width as a share of the drawing's longer side.

    Nothing else of brush and size matters to the image: 20 pixels on a drawing of 20 to
    80 % of the canvas make 0.09 to 0.36, the page's extremes 0.036 and 0.4. Their square
    root is even: most drawings are large, and a large one makes its brush thin, but small
    ones are harder to read.
    """
    return rng.uniform(*np.sqrt([0.036, widest])) ** 2


def image_of(strokes, width):
    """Render strokes with a brush of `width`, a share of the drawing's longer side.

    Returns:
        (28, 28) float32 in [0, 1], by way of `canvas_to_mnist`.
    """
    size = 80  # pixels: four times what the image keeps
    brush = max(width * size, 1)
    strokes = [stroke * size + brush for stroke in fit_unit_box(strokes)]
    columns, rows = np.ceil(np.concatenate(strokes).max(axis=0) + brush).astype(int)
    return canvas_to_mnist(draw(strokes, brush, int(columns), int(rows)))


def image_on_canvas(strokes, brush, sizes, rng):
    """Draw strokes somewhere on the page's canvas, and see them as the network does.

    Args:
        strokes: sequence of (points, 2) arrays, any unit.
        brush: its diameter in pixels.
        sizes: (least, most) longer side of the drawing, as a share of the canvas.
        rng: numpy Generator, for size and place.

    Returns:
        (28, 28) float32 in [0, 1].
    """
    return canvas_to_mnist(render_on_canvas(strokes, brush, CANVAS * rng.uniform(*sizes), rng))


def draw_anywhere(drawings, brush=BRUSH, sizes=SIZES, seed=0):
    """Draw lists of strokes at random places of the page's canvas: (n, 28, 28) float32."""
    rng = np.random.default_rng(seed)
    images = [image_on_canvas(strokes, brush, sizes, rng) for strokes in drawings]
    return np.array(images, np.float32).reshape(-1, 28, 28)


def render_on_canvas(strokes, brush, size, rng):
    """Draw strokes as large as `size` somewhere on the page's canvas, all of them inside.

    Args as for `place_on_canvas`.

    Returns:
        (280, 280, 4) uint8, black ink in the alpha channel.
    """
    return draw(place_on_canvas(strokes, brush, size, rng), brush, CANVAS, CANVAS)


def place_on_canvas(strokes, brush, size, rng):
    """Scale strokes to `size` and move them somewhere on the canvas, all of their ink inside.

    Args:
        strokes: sequence of (points, 2) arrays, any unit.
        brush: its diameter in pixels.
        size: longer side of the strokes' bounding box in pixels.
        rng: numpy Generator, for the place.

    Returns:
        A list of (points, 2) arrays, in the canvas's pixels.
    """
    strokes = [stroke * size for stroke in fit_unit_box(strokes)]
    extent = np.concatenate(strokes).max(axis=0)
    corner = rng.uniform(brush / 2, np.maximum(CANVAS - brush / 2 - extent, brush / 2))
    return [stroke + corner for stroke in strokes]


def fit_unit_box(strokes):
    """Move and scale strokes so that they start at (0, 0) and their longer side is 1."""
    points = np.concatenate(strokes)
    corner = points.min(axis=0)
    side = (points.max(axis=0) - corner).max() or 1.0
    return [(stroke - corner) / side for stroke in strokes]
