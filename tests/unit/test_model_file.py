"""What is fitted to a network, in its file: nothing else in it changes."""

import zipfile

import keras
import numpy as np
import pytest

from digit_model.model_file import METADATA, Fitted, read_fitted, store_fitted
from digit_model.numbers.weights import NumberWeights
from tests.fake_networks import NUMBER_WEIGHTS


@pytest.fixture
def saved(tmp_path):
    """Return the file of a small network, as Keras saves it."""
    file = tmp_path / "model.keras"
    keras.Sequential([keras.Input((28, 28, 1)), keras.layers.Flatten()]).save(file)
    return file


def parts(file):
    with zipfile.ZipFile(file) as archive:
        return {name: archive.read(name) for name in archive.namelist() if name != METADATA}


def test_what_is_stored_is_read_to_the_last_bit(saved):
    thresholds = [each / 7 for each in range(10)]
    store_fitted(saved, Fitted(thresholds=thresholds))
    assert read_fitted(saved).thresholds.tolist() == thresholds


def test_thresholds_can_be_replaced(saved):
    store_fitted(saved, Fitted(thresholds=[1] * 10))
    store_fitted(saved, Fitted(thresholds=[2] * 10))
    assert read_fitted(saved).thresholds.tolist() == [2] * 10


def test_the_network_stays_the_same_to_the_byte(saved):
    before = parts(saved)
    store_fitted(saved, Fitted(thresholds=[1] * 10))
    assert parts(saved) == before


def test_keras_alone_still_loads_the_file(saved):
    store_fitted(saved, Fitted(thresholds=[1] * 10))
    assert keras.models.load_model(saved, safe_mode=True).output_shape == (None, 784)


def test_what_is_not_stored_stays(saved):
    store_fitted(saved, Fitted(thresholds=[1] * 10))
    store_fitted(saved, Fitted(number_weights=NUMBER_WEIGHTS))
    found = read_fitted(saved)
    assert found.thresholds.tolist() == [1] * 10
    assert found.number_weights == NUMBER_WEIGHTS


def test_a_file_without_them_has_none(saved):
    assert read_fitted(saved) == Fitted()


def test_weights_that_are_not_finite_are_refused():
    with pytest.raises(ValueError, match=r"expected finite weights, got .*nan"):
        NumberWeights(NUMBER_WEIGHTS.lattice._replace(digit=np.nan), NUMBER_WEIGHTS.letters)


@pytest.mark.parametrize("written", [{}, {"lattice": {"digit": 1}, "letters": {}}, 7, "weights"])
def test_other_weights_are_refused(written):
    with pytest.raises((KeyError, TypeError)):
        NumberWeights.from_json(written)


def test_nothing_is_left_beside_the_file(saved):
    store_fitted(saved, Fitted(thresholds=[1] * 10))
    assert list(saved.parent.iterdir()) == [saved]
