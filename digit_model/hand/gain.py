"""A person's drawings one after the other, learnt by a Hand as a visitor would teach it."""

from dataclasses import dataclass, field

import numpy as np

from digit_model.classifier import judge
from digit_model.hand.hand import NOT_A_DIGIT, Example, Memory, persuade, place_of, strictness_after
from digit_model.rejection import logit_spread


@dataclass(frozen=True)
class Stream:
    """One person's drawings in their order, as the network alone sees them.

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


def replay(
    stream,
    embedding,
    thresholds,
    corrected=1.0,
    confirm=False,
    wrong_share=0.0,
    memory=None,
    seed=0,
):
    """Read a Stream, learning each error from then on, and watching the rest.

    Args:
        stream: Stream.
        embedding: Embedding, for its constants.
        thresholds: as for `is_digit`.
        corrected: share of the errors that are learnt.
        confirm: learn what was read right, too.
        wrong_share: of what is learnt, how much gets another label than its own.
        memory: Memory that is there before; an empty one by default.
        seed: of which errors are learnt, and which labels are wrong.

    Returns:
        Replay.
    """
    rng = np.random.default_rng(seed)
    memory = Memory() if memory is None else memory
    before, after, corrections, answers = [], [], [], []
    learnt = 0
    drawings = zip(stream.labels, stream.probabilities, stream.vectors, strict=True)
    for place, (label, alone, vector) in enumerate(drawings):
        read = place_of(judge(alone, thresholds).digit)
        answer = memory.judge(place, alone, vector, embedding, thresholds)
        before.append(read != label)
        after.append(place_of(answer.digit) != label)
        answers.append(answer.probabilities)
        corrections.append(learnt)
        if confirm or (after[-1] and (corrected == 1 or rng.random() < corrected)):
            told = (label + rng.integers(1, 10)) % 10 if rng.random() < wrong_share else label
            memory.learn({place: Example(vector, told, read, alone)})
            learnt += 1
        else:
            memory.watch(place, alone, vector, answer)
    return Replay(*map(np.array, (before, after, corrections, answers)))


def replay_kept(hand):
    """Replay what a Hand has learnt: each drawing is read with what was learnt before it.

    As `replay` that confirms everything, in a tenth of the time: History waits for it.

    Returns:
        Replay.
    """
    rows, thresholds = hand.memory.said.rows, hand.classifier.thresholds
    before = np.not_equal(rows.read, rows.label)
    count = len(before)
    if not count:
        return Replay(before, before, np.arange(0), np.empty((0, 10), np.float32))
    votes = _votes_before(rows, hand.classifier.embedding.alike)
    answers = persuade(rows.probabilities, votes, hand.classifier.embedding.strength)
    rejected = np.cumsum(rows.read == NOT_A_DIGIT) - np.cumsum(rows.label == NOT_A_DIGIT)
    strictness = strictness_after(np.concatenate([[0], rejected[:-1]]))
    best = answers.argmax(axis=1)
    read = np.where(logit_spread(answers) >= thresholds[best] * strictness, best, NOT_A_DIGIT)
    return Replay(before, read != rows.label, np.arange(count), answers)


def _votes_before(rows, alike):
    """Return what the rows before each vote of it, as `Examples.votes`: (n, 11)."""
    likeness = np.tril((rows.vector @ rows.vector.T - alike) / (1 - alike), -1)
    votes = np.zeros((len(likeness), 11))
    for label in np.unique(rows.label):
        votes[:, label] = likeness[:, rows.label == label].max(axis=1, initial=0)
    return votes
