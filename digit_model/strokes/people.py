"""People's digits as drawn on the page, to fit and to measure what a Hand learns."""

from dataclasses import dataclass

import numpy as np

from digit_model.classifier import Classifier
from digit_model.data.samples import PenSample
from digit_model.hand.embedding import Embedding
from digit_model.strokes.render import Strokes, draw_anywhere

BATCH = 500


@dataclass(frozen=True)
class Stream:
    """One person's drawings in their order, as the network alone reads them.

    Attributes:
        labels: (n,) 0–9, or NOT_A_DIGIT.
        probabilities: (n, 10), as from `Classifier.join_strokes`.
        vectors: (n, d), as `Embedding.embed`.
    """

    labels: np.ndarray
    probabilities: np.ndarray
    vectors: np.ndarray


@dataclass(frozen=True)
class Person:
    """One person's n digits as drawn on the page: (n, 28, 28) images, strokes, (n,) labels."""

    writer: str
    images: np.ndarray
    strokes: list[Strokes]
    labels: np.ndarray

    def seen_by(self, classifier: Classifier, embedding: Embedding) -> Stream:
        """Return these digits as a Stream."""
        probabilities, vectors = [], []
        for start in range(0, len(self.images), BATCH):
            end = start + BATCH
            by_image, features = classifier.features(self.images[start:end])
            vectors.append(embedding.embed(features))
            probabilities.append(classifier.join_strokes(by_image, self.strokes[start:end])[0])
        seen = np.concatenate(probabilities), np.concatenate(vectors)
        return Stream(self.labels, *seen)


def draw_people(digits: list[PenSample], fewest: int = 1) -> list[Person]:
    """Draw digits on the page's canvas, of those people who wrote at least `fewest`."""
    by_writer: dict[str, list[PenSample]] = {}
    for digit in digits:
        by_writer.setdefault(digit.writer, []).append(digit)
    return [
        Person(
            writer,
            draw_anywhere([digit.strokes for digit in own]),
            [digit.strokes for digit in own],
            np.array([digit.label for digit in own]),
        )
        for writer, own in by_writer.items()
        if len(own) >= fewest
    ]
