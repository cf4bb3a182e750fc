"""What validation data chooses after the fits: temperatures, weights of looks, thresholds."""

from collections.abc import Callable, Sequence
from pathlib import Path

import keras
import numpy as np
from scipy.optimize import minimize, minimize_scalar
from scipy.special import log_softmax

from digit_model.ink_path import Strokes
from digit_model.loading import load_classifier
from digit_model.model_file import Fitted, store_fitted
from digit_model.rejection import TINY, logit_spread
from digit_model.strokes.redraw import WAYS, Redraw, redraw_all
from digit_model.strokes.render import draw_anywhere
from digit_model.strokes.writing_styles import PLACEMENTS, compose_styles
from digit_model.training.material import Validation
from digit_model.training.network import add_calibration
from digit_model.training.two_looks import join_looks

Predict = Callable[[np.ndarray, Sequence[Strokes]], np.ndarray]  # images, strokes → (n, 10)

# At most this share may be rejected: of validation digits, of the same at each size and brush,
# and of each writing style composed from them.
REJECTED_DIGITS, REJECTED_PLACEMENTS, REJECTED_STYLES = 0.006, 0.02, 0.02


def calibrate_images(network: keras.Sequential, validation: Validation) -> keras.Sequential:
    """Return what `train` returned with the temperature that validation images choose."""
    images = validation.calibration
    return _scale_logits(network, images.pixels[..., None], images.labels)


def calibrate_strokes(network: keras.Sequential, validation: Validation) -> keras.Sequential:
    """Return what `train_strokes` returned with the temperature that validation people choose."""
    paths, targets = validation.paths
    return _scale_logits(network, paths, targets.argmax(axis=1))


def _scale_logits(
    network: keras.Sequential, inputs: np.ndarray, labels: np.ndarray
) -> keras.Sequential:
    logits = network.predict(inputs, verbose=0)
    return add_calibration(network, fit_temperature(logits, labels))


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


def store_networks(
    by_image: keras.Sequential,
    by_strokes: keras.Sequential | None,
    validation: Validation,
    path: Path | str,
) -> None:
    """Write calibrated networks to one file, with the weights and thresholds that fit them.

    Args:
        by_image: sees images.
        by_strokes: sees strokes; None if there were none to learn from.
        validation: chooses everything.
        path: where the `.keras` file goes.
    """
    model = by_image
    if by_strokes is not None:
        model = join_looks(by_image, by_strokes, choose_weights(by_image, by_strokes, validation))
    model.save(path)
    store_thresholds(path, validation)


def choose_weights(
    by_image: keras.Sequential, by_strokes: keras.Sequential, validation: Validation
) -> tuple[float, float]:
    """Choose the weights of two looks, as for `join_looks`, that make validation labels likeliest.

    Digits as people drew them weigh as much as the same redrawn in every other way.
    """
    images, paths, labels = validation.redrawn
    answers = by_image.predict(images[..., None], verbose=0), by_strokes.predict(paths, verbose=0)
    looks = np.log(np.maximum(answers, TINY))
    plain = slice(len(validation.digits))

    def loss(weights: np.ndarray) -> float:
        logits = np.tensordot(weights, looks, 1)
        return log_loss(logits[plain], labels[plain]) + log_loss(logits, labels)

    image, strokes = minimize(loss, [0.5, 0.5], bounds=[(0, None)] * 2).x
    return float(image), float(strokes)


def store_thresholds(path: Path | str, validation: Validation) -> None:
    """Choose the thresholds of the networks in a file, and put them into it."""
    nothing = np.zeros(10)
    store_fitted(path, Fitted(thresholds=nothing, thresholds_of_both=nothing))
    classifier = load_classifier(path)
    by_image = choose_thresholds(lambda images, _: classifier.predict(images), validation)
    by_both = choose_thresholds(classifier.predict_both, validation, WAYS)
    store_fitted(path, Fitted(thresholds=by_image, thresholds_of_both=by_both))


def choose_thresholds(
    predict: Predict, validation: Validation, ways: dict[str, Redraw] | None = None
) -> np.ndarray:
    """Choose the spread of logits below which a drawing is not a digit, on validation data.

    Slashed zeros are read with less certainty than all other digits, so a digit gets a lower
    threshold if one of its writing styles needs it.

    Args:
        predict: (n, 28, 28) float32 and n times Strokes → (n, 10) calibrated probabilities.
        validation: digits as people draw them, of which REJECTED_DIGITS may be below; drawn at
            each of PLACEMENTS, REJECTED_PLACEMENTS; redrawn in any of `ways` or in a writing
            style composed from them, REJECTED_STYLES.
        ways: in which they are redrawn, as for `redraw_all`.

    Returns:
        (10,) float, as for `is_digit`.
    """
    digits = [digit.digit for digit in validation.digits]
    strokes = [strokes for _, strokes in digits]
    drawn = validation.drawn.pixels
    repeats = len(drawn) // max(len(digits), 1)
    lowest = [_low(predict(drawn, strokes * repeats), REJECTED_DIGITS)]
    for brush, sizes in PLACEMENTS.values() if digits else ():
        images = draw_anywhere(strokes, brush, sizes)
        lowest.append(_low(predict(images, strokes), REJECTED_PLACEMENTS))
    for _, redrawn in redraw_all(strokes, ways or {}) if digits else ():
        lowest.append(_low(predict(draw_anywhere(redrawn), redrawn), REJECTED_STYLES))
    thresholds = np.full(10, min(lowest))
    for _, label, drawings in compose_styles(digits):
        needed = _low(predict(draw_anywhere(drawings), drawings), REJECTED_STYLES)
        thresholds[label] = min(thresholds[label], needed)
    return thresholds


def _low(probabilities: np.ndarray, share: float) -> float:
    """Return the spread of logits that this share of (n, 10) probabilities is below."""
    return float(np.quantile(logit_spread(probabilities), share))
