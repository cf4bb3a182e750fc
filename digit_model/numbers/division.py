"""Divides a drawing into digits, by reading every group of pieces that may be one.

All groups are drawn by themselves, centred as always, and read in one batch; the division is the
best path through the lattice of these readings. What is certainly one digit is not divided: it is
read as `Classifier.classify` reads it. Groups across a gap are read only if there is doubt
without them.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

import numpy as np

from digit_model.classifier import Prediction, Reader
from digit_model.numbers.groups import Group, Layout, propose_groups
from digit_model.numbers.lattice import Lattice
from digit_model.numbers.pieces import Piece, image_of_pieces
from digit_model.numbers.weights import LatticeWeights
from preprocess import bounding_box

# What is this certain as one digit is not divided: hardly any number is. And nothing is put
# together across a gap if all is this certain without: most digits of a number lie apart, and
# every group less is an image less to read. Chosen on validation people.
CERTAIN = 2.0

# Inside a number, confident neighbours rescue a doubtful digit: of the certainty that one alone
# needs, the least of any digit in a number, and of all on average. Chosen on validation people.
LEAST_CERTAINTY, MEAN_CERTAINTY = 0.4, 1.5


class ReadGroup(NamedTuple):
    """A Group, its (28, 28) image, and the Prediction for it."""

    group: Group
    image: np.ndarray
    prediction: Prediction


class Division(NamedTuple):
    """A drawing divided into digits.

    Attributes:
        whole: the whole drawing as one digit.
        digits: from left to right.
        share: of this division's likelihood among all divisions, in [0, 1].
    """

    whole: ReadGroup
    digits: list[ReadGroup]
    share: float

    @property
    def predictions(self) -> list[Prediction]:
        """Those of the digits."""
        return [digit.prediction for digit in self.digits]

    @property
    def groups(self) -> list[Group]:
        """Those of the digits."""
        return [digit.group for digit in self.digits]


def divide(
    reader: Reader,
    weights: LatticeWeights | None,
    layout: Layout,
    pieces: Sequence[Piece],
    strokes: Sequence[np.ndarray] = (),
    whole: np.ndarray | None = None,
) -> Division:
    """Read groups of pieces, and find the best path through them.

    Args:
        reader: reads the groups.
        weights: choose the path; without them, nothing is divided.
        layout: of the pieces.
        pieces: the drawing's.
        strokes: the drawing's, if they are known.
        whole: (28, 28) float32, the image of all; drawn from the pieces if there is none.
    """
    proposed = propose_groups(layout)[: None if weights else 1]
    whole = image_of_pieces(pieces) if whole is None else whole
    near = [group for group in proposed if group is proposed[0] or not group.gap]
    rounds = [near, proposed] if is_broad(whole) else [proposed[:1], near, proposed]
    read: dict[Group, ReadGroup] = {}
    for groups in rounds:
        new = [group for group in groups if group not in read]
        images = [
            whole if group is proposed[0] else image_of_pieces([pieces[i] for i in group.members])
            for group in new
        ]
        drawn = [[strokes[i] for i in layout.strokes_of(group)] for group in new]
        predictions = reader.classify_all(np.array(images), drawn)
        read |= {each[0]: ReadGroup(*each) for each in zip(new, images, predictions, strict=True)}
        path, share = [0], 1.0
        if weights and len(groups) > 1:
            predictions = [read[group].prediction for group in groups]
            path, share = Lattice(layout, groups, predictions, weights).best_path()
        chosen = [read[groups[i]] for i in path]
        all_certain = all(is_certain(each.prediction) for each in chosen)
        if all_certain or len(groups) == len(proposed):
            break
    chosen.sort(key=lambda each: each.group.box[0] + each.group.box[2])
    accepted = accept([each.prediction for each in chosen])
    digits = [ReadGroup(*each[:2], digit) for each, digit in zip(chosen, accepted, strict=True)]
    return Division(read[proposed[0]], digits, share)


def is_broad(image: np.ndarray) -> bool:
    """Return whether a (28, 28) image is broader than tall: of two digits or more, most likely."""
    box = bounding_box(image)
    if box is None:
        return False
    rows, columns = box
    return columns.stop - columns.start > rows.stop - rows.start


def is_certain(prediction: Prediction) -> bool:
    """Return whether a Prediction for a drawing as one digit leaves no need to divide it."""
    return prediction.digit is not None and prediction.certainty >= CERTAIN


def accept(digits: list[Prediction]) -> list[Prediction]:
    """Take doubtful Predictions for digits if they stand beside others that are certain."""
    certain = np.array([prediction.certainty for prediction in digits])
    if len(digits) == 1 or certain.min() < LEAST_CERTAINTY or certain.mean() < MEAN_CERTAINTY:
        return digits
    return [replace(each, digit=int(each.probabilities.argmax())) for each in digits]
