"""Reads numbers: which strokes are one digit is decided by reading what they may be.

Each group of strokes that may be a digit is drawn by itself, centred as always, and read, all in
one batch; the number is the best path through these hypotheses. What is certainly one digit is not
divided: it is read as `Classifier.classify` reads it. Groups across a gap are read only if what is
beside it leaves a doubt.
"""

from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np

from digit_model.classifier import Prediction
from digit_model.numbers.groups import Group, Layout, propose_groups, widest_gap
from digit_model.numbers.lattice import Lattice, certainty
from digit_model.numbers.letter_check import cut_features, hang_together, is_letter
from digit_model.numbers.pieces import image_of_pieces, pieces_of_strokes
from preprocess import bounding_box, ink_of, ink_to_mnist

MOST_DIGITS = 6

# Why a drawing is no number.
NOTHING = "nothing is drawn"
NOT_A_NUMBER = "not a number"
TOO_LONG = f"more than {MOST_DIGITS} digits"
SEVERAL_LINES = "more than one line"

# What is this certain as one digit is not divided: hardly any number is. And nothing is put
# together across a gap if all is this certain without: most digits of a number lie apart, and
# every group less is an image less to read. Chosen on validation people.
CERTAIN = 2.0

# What is in doubt alone is a digit beside others that are not: of the certainty that one alone
# needs, the least of any digit in a number, and of all on average. Chosen on validation people.
LEAST_CERTAINTY, MEAN_CERTAINTY = 0.4, 1.5

# Ink without strokes is cut anywhere: if all of it hangs together, this cut must be as probable, of
# all, in a long number less so; a short one has no ones.
SHORT_SHARE = 0.75
LONG, LONG_SHARE = 3, 0.5

LINE_HEIGHT = 0.25  # of a drawing, at least, each of two lines
LINE_OVERLAP = 0.3  # of the shorter line, from left to right


@dataclass(frozen=True)
class Number:
    """What the network makes of a drawing of one digit or several.

    Attributes:
        text: the digits, from left to right; None if it is not a number.
        digits: list of Prediction, from left to right; of the whole drawing if text is None.
        images: list of (28, 28) float32, what the network saw of each.
        strokes: for each stroke the place of its digit, from the left; None if it is in none.
        confidence: probability that all of text is right, in [0, 1].
        reason: None, or why text is: NOTHING, NOT_A_NUMBER, TOO_LONG or SEVERAL_LINES.
        whole: Prediction, of the whole drawing as one digit; None if nothing is drawn.
    """

    text: str | None
    digits: list
    images: list
    strokes: list
    confidence: float
    reason: str | None = None
    whole: Prediction | None = None

    def as_json(self):
        """Return the answer as a program gets it: a dict of what JSON can say.

        "digit", "confidence" and "probabilities" are those of one digit, if it is one.
        """
        one = self.whole if len(self.digits) != 1 else self.digits[0]
        told = one.as_json()
        if self.text and len(self.text) > 1:
            told |= {"digit": None, "confidence": round(self.confidence, 6)}
            told.pop("by_hand", None)  # each digit says so by itself
        digits = [each.as_json() for each in self.digits] if self.text else []
        return {**told, "text": self.text, "digits": digits, "reason": self.reason}


def read_number(classifier, strokes, width, image=None):
    """Read strokes as a number of up to six digits.

    By a network whose file carries no `NumberWeights`, they are read as one digit.

    Args:
        classifier: Classifier, or a Hand to read with.
        strokes: sequence of (points, 2) arrays in the canvas's pixels, in the order drawn;
            points that are not finite are left out.
        width: of the brush in pixels.
        image: (28, 28) float32 of the whole drawing, made from its own pixels; drawn from the
            strokes if there is none.

    Returns:
        Number.
    """
    pieces, touch = pieces_of_strokes(strokes, width)
    return _read_pieces(classifier, pieces, touch, len(strokes), image)


def read_number_image(classifier, rgba):
    """Read ink without strokes as a number, by its connected components.

    Args:
        classifier: Classifier.
        rgba: as for `canvas_to_mnist`.

    Returns:
        Number; its `strokes` is empty.

    Raises:
        ValueError: for any other shape or dtype; the message names it.
    """
    return read_number_ink(classifier, ink_of(rgba))


def read_number_ink(classifier, ink):
    """Read (H, W) float32 ink in [0, 1], as `read_number_image`."""
    from digit_model.numbers.ink_pieces import pieces_of_ink  # SciPy takes a moment to import

    pieces, touch = pieces_of_ink(np.ceil(ink * 255).astype(np.uint8))
    return _read_pieces(classifier, pieces, touch, 0, ink_to_mnist(ink))


def read_digit(classifier, image):
    """Read a (28, 28) float32 image as one digit and nothing else; return a Number."""
    whole = classifier.classify_all(np.asarray(image)[None])[0]
    text = None if whole.digit is None else str(whole.digit)
    reason = None if text else NOT_A_NUMBER
    return Number(text, [whole], [image], [], whole.confidence, reason, whole)


def is_broad(image):
    """Return whether a (28, 28) image is broader than tall: of two digits or more, most likely."""
    if not image.any():
        return False
    rows, columns = bounding_box(image)
    return columns.stop - columns.start > rows.stop - rows.start


def is_certain(prediction, thresholds):
    """Return whether a Prediction for a drawing as one digit leaves no need to divide it."""
    sure = certainty(prediction.probabilities[None], thresholds)[0]
    return prediction.digit is not None and sure >= CERTAIN


def _read_pieces(classifier, pieces, touch, stroke_count, whole=None):
    if not pieces:
        return Number(None, [], [], [None] * stroke_count, 0.0, NOTHING)
    layout = Layout(pieces, touch)
    weights = classifier.number_weights
    lattice = weights and weights.lattice
    as_one, cut, digits, share = divide(classifier, lattice, layout, pieces, whole)
    reason = find_reason(layout, digits)
    text = None if reason else "".join(str(prediction.digit) for prediction in digits)
    if text and len(text) > 1:
        if stroke_count:
            may_be_letter = is_letter(cut_features(layout, cut, as_one, share), weights.letters)
        else:
            may_be_letter = _may_be_connected_letter(text, share, layout, cut)
        if may_be_letter:
            text, reason = None, NOT_A_NUMBER
    if reason:
        cut, digits, share = [as_one], [as_one.prediction], 1.0
    return Number(
        text,
        digits,
        [found.image for found in cut],
        _places(layout, [found.group for found in cut], stroke_count),
        share * float(np.prod([prediction.confidence for prediction in digits])),
        reason,
        as_one.prediction,
    )


class Found(NamedTuple):
    """A Group, its (28, 28) image, and the Prediction for it."""

    group: Group
    image: np.ndarray
    prediction: Prediction


def divide(classifier, weights, layout, pieces, whole=None):
    """Read groups of pieces, and find the best path through them.

    Args:
        classifier: Classifier.
        weights: LatticeWeights; None divides nothing.
        layout: Layout of the pieces.
        pieces: list of Piece.
        whole: (28, 28) float32, the image of all; drawn from the pieces if there is none.

    Returns:
        (Found of all pieces as one digit, list of Found from left to right, their Predictions as
        those of a number's digits, the path's share).
    """
    proposed = propose_groups(layout)[: None if weights else 1]
    whole = image_of_pieces(pieces) if whole is None else whole
    near = [group for group in proposed if group is proposed[0] or not group.gap]
    found = {}
    one = [] if is_broad(whole) else [proposed[:1]]
    for groups in (*one, near, proposed):
        new = [group for group in groups if group not in found]
        images = [
            whole if group is proposed[0] else image_of_pieces([pieces[i] for i in group.members])
            for group in new
        ]
        predictions = classifier.classify_all(np.array(images))
        read = zip(new, images, predictions, strict=True)
        found |= {group: Found(group, *rest) for group, *rest in read}
        probabilities = np.array([found[group].prediction.probabilities for group in groups])
        if weights:
            lattice = Lattice(layout, groups, probabilities, classifier.thresholds, weights)
            path, share = lattice.best_path()
        else:
            path, share = [0], 1.0
        chosen = [found[groups[i]] for i in path]
        is_sure = all(is_certain(each.prediction, classifier.thresholds) for each in chosen)
        if is_sure or len(groups) == len(proposed):
            break
    cut = sorted(chosen, key=lambda each: each.group.box[0] + each.group.box[2])
    digits = accept([each.prediction for each in cut], classifier.thresholds)
    return found[proposed[0]], cut, digits, share


def _may_be_connected_letter(text, share, layout, cut):
    """Say whether ink without strokes divided into these digits may be a letter."""
    groups = [found.group for found in cut]
    if not hang_together(layout, groups):
        return False
    if len(text) <= LONG and "1" in text:
        return True
    return share < (SHORT_SHARE if len(text) < LONG else LONG_SHARE)


def accept(digits, thresholds):
    """Take Predictions in doubt for digits if they stand beside others that are certain."""
    sure = certainty(np.array([prediction.probabilities for prediction in digits]), thresholds)
    if len(digits) == 1 or sure.min() < LEAST_CERTAINTY or sure.mean() < MEAN_CERTAINTY:
        return digits
    return [replace(each, digit=int(each.probabilities.argmax())) for each in digits]


def _places(layout, groups, stroke_count):
    """Return for each stroke the place of the group that it is in."""
    places = [None] * stroke_count
    for place, group in enumerate(groups):
        for member in group.members:
            for stroke in layout.strokes[member]:
                places[stroke] = place
    return places


def find_reason(layout, predictions):
    """Return why a drawing read as these digits is no number; None if it may be one."""
    digits = [prediction.digit for prediction in predictions]
    is_digit = len(digits) == 1 and digits[0] is not None
    if not is_digit and _has_lines(layout.boxes):
        return SEVERAL_LINES
    if len(digits) > MOST_DIGITS:
        return TOO_LONG
    return NOT_A_NUMBER if None in digits else None


def _has_lines(boxes):
    """Say whether pieces, (n, 4) boxes, that are not one digit lie one line below the other.

    Digits side by side may have parts above one another as well, as a 5 has whose roof is apart:
    of two lines, each is tall, and one has pieces side by side or both are as tall as digits.
    """
    boxes = boxes[boxes[:, 1].argsort()]
    reached = np.maximum.accumulate(boxes[:, 3])
    least = LINE_HEIGHT * (reached[-1] - boxes[0, 1])
    for end in np.flatnonzero(boxes[1:, 1] > reached[:-1]) + 1:
        lines = boxes[:end], boxes[end:]
        spans = np.array([(line[:, 0].min(), line[:, 2].max()) for line in lines])
        heights = np.array([np.ptp(line[:, [1, 3]]) for line in lines])
        widths = np.ptp(spans, axis=1)
        common = spans[:, 1].min() - spans[:, 0].max()
        if heights.min() < least or common < LINE_OVERLAP * widths.min():
            continue
        is_side_by_side = any(widest_gap(line[:, [0, 2]]) > 0 for line in lines)
        if is_side_by_side or (heights > 0.5 * widths).all():
            return True
    return False
