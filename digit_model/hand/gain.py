"""What learning gains: a person's drawings read one after the other, learnt as a visitor would."""

from dataclasses import dataclass, field

import numpy as np

from digit_model.classifier import judge
from digit_model.hand.embedding import Embedding
from digit_model.hand.hand import Hand
from digit_model.hand.memory import Memory
from digit_model.hand.votes import (
    NOT_A_DIGIT,
    Example,
    persuade,
    strictness_after,
    to_label,
    votes_before,
)
from digit_model.rejection import logit_spread


@dataclass(frozen=True)
class Stream:
    """One person's drawings in their order, as the network alone reads them.

    Attributes:
        labels: (n,) 0–9, or NOT_A_DIGIT.
        probabilities: (n, 10), as `Classifier.predict`.
        vectors: (n, d), as `Embedding.embed`.
    """

    labels: np.ndarray
    probabilities: np.ndarray
    vectors: np.ndarray


@dataclass(frozen=True)
class Replay:
    """What became of a Stream.

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


def replay(
    stream: Stream,
    embedding: Embedding,
    thresholds: np.ndarray,
    corrected: float = 1.0,
    confirm: bool = False,
    wrong_share: float = 0.0,
    memory: Memory | None = None,
    seed: int = 0,
) -> Replay:
    """Read a Stream, learning each error once it is read, and adapting to the rest.

    Args:
        embedding: Embedding, for its constants.
        thresholds: as for `is_digit`.
        corrected: share of the errors that are learnt.
        confirm: learn what was read right, too.
        wrong_share: of what is learnt, how much gets another label than its own.
        memory: Memory that is there before; an empty one by default.
        seed: of which errors are learnt, and which labels are wrong.
    """
    rng = np.random.default_rng(seed)
    memory = Memory() if memory is None else memory
    before, after, corrections, answers = [], [], [], []
    learnt = 0
    drawings = zip(stream.labels, stream.probabilities, stream.vectors, strict=True)
    for place, (label, alone, vector) in enumerate(drawings):
        read = to_label(judge(alone, thresholds).digit)
        answer = memory.judge(place, alone, vector, embedding, thresholds)
        before.append(read != label)
        after.append(to_label(answer.digit) != label)
        answers.append(answer.probabilities)
        corrections.append(learnt)
        if confirm or (after[-1] and (corrected == 1 or rng.random() < corrected)):
            given = (label + rng.integers(1, 10)) % 10 if rng.random() < wrong_share else label
            memory.learn({place: Example(vector, given, read, alone)})
            learnt += 1
        else:
            memory.adapt(place, alone, vector, answer)
    return Replay(*map(np.array, (before, after, corrections, answers)))


def replay_learnt(hand: Hand) -> Replay:
    """Replay what a Hand has learnt: each drawing is read with what was learnt before it.

    As `replay` that confirms everything, in a tenth of the time: the page waits for it.
    """
    rows, thresholds = hand.memory.labelled.rows, hand.classifier.thresholds
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
    read = np.where(logit_spread(answers) >= thresholds[best] * strictness, best, NOT_A_DIGIT)
    return Replay(before, read != rows.labels, np.arange(count), answers)
