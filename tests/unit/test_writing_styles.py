import numpy as np

from digit_model.strokes.writing_styles import compose_styles, find_rising_ones
from tests.unit_strokes import RING, STEM

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


def test_a_zero_that_has_a_slash_gets_no_other():
    """Slashed twice it was read worse, and it lowered the threshold of all zeros."""
    slash = np.array([[0.8, 0.0], [0.0, 1.0]])
    in_two_strokes, in_one_stroke = [*RING, slash], [np.concatenate([*RING, slash])]
    digits = [(0, RING), (0, in_two_strokes), (0, in_one_stroke)]
    ((style, label, drawings),) = compose_styles(digits)
    assert (style, label, len(drawings)) == ("0 with a slash", 0, 1)
