import numpy as np
import pytest

from digit_model.training.pixel_distortion import change_width, distort_images, sample


@pytest.fixture
def bars():
    images = np.zeros((40, 28, 28), np.float32)
    images[:, 5:23, 12:16] = 1
    return images


def test_sampling_at_whole_pixels_returns_the_image():
    images = np.random.default_rng(0).random((2, 28, 28), np.float32)
    grid = np.stack(np.mgrid[:28, :28]).astype(np.float32)[None].repeat(2, axis=0)
    np.testing.assert_allclose(sample(images, grid), images, atol=1e-5)


def test_sampling_half_way_mixes_neighbours():
    image = np.array([[[0, 1], [0, 1]]], np.float32)
    value = sample(image, np.array([0, 0.5]).reshape(1, 2, 1, 1))
    assert value == pytest.approx(0.5)


def test_there_is_no_ink_outside_the_image():
    image = np.ones((1, 2, 2), np.float32)
    assert sample(image, np.array([-9, 30.0]).reshape(1, 2, 1, 1)) == pytest.approx(0, abs=0.01)


def test_distorted_images_stay_images(bars):
    out = distort_images(bars, np.random.default_rng(0))
    assert (out.shape, out.dtype) == (bars.shape, np.float32)
    assert out.min() >= 0
    assert out.max() <= 1


def test_every_image_is_distorted_in_its_own_way(bars):
    out = distort_images(bars, np.random.default_rng(0))
    assert len(np.unique(out.reshape(len(out), -1), axis=0)) == len(out)


def test_the_same_seed_distorts_alike(bars):
    first, second = (distort_images(bars, np.random.default_rng(5)) for _ in range(2))
    np.testing.assert_array_equal(first, second)


def test_a_distorted_bar_keeps_most_of_its_ink(bars):
    out = distort_images(bars, np.random.default_rng(0))
    assert out.sum() == pytest.approx(bars.sum(), rel=0.2)


def test_some_strokes_get_thicker_and_some_thinner(bars):
    ink = change_width(bars, np.random.default_rng(0)).sum(axis=(1, 2))
    assert ink.min() < bars[0].sum() < ink.max()
