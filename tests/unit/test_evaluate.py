"""What an evaluation measures of a network that says 1 to all."""

import numpy as np
import pytest

from digit_model.classifier import Looks
from digit_model.data.load import Sources
from digit_model.data.samples import PenSample
from digit_model.data.split import Split
from digit_model.evaluation.evaluate import Evaluation, HeldBack
from digit_model.strokes.redraw import MEASURED_WAYS
from tests.fake_networks import FakeClassifier, sure
from tests.unit_strokes import RING, STEM

SAYS_ONE = FakeClassifier(1, 0.6)


class SaysOneByStrokes(FakeClassifier):
    """A network to which everything looks like a three, is drawn like a one, and is a one."""

    def join_strokes(self, by_image, strokes):
        if not strokes:
            return super().join_strokes(by_image, strokes)
        one = sure([1], 0.9)[0]
        return np.array([one] * len(strokes)), [Looks(image, one) for image in by_image]


ONE_AND_SEVEN = {"x_test": np.zeros((2, 28, 28), np.uint8), "y_test": np.array([1, 7])}
STEMS = {"x_test": np.zeros((4, 28, 28), np.uint8), "y_test": np.array([1, 1, 1, 8])}
STEMS["x_test"][:, 4:24, 13:16] = 255  # four stems, one of which is said to be an 8
ONES = [PenSample(1, f"pendigits-{writer}", STEM) for writer in (*[1] * 10, 2)]
BOXES = [PenSample("rectangle", f"shapes-{i}", RING) for i in range(2)]
BOXES += [PenSample("other", "shapes-1", RING)]
ZEROS = [PenSample(0, f"unipen-aga-{i % 3}", RING) for i in range(40)]


@pytest.fixture(scope="module")
def evaluation():
    """Return an Evaluation, and its results."""
    held_back = HeldBack(
        STEMS, {"pen digits": ONES, "zeros": ZEROS}, {"letters": ONES, "outlines": BOXES}
    )
    evaluation = Evaluation(SAYS_ONE, made=20)
    return evaluation, evaluation.run(held_back)


def rows(evaluation, key):
    """Return a list of the results by the names of its rows."""
    return {row["data"]: row for row in evaluation[1][key]}


def test_the_evaluation_measures_every_data_set(evaluation):
    by_name = rows(evaluation, "digits")
    assert by_name["MNIST test"]["accuracy"] == 0.75
    assert by_name["MNIST test"]["rejected"] == 1
    assert by_name["MNIST test, traced, anywhere, brush 20"]["images"] == 4
    assert by_name["zeros, thin, brush 8"]["accuracy"] == 0
    assert len(by_name) == 1 + 2 * 4 + 2


def test_people_are_measured_who_drew_ten_digits(evaluation):
    by_name = rows(evaluation, "people")
    people = {name: (row["people"], row["digits"]) for name, row in by_name.items()}
    assert people == {"pen digits": (1, 10), "zeros": (3, 40)}
    assert by_name["pen digits"]["median_person"] == by_name["pen digits"]["worst_tenth"] == 1


def test_what_becomes_of_each_digit_is_counted_over_all_people(evaluation):
    counts = np.array(evaluation[1]["confusion"])
    assert counts[:, 1].tolist() == [40, 11, *[0] * 8]
    assert counts.sum() == 51


def test_both_looks_are_compared_as_digits_were_drawn_and_in_each_other_way():
    evaluation = Evaluation(SaysOneByStrokes(3, 0.9), made=2)
    rows = evaluation.run(HeldBack(STEMS, {"pen digits": ONES}, {}))["looks"]
    assert [row["data"] for row in rows] == ["pen digits", *MEASURED_WAYS]
    read_right = {(row["by_image"], row["by_strokes"], row["by_both"]) for row in rows}
    assert read_right == {(0, 1, 1)}


def test_a_network_without_strokes_has_no_looks_to_compare(evaluation):
    assert "looks" not in evaluation[1]


def test_writing_styles_are_composed_from_held_back_digits(evaluation):
    images = {name: row["images"] for name, row in rows(evaluation, "writing_styles").items()}
    assert images["1 with a flag"] == 11 + 3  # pen digits and traced stems
    assert images["0 with a slash"] == 20


def test_writing_styles_of_digits_that_nobody_drew_are_left_out(evaluation):
    accuracies = {name: row["accuracy"] for name, row in rows(evaluation, "writing_styles").items()}
    assert accuracies["1 with a flag"] == accuracies["1 like a Λ"] == 1
    assert accuracies["open 4"] == 0
    assert "7 with a bar" not in accuracies  # nobody drew a seven


def test_kinds_never_trained_on_are_told_apart(evaluation):
    by_name = rows(evaluation, "no_digits")
    assert by_name["letter"]["trained"]
    assert not by_name["word"]["trained"]
    assert not by_name["picture"]["trained"]
    assert all(row["rejected"] == 1 for row in by_name.values())


def test_what_people_drew_that_is_not_a_digit_is_measured_with_their_number(evaluation):
    by_name = rows(evaluation, "no_digits")
    assert by_name["letter"]["images"] == 11
    assert by_name["outline, rectangle"]["people"] == 2
    assert by_name["outline, other"]["people"] == 1
    assert by_name["scribble"]["people"] is None
    assert "sign" not in by_name  # nobody drew one


def test_digits_are_measured_by_where_they_were_collected():
    digits = [*ONES, *ZEROS, PenSample(4, "unipen-ibm-1", STEM)]
    sets = HeldBack.of(Sources(ONE_AND_SEVEN, Split(test=digits))).digits
    assert {name: len(samples) for name, samples in sets.items()} == {
        "pen digits": 11,
        "UNIPEN, new laboratories": 40,
        "UNIPEN, known laboratories": 1,
    }


def test_certainty_is_measured_over_all_digits_but_those_merely_shrunk(evaluation):
    by_name = rows(evaluation, "certainty")
    assert by_name["digits"]["images"] == 4 + 4 * (11 + 40) + 4
    assert by_name["digits"]["mixed_up"] == 0
    assert by_name["digits"]["unsure"] is None


def test_a_seven_read_as_a_one_should_not_be_certain():
    results = Evaluation(SAYS_ONE).run(HeldBack(ONE_AND_SEVEN, {}, {}))
    (row,) = results["certainty"]
    assert (row["mixed_up"], row["unsure"]) == (1, 1)


def test_without_people_only_mnist_is_measured():
    held_back = HeldBack.of(Sources(ONE_AND_SEVEN))
    results = Evaluation(SAYS_ONE).run(held_back)
    assert [row["data"] for row in results["digits"]] == ["MNIST test"]
    assert results["people"] == results["writing_styles"] == results["no_digits"] == []
    assert np.sum(results["confusion"]) == 2


def test_the_errors_are_collected_for_the_picture(evaluation):
    errors = evaluation[0].errors
    (error,) = errors["MNIST test"]
    assert len(errors["zeros, anywhere, 20–80 % of the canvas, brush 20"]) == 40
    confidence, image, label, read = error
    assert (confidence, label, read) == (pytest.approx(0.6), 8, 1)
    assert image.shape == (28, 28)


def test_a_photograph_without_ink_is_rejected(monkeypatch):
    found = [np.ones((28, 28), np.float32), None]
    pictures = [("photographs", found, np.array([1, 1]))]
    monkeypatch.setattr("digit_model.evaluation.evaluate.photograph_all", lambda _: pictures)
    network = FakeClassifier(1, 0.6)
    network.thresholds = np.full(10, 0.1)
    evaluation = Evaluation(network)
    evaluation.run(HeldBack(ONE_AND_SEVEN, {}, {}))
    evaluation.measure_photographs(None)
    (row,) = evaluation.results["photographs"]
    assert row["accuracy"] == row["rejected"] == 0.5


def test_photographs_and_numbers_that_were_not_measured_are_not_in_the_results(evaluation):
    assert not {"photographs", "numbers", "not_numbers"} & {*evaluation[1]}
