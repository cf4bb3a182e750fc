import keras
import numpy as np
import pytest

from digit_model.inspection.convolutions import read_convolutions

keras.utils.set_random_seed(0)


@pytest.fixture(scope="module")
def network():
    return keras.Sequential(
        [
            keras.Input((28, 28, 1)),
            keras.layers.Conv2D(4, 5, strides=2, padding="same"),
            keras.layers.ReLU(),
            keras.layers.MaxPooling2D(),
            keras.layers.Conv2D(3, 3, padding="same"),
        ]
    )


def test_filters_are_the_mean_over_the_maps_that_they_look_at(network):
    first, second = read_convolutions(network.layers)
    assert (first.filters.shape, first.inputs) == ((5, 5, 4), 1)
    assert (second.filters.shape, second.inputs) == ((3, 3, 3), 4)
    np.testing.assert_allclose(second.filters, network.layers[3].kernel.numpy().mean(axis=2))


@pytest.mark.parametrize("place", [(0, 0), (3, 2), (6, 6)])
def test_a_place_changes_with_the_pixels_that_it_sees_and_no_others(network, place):
    top, left, side = read_convolutions(network.layers)[1].seen_from(*place)
    pixels = np.zeros((784, 28, 28, 1), np.float32)
    pixels[np.arange(784), np.arange(784) // 28, np.arange(784) % 28] = -1e3
    pixels = np.concatenate([pixels, -pixels])
    answers = network.predict(pixels, verbose=0)[(slice(None), *place)]
    blank = network.predict(np.zeros((1, 28, 28, 1)), verbose=0)[(0, *place)]
    changed = (abs(answers - blank) > 1e-3).any(axis=1).reshape(2, 28, 28).any(axis=0)
    rows, columns = np.nonzero(changed)
    inside = [max(top, 0), min(top + side, 28) - 1, max(left, 0), min(left + side, 28) - 1]
    assert [rows.min(), rows.max(), columns.min(), columns.max()] == inside
