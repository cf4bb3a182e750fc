"""Canvas pixels → the 28×28 image that the network reads, by MNIST's own recipe.

"The original black and white images from NIST were size normalized to fit in a
20x20 pixel box while preserving their aspect ratio. […] the images were centered
in a 28x28 image by computing the center of mass of the pixels, and translating
the image so as to position this point at the center of the 28x28 field."
— LeCun, Cortes, Burges: The MNIST database of handwritten digits
"""

from collections.abc import Callable

import numpy as np
from PIL import Image

FIELD = 28  # side of MNIST's image, in pixels
BOX = 20  # longer side of the ink inside it
CENTRE = 14  # the pixel that carries the centre of mass

# The page's canvas, which training draws on as well.
CANVAS = 280  # side, in pixels
BRUSH = 20  # the default width of a stroke, in pixels
BRUSHES = (8, 34)  # the thinnest and the thickest

PHOTOGRAPHS = ("photo_to_mnist", "photo_ink", "picture_ink")


def __getattr__(name: str) -> Callable:
    """Import what reads photographs from photo/pictures.py, which imports this file."""
    if name not in PHOTOGRAPHS:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from photo import pictures

    return getattr(pictures, name)


def canvas_to_mnist(rgba: np.ndarray) -> np.ndarray | None:
    """Crop a drawing to its ink, scale it to 20 pixels and centre it by mass.

    Args:
        rgba: (H, W, 4) uint8, any H and W; the ink is the alpha channel.

    Returns:
        (28, 28) float32 in [0, 1], ink bright, or None if there is no ink. The
        strongest ink counts as opaque, so that a pale pen is read like a dark one.

    Raises:
        ValueError: for any other shape or dtype; the message names it.
    """
    return ink_to_mnist(ink_of(rgba))


def canvas_resized(rgba: np.ndarray) -> np.ndarray:
    """Shrink the whole canvas to 28×28, as most demos do; for comparison.

    Args and errors as for `canvas_to_mnist`.

    Returns:
        (28, 28) float32 in [0, 1]; all zero if there is no ink.
    """
    ink = ink_of(rgba)
    if not ink.size:
        return np.zeros((FIELD, FIELD), np.float32)
    return _resize(ink, FIELD, FIELD)


def ink_of(rgba: np.ndarray) -> np.ndarray:
    """Return the ink of a canvas as (H, W) float32, its strongest pixel at 1.

    Args and errors as for `canvas_to_mnist`.
    """
    is_array = isinstance(rgba, np.ndarray)
    if not is_array or rgba.ndim != 3 or rgba.shape[2] != 4 or rgba.dtype != np.uint8:
        raise ValueError(f"expected canvas pixels as (H, W, 4) uint8, got {describe(rgba)}")
    alpha = np.ascontiguousarray(rgba[..., 3])  # bytes in a row: six times as fast
    return np.divide(alpha, max(alpha.max(initial=0), 1), dtype=np.float32)


def ink_to_mnist(ink: np.ndarray) -> np.ndarray | None:
    """Treat (H, W) float32 ink as MNIST does; None if there is none."""
    box = bounding_box(ink)
    return None if box is None else centre_by_mass(scale_to_box(ink[box]))


def bounding_box(ink: np.ndarray) -> tuple[slice, slice] | None:
    """Find the smallest box that contains all ink, its last row and column included.

    Args:
        ink: (H, W) array, zero if there is none.

    Returns:
        A pair of slices (rows, columns), or None if there is no ink.
    """
    ink = np.ascontiguousarray(ink)
    rows = np.flatnonzero(ink.any(axis=1))
    columns = np.flatnonzero(ink.any(axis=0))
    if not rows.size:
        return None
    return slice(rows[0], rows[-1] + 1), slice(columns[0], columns[-1] + 1)


def scale_to_box(ink: np.ndarray) -> np.ndarray:
    """Scale ink with antialiasing so that its longer side is 20 pixels.

    Args:
        ink: (h, w) float32 in [0, 1], cropped to its bounding box.

    Returns:
        (h', w') float32 in [0, 1] with max(h', w') = 20 and the aspect ratio
        kept to the nearest pixel; a line keeps at least one pixel.
    """
    height, width = ink.shape
    scale = BOX / max(height, width)
    return _resize(ink, max(1, round(height * scale)), max(1, round(width * scale)))


def centre_by_mass(ink: np.ndarray) -> np.ndarray:
    """Paste ink into the 28×28 field, its centre of mass on pixel (14, 14).

    The shift is by whole pixels, so the centre of mass ends within half a pixel
    of the middle, as in MNIST. Very lopsided ink stops at the field's edge; none
    of it is cut off.

    Args:
        ink: (h, w) float32, at most 28 on a side, not all zero.

    Returns:
        (28, 28) float32.
    """
    height, width = ink.shape
    row, column = centre_of_mass(ink)
    top = int(np.clip(round(CENTRE - row), 0, FIELD - height))
    left = int(np.clip(round(CENTRE - column), 0, FIELD - width))
    field = np.zeros((FIELD, FIELD), np.float32)
    field[top : top + height, left : left + width] = ink
    return field


def centre_of_mass(ink: np.ndarray) -> tuple[float, float]:
    """Return the ink's mean (row, column) in pixels; a pixel's centre is its index."""
    total = ink.sum(dtype=np.float64)
    rows = ink.sum(axis=1, dtype=np.float64) @ np.arange(ink.shape[0])
    columns = ink.sum(axis=0, dtype=np.float64) @ np.arange(ink.shape[1])
    return rows / total, columns / total


def describe(thing: object) -> str:
    """Name an array's shape and dtype, or anything else's type, for an error's message."""
    return f"{thing.shape} {thing.dtype}" if isinstance(thing, np.ndarray) else type(thing).__name__


def _resize(ink: np.ndarray, height: int, width: int) -> np.ndarray:
    """Resize (h, w) float32 with a triangle filter, widened when it shrinks."""
    image = Image.fromarray(ink).resize((width, height), Image.Resampling.BILINEAR)
    return np.clip(np.asarray(image), 0, 1)
