import json

import keras
import numpy as np
import pytest

import train_model
from digit_model.errors import DataError
from digit_model.exported_drawings import LabelledDrawing
from digit_model.hand.embedding import Embedding
from digit_model.loading import load_classifier
from digit_model.model_file import Fitted, read_fitted, store_fitted
from digit_model.training import fine_tuning
from digit_model.training.fine_tuning import learn_drawings, split_drawings
from digit_model.training.network import add_calibration, build_model
from digit_model.training.stroke_network import build_stroke_model
from digit_model.training.two_looks import join_looks
from tests.fake_networks import NUMBER_WEIGHTS

HOOK = [[0, 0], [40, 0], [40, 90]]


def drawings(count, label=7):
    return [LabelledDrawing(label, (np.array(HOOK, np.float32),)) for _ in range(count)]


@pytest.fixture
def network(tmp_path):
    """Return the file of a small network that has learnt nothing."""
    keras.utils.set_random_seed(1)
    file = tmp_path / "model.keras"
    add_calibration(build_model(width=0.1), 1.5).save(file)
    store_fitted(file, Fitted(thresholds=np.zeros(10)))
    return file


@pytest.fixture(autouse=True)
def a_step(monkeypatch):
    monkeypatch.setattr(fine_tuning, "STEPS", 1)


@pytest.fixture
def steps(monkeypatch):
    """Have enough steps to learn a single shape."""
    monkeypatch.setattr(fine_tuning, "STEPS", 40)


def test_every_fifth_drawing_of_a_label_is_held_back():
    learnt, held_back = split_drawings(drawings(11) + drawings(4, label=3))
    assert [drawing.label for drawing in held_back] == [7, 7]
    assert len(learnt) == 13


def test_what_is_not_a_digit_is_learnt_as_evenly_likely(network, steps):
    learn_drawings(network, drawings(20, label=None), 1.0, network)
    image = fine_tuning.draw_anywhere([drawings(1)[0].strokes])
    (probabilities,) = keras.models.load_model(network).predict(image[..., None], verbose=0)
    assert probabilities.max() < 0.2


def test_what_is_fitted_to_the_network_stays(network):
    shapes = (21, 2), (98, 3), (3,)
    embedding = Embedding(*(np.ones(shape, np.float32) for shape in shapes), 0.3, 7)
    store_fitted(network, Fitted(np.arange(10), embedding, NUMBER_WEIGHTS))
    learn_drawings(network, drawings(20), 0.5, network)
    found = read_fitted(network)
    np.testing.assert_array_equal(found.thresholds, np.arange(10))
    assert (found.embedding.strength, found.number_weights) == (7, NUMBER_WEIGHTS)
    scale = keras.models.load_model(network).get_layer("temperature").scale
    assert scale == pytest.approx(1 / 1.5)


def test_both_networks_learn(tmp_path, steps):
    keras.utils.set_random_seed(1)
    file = tmp_path / "model.keras"
    networks = (
        add_calibration(network, 1.5) for network in (build_model(width=0.1), build_stroke_model())
    )
    join_looks(*networks, (0.5, 0.5)).save(file)
    store_fitted(file, Fitted(thresholds=np.zeros(10), thresholds_of_both=np.zeros(10)))
    learn_drawings(file, drawings(20), 1.0, file)
    hook = drawings(1)[0].strokes
    prediction = load_classifier(file).classify(fine_tuning.draw_anywhere([hook])[0], hook)
    assert [int(look.argmax()) for look in prediction.looks] == [7, 7]


def test_too_few_drawings_change_nothing(network):
    before = network.read_bytes()
    with pytest.raises(DataError, match="19 drawings are too few"):
        learn_drawings(network, drawings(19), 0.5, network)
    assert network.read_bytes() == before


def test_one_command_learns_how_a_person_writes_and_prints_what_has_changed(
    network, tmp_path, capsys, steps
):
    file = tmp_path / "drawings.npz"
    np.savez(file, y=np.full(20, 7), strokes=np.array([json.dumps([HOOK])] * 20))
    own = tmp_path / "own.keras"
    command = [f"--drawings={file}", f"--start={network}", f"--model={own}"]
    assert train_model.main([*command, "--drawings-share=1"]) == 0
    said = capsys.readouterr().out
    assert "learnt 16 drawings; of 4 held back, it reads\n" in said
    assert "0.0% right before, 100.0% after" in said
    assert own.exists()


def test_a_broken_network_to_start_from_is_named(tmp_path, capsys):
    command = [f"--drawings={tmp_path / 'd.npz'}", f"--start={tmp_path / 'gone.keras'}"]
    assert train_model.main(command) == 1
    assert "There is no model file" in capsys.readouterr().err
