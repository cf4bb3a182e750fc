import numpy as np

from digit_model.ways import find_rising_ones
from tests.drawings import STEM

RISING = [np.array([[0.0, 0.6], [0.3, 0.4], [0.6, 0.0], [0.6, 1.0]])]


def test_a_one_that_begins_with_a_rising_stroke_is_found():
    drawn_in_two = [RISING[0][:3], RISING[0][2:]]
    assert len(find_rising_ones([(1, RISING), (1, drawn_in_two)])) == 2


def test_other_ones_are_not_rising():
    short_flag = [np.array([[0.3, 0.3], [0.6, 0.0], [0.6, 1.0]])]
    drawn_upwards = [np.array([[0.0, 1.0], [0.5, 0.0]])]
    lying = [np.array([[0.0, 0.0], [1.0, 0.0]])]
    ones = [STEM, short_flag, drawn_upwards, lying]
    assert find_rising_ones([(1, strokes) for strokes in ones]) == []


def test_only_ones_are_rising():
    assert find_rising_ones([(4, RISING)]) == []
