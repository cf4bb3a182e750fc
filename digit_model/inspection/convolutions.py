"""The filters of a network's convolutions, and their receptive fields."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np


@dataclass(frozen=True)
class Convolution:
    """A convolution.

    Attributes:
        filters: (size, size, n) float32, the weights of each of its n filters; the mean over its
            input maps.
        inputs: how many input maps there are.
        first: pixel where the first place's receptive field begins; maybe outside the image.
        step: pixels from there to where the next place's begins.
        reach: side of a receptive field, in pixels.
    """

    filters: np.ndarray
    inputs: int
    first: int
    step: int
    reach: int

    def seen_from(self, row: int, column: int) -> tuple[int, int, int]:
        """Return the receptive field of a place in its maps: (top, left, side) in pixels."""
        return self.first + self.step * row, self.first + self.step * column, self.reach


def read_convolutions(layers: Iterable[Any]) -> list[Convolution]:
    """Return a Convolution for each Conv2D in a chain of Keras layers, in their order.

    Windows and maps must be square; all layers between count as if they saw one pixel.
    """
    found: list[Convolution] = []
    first, step, reach = 0, 1, 1
    for layer in layers:
        kind = type(layer).__name__
        if kind not in ("Conv2D", "MaxPooling2D"):
            continue
        size = (layer.kernel_size if kind == "Conv2D" else layer.pool_size)[0]
        first -= step * _padding_before(layer, size)
        reach += step * (size - 1)
        step *= layer.strides[0]
        if kind == "Conv2D":
            kernel = np.asarray(layer.kernel, np.float32)
            found.append(Convolution(kernel.mean(axis=2), kernel.shape[2], first, step, reach))
    return found


def _padding_before(layer: Any, size: int) -> int:
    """Return how many zeros TensorFlow puts before a layer's input."""
    if layer.padding == "valid":
        return 0
    stride, side = layer.strides[0], layer.input.shape[1]
    return max((-(-side // stride) - 1) * stride + size - side, 0) // 2
