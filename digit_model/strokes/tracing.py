"""Pixel digits traced back into pen strokes: MNIST's hundreds of people, for the page's brush.

The pen digits come from thirty people, MNIST's images from hundreds, but in another ink.
Traced, they are bent, composed and drawn as pen strokes are.
"""

import numpy as np
from PIL import Image
from scipy.ndimage import gaussian_filter1d

from digit_model.strokes.render import Digit

Pixel = tuple[int, int]  # x, y

ENLARGED = 3  # times, so that the line in the middle has room to be thin
INK = 110  # of 255: as much is a stroke
SPUR = 8  # pixels of the enlarged image; a line no longer is a frayed edge
SMOOTH = 2.0  # pixels of the enlarged image: takes away its stairs
BACK = 6  # pixels over which a line's direction is measured


def trace_strokes(image: np.ndarray) -> tuple[np.ndarray, ...]:
    """Trace a pixel image into strokes: the middle lines of its ink, walked from their ends.

    The lines are the skeleton of Zhang & Suen 1984.

    Args:
        image: (h, w) uint8, ink bright.

    Returns:
        A tuple of (points, 2) float32 arrays, x to the right, y downwards, in thirds of a
        pixel; empty if there is no ink.
    """
    from skimage.morphology import skeletonize  # only training needs it

    height, width = image.shape
    size = (width * ENLARGED, height * ENLARGED)
    enlarged = Image.fromarray(image).resize(size, Image.Resampling.BICUBIC)
    lines = walk(skeletonize(np.asarray(enlarged) > INK))
    lines = [line for line in lines if len(line) > SPUR] or lines
    return tuple(map(_smooth, lines))


def trace_digits(images: np.ndarray, labels: np.ndarray) -> list[Digit]:
    """Trace (n, h, w) uint8 images: a list of (label, strokes), without those that lack ink."""
    traced = zip(labels.tolist(), map(trace_strokes, images), strict=True)
    return [(label, strokes) for label, strokes in traced if strokes]


def walk(skeleton: np.ndarray) -> list[np.ndarray]:
    """Walk along lines of one pixel, straight on where they cross, each pixel once.

    Args:
        skeleton: (h, w) bool.

    Returns:
        A list of (points, 2) float32 arrays of x and y.
    """
    left = {(int(x), int(y)) for y, x in np.argwhere(skeleton)}
    neighbours = {pixel: [q for q in _around(pixel) if q in left] for pixel in left}
    lines = []
    while left:
        ends_first = min(left, key=lambda pixel: (len(neighbours[pixel]), pixel))
        line = [ends_first]
        left.remove(ends_first)
        while ahead := [pixel for pixel in neighbours[line[-1]] if pixel in left]:
            line.append(_straightest(line, ahead))
            left.remove(line[-1])
        lines.append(np.array(line, np.float32))
    return lines


def _around(pixel: Pixel) -> list[Pixel]:
    """Return a pixel's eight neighbours, the nearer four first."""
    x, y = pixel
    near = [(x, y - 1), (x + 1, y), (x, y + 1), (x - 1, y)]
    return [*near, (x - 1, y - 1), (x + 1, y - 1), (x + 1, y + 1), (x - 1, y + 1)]


def _straightest(line: list[Pixel], ahead: list[Pixel]) -> Pixel:
    """Choose the pixel that lies most nearly in a line's direction."""
    (x, y), (old_x, old_y) = line[-1], line[max(len(line) - BACK, 0)]

    def cosine(pixel: Pixel) -> float:
        step = pixel[0] - x, pixel[1] - y
        return (step[0] * (x - old_x) + step[1] * (y - old_y)) / np.hypot(*step)

    return max(ahead, key=cosine)


def _smooth(line: np.ndarray) -> np.ndarray:
    """Smooth a line and leave its ends where they are: other lines may begin there."""
    smooth = gaussian_filter1d(line, SMOOTH, axis=0, mode="nearest")
    smooth[[0, -1]] = line[[0, -1]]
    return smooth
