from itertools import pairwise

import numpy as np
import pytest

from digit_model.data import PenDigit
from digit_model.negatives import KINDS, random_negative
from digit_model.strokes import (
    bar,
    base,
    compose,
    distort,
    fit_unit_box,
    flag,
    is_stem,
    random_image,
    render,
    render_on_canvas,
    resample,
    slash,
)

STEM = [np.array([[0.0, 0.0], [0.0, 1.0]])]
TURN = np.linspace(0, 2 * np.pi, 30)
RING = [np.stack([0.4 + 0.4 * np.cos(TURN), 0.5 + 0.5 * np.sin(TURN)], axis=1)]
SEVEN = [np.array([[0.0, 0.0], [0.7, 0.0], [0.2, 1.0]])]


@pytest.fixture
def rng():
    return np.random.default_rng(7)


def ink(strokes):
    """Return how much ink strokes leave on a canvas."""
    return (render(strokes, brush=8, size=100)[..., 3] > 0).sum()


def test_strokes_fit_the_unit_box_with_their_aspect_ratio():
    (stroke,) = fit_unit_box([np.array([[10.0, 20.0], [14.0, 28.0]])])
    np.testing.assert_allclose(stroke, [[0, 0], [0.5, 1]])


def test_a_vertical_line_is_as_tall_as_asked_and_as_wide_as_the_brush():
    rgba = render(STEM, brush=10, size=100)
    rows = np.flatnonzero(rgba[..., 3].any(axis=1))
    columns = np.flatnonzero(rgba[..., 3].any(axis=0))
    assert np.ptp(rows) + 1 == pytest.approx(110, abs=2)  # round ends reach beyond it
    assert np.ptp(columns) + 1 == pytest.approx(10, abs=2)


def test_a_single_point_is_a_disc():
    rgba = render([np.array([[3.0, 4.0]])], brush=20, size=50)
    assert (rgba[..., 3] > 0).sum() == pytest.approx(np.pi * 10**2, rel=0.15)


def test_a_drawing_lies_wholly_inside_the_canvas(rng):
    for _ in range(20):
        alpha = render_on_canvas(RING, brush=20, size=224, rng=rng)[..., 3]
        assert alpha.shape == (280, 280)
        columns, rows = np.flatnonzero(alpha.any(axis=0)), np.flatnonzero(alpha.any(axis=1))
        assert np.ptp(rows) + 1 == pytest.approx(244, abs=2)
        assert np.ptp(columns) + 1 == pytest.approx(0.8 * 224 + 20, abs=3)


def test_a_slashed_zero_has_more_ink_than_its_zero(rng):
    assert ink([*RING, slash(RING, rng)]) > ink(RING)


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


def test_resampled_points_lie_evenly_on_the_line():
    points = resample(np.array([[0.0, 0.0], [0.1, 0.0], [1.0, 0.0]]), step=0.25)
    np.testing.assert_allclose(points, [[0, 0], [0.25, 0], [0.5, 0], [0.75, 0], [1, 0]])


def test_no_distortion_only_resamples(rng):
    (stroke,) = distort(STEM, rng, amount=0)
    np.testing.assert_allclose(stroke[[0, -1]], STEM[0], atol=1e-12)


def test_the_same_seed_gives_the_same_image():
    digit = PenDigit(7, 1, tuple(SEVEN))
    first, second = (random_image(digit, np.random.default_rng(3)) for _ in range(2))
    np.testing.assert_array_equal(first, second)


def test_each_rendering_differs(rng):
    digit = PenDigit(7, 1, tuple(SEVEN))
    assert not np.array_equal(random_image(digit, rng), random_image(digit, rng))


@pytest.mark.parametrize("kind", KINDS)
def test_each_kind_of_no_digit_can_be_drawn(rng, kind):
    strokes = KINDS[kind]([PenDigit(7, 1, tuple(SEVEN))], rng)
    assert ink(strokes) > 0


def test_several_digits_stand_side_by_side(rng):
    strokes = KINDS["several digits"]([PenDigit(1, 1, tuple(STEM))], rng)
    spans = sorted((stroke[:, 0].min(), stroke[:, 0].max()) for stroke in strokes)
    assert len(spans) >= 2
    assert all(right < left for (_, right), (left, _) in pairwise(spans))


def test_what_is_no_digit_comes_by_the_pages_preprocessing(rng):
    image = random_negative([PenDigit(7, 1, tuple(SEVEN))], rng)
    assert (image.shape, image.dtype) == ((28, 28), np.float32)
