import numpy as np
import pytest

from digit_model.ink_path import encode_paths

LINE = np.array([[0, 0], [80, 0]], float)
L = [np.array([[0, 0], [0, 10]], float), np.array([[0, 10], [10, 10]], float)]


def encode_path(strokes):
    return encode_paths([strokes])[0]


def test_points_are_evenly_spaced_along_the_ink():
    path = encode_path([LINE])
    assert path.shape == (80, 5)
    assert path.dtype == np.float32
    np.testing.assert_allclose(np.diff(path[:, 0]), 2 / 80, atol=1e-6)
    np.testing.assert_allclose(path[1:, 2], 1, atol=1e-4)


def test_the_pen_is_put_down_where_a_stroke_begins():
    assert np.flatnonzero(encode_path(L)[:, 4]).tolist() == [0, 40]
    assert np.flatnonzero(encode_path([np.concatenate(L)])[:, 4]).tolist() == [0]


@pytest.mark.parametrize("change", [lambda s: s * 17, lambda s: s - np.array([300, -5])])
def test_neither_size_nor_place_matters(change):
    np.testing.assert_allclose(encode_path([change(s) for s in L]), encode_path(L), atol=1e-5)


def test_how_many_points_the_pen_gave_does_not_matter():
    dense = np.stack([np.linspace(0, 80, 20_000), np.zeros(20_000)], axis=1)
    np.testing.assert_allclose(encode_path([dense]), encode_path([LINE]), atol=1e-4)


def test_a_digit_in_dots_goes_through_all_of_them_in_order():
    dots = [np.array([[x, x]], float) for x in range(8)]
    path = encode_path(dots)
    assert (np.diff(path[:, 0]) >= 0).all()
    assert path[:, 4].sum() == 8


@pytest.mark.parametrize("strokes", [[], [np.zeros((0, 2))], [np.full((3, 2), np.nan)]])
def test_without_ink_all_is_zero(strokes):
    assert not encode_path(strokes).any()


def test_points_that_are_not_finite_count_for_nothing():
    broken = np.insert(LINE, 1, [np.inf, 3], axis=0)
    np.testing.assert_array_equal(encode_path([broken]), encode_path([LINE]))


def test_a_single_dot_is_finite():
    assert np.isfinite(encode_path([np.array([[5.0, 5.0]])])).all()


def test_a_dot_rests_at_its_place():
    path = encode_path([LINE, np.array([[40, 40]], float)])
    at_dot = path[np.flatnonzero(path[:, 4])[1] :]
    np.testing.assert_allclose(at_dot[:, :2], np.tile([0, 0.5], (len(at_dot), 1)), atol=1e-6)


def test_each_drawing_is_as_it_is_alone():
    drawings = [L, [], [LINE], [np.full((2, 2), np.nan)], [np.array([[3, 4]], float)]]
    expected = [encode_path(each) for each in drawings]
    np.testing.assert_allclose(encode_paths(drawings), expected, atol=1e-5)


def test_the_largest_numbers_are_finite():
    assert np.isfinite(encode_path([np.array([[-1.7e308, 0], [1.7e308, 1]])])).all()
