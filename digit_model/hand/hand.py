"""One person's hand: drawings that were corrected make the next ones like them right.

A cache beside the network (Orhan 2018; Tip-Adapter, Zhang et al. 2022). Each example votes for
its label, from 0 if a drawing is not like it to 1 if it is the same; a label has the vote of its
most similar example alone, so a thousand contradictory examples weigh no more than ten. What
"not a digit" votes is taken from the digits; if it has more than any of them, all logits move
towards equal, which is how the network itself says it. Whoever often has to say that a drawing is
a digit after all, of whatever kind, is asked for less of a digit from then on.

What nobody has said anything about helps, too: a finished drawing that the network reads with
certainty votes for what was read (pseudo-labels, Lee 2013; at test time, Iwasawa & Matsuo 2021),
until its owner says otherwise of one like it.
"""

import hashlib
from dataclasses import replace
from itertools import chain, compress
from threading import Lock
from typing import NamedTuple

import numpy as np

from digit_model.classifier import Prediction, judge
from digit_model.errors import ModelError
from digit_model.hand.cache import is_seen, read_seen, write_seen

MOST = 2_000  # examples; a vote among them takes a tenth of a millisecond
FEW = 50  # drawings, more than the parts of a number, are remembered as the network saw them
NOT_A_DIGIT = 10  # its place among the votes, after the ten digits

# Chosen on people who train and validate: a tenth of the errors left to their digits are less,
# and as many of their letters as before are taken for digits.
LENIENCY = 0.5  # of the thresholds stays in any case
PATIENCE = 0.7  # of the rest stays for each digit that was rejected

# Of watched drawings. Chosen on people whom a network never saw: benchmarks/unseen_hands.py.
SURE = 0.9  # how confident the network is of them, at least
WATCHED_ALIKE = 0.4  # cosine from which they vote
WATCHED_MOST = 500

SAID = 0.6  # sure of what a drawing was said to be: the network is sure of another digit


class Example(NamedTuple):
    """A drawing, and the truth about it.

    Attributes:
        vector: (d,) float32 of length 1, where the embedding puts it.
        label: 0–9 or NOT_A_DIGIT.
        read: what the network alone reads, likewise.
        probabilities: (10,) float32, by which it reads so.
    """

    vector: np.ndarray
    label: int
    read: int
    probabilities: np.ndarray


def place_of(digit):
    """Return where a digit, or None, is among the votes."""
    return NOT_A_DIGIT if digit is None else digit


class Examples:
    """Examples by their drawings' keys, as many as there may be at most, and what they vote.

    What the network reads right by itself goes first when there are too many, the oldest first;
    then the oldest of the rest.

    Attributes:
        strictness: in (LENIENCY, 1], what part of the thresholds a drawing must reach.
    """

    def __init__(self, most=MOST):
        self._most = most
        self._set([], Example([], [], [], []))

    def __len__(self):
        return len(self.keys)

    def keep(self, examples):
        """Keep a dict of examples; a drawing that is there already has its new label alone."""
        if not examples:
            return
        if known := examples.keys() & self.keys:
            self.drop(*known)
        keys = [*self.keys, *examples]
        rows = Example(*map(np.array, zip(*examples.values(), strict=True)))
        if self.keys:
            rows = Example(*map(np.concatenate, zip(self.rows, rows, strict=True)))
        if len(keys) > self._most:
            needed = rows.label != rows.read
            left = np.sort(np.argsort(needed, kind="stable")[-self._most :])
            keys, rows = [keys[i] for i in left], Example(*(array[left] for array in rows))
        self._set(keys, rows)

    def drop(self, *keys):
        """Drop the examples of drawings, if there are any."""
        left = {key: row for key, row in self.keys.items() if key not in keys}
        rows = Example(*(np.asarray(array)[[*left.values()]] for array in self.rows))
        self._set(left, rows)

    def _set(self, keys, rows):
        read, meant = (np.equal(each, NOT_A_DIGIT).sum() for each in (rows.read, rows.label))
        self.strictness = strictness_after(read - meant)
        # At once: another thread may be reading.
        self._now = {key: row for row, key in enumerate(keys)}, rows

    @property
    def keys(self):
        """Dict of the drawings' keys and their rows, in the order in which they were learnt."""
        return self._now[0]

    @property
    def rows(self):
        """Example of stacked arrays."""
        return self._now[1]

    def label_of(self, key):
        """Return what a drawing was said to be, 0–9 or NOT_A_DIGIT; None if nothing was said."""
        keys, rows = self._now
        return int(rows.label[keys[key]]) if key in keys else None

    def votes(self, vector, alike, but=None):
        """Return how like a drawing the most similar example of each label is.

        Args:
            vector: (d,) float32 of length 1.
            alike: cosine that counts 0; 1 counts 1.
            but: key of an example that does not vote.

        Returns:
            (11,) float32 in [0, 1], digits first, then NOT_A_DIGIT.
        """
        keys, rows = self._now
        votes = np.zeros(11, np.float32)
        if keys:
            likeness = (rows.vector @ vector - alike) / (1 - alike)
            if but in keys:
                likeness[keys[but]] = 0
            np.maximum.at(votes, rows.label, likeness)
        return votes

    def contradicted_by(self, example, alike):
        """Return the keys of what is like an Example, by this cosine, and has another label."""
        keys, rows = self._now
        is_against = (rows.vector @ example.vector > alike) & (rows.label != example.label)
        return [*compress(keys, is_against)]


class Memory:
    """What a hand goes by.

    Attributes:
        said: Examples, what somebody has said the truth about.
        watched: Examples, finished drawings that were read with certainty.
        sure: how confident the network is of what is watched, at least; above 1, nothing is.
        alike: cosine from which it votes.
    """

    def __init__(self, sure=SURE, alike=WATCHED_ALIKE):
        self.said, self.watched = Examples(), Examples(WATCHED_MOST)
        self.sure, self.alike = sure, alike

    def learn(self, examples):
        """Keep a dict of examples by key. What was watched and contradicts them is dropped."""
        self.said.keep(examples)
        if self.watched.keys:
            against = (self.watched.contradicted_by(e, self.alike) for e in examples.values())
            self.watched.drop(*examples, *chain.from_iterable(against))

    def forget(self, key):
        """Drop a drawing, if it is there."""
        self.said.drop(key)
        self.watched.drop(key)

    def watch(self, key, probabilities, vector, prediction):
        """Keep a finished drawing as what it is read as, if that is certain by the network alone.

        Args:
            key, probabilities, vector: the drawing's, as for `judge`.
            prediction: what that has returned.
        """
        read = prediction.digit
        if (
            read is None
            or prediction.by_hand
            or probabilities[read] < self.sure
            or key in self.said.keys
        ):
            return
        self.watched.keep({key: Example(vector, read, read, probabilities)})

    def judge(self, key, probabilities, vector, embedding, thresholds):
        """Return the Prediction for a drawing by its (10,) probabilities and its (d,) vector."""
        alone = judge(probabilities, thresholds)
        said, label = self.said.votes(vector, embedding.alike), self.said.label_of(key)
        votes = np.maximum(said, self.watched.votes(vector, self.alike, but=key))
        if votes.any():
            probabilities = persuade(probabilities, votes, embedding.strength)
        elif label is None and self.said.strictness == 1:
            return alone
        together = judge(probabilities, thresholds * self.said.strictness)
        if label is not None:
            together = obey(together, label)
        return together if together.digit == alone.digit else replace(together, alone=alone)


def strictness_after(rejected):
    """Return what part of the thresholds is asked for after so many digits too many rejected."""
    return LENIENCY + (1 - LENIENCY) * PATIENCE ** np.maximum(rejected, 0)


def persuade(probabilities, votes, strength):
    """Return what (…, 10) probabilities become by (…, 11) votes, whose logits have a strength."""
    digits, none = votes[..., :NOT_A_DIGIT], votes[..., NOT_A_DIGIT:]
    logits = np.log(np.maximum(probabilities, np.finfo(np.float32).tiny), dtype=float)
    logits += strength * np.maximum(digits - none, 0)
    logits /= 1 + np.maximum(none - digits.max(axis=-1, keepdims=True), 0)
    shares = np.exp(logits - logits.max(axis=-1, keepdims=True))
    return (shares / shares.sum(axis=-1, keepdims=True)).astype(np.float32)


def obey(prediction, label):
    """Return the Prediction for a drawing that was said to be 0–9 or NOT_A_DIGIT: it is that.

    The network may be surer of another digit than likeness can outvote.
    """
    if place_of(prediction.digit) == label:
        return prediction
    if label == NOT_A_DIGIT:
        return replace(prediction, digit=None)
    probabilities = prediction.probabilities * np.float32(1 - SAID)
    probabilities[label] += SAID
    return Prediction(label, float(probabilities[label]), probabilities)


class Hand:
    """What one visitor has taught; the Classifier below it stays the same for all others.

    Safe to share between threads.

    Attributes:
        classifier: the Classifier.
        memory: Memory, what it goes by.
    """

    def __init__(self, classifier):
        """Take a Classifier; raise ModelError if its model file carries no embedding."""
        if classifier.embedding is None:
            raise ModelError(
                "The network cannot learn a hand: its file carries no embedding. Add one: "
                "python tools/finish_model.py"
            )
        self.classifier = classifier
        self.memory = Memory()
        self._seen = {}  # by key, what the network made of the drawings that it saw last
        self._lock = Lock()

    @property
    def thresholds(self):
        """(10,), as for `is_digit`: lower for whoever's digits the network rejects."""
        return self.classifier.thresholds * self.memory.said.strictness

    @property
    def number_weights(self):
        """NumberWeights, as those of the Classifier."""
        return self.classifier.number_weights

    def __len__(self):
        """Return of how many drawings the truth was said."""
        return len(self.memory.said)

    def learn(self, image, label):
        """Learn that a (28, 28) float32 image in [0, 1] is 0–9, or None: not a digit.

        The same drawing learnt again has the new label alone.
        """
        self.learn_all(np.asarray(image)[None], [label])

    def learn_all(self, images, labels, seen=()):
        """Learn many at once.

        Args:
            images: (n, 28, 28) float32 in [0, 1].
            labels: n times 0–9, or None.
            seen: n times what `seen` has returned of an image, or None. By another network, it
                is passed over.
        """
        labels = [_check_label(label) for label in labels]
        if len(labels) != len(images):
            raise ValueError(f"expected a label for each image, got {len(labels)}, {len(images)}")
        learnt = {}
        drawings = self._see(images, seen)
        for (key, probabilities, vector), label in zip(drawings, labels, strict=True):
            read = place_of(judge(probabilities, self.classifier.thresholds).digit)
            learnt[key] = Example(vector, place_of(label), read, probabilities)
        with self._lock:
            self.memory.learn(learnt)

    def seen(self, images):
        """Return for each of (n, 28, 28) images a text that spares `learn_all` the network."""
        return [write_seen(self.classifier.fingerprint, *made) for _, *made in self._see(images)]

    def forget(self, image):
        """Forget what was learnt of an image, if anything was."""
        with self._lock:
            self.memory.forget(_key(image))

    def forget_all(self):
        """Forget all that was learnt."""
        with self._lock:
            self.memory = Memory()

    def classify(self, image):
        """Return the Prediction for one finished drawing, (28, 28) float32 in [0, 1]; watch it."""
        return self.watch(np.asarray(image)[None])[0]

    def classify_all(self, images):
        """Return a list of Predictions for (n, 28, 28) float32 images in [0, 1].

        They may be unfinished, or parts of a drawing: nothing is watched.
        """
        return [prediction for *_, prediction in self._judge_all(images)]

    def watch(self, images):
        """Return the same for finished drawings, and go by what is certain from then on."""
        predictions = []
        for drawing in self._judge_all(images):
            with self._lock:
                self.memory.watch(*drawing)
            predictions.append(drawing[-1])
        return predictions

    def _judge_all(self, images):
        """Yield a drawing's key, probabilities, vector and Prediction, for each image."""
        embedding, thresholds = self.classifier.embedding, self.classifier.thresholds
        for drawing in self._see(images):
            yield *drawing, self.memory.judge(*drawing, embedding, thresholds)

    def _see(self, images, texts=()):
        """Return each drawing's key, probabilities and vector.

        Those seen last are remembered: most drawings are watched or learnt as they were read, and
        most parts of a number were there before its last stroke.
        """
        images = np.asarray(images, np.float32)
        keys, last = list(map(_key, images)), dict(self._seen)
        for key, text in zip(keys, texts, strict=False):
            if is_seen(text, self.classifier.fingerprint):
                last[key] = key, *read_seen(text)
        new = {key: place for place, key in enumerate(keys) if key not in last}
        made = self.classifier.embed(images[list(new.values())]) if new else ()
        seen = last | {key: (key, *each) for key, *each in zip(new, *made, strict=True)}
        seen = {key: seen[key] for key in keys}
        if len(seen) <= FEW:
            older = [each for each in last.items() if each[0] not in seen]
            self._seen = dict([*older, *seen.items()][-FEW:])
        return [seen[key] for key in keys]


def _check_label(label):
    if label is not None and not (label in range(10) and int(label) == label):
        raise ValueError(f"expected a label from 0 to 9, or None, got {label!r}")
    return None if label is None else int(label)


def _key(image):
    """Return what tells one drawing from another, also after it was kept as 28×28 bytes."""
    pixels = np.round(np.asarray(image, np.float32) * 255).astype(np.uint8)
    return hashlib.blake2b(pixels.tobytes(), digest_size=16).digest()
