"""Reads numbers: from strokes, from ink without strokes, or a single digit."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from digit_model.classifier import Prediction, Reader
from digit_model.ink_path import Strokes
from digit_model.numbers.division import Division, divide, is_broad, is_certain
from digit_model.numbers.groups import Group, Layout
from digit_model.numbers.letter_check import is_letter, is_letter_in_ink, letter_features
from digit_model.numbers.pieces import Piece, pieces_of_strokes
from digit_model.numbers.reasons import NOT_A_NUMBER, NOTHING, find_reason
from preprocess import ink_of, ink_to_mnist


@dataclass(frozen=True)
class Number:
    """What the network makes of a drawing of one digit or several.

    Attributes:
        text: the digits, from left to right; None if it is not a number.
        digits: from left to right; of the whole drawing if text is None.
        images: (28, 28) float32, what the network saw of each.
        strokes: for each stroke the place of its digit, from the left; None if it is in none.
        confidence: probability that all of text is right, in [0, 1].
        reason: why text is None, one of `reasons`; else None.
        whole: of the whole drawing as one digit; None if nothing is drawn.
    """

    text: str | None
    digits: list[Prediction]
    images: list[np.ndarray]
    strokes: list[int | None]
    confidence: float
    reason: str | None = None
    whole: Prediction | None = None

    def as_json(self) -> dict[str, Any]:
        """Return the answer as a program gets it: a dict of what JSON can say.

        "digit", "confidence" and "probabilities" are those of one digit, if it is one.
        """
        one = self.digits[0] if len(self.digits) == 1 else self.whole
        answer = one.as_json() if one else {"digit": None, "confidence": 0.0, "probabilities": []}
        if self.text and len(self.text) > 1:
            answer |= {"digit": None, "confidence": round(self.confidence, 6)}
            answer.pop("by_hand", None)  # each digit says so by itself
        digits = [each.as_json() for each in self.digits] if self.text else []
        return {**answer, "text": self.text, "digits": digits, "reason": self.reason}


def read_number(
    classifier: Reader,
    strokes: Strokes,
    width: float,
    image: np.ndarray | None = None,
) -> Number:
    """Read strokes as a number of up to six digits.

    A network whose file carries no `NumberWeights` reads them as one digit.

    Args:
        classifier: Classifier, or a Hand to read with.
        strokes: (points, 2) arrays in the canvas's pixels, in the order drawn; points that are
            not finite are left out.
        width: of the brush in pixels.
        image: (28, 28) float32 of the whole drawing, made from its own pixels; drawn from the
            strokes if there is none.
    """
    pieces, touch = pieces_of_strokes(strokes, width)
    return _read_pieces(classifier, pieces, touch, strokes, image)


def read_number_image(classifier: Reader, rgba: np.ndarray) -> Number:
    """Read ink without strokes as a number, by its connected components.

    Args:
        classifier: Classifier, or a Hand to read with.
        rgba: as for `canvas_to_mnist`.

    Returns:
        Number; its `strokes` is empty.

    Raises:
        ValueError: for any other shape or dtype; the message names it.
    """
    return read_number_ink(classifier, ink_of(rgba))


def read_number_ink(classifier: Reader, ink: np.ndarray) -> Number:
    """Read (H, W) float32 ink in [0, 1], as `read_number_image`."""
    from digit_model.numbers.ink_pieces import pieces_of_ink  # SciPy takes a moment to import

    pieces, touch = pieces_of_ink(np.ceil(ink * 255).astype(np.uint8))
    return _read_pieces(classifier, pieces, touch, [], ink_to_mnist(ink))


def read_digit(classifier: Reader, image: np.ndarray, strokes: Strokes = ()) -> Number:
    """Read a (28, 28) float32 image, and its strokes if known, as one digit and nothing else."""
    (whole,) = classifier.classify_all(np.asarray(image)[None], [strokes])
    text = None if whole.digit is None else str(whole.digit)
    reason = None if text else NOT_A_NUMBER
    return Number(text, [whole], [image], [], whole.confidence, reason, whole)


def read_certain_digit(
    classifier: Reader, image: np.ndarray, strokes: Strokes = ()
) -> Number | None:
    """Read a (28, 28) float32 image as one digit; None if it may have to be divided."""
    if is_broad(image):
        return None
    number = read_digit(classifier, image, strokes)
    return number if is_certain(number.digits[0]) else None


def _read_pieces(
    reader: Reader,
    pieces: Sequence[Piece],
    touch: np.ndarray,
    strokes: Strokes,
    image: np.ndarray | None,
) -> Number:
    if not pieces:
        return Number(None, [], [], [None] * len(strokes), 0.0, NOTHING)
    layout, weights = Layout(pieces, touch), reader.number_weights
    lattice = None if weights is None else weights.lattice
    division = divide(reader, lattice, layout, pieces, strokes, image)
    reason = find_reason(layout, division.predictions)
    if weights and not reason and len(division.digits) > 1:
        if strokes:
            may_be_letter = is_letter(letter_features(layout, division), weights.letters)
        else:
            may_be_letter = is_letter_in_ink(layout, division)
        reason = NOT_A_NUMBER if may_be_letter else None
    whole = division.whole
    if reason:
        division = Division(whole, [whole], 1.0)
    predictions = division.predictions
    return Number(
        None if reason else "".join(str(prediction.digit) for prediction in predictions),
        predictions,
        [digit.image for digit in division.digits],
        _places(layout, division.groups, len(strokes)),
        division.share * float(np.prod([prediction.confidence for prediction in predictions])),
        reason,
        whole.prediction,
    )


def _places(layout: Layout, groups: list[Group], stroke_count: int) -> list[int | None]:
    """Return for each stroke the place of the group that it is in."""
    places: list[int | None] = [None] * stroke_count
    for place, group in enumerate(groups):
        for member in group.members:
            for stroke in layout.strokes[member]:
                places[stroke] = place
    return places
