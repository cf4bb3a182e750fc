import numpy as np
import pytest

from digit_model.rasterize import resample
from digit_model.strokes.render import image_of
from digit_model.strokes.variants import (
    bar,
    base,
    compose,
    flag,
    is_stem,
    random_image,
    slash,
    without_bar,
)
from tests.unit_strokes import RING, STEM

SEVEN = [np.array([[0.0, 0.0], [0.7, 0.0], [0.2, 1.0]])]
CROSSED_SEVEN = [*SEVEN, np.array([[0.2, 0.5], [0.7, 0.5]])]


@pytest.fixture
def rng():
    return np.random.default_rng(7)


def test_a_slashed_zero_has_more_ink_than_its_zero(rng):
    assert image_of([*RING, slash(RING, rng)], 0.08).sum() > image_of(RING, 0.08).sum()


def test_a_slash_goes_through_the_middle_of_its_zero(rng):
    for _ in range(20):
        start, end = slash(RING, rng)
        line = (end - start) / np.linalg.norm(end - start)
        offset = np.array([0.4, 0.5]) - start
        assert abs(line[0] * offset[1] - line[1] * offset[0]) < 0.15


def test_a_flag_hangs_from_the_top_to_the_left(rng):
    end, top = flag(STEM, rng)
    np.testing.assert_array_equal(top, [0, 0])
    assert end[0] < 0 < end[1]


def test_a_base_crosses_the_foot(rng):
    left, right = base(STEM, rng)
    assert left[0] < 0 < right[0]
    assert left[1] == pytest.approx(1, abs=0.15)


def test_a_bar_crosses_the_stem_of_a_seven(rng):
    stem_x = np.interp(0.5, [0, 1], [0.7, 0.2])
    left, right = bar([resample(SEVEN[0], 0.02)], rng)
    assert left[0] < stem_x < right[0]
    assert 0.3 < left[1] < 0.9


def test_only_a_plain_stem_gets_flag_and_base(rng):
    flagged = [*STEM, np.array([[-0.3, 0.3], [0.0, 0.0]])]
    assert is_stem(STEM)
    assert not is_stem(flagged)
    assert all(len(compose(flagged, 1, rng)) == 2 for _ in range(50))


@pytest.mark.parametrize(("label", "strokes"), [(0, RING), (1, STEM), (7, SEVEN)])
def test_some_zeros_ones_and_sevens_get_more_strokes(rng, label, strokes):
    counts = {len(compose(strokes, label, rng)) for _ in range(100)}
    assert {1, 2} <= counts


def test_other_digits_stay_as_they_were_written(rng):
    assert all(len(compose(RING, 8, rng)) == 1 for _ in range(50))


def test_a_crossed_seven_gets_no_second_bar(rng):
    assert max(len(compose(CROSSED_SEVEN, 7, rng)) for _ in range(50)) == 2


def test_some_crossed_sevens_lose_their_bar(rng):
    assert {1, 2} == {len(compose(CROSSED_SEVEN, 7, rng)) for _ in range(50)}
    np.testing.assert_array_equal(without_bar(CROSSED_SEVEN)[0], SEVEN[0])


def test_a_long_last_stroke_is_not_a_bar():
    roof_then_stem = [np.array([[0.0, 0.0], [0.7, 0.0]]), np.array([[0.7, 0.0], [0.2, 1.0]])]
    assert len(without_bar(roof_then_stem)) == 2
    assert len(without_bar(SEVEN)) == 1


def test_a_short_last_piece_of_roof_or_stem_is_not_a_bar():
    seven_in_pieces = [np.array([[0.0, 0.5], [0.4, 0.5], [0.2, 1.0]]), SEVEN[0][:2] * 0.5]
    assert len(without_bar(seven_in_pieces)) == 2
    low_piece = np.array([[0.25, 0.6], [0.2, 0.9]])
    assert len(without_bar([*SEVEN, low_piece])) == 2


def test_the_same_seed_gives_the_same_image():
    first, second = (random_image(SEVEN, 7, np.random.default_rng(3)) for _ in range(2))
    np.testing.assert_array_equal(first, second)


def test_each_rendering_differs(rng):
    assert not np.array_equal(random_image(SEVEN, 7, rng), random_image(SEVEN, 7, rng))
