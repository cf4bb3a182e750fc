import numpy as np
import pytest

from digit_model.evaluation.metrics import (
    accuracy,
    accuracy_by_person,
    confusion_matrix,
    expected_calibration_error,
    mix_ups,
    uncalibrated,
    worst_tenth,
)
from tests.fake_networks import sure


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


def test_uncalibrated_probabilities_are_those_before_the_temperature():
    logits = np.array([[2.0, 1.0, *[0.0] * 8]])
    before, after = (np.exp(x) / np.exp(x).sum() for x in (logits, logits / 0.5))
    np.testing.assert_allclose(uncalibrated(after, 0.5), before, atol=1e-9)


def test_the_confusion_matrix_counts_what_was_read_for_each_digit():
    counts = confusion_matrix(sure([1, 1, 7], 0.9), np.array([1, 7, 7]))
    assert counts[1, 1] == counts[7, 1] == counts[7, 7] == 1
    assert counts.sum() == 3


def test_each_person_counts_who_drew_enough():
    read = sure([1] * 10 + [2] * 4, 0.9)
    labels, people = np.array([1] * 9 + [7] + [2] * 4), ["a"] * 10 + ["b"] * 4
    assert accuracy_by_person(read, labels, people) == {"a": (0.9, 10)}
    assert accuracy_by_person(read, labels, people, least=4) == {"a": (0.9, 10), "b": (1, 4)}


@pytest.mark.parametrize(
    ("accuracies", "worst"),
    [([0.9], 0.9), ([0.5, *[1.0] * 9], 0.5), ([0.5, 0.7, *[1.0] * 9], 0.6)],
    ids=["one person", "ten people", "eleven people"],
)
def test_the_worst_tenth_of_the_people_is_rounded_up(accuracies, worst):
    assert worst_tenth(accuracies[::-1]) == pytest.approx(worst)


def test_only_ones_and_sevens_read_as_one_another_are_mixed_up():
    read = np.concatenate([sure([7], 0.8), sure([1], 0.95), sure([1, 7, 2, 1], 0.99)])
    labels = np.array([1, 7, 1, 7, 7, 4])
    assert mix_ups(read, labels).tolist() == [0.8, 0.95]
