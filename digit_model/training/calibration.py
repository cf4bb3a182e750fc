"""What is chosen on validation data after a fit: the temperature, and the ten thresholds."""

from collections.abc import Callable
from pathlib import Path

import keras
import numpy as np
from scipy.optimize import minimize_scalar
from scipy.special import log_softmax

from digit_model.data.samples import PenSample
from digit_model.loading import compile_call
from digit_model.model_file import Fitted, store_fitted
from digit_model.rejection import logit_spread
from digit_model.strokes.render import draw_anywhere
from digit_model.strokes.writing_styles import PLACEMENTS, compose_styles
from digit_model.training.material import Validation
from digit_model.training.network import add_calibration

# At most this share may be rejected: of validation digits, of the same at each size and brush,
# and of each writing style composed from them.
REJECTED_DIGITS, REJECTED_PLACEMENTS, REJECTED_STYLES = 0.006, 0.02, 0.02


def calibrate(network: keras.Sequential, validation: Validation, path: Path | str) -> None:
    """Choose temperature and thresholds, and write the network with both.

    Args:
        network: what `train` returned.
        validation: chooses both.
        path: where the `.keras` file goes.
    """
    images = validation.calibration
    logits = network.predict(images.pixels[..., None], verbose=0)
    calibrated = add_calibration(network, fit_temperature(logits, images.labels))
    call = compile_call(calibrated, calibrated.outputs[0])  # the one that will answer
    thresholds = choose_thresholds(
        lambda drawn: call(drawn).numpy(), validation.drawn.pixels, validation.digits
    )
    calibrated.save(path)
    store_fitted(path, Fitted(thresholds=thresholds))


def fit_temperature(logits: np.ndarray, labels: np.ndarray) -> float:
    """Find the temperature that makes validation labels most likely (Guo et al. 2017).

    Args:
        logits: (n, 10) of validation images.
        labels: (n,) 0–9.

    Returns:
        Between 0.1 and 10: what logits are to be divided by.
    """

    def loss(log_temperature: float) -> float:
        return log_loss(logits / np.exp(log_temperature), labels)

    return float(np.exp(minimize_scalar(loss, bounds=np.log([0.1, 10])).x))


def log_loss(logits: np.ndarray, labels: np.ndarray) -> float:
    """Return the mean negative log-likelihood of (n,) labels under (n, 10) logits."""
    return -log_softmax(logits, axis=1)[np.arange(len(labels)), labels].mean()


def choose_thresholds(
    predict: Callable[[np.ndarray], np.ndarray], images: np.ndarray, digits: list[PenSample]
) -> np.ndarray:
    """Choose the spread of logits below which a drawing is not a digit, on validation data.

    Slashed zeros are read with less certainty than all other digits, so a digit gets a lower
    threshold if one of its writing styles needs it.

    Args:
        predict: (n, 28, 28) float32 → (n, 10) calibrated probabilities.
        images: (n, 28, 28) digits as people draw them, of which REJECTED_DIGITS may be below.
        digits: to draw at all PLACEMENTS, of each of which REJECTED_PLACEMENTS at most may be
            below, and to compose writing styles from, of each of which REJECTED_STYLES may;
            may be empty.

    Returns:
        (10,) float, as for `is_digit`.
    """
    lowest = [_low(predict(images), REJECTED_DIGITS)]
    for brush, sizes in PLACEMENTS.values() if digits else ():
        drawn = draw_anywhere([digit.strokes for digit in digits], brush, sizes)
        lowest.append(_low(predict(drawn), REJECTED_PLACEMENTS))
    thresholds = np.full(10, min(lowest))
    for _, label, drawings in compose_styles([digit.digit for digit in digits]):
        needed = _low(predict(draw_anywhere(drawings)), REJECTED_STYLES)
        thresholds[label] = min(thresholds[label], needed)
    return thresholds


def _low(probabilities: np.ndarray, share: float) -> float:
    """Return the spread of logits that this share of (n, 10) probabilities is below."""
    return float(np.quantile(logit_spread(probabilities), share))
