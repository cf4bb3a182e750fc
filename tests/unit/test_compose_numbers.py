"""Numbers composed of one person's digits, and what is measured and fitted on them."""

import numpy as np
import pytest

from digit_model.data.samples import PenSample
from digit_model.evaluation.numbers import measure_not_numbers, measure_numbers
from digit_model.numbers.weights import LetterWeights
from digit_model.strokes.compose_numbers import compose_numbers
from digit_model.training.number_weights import (
    LETTER_DRAWINGS,
    compose_drawings,
    fit_lattice,
    fit_number_weights,
    measure_cuts,
)
from preprocess import BRUSH, BRUSHES, CANVAS
from tests.fake_networks import NUMBER_WEIGHTS, ImageNetwork


@pytest.fixture(scope="module")
def samples():
    """Two people's digits: a stem each, beside it a bar for all but the ones; any unit."""
    stem, bar = np.array([(0, 0), (3, 100)]), np.array([(-20, 40), (30, 45)])
    return [
        PenSample(label, writer, (stem * scale, bar * scale)[: 1 if label == 1 else 2])
        for writer, scale in (("a", 1), ("b", 30))
        for label in range(10)
    ]


class ConstantReader(ImageNetwork):
    """A network to which everything is a one, though not so surely that nothing is divided."""

    def predict(self, images):
        row = np.full(10, 0.0015, np.float32)
        row[1] = 0.9865
        return np.repeat(row[None], len(images), axis=0)


@pytest.mark.parametrize("length", [1, 2, 4, 6])
def test_a_number_has_its_length_and_fits_the_canvas(samples, length):
    for number in compose_numbers(samples, length, 30):
        points = np.concatenate(number.strokes)
        assert len(number.text) == length
        assert {*number.owners} == {*range(length)}
        assert points.min() >= number.width / 2
        assert points.max() <= CANVAS - number.width / 2
        assert BRUSHES[0] <= number.width <= BRUSH


def test_the_same_seed_gives_the_same_numbers(samples):
    one, two, other = (compose_numbers(samples, 3, 5, seed) for seed in (1, 1, 2))
    assert [number.text for number in one] == [number.text for number in two]
    assert [number.text for number in one] != [number.text for number in other]


def test_digits_go_from_left_to_right(samples):
    for number in compose_numbers(samples, 4, 30):
        lefts = [min(s[:, 0].min() for s in number.digit(place)) for place in range(4)]
        assert lefts == sorted(lefts)


def test_of_too_few_digits_no_numbers_are_composed(samples):
    assert compose_numbers(samples[:9], 2, 5) == measure_numbers(ConstantReader(), [], 5) == []


def test_some_numbers_get_their_bars_last(samples):
    owners = [number.owners for number in compose_numbers(samples, 3, 60)]
    assert any(places != sorted(places) for places in owners)


def test_a_digit_that_lies_on_its_side_is_in_no_number(samples):
    lying = PenSample(1, "a", (np.array([(0, 0), (90, 10)]),))
    texts = [number.text for number in compose_numbers([*samples[2:10], lying] * 2, 3, 30)]
    assert not any("1" in text for text in texts)


def test_numbers_are_measured_by_length(samples):
    rows = measure_numbers(ConstantReader(), samples, 5, lengths=(1, 2))
    assert [(row.from_ink, row.length, row.numbers) for row in rows] == [
        (False, 1, 5),
        (False, 2, 5),
        (True, 1, 5),
        (True, 2, 5),
    ]
    assert all(0 <= row.right <= 1 for row in rows)


def test_what_is_not_a_number_is_measured_if_it_does_not_look_like_one(samples):
    quotation_mark = PenSample('"', "a", samples[0].strokes)
    others = {"letters": samples[:3], "signs": [samples[0], quotation_mark], "outlines": []}
    rows = measure_not_numbers(ConstantReader(), others, count=2)
    assert [(row.data, row.drawings) for row in rows] == [
        ("letters", 3),
        ("signs", 1),
        ("scribbles", 1),
    ]
    assert all(row.rejected_whole == 0 for row in rows)


def test_nothing_but_a_digit_more_speaks_for_a_division(samples):
    weights = fit_lattice(ConstantReader(), compose_drawings(samples, samples, count=8))
    assert max(weights._replace(digit=0)) <= 0


def test_without_letters_nothing_is_rejected_as_one(samples):
    weights = fit_number_weights(ConstantReader(), samples, [], count=2)
    assert set(weights.letters) == {0}


def test_numbers_and_letters_that_are_cut_are_measured(samples):
    stem = np.array([(0, 0), (0, 100)])
    apart = PenSample("H", "a", (stem, stem + np.array([150, 0])))
    one = PenSample("I", "a", (stem,))
    reader, weights = ConstantReader(), NUMBER_WEIGHTS.lattice
    numbers, letters = measure_cuts(reader, weights, samples * 4, [apart, one], count=2)
    assert letters.shape == (LETTER_DRAWINGS, len(LetterWeights._fields))
    assert letters[:, LetterWeights._fields.index("ones")].tolist() == [2] * LETTER_DRAWINGS
    assert 0 < len(numbers) < 28  # some are cut wrongly by such a network
