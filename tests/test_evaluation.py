import numpy as np
import pytest

from digit_model.data import read_pen_digits
from digit_model.evaluation import (
    accuracy,
    choose_threshold,
    evaluate,
    expected_calibration_error,
    fit_temperature,
    format_table,
)


def sure(digits, confidence):
    """Return probabilities that give each digit this confidence and the rest evenly."""
    probabilities = np.full((len(digits), 10), (1 - confidence) / 9)
    probabilities[np.arange(len(digits)), digits] = confidence
    return probabilities


def test_accuracy_is_the_share_of_right_answers():
    assert accuracy(sure([1, 2, 3, 4], 0.9), np.array([1, 2, 3, 0])) == 0.75


def test_confidence_that_matches_accuracy_has_no_calibration_error():
    labels = np.array([1, 2, 3, 0])
    assert expected_calibration_error(sure([1, 2, 3, 4], 0.75), labels) == pytest.approx(0)


def test_the_calibration_error_is_the_gap_between_confidence_and_accuracy():
    labels = np.array([1, 2, 0, 0])
    assert expected_calibration_error(sure([1, 2, 3, 4], 0.9), labels) == pytest.approx(0.4)


def test_bins_are_weighted_by_how_many_answers_they_hold():
    probabilities = np.concatenate([sure([1, 1, 1], 1.0), sure([2], 0.5)])
    labels = np.array([1, 1, 1, 2])
    assert expected_calibration_error(probabilities, labels) == pytest.approx(0.25 * 0.5)


def test_the_temperature_undoes_a_factor_on_the_logits():
    rng = np.random.default_rng(0)
    logits = rng.normal(0, 2, (20_000, 10))
    shares = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    labels = np.array([rng.choice(10, p=row) for row in shares])
    assert fit_temperature(3 * logits, labels) == pytest.approx(3, rel=0.03)


def test_the_threshold_rejects_the_asked_share():
    probabilities = np.concatenate([sure([1], c) for c in np.linspace(0.2, 1, 101)])
    threshold = choose_threshold(probabilities, rejected=0.1)
    assert (probabilities.max(axis=1) < threshold).mean() == pytest.approx(0.1, abs=0.01)


def test_the_evaluation_measures_every_data_set(write_unipen):
    digits = read_pen_digits(write_unipen(writers=[1, 2]))
    mnist = {"x_test": np.zeros((4, 28, 28), np.uint8), "y_test": np.array([1, 1, 1, 8])}
    results = evaluate(lambda images: sure([1] * len(images), 0.6), 0.7, mnist, digits)
    by_name = {row["data"]: row for row in results["digits"]}
    assert by_name["MNIST test"]["accuracy"] == 0.75
    assert by_name["MNIST test"]["rejected"] == 1
    assert len(by_name) == 6
    assert all(row["rejected"] == 1 for row in results["no_digits"])
    assert [row["data"] for row in results["no_digits"]] == ["several digits", "scribble", "dot"]


def test_the_table_has_a_line_for_every_data_set():
    row = {"data": "MNIST test", "images": 10_000, "rejected": 0.001}
    results = {
        "digits": [{**row, "accuracy": 0.9954, "calibration_error": 0.0021}],
        "no_digits": [{"data": "dot", "images": 50, "rejected": 0.98}],
    }
    table = format_table(results)
    assert "| MNIST test | 10,000 | 99.54% | 0.21% | 0.10% |" in table
    assert "| dot | 50 | 98.0% |" in table
