"""What a network made of a drawing, cached as text: it need not read the drawing again."""

import base64
from typing import NamedTuple

import numpy as np

from digit_model.classifier import Looks


class Computed(NamedTuple):
    """What a network computes of a drawing.

    Attributes:
        vector: (d,) float32, as `Embedding.embed`.
        probabilities: (10,) float32, by all that is known of it.
        looks: by image and strokes; None if the strokes are not known.
    """

    vector: np.ndarray
    probabilities: np.ndarray
    looks: Looks | None = None


def write_cached(fingerprint: str, drawing: Computed) -> str:
    """Return what `read_cached` reads.

    Args:
        fingerprint: of the network's file, as `Classifier.fingerprint`.
        drawing: what that network computed.
    """
    looks = drawing.looks or np.full((2, 10), np.nan)
    content = np.concatenate([drawing.probabilities, *looks, drawing.vector]).astype("<f4")
    return f"{fingerprint} {base64.b64encode(content.tobytes()).decode()}"


def is_cached_by(text: str | None, fingerprint: str) -> bool:
    """Return whether a text is of the network with this fingerprint."""
    return text is not None and text.startswith(f"{fingerprint} ")


def read_cached(text: str) -> Computed:
    """Return what a text holds."""
    numbers = np.frombuffer(base64.b64decode(text.partition(" ")[2]), "<f4")
    probabilities, by_image, by_strokes, vector = np.split(numbers, [10, 20, 30])
    looks = None if np.isnan(by_strokes).any() else Looks(by_image, by_strokes)
    return Computed(vector, probabilities, looks)
