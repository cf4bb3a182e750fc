"""Thresholds in a model file: nothing else in it changes."""

import zipfile

import keras
import pytest

from digit_model.model_file import METADATA, read_thresholds, store_thresholds


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
    store_thresholds(saved, thresholds)
    assert read_thresholds(saved).tolist() == thresholds


def test_thresholds_can_be_replaced(saved):
    store_thresholds(saved, [1] * 10)
    store_thresholds(saved, [2] * 10)
    assert read_thresholds(saved).tolist() == [2] * 10


def test_the_network_stays_the_same_to_the_byte(saved):
    before = parts(saved)
    store_thresholds(saved, [1] * 10)
    assert parts(saved) == before


def test_keras_alone_still_loads_the_file(saved):
    store_thresholds(saved, [1] * 10)
    assert keras.models.load_model(saved, safe_mode=True).output_shape == (None, 784)


def test_nothing_is_left_beside_the_file(saved):
    store_thresholds(saved, [1] * 10)
    assert list(saved.parent.iterdir()) == [saved]
