import numpy as np
import pytest

from digit_model.strokes.digit_shapes import (
    HELD_BACK_SHAPES,
    SHAPES,
    begin_anywhere,
    draw_shape,
    random_shape,
)


@pytest.fixture
def rng():
    return np.random.default_rng(7)


def test_a_line_goes_through_its_points(rng):
    (stroke,) = draw_shape("line 0,0 5,10", rng, wobble=0)
    np.testing.assert_array_equal(stroke, [[0, 0], [5, 10]])


def test_a_curve_goes_smoothly_from_its_first_point_to_its_last(rng):
    (stroke,) = draw_shape("curve 0,0 5,5 0,10", rng, wobble=0)
    np.testing.assert_allclose(stroke[[0, -1]], [[0, 0], [0, 10]], atol=1e-9)
    assert stroke[:, 0].max() == pytest.approx(5, abs=0.3)


def test_strokes_are_parted_by_a_bar(rng):
    assert len(draw_shape("line 0,0 1,1 | line 2,2 3,3", rng)) == 2


def test_a_ring_stays_closed_however_it_wobbles(rng):
    (stroke,) = draw_shape("curve 5,0 0,5 5,10 10,5 5,0", rng, wobble=1)
    np.testing.assert_allclose(stroke[0], stroke[-1])


def test_a_closed_stroke_can_begin_anywhere(rng):
    ring = np.array([[0, 0], [1, 0], [1, 1], [0, 1], [0, 0]])
    starts = {tuple(begin_anywhere(ring, rng)[0]) for _ in range(100)}
    assert starts == {(0, 0), (1, 0), (1, 1), (0, 1)}


def test_every_digit_has_shapes(rng):
    assert sorted(SHAPES) == list(range(10))
    assert all(len(random_shape(digit, rng)) >= 1 for digit in SHAPES for _ in range(20))


def test_shapes_for_measuring_are_never_trained_on():
    trained = {text for texts in SHAPES.values() for text in texts}
    held_back = {text for _, texts in HELD_BACK_SHAPES.values() for text in texts}
    assert not trained & held_back
