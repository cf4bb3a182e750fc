"""Tells letters from numbers: many can be cut into digits, an H into 11, an R into 12.

What speaks for a number is weighed, as logistic regression does it.
"""

from itertools import pairwise

import numpy as np

from digit_model.numbers.weights import LetterWeights

LEAST_ODDS, MOST_ODDS = -4, 8  # logarithms: beyond them it makes no difference
MOST_GAP = 0.3  # either way


def cut_features(layout, cut, as_one, share):
    """Measure a drawing that is cut into several digits.

    Args:
        layout: Layout.
        cut: list of at least two Found, from left to right.
        as_one: Found, of the whole drawing as one digit.
        share: of this cut among all, in [0, 1].

    Returns:
        (7,) float, in the order of `LetterWeights`.
    """
    groups = [found.group for found in cut]
    gap = min(right.box[0] - left.box[2] for left, right in pairwise(groups)) / layout.height
    return np.array(
        [
            1,
            _log_odds(share),
            _log_odds(as_one.prediction.confidence),
            sum(found.prediction.probabilities.argmax() == 1 for found in cut),
            np.clip(gap, -MOST_GAP, MOST_GAP),
            hang_together(layout, groups),
            len(cut) > 2,
        ],
        float,
    )


def hang_together(layout, groups):
    """Return whether each of two groups or more touches the next."""
    return all(layout.touch_between(*pair) > 0 for pair in pairwise(groups))


def is_letter(features: np.ndarray, weights: LetterWeights) -> bool:
    """Say whether what `cut_features` measured is rather a letter than a number."""
    return bool(features @ np.array(weights) < 0)


def _log_odds(probability):
    odds = probability / max(1 - probability, np.finfo(np.float32).tiny)
    return np.clip(np.log(max(odds, np.finfo(np.float32).tiny)), LEAST_ODDS, MOST_ODDS)
