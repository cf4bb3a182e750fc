"""What is chosen on validation data after a fit: the temperature, and the ten thresholds."""

import numpy as np
from scipy.optimize import minimize_scalar
from scipy.special import log_softmax

from digit_model.rejection import logit_spread
from digit_model.strokes.render import draw_anywhere
from digit_model.strokes.writing_styles import PLACEMENTS, compose_styles

# At most this share may be rejected: of validation digits, of the same at each size and brush,
# and of each way of drawing composed from them.
REJECTED_DIGITS, REJECTED_PLACEMENTS, REJECTED_WAYS = 0.006, 0.02, 0.02


def log_loss(logits, labels):
    """Return the mean negative log-likelihood of (n,) labels under (n, 10) logits."""
    return -log_softmax(logits, axis=1)[np.arange(len(labels)), labels].mean()


def fit_temperature(logits, labels):
    """Find the temperature that makes validation labels most likely (Guo et al. 2017).

    Args:
        logits: (n, 10) of validation images.
        labels: (n,) 0–9.

    Returns:
        float between 0.1 and 10, by which logits are to be divided.
    """

    def loss(log_temperature):
        return log_loss(logits / np.exp(log_temperature), labels)

    return float(np.exp(minimize_scalar(loss, bounds=np.log([0.1, 10])).x))


def choose_thresholds(predict, images, digits):
    """Choose the spread of logits below which a drawing is not a digit, on validation data.

    Slashed zeros are read with less certainty than all other digits, so a digit gets a lower
    threshold if its ways of drawing need one.

    Args:
        predict: (n, 28, 28) float32 → (n, 10) calibrated probabilities.
        images: (n, 28, 28) digits as people draw them, of which REJECTED_DIGITS may be below.
        digits: list of PenSample, to draw in all PLACEMENTS, of each of which
            REJECTED_PLACEMENTS at most may be below, and to compose ways of drawing from,
            of each of which REJECTED_WAYS may; may be empty.

    Returns:
        (10,) float, as for `is_digit`.
    """
    lowest = [_low(predict(images), REJECTED_DIGITS)]
    for brush, sizes in PLACEMENTS.values() if digits else ():
        drawn = draw_anywhere([digit.strokes for digit in digits], brush, sizes)
        lowest.append(_low(predict(drawn), REJECTED_PLACEMENTS))
    thresholds = np.full(10, min(lowest))
    hands = [(digit.label, digit.strokes) for digit in digits]
    for _, label, drawings in compose_styles(hands):
        needed = _low(predict(draw_anywhere(drawings)), REJECTED_WAYS)
        thresholds[label] = min(thresholds[label], needed)
    return thresholds


def _low(probabilities, share):
    """Return the spread of logits that this share of (n, 10) probabilities is below."""
    return float(np.quantile(logit_spread(probabilities), share))
