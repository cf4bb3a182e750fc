"""Distortions of pixel images, for MNIST, which has no strokes to bend."""

import numpy as np
from scipy import ndimage

# (28, 5) cubic spline weights that spread a coarse grid of knots over 28 pixels.
_KNOTS = (5, 5)
_SPLINE = ndimage.zoom(np.eye(5), (28 / 5, 1), order=3, mode="nearest", grid_mode=True).astype(
    np.float32
)


def distort_images(images: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Shift, turn, slant, stretch, bend, thicken and thin a batch of images.

    Affine and elastic distortion after Simard, Steinkraus & Platt 2003, the elastic
    field drawn on a coarse grid and interpolated in place of smoothed noise.

    Args:
        images: (n, 28, 28) float32 in [0, 1].
        rng: the same state gives the same distortion.

    Returns:
        (n, 28, 28) float32 in [0, 1].
    """
    count, height, width = images.shape
    rows, columns = np.mgrid[:height, :width].astype(np.float32)
    grid = np.stack([rows - (height - 1) / 2, columns - (width - 1) / 2])
    source = np.einsum("nij,jhw->nihw", _affine(count, rng), grid)
    source += rng.normal(0, 0.6, (count, 2, 1, 1)) + _elastic(count, rng)
    source += (height - 1) / 2
    return change_width(sample(images, source), rng)


def sample(images: np.ndarray, source: np.ndarray) -> np.ndarray:
    """Read images at fractional positions, bilinearly; outside of them is no ink.

    Args:
        images: (n, h, w) float32.
        source: (n, 2, h', w') rows and columns in pixels.

    Returns:
        (n, h', w') float32.
    """
    padded = np.pad(images, ((0, 0), (1, 1), (1, 1)))
    limit = np.array(padded.shape[1:])[:, None, None] - 1.001
    source = np.clip(source + 1, 0, limit)
    corner = source.astype(np.intp)
    down, right = np.moveaxis((source - corner).astype(np.float32), 1, 0)
    row, column = corner[:, 0], corner[:, 1]
    image = np.arange(len(images))[:, None, None]
    above = padded[image, row, column] * (1 - right)
    above += padded[image, row, column + 1] * right
    below = padded[image, row + 1, column] * (1 - right)
    below += padded[image, row + 1, column + 1] * right
    return above * (1 - down) + below * down


def change_width(images: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Thicken or thin the strokes of some images by part of a pixel.

    Args:
        images: (n, h, w) float32 in [0, 1].
        rng: chooses which, and by how much.

    Returns:
        (n, h, w) float32 in [0, 1]: 30 % of them mixed with their dilation, 20 %
        with their erosion, the rest as they were.
    """
    kind = rng.random(len(images))
    share = rng.uniform(0.2, 0.8, (len(images), 1, 1)).astype(np.float32)
    out = images.copy()
    for change, chosen in (
        (ndimage.grey_dilation, kind < 0.3),
        (ndimage.grey_erosion, kind > 0.8),
    ):
        thick = change(images[chosen], size=(1, 2, 2))
        out[chosen] += share[chosen] * (thick - images[chosen])
    return out


def _affine(count: int, rng: np.random.Generator) -> np.ndarray:
    """Random (count, 2, 2) float32 maps from target to source positions."""
    turn, slant = rng.normal(0, 0.13, count), rng.normal(0, 0.16, count)
    tall, wide = np.exp(rng.normal(0, 0.07, (2, count)))
    cos, sin = np.cos(turn), np.sin(turn)
    affine = np.array(
        [
            [cos * tall, -sin * wide],
            [(sin + slant * cos) * tall, (cos - slant * sin) * wide],
        ]
    )
    return np.moveaxis(affine, 2, 0).astype(np.float32)


def _elastic(count: int, rng: np.random.Generator) -> np.ndarray:
    """Smooth random (count, 2, 28, 28) float32 displacements of about a pixel."""
    coarse = rng.normal(0, 0.7, (count, 2, *_KNOTS)).astype(np.float32)
    return _SPLINE @ coarse @ _SPLINE.T
