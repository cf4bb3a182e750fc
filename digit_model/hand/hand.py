"""One person's handwriting: drawings that were corrected make the next ones like them right."""

import hashlib
from collections.abc import Hashable, Iterator, Sequence
from threading import Lock
from typing import NamedTuple

import numpy as np

from digit_model.classifier import Classifier, Prediction, judge
from digit_model.errors import ModelError
from digit_model.hand.cache import is_cached_by, read_cached, write_cached
from digit_model.hand.memory import Memory
from digit_model.hand.votes import Example, to_label
from digit_model.numbers.weights import NumberWeights

MOST_CACHED = 50  # drawings, more than the parts of a number

Images = np.ndarray | Sequence[np.ndarray]  # (n, 28, 28)


class Computed(NamedTuple):
    """What the network computes of a drawing.

    Attributes:
        key: tells this drawing from others.
        probabilities: (10,) float32, as `Classifier.predict`.
        vector: (d,) float32, as `Embedding.embed`.
    """

    key: bytes
    probabilities: np.ndarray
    vector: np.ndarray


class Hand:
    """What one visitor has taught; the Classifier below it stays the same for all others.

    Safe to share between threads.

    Attributes:
        classifier: reads what was not learnt.
        embedding: that of the Classifier.
        memory: what was learnt.
    """

    def __init__(self, classifier: Classifier) -> None:
        """Take a Classifier; raise ModelError if its model file carries no embedding."""
        if classifier.embedding is None:
            raise ModelError(
                "The network cannot learn handwriting: its file carries no embedding. Add one: "
                "python train_model.py --keep-network"
            )
        self.classifier = classifier
        self.memory = Memory()
        self.embedding = classifier.embedding
        self._last: dict[bytes, Computed] = {}  # the last drawings
        self._lock = Lock()

    @property
    def thresholds(self) -> np.ndarray:
        """(10,), as for `is_digit`: lower for handwriting whose digits the network rejects."""
        return self.classifier.thresholds * self.memory.labelled.strictness

    @property
    def number_weights(self) -> NumberWeights | None:
        """Those of the Classifier."""
        return self.classifier.number_weights

    def __len__(self) -> int:
        """Return how many labelled drawings were learnt."""
        return len(self.memory.labelled)

    def learn(self, image: np.ndarray, label: int | None) -> None:
        """Learn that a (28, 28) float32 image in [0, 1] is 0–9, or None: not a digit.

        The same drawing learnt again has the new label alone.
        """
        self.learn_all(np.asarray(image)[None], [label])

    def learn_all(
        self,
        images: np.ndarray,
        labels: Sequence[int | None],
        cached: Sequence[str | None] = (),
    ) -> None:
        """Learn many at once.

        Args:
            images: (n, 28, 28) float32 in [0, 1].
            labels: n times 0–9, or None.
            cached: n times what `cached` has returned of an image, or None. By another network,
                it is ignored.
        """
        labels = [_check_label(label) for label in labels]
        if len(labels) != len(images):
            raise ValueError(f"expected a label for each image, got {len(labels)}, {len(images)}")
        learnt: dict[Hashable, Example] = {}
        for drawing, label in zip(self._compute(images, cached), labels, strict=True):
            read = to_label(judge(drawing.probabilities, self.classifier.thresholds).digit)
            example = Example(drawing.vector, to_label(label), read, drawing.probabilities)
            learnt[drawing.key] = example
        with self._lock:
            self.memory.learn(learnt)

    def cached(self, images: np.ndarray) -> list[str]:
        """Return for each of (n, 28, 28) images a text that spares `learn_all` the network."""
        fingerprint = self.classifier.fingerprint
        return [
            write_cached(fingerprint, drawing.probabilities, drawing.vector)
            for drawing in self._compute(images)
        ]

    def forget(self, image: np.ndarray) -> None:
        """Forget what was learnt of an image, if anything was."""
        with self._lock:
            self.memory.forget(_key(image))

    def forget_all(self) -> None:
        """Forget all that was learnt."""
        with self._lock:
            self.memory = Memory()

    def classify(self, image: np.ndarray) -> Prediction:
        """Return the Prediction for one finished (28, 28) float32 drawing; adapt to it."""
        return self.adapt(np.asarray(image)[None])[0]

    def classify_all(self, images: np.ndarray) -> list[Prediction]:
        """Return Predictions for (n, 28, 28) float32 images in [0, 1].

        They may be unfinished, or parts of a drawing: nothing is learnt from them.
        """
        return [prediction for _, prediction in self._judge_all(images)]

    def adapt(self, images: Images) -> list[Prediction]:
        """Return the same for finished drawings, and learn what is read with certainty."""
        predictions = []
        for drawing, prediction in self._judge_all(images):
            with self._lock:
                self.memory.adapt(*drawing, prediction)
            predictions.append(prediction)
        return predictions

    def _judge_all(self, images: Images) -> Iterator[tuple[Computed, Prediction]]:
        for drawing in self._compute(images):
            yield drawing, self.memory.judge(*drawing, self.embedding, self.classifier.thresholds)

    def _compute(self, images: Images, cached: Sequence[str | None] = ()) -> list[Computed]:
        """Return what the network computes of each image.

        The last are remembered: most drawings are learnt as they were read, and most parts of a
        number were there before its last stroke.
        """
        images = np.asarray(images, np.float32)
        keys, last = list(map(_key, images)), dict(self._last)
        for key, text in zip(keys, cached, strict=False):
            if text and is_cached_by(text, self.classifier.fingerprint):
                last[key] = Computed(key, *read_cached(text))
        new = {key: place for place, key in enumerate(keys) if key not in last}
        made = self.classifier.embed(images[list(new.values())]) if new else ()
        known = last | {key: Computed(key, *each) for key, *each in zip(new, *made, strict=True)}
        used = {key: known[key] for key in keys}
        if len(used) <= MOST_CACHED:
            older = [each for each in last.items() if each[0] not in used]
            self._last = dict([*older, *used.items()][-MOST_CACHED:])
        return [used[key] for key in keys]


def _check_label(label: int | None) -> int | None:
    if label is not None and not (label in range(10) and int(label) == label):
        raise ValueError(f"expected a label from 0 to 9, or None, got {label!r}")
    return None if label is None else int(label)


def _key(image: np.ndarray) -> bytes:
    """Return what tells one drawing from another, also after it was saved as 28×28 bytes."""
    pixels = np.round(np.asarray(image, np.float32) * 255).astype(np.uint8)
    return hashlib.blake2b(pixels.tobytes(), digest_size=16).digest()
