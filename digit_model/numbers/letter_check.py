"""Tells letters from numbers: many can be cut into digits, an H into 11, an R into 12.

What speaks for a number is weighed, as logistic regression does it. The weights
were found on letters and numbers by people who train: digit_model/training/number_weights.py.
"""

import json
from itertools import pairwise

import numpy as np

from digit_model.numbers.lattice import WEIGHTS_FILE

FEATURES = (
    "always",  # 1
    "share",  # log odds of this cut among all
    "whole",  # log odds of the whole as one digit: the network is unsure of letters, and knows it
    "ones",  # how many; each may be a stem
    "gap",  # the narrowest between two digits, as a share of the height; below 0 they overlap
    "joined",  # whether each digit touches the next
    "long",  # whether there are more than two
)
LEAST_ODDS, MOST_ODDS = -4, 8  # logarithms: beyond them it makes no difference
MOST_GAP = 0.3  # either way

WEIGHTS = json.loads(WEIGHTS_FILE.read_text("utf-8"))["letters"]


def cut_features(layout, cut, as_one, share):
    """Measure a drawing that is cut into several digits.

    Args:
        layout: Layout.
        cut: list of at least two Found, from left to right.
        as_one: Found, of the whole drawing as one digit.
        share: of this cut among all, in [0, 1].

    Returns:
        (len(FEATURES),) float.
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


def is_letter(features, weights=WEIGHTS):
    """Say whether what `cut_features` measured is rather a letter than a number."""
    return bool(features @ [weights[name] for name in FEATURES] < 0)


def _log_odds(probability):
    odds = probability / max(1 - probability, np.finfo(np.float32).tiny)
    return np.clip(np.log(max(odds, np.finfo(np.float32).tiny)), LEAST_ODDS, MOST_ODDS)
