"""One person's handwriting: drawings that were corrected make the next ones like them right."""

import hashlib
from collections.abc import Hashable, Iterator, Sequence
from dataclasses import replace
from threading import Lock

import numpy as np

from digit_model.classifier import Classifier, Prediction, judge
from digit_model.errors import ModelError
from digit_model.hand.cache import Computed, is_cached_by, read_cached, write_cached
from digit_model.hand.memory import Memory
from digit_model.hand.votes import Example, to_label
from digit_model.ink_path import Strokes
from digit_model.numbers.weights import NumberWeights

MOST_CACHED = 50  # drawings, more than the parts of a number

Images = np.ndarray | Sequence[np.ndarray]  # (n, 28, 28)


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
        self._last: dict[bytes, Computed] = {}  # by key, of the last drawings
        self._lock = Lock()

    @property
    def number_weights(self) -> NumberWeights | None:
        """Those of the Classifier."""
        return self.classifier.number_weights

    def __len__(self) -> int:
        """Return how many labelled drawings were learnt."""
        return len(self.memory.labelled)

    def learn(self, image: np.ndarray, label: int | None, strokes: Strokes | None = None) -> None:
        """Learn that a (28, 28) float32 image in [0, 1] is 0–9, or None: not a digit.

        The same drawing learnt again has the new label alone.

        Args:
            image, label: of the drawing.
            strokes: as for `Classifier.classify`.
        """
        self.learn_all(
            np.asarray(image)[None], [label], strokes=[() if strokes is None else strokes]
        )

    def learn_all(
        self,
        images: np.ndarray,
        labels: Sequence[int | None],
        cached: Sequence[str | None] = (),
        strokes: Sequence[Strokes] = (),
    ) -> None:
        """Learn many at once.

        Args:
            images: (n, 28, 28) float32 in [0, 1].
            labels: n times 0–9, or None.
            cached: n times what `cached` has returned of a drawing, or None. By another network,
                it is ignored.
            strokes: as for `Classifier.classify_all`.
        """
        labels = [_check_label(label) for label in labels]
        if len(labels) != len(images):
            raise ValueError(f"expected a label for each image, got {len(labels)}, {len(images)}")
        computed = self._compute(images, strokes, cached)
        learnt: dict[Hashable, Example] = {}
        for image, label, drawing in zip(images, labels, computed, strict=True):
            thresholds = self._thresholds(drawing)
            read = to_label(judge(drawing.probabilities, thresholds).digit)
            learnt[_key(image)] = Example(
                drawing.vector, to_label(label), read, drawing.probabilities, thresholds
            )
        with self._lock:
            self.memory.learn(learnt)

    def cached(self, images: np.ndarray, strokes: Sequence[Strokes] = ()) -> list[str]:
        """Return for each of n drawings a text that spares `learn_all` the network."""
        fingerprint = self.classifier.fingerprint
        return [write_cached(fingerprint, each) for each in self._compute(images, strokes)]

    def forget(self, image: np.ndarray) -> None:
        """Forget what was learnt of an image, if anything was."""
        with self._lock:
            self.memory.forget(_key(image))

    def forget_all(self) -> None:
        """Forget all that was learnt."""
        with self._lock:
            self.memory = Memory()

    def classify(self, image: np.ndarray, strokes: Strokes | None = None) -> Prediction:
        """Return the Prediction for one finished drawing, and adapt to it.

        Args:
            image, strokes: as for `Classifier.classify`.
        """
        return self.adapt(np.asarray(image)[None], [() if strokes is None else strokes])[0]

    def classify_all(self, images: Images, strokes: Sequence[Strokes] = ()) -> list[Prediction]:
        """Return Predictions for n drawings; images and strokes as for `Classifier.classify_all`.

        They may be unfinished, or parts of a drawing: nothing is learnt from them.
        """
        return [prediction for *_, prediction in self._judge_all(images, strokes)]

    def adapt(self, images: Images, strokes: Sequence[Strokes] = ()) -> list[Prediction]:
        """Return the same for finished drawings, and learn what is read with certainty."""
        predictions = []
        for key, drawing, prediction in self._judge_all(images, strokes):
            with self._lock:
                self.memory.adapt(key, drawing.probabilities, drawing.vector, prediction)
            predictions.append(prediction)
        return predictions

    def _judge_all(
        self, images: Images, strokes: Sequence[Strokes]
    ) -> Iterator[tuple[Hashable, Computed, Prediction]]:
        for image, drawing in zip(images, self._compute(images, strokes), strict=True):
            key, (vector, probabilities, looks) = _key(image), drawing
            prediction = self.memory.judge(
                key, probabilities, vector, self.embedding, self._thresholds(drawing)
            )
            alone = prediction.alone and replace(prediction.alone, looks=looks)
            yield key, drawing, replace(prediction, looks=looks, alone=alone)

    def _thresholds(self, drawing: Computed) -> np.ndarray:
        return self.classifier.thresholds_for(drawing.looks)

    def _compute(
        self, images: Images, strokes: Sequence[Strokes], cached: Sequence[str | None] = ()
    ) -> list[Computed]:
        """Return what the network computes of each drawing.

        The last are remembered: most drawings are learnt as they were read, and most parts of a
        number were there before its last stroke.
        """
        images = np.asarray(images, np.float32)
        strokes = strokes or [()] * len(images)
        keys = [_key(image, own) for image, own in zip(images, strokes, strict=True)]
        last = dict(self._last)
        for key, text in zip(keys, cached, strict=False):
            if text and is_cached_by(text, self.classifier.fingerprint):
                last[key] = read_cached(text)
        new = {key: place for place, key in enumerate(keys) if key not in last}
        made = self._look(images, strokes, [*new.values()]) if new else []
        known = last | dict(zip(new, made, strict=True))
        used = {key: known[key] for key in keys}
        if len(used) <= MOST_CACHED:
            older = [each for each in last.items() if each[0] not in used]
            self._last = dict([*older, *used.items()][-MOST_CACHED:])
        return [used[key] for key in keys]

    def _look(
        self, images: np.ndarray, strokes: Sequence[Strokes], places: list[int]
    ) -> list[Computed]:
        by_image, vectors = self.classifier.embed(images[places])
        seen = self.classifier.join_strokes(by_image, [strokes[i] for i in places])
        return [Computed(*each) for each in zip(vectors, *seen, strict=True)]


def _check_label(label: int | None) -> int | None:
    if label is not None and not (label in range(10) and int(label) == label):
        raise ValueError(f"expected a label from 0 to 9, or None, got {label!r}")
    return None if label is None else int(label)


def _key(image: np.ndarray, strokes: Strokes = ()) -> bytes:
    """Return what tells one drawing from another, also after it was saved as 28×28 bytes."""
    pixels = np.round(np.asarray(image, np.float32) * 255).astype(np.uint8)
    digest = hashlib.blake2b(pixels.tobytes(), digest_size=16)
    for stroke in strokes:
        digest.update(np.asarray(stroke, np.float32).tobytes() + b"|")
    return digest.digest()
