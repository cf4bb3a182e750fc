"""What labelled drawings vote for: each for its label, the more the more alike a drawing is.

A cache beside the network (Orhan 2018; Tip-Adapter, Zhang et al. 2022). An example's vote goes
from 0, if a drawing is not like it, to 1, if it is the same; a label has the vote of its most
similar example alone, so a thousand contradictory examples weigh no more than ten. What "not a
digit" votes is taken from the digits; if it has more than any of them, all logits move towards
equal, which is how the network itself says it.
"""

from collections.abc import Hashable, Mapping
from itertools import compress
from typing import NamedTuple

import numpy as np

from digit_model.rejection import TINY

MOST_EXAMPLES = 2_000  # a vote among them takes a tenth of a millisecond
NOT_A_DIGIT = 10  # its label, after the ten digits
NO_THRESHOLDS = np.zeros(10)  # of what votes, and is not replayed

# Chosen on people who train and validate: a tenth of the errors left to their digits are less,
# and as many of their letters as before are taken for digits.
LEAST_STRICTNESS = 0.5  # of the thresholds, which stays in any case
STRICTNESS_LEFT = 0.7  # of the rest, for each digit that was rejected


class Example(NamedTuple):
    """A labelled drawing.

    Attributes:
        vector: (d,) float32 of length 1, where the embedding puts it.
        label: 0–9 or NOT_A_DIGIT.
        read: what the network alone reads, 0–9 or NOT_A_DIGIT.
        probabilities: (10,) float32, by which it reads so.
        thresholds: (10,), by which it does not reject it: of the image, or of both looks.
    """

    vector: np.ndarray
    label: int
    read: int
    probabilities: np.ndarray
    thresholds: np.ndarray = NO_THRESHOLDS


class Rows(NamedTuple):
    """Examples as arrays: (n, d), (n,), (n,), (n, 10) and (n, 10)."""

    vectors: np.ndarray
    labels: np.ndarray
    read: np.ndarray
    probabilities: np.ndarray
    thresholds: np.ndarray


NO_ROWS = Rows(
    np.empty((0, 0)), np.empty(0, int), np.empty(0, int), np.empty((0, 10)), np.empty((0, 10))
)


def to_label(digit: int | None) -> int:
    """Return the label of a digit, or of None: not a digit."""
    return NOT_A_DIGIT if digit is None else digit


class Examples:
    """Examples by their drawings' keys, as many as there may be at most, and what they vote.

    When there are too many, those go first that the network reads right by itself, the oldest of
    them first; then the oldest of the rest.

    Attributes:
        strictness: in (LEAST_STRICTNESS, 1], what part of the thresholds a drawing must reach.
    """

    def __init__(self, most: int = MOST_EXAMPLES) -> None:
        self._most = most
        self._set([], NO_ROWS)

    def __len__(self) -> int:
        return len(self.keys)

    def add(self, examples: Mapping[Hashable, Example]) -> None:
        """Add examples by key; a drawing that is there already has its new label alone."""
        if not examples:
            return
        self.drop(*examples)
        keys = [*self.keys, *examples]
        rows = Rows(*map(np.array, zip(*examples.values(), strict=True)))
        if self.keys:
            rows = Rows(*map(np.concatenate, zip(self.rows, rows, strict=True)))
        if len(keys) > self._most:
            needed = rows.labels != rows.read
            left = np.sort(np.argsort(needed, kind="stable")[-self._most :])
            keys, rows = [keys[i] for i in left], Rows(*(array[left] for array in rows))
        self._set(keys, rows)

    def drop(self, *keys: Hashable) -> None:
        """Drop the examples of drawings, if there are any."""
        if not self.keys.keys() & keys:
            return
        left = {key: row for key, row in self.keys.items() if key not in keys}
        self._set([*left], Rows(*(array[[*left.values()]] for array in self.rows)))

    def _set(self, keys: list[Hashable], rows: Rows) -> None:
        read, meant = (np.equal(each, NOT_A_DIGIT).sum() for each in (rows.read, rows.labels))
        self.strictness = float(strictness_after(read - meant))
        # At once: another thread may be reading.
        self._now = {key: row for row, key in enumerate(keys)}, rows

    @property
    def keys(self) -> dict[Hashable, int]:
        """The drawings' keys and their rows, in the order in which they were learnt."""
        return self._now[0]

    @property
    def rows(self) -> Rows:
        """The examples as arrays."""
        return self._now[1]

    def label_of(self, key: Hashable) -> int | None:
        """Return the label of a drawing, 0–9 or NOT_A_DIGIT; None if it has none."""
        keys, rows = self._now
        return int(rows.labels[keys[key]]) if key in keys else None

    def votes(self, vector: np.ndarray, alike: float, but: Hashable = None) -> np.ndarray:
        """Return how like a drawing the most similar example of each label is.

        Args:
            vector: (d,) float32 of length 1.
            alike: cosine that counts 0; 1 counts 1.
            but: key of an example that does not vote.

        Returns:
            (11,) float32 in [0, 1], digits first, then NOT_A_DIGIT.
        """
        keys, rows = self._now
        votes = np.zeros(NOT_A_DIGIT + 1, np.float32)
        if keys:
            likeness = (rows.vectors @ vector - alike) / (1 - alike)
            if but in keys:
                likeness[keys[but]] = 0
            np.maximum.at(votes, rows.labels, likeness)
        return votes

    def contradicted_by(self, example: Example, alike: float) -> list[Hashable]:
        """Return the keys of what is like an Example, by this cosine, and has another label."""
        keys, rows = self._now
        if not keys:
            return []
        is_against = (rows.vectors @ example.vector > alike) & (rows.labels != example.label)
        return [*compress(keys, is_against)]


def votes_before(rows: Rows, alike: float) -> np.ndarray:
    """Return what the rows before each row vote for it, as `Examples.votes`: (n, 11)."""
    likeness = np.tril((rows.vectors @ rows.vectors.T - alike) / (1 - alike), -1)
    votes = np.zeros((len(likeness), NOT_A_DIGIT + 1))
    for label in np.unique(rows.labels):
        votes[:, label] = likeness[:, rows.labels == label].max(axis=1, initial=0)
    return votes


def strictness_after(rejected: np.ndarray) -> np.ndarray:
    """Return what part of the thresholds is asked for after so many digits too many rejected."""
    return LEAST_STRICTNESS + (1 - LEAST_STRICTNESS) * STRICTNESS_LEFT ** np.maximum(rejected, 0)


def persuade(probabilities: np.ndarray, votes: np.ndarray, strength: float) -> np.ndarray:
    """Return what (…, 10) probabilities become by (…, 11) votes, whose logits have a strength."""
    digits, none = votes[..., :NOT_A_DIGIT], votes[..., NOT_A_DIGIT:]
    logits = np.log(np.maximum(probabilities, TINY), dtype=float)
    logits += strength * np.maximum(digits - none, 0)
    logits /= 1 + np.maximum(none - digits.max(axis=-1, keepdims=True), 0)
    shares = np.exp(logits - logits.max(axis=-1, keepdims=True))
    return (shares / shares.sum(axis=-1, keepdims=True)).astype(np.float32)
