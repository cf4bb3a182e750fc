"""What was learnt of one person's handwriting, and how it changes what the network reads.

Labelled drawings vote as in `votes`. If many digits are rejected, each gets a lower threshold.

Confident readings help, too: a finished drawing that the network reads with certainty votes for
what was read (pseudo-labels, Lee 2013; at test time, Iwasawa & Matsuo 2021), until its owner
labels one like it otherwise. They choose between digits, and make no digit, nor part of a number,
of what the network rejects: its probabilities stay, as does the spread of all others' logits.
"""

from collections.abc import Hashable, Mapping
from dataclasses import replace
from itertools import chain

import numpy as np

from digit_model.classifier import Prediction, judge
from digit_model.hand.embedding import Embedding
from digit_model.hand.votes import NOT_A_DIGIT, Example, Examples, persuade, to_label
from digit_model.rejection import limit_spread, logit_spread

# Of confident readings. Chosen on people whom a network never saw: benchmarks/unseen_people.py.
CONFIDENT = 0.9  # probability of the digit, at least
CONFIDENT_ALIKE = 0.4  # cosine from which they vote
MOST_CONFIDENT = 500

LABELLED = 0.6  # probability of a drawing's label if the network is sure of another digit


class Memory:
    """What was learnt of one person's handwriting.

    Attributes:
        labelled: Examples, drawings whose owner has said what they are.
        confident: Examples, finished drawings that were read with certainty.
        confidence: of the network in what is confident, at least; above 1, nothing is.
        alike: cosine from which it votes.
    """

    def __init__(self, confidence: float = CONFIDENT, alike: float = CONFIDENT_ALIKE) -> None:
        self.labelled, self.confident = Examples(), Examples(MOST_CONFIDENT)
        self.confidence, self.alike = confidence, alike

    def learn(self, examples: Mapping[Hashable, Example]) -> None:
        """Learn labelled drawings by key, and drop the confident readings that contradict them."""
        self.labelled.add(examples)
        against = [self.confident.contradicted_by(e, self.alike) for e in examples.values()]
        self.confident.drop(*examples, *chain.from_iterable(against))

    def forget(self, key: Hashable) -> None:
        """Drop a drawing, if it is there."""
        self.labelled.drop(key)
        self.confident.drop(key)

    def adapt(
        self,
        key: Hashable,
        probabilities: np.ndarray,
        vector: np.ndarray,
        prediction: Prediction,
    ) -> None:
        """Learn what a finished drawing is read as, if that is certain by the network alone.

        Args:
            key, probabilities, vector: the drawing's, as for `judge`.
            prediction: what that has returned.
        """
        read = prediction.digit
        if (
            read is not None
            and not prediction.by_hand
            and probabilities[read] >= self.confidence
            and key not in self.labelled.keys
        ):
            self.confident.add({key: Example(vector, read, read, probabilities)})

    def judge(
        self,
        key: Hashable,
        probabilities: np.ndarray,
        vector: np.ndarray,
        embedding: Embedding,
        thresholds: np.ndarray,
    ) -> Prediction:
        """Return the Prediction for a drawing by its (10,) probabilities and its (d,) vector."""
        alone = judge(probabilities, thresholds)
        label = self.labelled.label_of(key)
        said = self.labelled.votes(vector, embedding.alike)
        votes = said
        if alone.digit is not None:
            votes = np.maximum(said, self.confident.votes(vector, self.alike, but=key))
        if votes.any():
            spread = logit_spread(persuade(probabilities, said, embedding.strength))
            persuaded = persuade(probabilities, votes, embedding.strength)
            probabilities = limit_spread(persuaded, float(spread))
        elif label is None and self.labelled.strictness == 1:
            return alone
        together = judge(probabilities, thresholds * self.labelled.strictness)
        if label is not None:
            together = obey(together, label)
        return together if together.digit == alone.digit else replace(together, alone=alone)


def obey(prediction: Prediction, label: int) -> Prediction:
    """Return the Prediction for a drawing with this label, 0–9 or NOT_A_DIGIT: it is that.

    The network may be surer of another digit than likeness can outvote.
    """
    if to_label(prediction.digit) == label:
        return prediction
    if label == NOT_A_DIGIT:
        return replace(prediction, digit=None, certainty=0.0)
    probabilities = prediction.probabilities * np.float32(1 - LABELLED)
    probabilities[label] += LABELLED
    return replace(
        prediction,
        digit=label,
        confidence=float(probabilities[label]),
        probabilities=probabilities,
        certainty=max(prediction.certainty, 1.0),
    )
