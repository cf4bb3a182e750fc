import numpy as np
import pytest

from digit_model.rasterize import draw, resample
from digit_model.strokes.distort import distort
from digit_model.strokes.render import fit_unit_box, image_of, image_on_canvas, render_on_canvas
from tests.unit_strokes import RING, STEM


@pytest.fixture
def rng():
    return np.random.default_rng(7)


def test_strokes_fit_the_unit_box_with_their_aspect_ratio():
    (stroke,) = fit_unit_box([np.array([[10.0, 20.0], [14.0, 28.0]])])
    np.testing.assert_allclose(stroke, [[0, 0], [0.5, 1]])


def test_a_vertical_line_is_as_wide_as_the_brush_and_has_round_ends():
    alpha = draw([np.array([[20.0, 20.0], [20.0, 80.0]])], 10, 40, 100)[..., 3]
    assert np.ptp(np.flatnonzero(alpha.any(axis=0))) + 1 == pytest.approx(10, abs=2)
    assert np.ptp(np.flatnonzero(alpha.any(axis=1))) + 1 == pytest.approx(70, abs=2)


def test_a_single_point_is_a_disc():
    alpha = draw([np.array([[30.0, 30.0]])], 20, 60, 60)[..., 3]
    assert (alpha > 0).sum() == pytest.approx(np.pi * 10**2, rel=0.15)


def test_a_wider_brush_leaves_more_ink():
    assert image_of(RING, 0.3).sum() > 1.5 * image_of(RING, 0.1).sum()


def test_the_unit_of_the_strokes_does_not_matter():
    np.testing.assert_allclose(image_of(RING, 0.1), image_of([7 * RING[0] + 3], 0.1), atol=1e-6)


def test_training_sees_what_the_page_would_show(rng):
    """The shortcut that training takes differs from the canvas only by resampling."""
    on_canvas = image_on_canvas(RING, brush=20, sizes=(0.5, 0.5), rng=rng)
    assert np.abs(on_canvas - image_of(RING, 20 / 140)).mean() < 0.02


def test_a_drawing_lies_wholly_inside_the_canvas(rng):
    for _ in range(20):
        alpha = render_on_canvas(RING, brush=20, size=224, rng=rng)[..., 3]
        assert alpha.shape == (280, 280)
        columns, rows = np.flatnonzero(alpha.any(axis=0)), np.flatnonzero(alpha.any(axis=1))
        assert np.ptp(rows) + 1 == pytest.approx(244, abs=2)
        assert np.ptp(columns) + 1 == pytest.approx(0.8 * 224 + 20, abs=3)


def test_resampled_points_lie_evenly_on_the_line():
    points = resample(np.array([[0.0, 0.0], [0.1, 0.0], [1.0, 0.0]]), step=0.25)
    np.testing.assert_allclose(points, [[0, 0], [0.25, 0], [0.5, 0], [0.75, 0], [1, 0]])


def test_no_distortion_only_resamples(rng):
    (stroke,) = distort(STEM, rng, amount=0)
    np.testing.assert_allclose(stroke[[0, -1]], STEM[0], atol=1e-12)
