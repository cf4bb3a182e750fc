"""What learning gains: labelled drawings, each read with what was learnt before it."""

from dataclasses import dataclass, field

import numpy as np

from digit_model.hand.hand import Hand
from digit_model.hand.votes import NOT_A_DIGIT, persuade, strictness_after, votes_before
from digit_model.rejection import logit_spread


@dataclass(frozen=True)
class Replay:
    """What was read of one person's drawings, in their order.

    Attributes:
        before, after: (n,) bool, what was wrong: by the network alone, with what was learnt.
        corrections: (n,), how many there had been.
        probabilities: (n, 10), with what was learnt.
    """

    before: np.ndarray
    after: np.ndarray
    corrections: np.ndarray
    probabilities: np.ndarray = field(repr=False)

    @property
    def broken(self) -> np.ndarray:
        """(n,) bool: what the network alone reads right and learning made wrong."""
        return self.after & ~self.before


def replay_learnt(hand: Hand) -> Replay:
    """Replay what a Hand has learnt: each drawing is read with what was learnt before it.

    As the evaluation's `replay` that confirms everything, in a tenth of the time: the page waits.
    """
    rows = hand.memory.labelled.rows
    embedding = hand.embedding
    before = rows.read != rows.labels
    count = len(before)
    if not count:
        return Replay(before, before, np.arange(0), np.empty((0, 10), np.float32))
    votes = votes_before(rows, embedding.alike)
    answers = persuade(rows.probabilities, votes, embedding.strength)
    rejected = np.cumsum(rows.read == NOT_A_DIGIT) - np.cumsum(rows.labels == NOT_A_DIGIT)
    strictness = strictness_after(np.concatenate([[0], rejected[:-1]]))
    best = answers.argmax(axis=1)
    needed = rows.thresholds[np.arange(count), best] * strictness
    read = np.where(logit_spread(answers) >= needed, best, NOT_A_DIGIT)
    return Replay(before, read != rows.labels, np.arange(count), answers)
