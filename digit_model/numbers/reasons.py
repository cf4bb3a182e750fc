"""Why a drawing is not read as a number."""

import numpy as np

from digit_model.classifier import Prediction
from digit_model.numbers.groups import Layout, widest_gap

MOST_DIGITS = 6

NOTHING = "nothing is drawn"
NOT_A_NUMBER = "not a number"
TOO_LONG = f"more than {MOST_DIGITS} digits"
SEVERAL_LINES = "more than one line"

LINE_HEIGHT = 0.25  # of a drawing, at least, each of two lines
LINE_OVERLAP = 0.3  # of the shorter line, from left to right


def find_reason(layout: Layout, predictions: list[Prediction]) -> str | None:
    """Return why a drawing read as these digits is not a number; None if it may be one."""
    digits = [prediction.digit for prediction in predictions]
    is_digit = len(digits) == 1 and digits[0] is not None
    if not is_digit and _has_lines(layout.boxes):
        return SEVERAL_LINES
    if len(digits) > MOST_DIGITS:
        return TOO_LONG
    return NOT_A_NUMBER if None in digits else None


def _has_lines(boxes: np.ndarray) -> bool:
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
