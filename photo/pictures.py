"""Any picture → its ink, and the network's image of it."""

from contextlib import suppress

import numpy as np
from PIL import Image

from photo.files import read_transparency, shrink_photograph
from preprocess import describe, ink_of, ink_to_mnist


def photo_to_mnist(image: Image.Image | np.ndarray) -> np.ndarray | None:
    """Find the ink on a photograph of a digit, and make the network's image of it.

    The ink may be dark on light paper or light on a dark board, the paper unevenly lit, ruled or
    squared; see photo/ink.py.

    Args:
        image: PIL.Image of any mode, which is rotated as its EXIF says, or (H, W), (H, W, 3)
            or (H, W, 4) uint8; at most 50 million pixels.

    Returns:
        (28, 28) float32 in [0, 1], ink bright, or None if no ink is found.

    Raises:
        ValueError: for anything else, too many pixels, a broken file or an animation; the
            message says which.
    """
    ink = photo_ink(image)
    return None if ink is None else ink_to_mnist(ink)


def photo_ink(image: Image.Image | np.ndarray) -> np.ndarray | None:
    """Find the ink on a photograph of a digit or a number.

    Args and errors as for `photo_to_mnist`.

    Returns:
        (H, W) float32 in [0, 1], ink bright, or None if no ink is found.
    """
    from photo.ink import find_ink  # scikit-image takes a second to import

    if isinstance(image, np.ndarray) and image.dtype == np.uint8:
        with suppress(TypeError):  # for a shape that no picture has
            image = Image.fromarray(image)
    if not isinstance(image, Image.Image):
        raise ValueError(f"expected a picture, got {describe(image)}")
    return find_ink(shrink_photograph(image))


def picture_ink(image: Image.Image) -> np.ndarray | None:
    """Find the ink on any picture: a transparent canvas, or a photograph.

    Args:
        image: PIL.Image of any mode. Ink on a transparent ground is treated as a canvas, all else
            as a photograph.

    Returns and errors as for `photo_ink`.
    """
    canvas = read_transparency(image)
    if canvas is None:
        return photo_ink(image)
    ink = ink_of(canvas)
    return ink if ink.any() else None
