"""Tells letters from numbers: many can be divided into digits, an H into 11, an R into 12.

With strokes, what speaks for a number is weighed, as logistic regression does it. Ink without
strokes is cut anywhere: if all of it touches, the division must be very likely.
"""

from itertools import pairwise

import numpy as np

from digit_model.numbers.division import Division
from digit_model.numbers.groups import Group, Layout
from digit_model.numbers.weights import LetterWeights
from digit_model.rejection import TINY

LEAST_ODDS, MOST_ODDS = -4, 8  # logarithms: beyond them it makes no difference
MOST_GAP = 0.3  # either way

# Of ink without strokes: the least share of its division among all, and from how many digits on
# it is long. A short number whose digits all touch has no ones.
SHORT_SHARE, LONG_SHARE = 0.75, 0.5
LONG = 3


def letter_features(layout: Layout, division: Division) -> np.ndarray:
    """Measure a drawing that is divided into several digits.

    Returns:
        (7,) float, in the order of `LetterWeights`.
    """
    groups, height = division.groups, layout.height
    gap = min(right.box[0] - left.box[2] for left, right in pairwise(groups)) / height
    return np.array(
        [
            1,
            _log_odds(division.share),
            _log_odds(division.whole.prediction.confidence),
            sum(each.probabilities.argmax() == 1 for each in division.predictions),
            np.clip(gap, -MOST_GAP, MOST_GAP),
            all_touch(layout, groups),
            len(groups) > 2,
        ],
        float,
    )


def is_letter(features: np.ndarray, weights: LetterWeights) -> bool:
    """Say whether what `letter_features` measured is rather a letter than a number."""
    return bool(features @ np.array(weights) < 0)


def is_letter_in_ink(layout: Layout, division: Division) -> bool:
    """Say whether ink without strokes that is divided into digits may be a letter."""
    if not all_touch(layout, division.groups):
        return False
    count, ones = len(division.digits), [each.digit == 1 for each in division.predictions]
    if count <= LONG and any(ones):
        return True
    return division.share < (SHORT_SHARE if count < LONG else LONG_SHARE)


def all_touch(layout: Layout, groups: list[Group]) -> bool:
    """Return whether each of two groups or more touches the next."""
    return all(layout.touch_between(*pair) > 0 for pair in pairwise(groups))


def _log_odds(probability: float) -> float:
    odds = probability / max(1 - probability, TINY)
    return float(np.clip(np.log(max(odds, TINY)), LEAST_ODDS, MOST_ODDS))
