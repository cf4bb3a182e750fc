"""A small space in which one person's drawings of the same digit lie close together.

The network's last features, thousands of them, are too many to save for every drawing. Two
matrices in the model file make 192 numbers of them: the first mixes the channels at each place
of the last map, the second the places. `digit_model.training.embedding` finds them.
"""

import base64
from dataclasses import dataclass
from typing import Any, Self

import numpy as np

from digit_model.rejection import TINY

ARRAYS = "channels", "matrix", "mean"


@dataclass(frozen=True)
class Embedding:
    """The way from a network's features to the small space, and what a Hand does there.

    Attributes:
        channels: (c, k) float32, from c channels at one place to k.
        matrix: (places × k, d) float32.
        mean: (d,) float32, of what the matrix makes of people's digits.
        alike: cosine from which two drawings are alike, in [0, 1).
        strength: of the logit of a drawing just like an example.
    """

    channels: np.ndarray
    matrix: np.ndarray
    mean: np.ndarray
    alike: float = 0.2
    strength: float = 8.0

    def __post_init__(self) -> None:
        """Raise ValueError for what cannot be an embedding: a file may hold anything."""
        arrays = self.channels, self.matrix, self.mean
        if [array.ndim for array in arrays] != [2, 2, 1] or not all(map(np.size, arrays)):
            raise ValueError(f"expected two matrices and a mean, got {[a.shape for a in arrays]}")
        if len(self.matrix) % self.channels.shape[1] or self.matrix.shape[1:] != self.mean.shape:
            raise ValueError(f"matrices do not fit: {[array.shape for array in arrays]}")
        if not all(np.isfinite(array).all() for array in arrays):
            raise ValueError("expected finite matrices")
        if not (0 <= self.alike < 1 and 0 <= self.strength <= 100):
            raise ValueError(f"expected 0 ≤ alike < 1, got {self.alike}; {self.strength=}")

    @property
    def features(self) -> int:
        """How many features of the network it takes."""
        return len(self.matrix) // self.channels.shape[1] * len(self.channels)

    def embed(self, features: np.ndarray) -> np.ndarray:
        """Return (n, d) float32 of length 1 for (n, places × c) features."""
        vectors = mix_channels(features, self.channels) @ self.matrix - self.mean
        lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
        return vectors / np.maximum(lengths, TINY)

    def trace(self, features: Any) -> Any:
        """Do as `embed` does, on tensors in a TensorFlow graph."""
        import tensorflow as tf

        (count, mixed), places = self.channels.shape, len(self.matrix) // self.channels.shape[1]
        rows = tf.matmul(tf.reshape(features, (-1, count)), self.channels)
        vectors = tf.matmul(tf.reshape(rows, (-1, places * mixed)), self.matrix) - self.mean
        lengths = tf.norm(vectors, axis=1, keepdims=True)
        return vectors / tf.maximum(lengths, TINY)

    def as_json(self) -> dict[str, Any]:
        """Return what `from_json` reads."""
        constants = {"alike": float(self.alike), "strength": float(self.strength)}
        return {name: _encode(getattr(self, name)) for name in ARRAYS} | constants

    @classmethod
    def from_json(cls, written: dict[str, Any]) -> Self:
        """Read what `as_json` has returned.

        Raises:
            KeyError, TypeError, ValueError: for anything else.
        """
        arrays = {name: _decode(written[name]) for name in ARRAYS}
        return cls(**arrays, alike=float(written["alike"]), strength=float(written["strength"]))


def mix_channels(features: np.ndarray, channels: np.ndarray) -> np.ndarray:
    """Mix the channels of each place alike: (n, places × c) features → (n, places × k)."""
    count, mixed = len(features), features.shape[1] // len(channels) * channels.shape[1]
    return (features.reshape(-1, len(channels)) @ channels).reshape(count, mixed)


def _encode(array: np.ndarray) -> dict[str, Any]:
    content = np.asarray(array, "<f2").tobytes()
    return {"shape": array.shape, "float16": base64.b64encode(content).decode()}


def _decode(written: dict[str, Any]) -> np.ndarray:
    content = base64.b64decode(written["float16"], validate=True)
    return np.frombuffer(content, "<f2").reshape(written["shape"]).astype(np.float32)
