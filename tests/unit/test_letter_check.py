"""What distinguishes letters from numbers."""

import numpy as np
import pytest

from digit_model import Prediction
from digit_model.numbers.division import Division, ReadGroup
from digit_model.numbers.groups import Layout
from digit_model.numbers.letter_check import is_letter, letter_features
from digit_model.numbers.pieces import pieces_of_strokes
from digit_model.numbers.weights import LetterWeights
from digit_model.training.number_weights import fit_letters
from tests.written_numbers import line, stem


def measure(strokes, digits, share=0.5, confidence=0.5):
    """Measure strokes from left to right, each of which is read as one of these digits."""
    layout = Layout(*pieces_of_strokes(strokes, 10))
    found = [
        ReadGroup(layout.group([place]), None, Prediction(digit, 1.0, np.eye(10)[digit]))
        for place, digit in enumerate(digits)
    ]
    whole = ReadGroup(None, None, Prediction(None, confidence, np.full(10, 0.1)))
    return LetterWeights(*letter_features(layout, Division(whole, found, share)))


def test_ones_are_counted():
    assert measure([stem(60), stem(100), stem(140)], [1, 7, 1]).ones == 2


def test_three_digits_are_long_and_two_are_not():
    assert measure([stem(60), stem(100), stem(140)], [1, 1, 1]).long == 1
    assert measure([stem(60), stem(100)], [1, 1]).long == 0


def test_the_narrowest_gap_is_a_share_of_the_height():
    strokes = [line((60, 55), (60, 145)), line((90, 55), (90, 145)), line((200, 55), (200, 145))]
    assert measure(strokes, [1, 1, 1]).gap == pytest.approx(0.2, abs=0.02)


@pytest.mark.parametrize(("foot", "is_joined"), [(100, 1), (80, 0)])
def test_digits_are_joined_if_each_touches_the_next(foot, is_joined):
    strokes = [stem(60), line((60, 158), (foot, 158), (foot, 150)), stem(100)]
    assert measure(strokes, [1, 7, 1]).joined == is_joined


@pytest.mark.parametrize(("probability", "odds"), [(0.5, 0), (0, -4), (1, 8), (0.8, np.log(4))])
def test_odds_are_limited(probability, odds):
    measured = measure([stem(60), stem(100)], [1, 1], probability, probability)
    assert (measured.share, measured.whole) == pytest.approx((odds, odds))


def test_what_is_weighed_below_nothing_is_a_letter():
    weights = LetterWeights(*[0.0] * 7)._replace(always=1.0, ones=-1.0)
    values = [is_letter(np.array([1, 0, 0, ones, 0, 0, 0.0]), weights) for ones in (0, 1, 2)]
    assert values == [False, False, True]


def test_weights_tell_numbers_from_letters_and_decline_few_numbers():
    rng = np.random.default_rng(0)
    numbers, letters = (
        np.column_stack([np.ones(2000), rng.normal(share, 1, 2000), np.zeros((2000, 5))])
        for share in (3, -3)
    )
    weights = fit_letters(numbers, letters)
    assert 1 <= sum(is_letter(row, weights) for row in numbers) <= 8  # 2 in a thousand
    assert sum(is_letter(row, weights) for row in letters) > 1900
