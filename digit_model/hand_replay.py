"""A person's digits one after the other, learnt by a Hand as a visitor would teach it."""

from dataclasses import dataclass, field

import numpy as np

from digit_model.classifier import judge
from digit_model.hand import Example, Examples, place_of
from digit_model.strokes.render import draw_anywhere

BATCH = 500


@dataclass(frozen=True)
class Person:
    """One person's digits as drawn on the page: (n, 28, 28) images, (n,) labels."""

    writer: str
    images: np.ndarray
    labels: np.ndarray

    def seen_by(self, classifier, embedding):
        """Return these digits as a Stream."""
        probabilities, vectors = [], []
        for start in range(0, len(self.images), BATCH):
            shares, features = classifier.features(self.images[start : start + BATCH])
            probabilities.append(shares)
            vectors.append(embedding.embed(features))
        seen = np.concatenate(probabilities), np.concatenate(vectors)
        return Stream(self.writer, self.labels, *seen)


@dataclass(frozen=True)
class Stream:
    """One person's digits in their order, as the network alone sees them.

    Attributes:
        labels: (n,) 0–9.
        probabilities: (n, 10), as `Classifier.predict`.
        vectors: (n, d), as `Embedding.embed`.
    """

    writer: str
    labels: np.ndarray
    probabilities: np.ndarray
    vectors: np.ndarray


@dataclass(frozen=True)
class Replay:
    """What became of a Stream.

    Attributes:
        before, after: (n,) bool, what was wrong: by the network alone, with the hand.
        corrections: (n,), how many there had been.
        probabilities: (n, 10), with the hand.
    """

    before: np.ndarray
    after: np.ndarray
    corrections: np.ndarray
    probabilities: np.ndarray = field(repr=False)

    @property
    def broken(self):
        """Return (n,) bool: what the network alone reads right and the hand made wrong."""
        return self.after & ~self.before


def draw_people(digits, fewest=1):
    """Draw PenSamples on the page's canvas: a list of Person, of those with enough."""
    by_writer = {}
    for digit in digits:
        by_writer.setdefault(digit.writer, []).append(digit)
    return [
        Person(writer, draw_anywhere([d.strokes for d in own]), np.array([d.label for d in own]))
        for writer, own in by_writer.items()
        if len(own) >= fewest
    ]


def replay(stream, embedding, thresholds, confirm=False, wrong_share=0.0, examples=None, seed=0):
    """Read a Stream, learning each error from then on.

    Args:
        stream: Stream.
        embedding: Embedding, for its constants.
        thresholds: as for `is_digit`.
        confirm: learn what was read right, too.
        wrong_share: of what is learnt, how much gets another label than its own.
        examples: Examples that are there before; none by default.
        seed: of which labels are wrong.

    Returns:
        Replay.
    """
    rng = np.random.default_rng(seed)
    examples = Examples() if examples is None else examples
    before, after, corrections, answers = [], [], [], []
    learnt = 0
    drawings = zip(stream.labels, stream.probabilities, stream.vectors, strict=True)
    for place, (label, alone, vector) in enumerate(drawings):
        read = judge(alone, thresholds).digit
        answer = examples.judge(alone, vector, embedding, thresholds)
        before.append(read != label)
        after.append(answer.digit != label)
        answers.append(answer.probabilities)
        corrections.append(learnt)
        if after[-1] or confirm:
            told = (label + rng.integers(1, 10)) % 10 if rng.random() < wrong_share else label
            examples.keep({place: Example(vector, told, place_of(read))})
            learnt += 1
    return Replay(*map(np.array, (before, after, corrections, answers)))
