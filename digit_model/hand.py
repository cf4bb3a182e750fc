"""One person's hand: drawings that were corrected make the next ones like them right.

A cache beside the network (Orhan 2018; Tip-Adapter, Zhang et al. 2022). Each example votes for
its label, from 0 if a drawing is not like it to 1 if it is the same; a label has the vote of its
most similar example alone, so a thousand contradictory examples weigh no more than ten. What
"not a digit" votes is taken from the digits; if it has more than any of them, all logits move
towards equal, which is how the network itself says it. Whoever often has to say that a drawing is
a digit after all, of whatever kind, is asked for less of a digit from then on.
"""

import hashlib
from dataclasses import replace
from threading import Lock
from typing import NamedTuple

import numpy as np

from digit_model.classifier import ModelError, is_digit, judge

MOST = 2_000  # examples; a vote among them takes a tenth of a millisecond
NOT_A_DIGIT = 10  # its place among the votes, after the ten digits

# Chosen on people who train and validate: a tenth of the errors left to their digits are less,
# and as many of their letters as before are taken for digits.
LENIENCY = 0.5  # of the thresholds stays in any case
PATIENCE = 0.7  # of the rest stays for each digit that was rejected


class Example(NamedTuple):
    """A drawing that somebody has said the truth about.

    Attributes:
        vector: (d,) float32 of length 1, where the embedding puts it.
        label: 0–9 or NOT_A_DIGIT.
        read: what the network alone reads, likewise.
    """

    vector: np.ndarray
    label: int
    read: int


def place_of(digit):
    """Return where a digit, or None, is among the votes."""
    return NOT_A_DIGIT if digit is None else digit


class Examples:
    """At most MOST examples by their drawings' keys, and what they vote.

    What the network reads right by itself goes first when there are too many, the oldest first;
    then the oldest of the rest.

    Attributes:
        keys: list of the drawings' keys, in the order in which they were learnt.
        strictness: in (LENIENCY, 1], what part of the thresholds a drawing must reach.
    """

    def __init__(self):
        self._set([], [])

    def __len__(self):
        return len(self.keys)

    def keep(self, examples):
        """Keep a dict of examples; a drawing that is there already has its new label alone."""
        rest = [i for i, key in enumerate(self.keys) if key not in examples]
        keys = [self.keys[i] for i in rest] + list(examples)
        rows = [self._row(i) for i in rest] + list(examples.values())
        needed = [example.label != example.read for example in rows]
        left = np.sort(np.argsort(needed, kind="stable")[-MOST:])
        self._set([keys[i] for i in left], [rows[i] for i in left])

    def drop(self, key):
        """Drop the example of a drawing, if there is one."""
        left = [i for i, each in enumerate(self.keys) if each != key]
        self._set([self.keys[i] for i in left], [self._row(i) for i in left])

    def _row(self, i):
        vectors, labels = self._stacked
        return Example(vectors[i], labels[i], self._reads[i])

    def _set(self, keys, rows):
        vectors, labels, reads = map(np.array, zip(*rows, strict=True)) if rows else ([], [], [])
        rejected = np.sum(np.equal(reads, NOT_A_DIGIT)) - np.sum(np.equal(labels, NOT_A_DIGIT))
        self.strictness = LENIENCY + (1 - LENIENCY) * PATIENCE ** max(int(rejected), 0)
        self.keys, self._stacked, self._reads = keys, (vectors, labels), reads

    def votes(self, vector, alike):
        """Return how like a drawing the most similar example of each label is.

        Args:
            vector: (d,) float32 of length 1.
            alike: cosine that counts 0; 1 counts 1.

        Returns:
            (11,) float in [0, 1], digits first, then NOT_A_DIGIT; None if nothing votes.
        """
        vectors, labels = self._stacked
        if not len(labels):
            return None
        votes = np.zeros(11)
        np.maximum.at(votes, labels, (vectors @ vector - alike) / (1 - alike))
        return votes if votes.any() else None

    def judge(self, probabilities, vector, embedding, thresholds):
        """Return the Prediction for a drawing by its (10,) probabilities and its (d,) vector."""
        votes = self.votes(vector, embedding.alike)
        if votes is not None:
            probabilities = persuade(probabilities, votes, embedding.strength)
        return judge(probabilities, thresholds * self.strictness)


def persuade(probabilities, votes, strength):
    """Return what (10,) probabilities become by (11,) votes, whose logits have a strength."""
    digits, none = votes[:NOT_A_DIGIT], votes[NOT_A_DIGIT]
    logits = np.log(np.maximum(probabilities, np.finfo(np.float32).tiny), dtype=float)
    logits += strength * np.maximum(digits - none, 0)
    logits /= 1 + max(none - digits.max(), 0)
    shares = np.exp(logits - logits.max())
    return (shares / shares.sum()).astype(np.float32)


class Hand:
    """What one visitor has taught; the Classifier below it stays the same for all others.

    Safe to share between threads.
    """

    def __init__(self, classifier):
        """Take a Classifier; raise ModelError if its model file carries no embedding."""
        if classifier.embedding is None:
            raise ModelError(
                "The network cannot learn a hand: its file carries no embedding. Add one: "
                "python tools/choose_hand.py"
            )
        self._classifier = classifier
        self._examples = Examples()
        self._lock = Lock()

    def __len__(self):
        """Return how many drawings are kept."""
        return len(self._examples)

    def learn(self, image, label):
        """Learn that a (28, 28) float32 image in [0, 1] is 0–9, or None: not a digit.

        The same drawing learnt again has the new label alone.
        """
        self.learn_all(np.asarray(image)[None], [label])

    def learn_all(self, images, labels):
        """Learn many at once: (n, 28, 28) float32 images and n labels."""
        labels = [_check_label(label) for label in labels]
        if len(labels) != len(images):
            raise ValueError(f"expected a label for each image, got {len(labels)}, {len(images)}")
        probabilities, vectors = self._classifier.embed(images)
        reads = np.where(
            is_digit(probabilities, self._classifier.thresholds),
            probabilities.argmax(axis=1),
            NOT_A_DIGIT,
        )
        rows = map(Example, vectors, map(place_of, labels), reads)
        learnt = dict(zip(map(_key, images), rows, strict=True))
        with self._lock:
            self._examples.keep(learnt)

    def forget(self, image):
        """Forget what was learnt of an image, if anything was."""
        with self._lock:
            self._examples.drop(_key(image))

    def classify(self, image):
        """Return the Prediction for one (28, 28) float32 image in [0, 1]."""
        return self.classify_all(np.asarray(image)[None])[0]

    def classify_all(self, images):
        """Return a list of Predictions for (n, 28, 28) float32 images in [0, 1]."""
        if not len(self):
            return self._classifier.classify_all(images)
        return [
            self._judge(*drawing) for drawing in zip(*self._classifier.embed(images), strict=True)
        ]

    def _judge(self, probabilities, vector):
        thresholds, embedding = self._classifier.thresholds, self._classifier.embedding
        alone = judge(probabilities, thresholds)
        together = self._examples.judge(probabilities, vector, embedding, thresholds)
        return together if together.digit == alone.digit else replace(together, alone=alone)


def _check_label(label):
    if label is not None and not (label in range(10) and int(label) == label):
        raise ValueError(f"expected a label from 0 to 9, or None, got {label!r}")
    return None if label is None else int(label)


def _key(image):
    """Return what tells one drawing from another, also after it was kept as 28×28 bytes."""
    pixels = np.round(np.asarray(image, np.float32) * 255).astype(np.uint8)
    return hashlib.blake2b(pixels.tobytes(), digest_size=16).digest()
