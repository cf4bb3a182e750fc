import numpy as np
import pytest

from digit_model.data.samples import PenSample
from digit_model.data.uci import read_pen_digits
from digit_model.rejection import is_digit, logit_spread
from digit_model.training.calibration import choose_thresholds, fit_temperature
from digit_model.training.material import Images, Validation
from tests.fake_networks import sure


def test_the_temperature_undoes_a_factor_on_the_logits():
    rng = np.random.default_rng(0)
    logits = rng.normal(0, 2, (20_000, 10))
    shares = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    labels = np.array([rng.choice(10, p=row) for row in shares])
    assert fit_temperature(3 * logits, labels) == pytest.approx(3, rel=0.03)


def test_the_thresholds_reject_six_in_a_thousand_digits():
    probabilities = np.concatenate([sure([1], c) for c in np.linspace(0.2, 0.9, 1001)])
    validation = Validation(Images(probabilities, None), [])
    thresholds = choose_thresholds(lambda images, strokes: probabilities, validation)
    assert (~is_digit(probabilities, thresholds)).mean() == pytest.approx(0.006, abs=0.001)


def test_a_digit_whose_ways_of_drawing_need_it_has_a_lower_threshold(write_unipen):
    digits = read_pen_digits(write_unipen(writers=[1, 2]))  # ones, which get flags and bases

    def predict(images, strokes):
        wide = (images.max(axis=1) > 0).sum(axis=1) > 12
        return np.where(wide[:, None], sure([1], 0.5), sure([1], 0.9))

    high, low = (logit_spread(sure([1], confidence))[0] for confidence in (0.9, 0.5))
    expected = [high, low, *[high] * 8]
    np.testing.assert_allclose(choose_thresholds(predict, Validation(None, digits)), expected)


def test_a_size_or_brush_that_needs_it_lowers_all_thresholds():
    two = PenSample(2, 1, (np.array([[0.0, 0.0], [0.7, 0.3], [0.0, 1.0], [0.8, 1.0]]),))

    def predict(images, strokes):  # all digits but those of thin strokes are seen with certainty
        thin = images.mean(axis=(1, 2)) < 0.1
        return np.where(thin[:, None], sure([2], 0.5), sure([2], 0.9))

    low = logit_spread(sure([2], 0.5))[0]
    np.testing.assert_allclose(choose_thresholds(predict, Validation(None, [two])), [low] * 10)
