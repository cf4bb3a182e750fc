import hashlib

import numpy as np
import pytest

from digit_model.classifier import MODEL_FILE, REPORT_FILE, is_digit, spread
from digit_model.data.samples import PenSample
from digit_model.data.uci import read_pen_digits
from digit_model.evaluation import (
    Evaluation,
    choose_thresholds,
    draw_errors,
    fit_temperature,
    format_confusion,
    format_table,
    uncalibrated,
)
from digit_model.metrics import accuracy, confusion_matrix, expected_calibration_error
from digit_model.report import read_report
from digit_model.thresholds import read_thresholds


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


def test_the_thresholds_reject_half_a_percent_of_digits():
    probabilities = np.concatenate([sure([1], c) for c in np.linspace(0.2, 0.9, 1001)])
    thresholds = choose_thresholds(lambda images: probabilities, None, digits=[])
    assert (~is_digit(probabilities, thresholds)).mean() == pytest.approx(0.005, abs=0.001)


def test_a_digit_whose_ways_of_drawing_need_it_has_a_lower_threshold(write_unipen):
    digits = read_pen_digits(write_unipen(writers=[1, 2]))  # ones, which get flags and bases

    def predict(images):
        wide = (images.max(axis=1) > 0).sum(axis=1) > 12
        return np.where(wide[:, None], sure([1], 0.5), sure([1], 0.9))

    plain = np.zeros((1, 28, 28), np.float32)
    high, low = (spread(sure([1], confidence))[0] for confidence in (0.9, 0.5))
    expected = [high, low, *[high] * 8]
    np.testing.assert_allclose(choose_thresholds(predict, plain, digits), expected)


def test_a_size_or_brush_that_needs_it_lowers_all_thresholds():
    two = PenSample(2, 1, (np.array([[0.0, 0.0], [0.7, 0.3], [0.0, 1.0], [0.8, 1.0]]),))

    def predict(images):  # all digits but those of thin strokes are seen with certainty
        thin = images.mean(axis=(1, 2)) < 0.1
        return np.where(thin[:, None], sure([2], 0.5), sure([2], 0.9))

    bold = np.ones((1, 28, 28), np.float32)
    low = spread(sure([2], 0.5))[0]
    np.testing.assert_allclose(choose_thresholds(predict, bold, [two]), [low] * 10)


def test_uncalibrated_probabilities_are_those_before_the_temperature():
    logits = np.array([[2.0, 1.0, *[0.0] * 8]])
    before, after = (np.exp(x) / np.exp(x).sum() for x in (logits, logits / 0.5))
    np.testing.assert_allclose(uncalibrated(after, 0.5), before, atol=1e-9)


def test_the_confusion_matrix_counts_what_was_read_for_each_digit():
    counts = confusion_matrix(sure([1, 1, 7], 0.9), np.array([1, 7, 7]))
    assert counts[1, 1] == counts[7, 1] == counts[7, 7] == 1
    assert counts.sum() == 3


@pytest.fixture(scope="module")
def evaluation(write_unipen):
    """Return an Evaluation of a network that says 1 to all, and its results."""
    digits = read_pen_digits(write_unipen(writers=[1, 2]))
    images = np.zeros((4, 28, 28), np.uint8)
    images[:, 4:24, 13:16] = 255  # four stems, one of which is said to be an 8
    mnist = {"x_test": images, "y_test": np.array([1, 1, 1, 8])}
    evaluation = Evaluation(lambda images: sure([1] * len(images), 0.6), 1.0, np.ones(10))
    return evaluation, evaluation.run(mnist, digits, letters=digits)


def test_the_evaluation_measures_every_data_set(evaluation):
    by_name = {row["data"]: row for row in evaluation[1]["digits"]}
    assert by_name["MNIST test"]["accuracy"] == 0.75
    assert by_name["MNIST test"]["rejected"] == 1
    assert by_name["MNIST test, traced, anywhere, brush 20"]["images"] == 4
    assert len(by_name) == 7


def test_each_hand_is_measured_alone(evaluation):
    rows = [(row["data"], row["images"], row["accuracy"]) for row in evaluation[1]["hands"]]
    assert rows == [("writer pendigits-1", 1, 1), ("writer pendigits-2", 1, 1)]


def test_shapes_are_made_from_what_held_back_hands_drew(evaluation):
    images = {row["data"]: row["images"] for row in evaluation[1]["shapes"]}
    assert images["1 with a flag"] == 2 + 3  # pen digits and traced stems


def test_shapes_that_held_back_hands_did_not_draw_are_left_out(evaluation):
    accuracies = {row["data"]: row["accuracy"] for row in evaluation[1]["shapes"]}
    assert accuracies["1 with a flag"] == accuracies["1 like a Λ"] == 1
    assert accuracies["open 4"] == 0
    assert "0 with a slash" not in accuracies  # nobody drew a zero


def test_kinds_never_trained_on_are_told_apart(evaluation):
    trained = {row["data"]: row["trained"] for row in evaluation[1]["no_digits"]}
    assert trained["letter"]
    assert not trained["sign"]
    assert not trained["digit on its side"]
    assert all(row["rejected"] == 1 for row in evaluation[1]["no_digits"])


def test_the_errors_are_kept_for_the_picture(evaluation):
    ((confidence, image, label, read),) = evaluation[0].errors
    assert (confidence, label, read) == (pytest.approx(0.6), 8, 1)
    assert image.shape == (28, 28)


def test_the_picture_of_errors_begins_with_the_most_confident():
    faint, bright = np.full((28, 28), 0.2), np.ones((28, 28))
    sheet = draw_errors([(0.5, faint, 1, 7), (0.9, bright, 3, 8)], scale=1)
    assert sheet.getpixel((14, 14)) == 255
    assert sheet.getpixel((14 + 28 + 4, 14)) == 51


def test_the_table_has_a_line_for_every_data_set():
    row = {"data": "MNIST test", "images": 10_000, "rejected": 0.001}
    row |= {"accuracy": 0.9954, "calibration_error": 0.0021, "uncalibrated_error": 0.04}
    results = {
        "digits": [row],
        "hands": [{**row, "data": "writer 3", "images": 250}],
        "shapes": [{**row, "data": "open 4", "images": 500}],
        "no_digits": [{"data": "symbol", "images": 50, "rejected": 0.98, "trained": False}],
    }
    table = format_table(results)
    assert "| MNIST test | 10,000 | 99.54% | 0.21% | 4.00% | 0.10% |" in table
    assert "| writer 3 | 250 |" in table
    assert "| open 4 | 500 |" in table
    assert "| symbol | 50 | never | 98.0% |" in table


def test_the_confusion_matrix_is_written_with_a_row_for_each_digit():
    rows = format_confusion(confusion_matrix(sure([1], 0.9), np.array([7])).tolist()).split("\n")
    assert len(rows) == 11
    assert rows[8].split() == ["7", "·", "1", *["·"] * 8]


def test_the_committed_report_tells_what_the_committed_network_rejects_by():
    assert read_report(REPORT_FILE)["thresholds"] == read_thresholds(MODEL_FILE).tolist()


def test_the_readme_quotes_the_report_of_the_committed_network():
    report = read_report(REPORT_FILE)
    assert report["model"]["sha256"] == hashlib.sha256(MODEL_FILE.read_bytes()).hexdigest()
    page = MODEL_FILE.parent / "docs" / "accuracy.md"
    assert format_table(report) in page.read_text("utf-8")
