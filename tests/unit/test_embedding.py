"""The small space of drawings: found, saved in a model file, refused where it fits nothing."""

import keras
import numpy as np
import pytest

from digit_model import Hand, ModelError, load_classifier
from digit_model.evaluation.handwriting import replay
from digit_model.hand.embedding import Embedding
from digit_model.model_file import Fitted, read_fitted, store_fitted, write_metadata
from digit_model.strokes.people import Stream
from digit_model.training.embedding import fit_embedding
from digit_model.training.network import add_calibration, build_model

PLACES, CHANNELS = 49, 10


@pytest.fixture(scope="module")
def network(tmp_path_factory):
    """Write an untrained network as a model file."""
    file = tmp_path_factory.mktemp("model") / "untrained.keras"
    add_calibration(build_model(width=0.05), temperature=2.0).save(file)
    store_fitted(file, Fitted(thresholds=[0] * 10))
    return file


@pytest.fixture
def model_file(network, tmp_path):
    file = tmp_path / "model.keras"
    file.write_bytes(network.read_bytes())
    return file


def make_embedding(channels=CHANNELS, dimensions=3, seed=0):
    rng = np.random.default_rng(seed)
    shapes = (channels, 2), (PLACES * 2, dimensions), (dimensions,)
    arrays = (rng.normal(size=shape).astype(np.float16).astype(np.float32) for shape in shapes)
    return Embedding(*arrays, alike=0.3, strength=7)


def test_vectors_have_length_one():
    features = np.random.default_rng(0).random((5, PLACES * CHANNELS), np.float32)
    vectors = make_embedding().embed(features)
    assert vectors.shape == (5, 3)
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, rtol=1e-5)


def test_what_is_nowhere_has_a_finite_vector():
    embedding = make_embedding()
    still = Embedding(embedding.channels, embedding.matrix, np.zeros(3, np.float32))
    assert not still.embed(np.zeros((1, PLACES * CHANNELS), np.float32)).any()


def test_styles_lie_apart_and_what_one_person_varies_does_not_count():
    """Feature 0 varies most, inside styles; feature 1 little, between them."""
    rng = np.random.default_rng(0)
    styles = np.arange(400) % 2
    features = rng.normal(size=(400, 4)).astype(np.float32) * [10, 0.1, 0.1, 0.1]
    features[:, 1] += styles
    features = features.astype(np.float32)
    embedding = fit_embedding(lambda: iter([features[:200], features[200:]]), 4, styles)
    vectors = embedding.embed(features)[:, 0]
    assert (vectors[styles == 0] * vectors[styles == 1] < 0).mean() > 0.95


def test_what_is_stored_is_read(model_file):
    embedding = make_embedding()
    store_fitted(model_file, Fitted(embedding=embedding))
    found = read_fitted(model_file).embedding
    for name in ("channels", "matrix", "mean"):
        np.testing.assert_array_equal(getattr(found, name), getattr(embedding, name))
    assert (found.alike, found.strength) == (0.3, 7)


def test_thresholds_and_network_stay(model_file):
    before = load_classifier(model_file).predict(np.ones((1, 28, 28), np.float32))
    store_fitted(model_file, Fitted(embedding=make_embedding()))
    classifier = load_classifier(model_file)
    assert read_fitted(model_file).thresholds.tolist() == [0] * 10
    np.testing.assert_array_equal(classifier.predict(np.ones((1, 28, 28), np.float32)), before)
    assert keras.models.load_model(model_file, safe_mode=True).output_shape == (None, 10)


def test_a_network_without_an_embedding_classifies_and_cannot_learn(model_file):
    classifier = load_classifier(model_file)
    assert classifier.classify(np.ones((28, 28), np.float32)).digit is not None
    with pytest.raises(ModelError, match="no embedding"):
        Hand(classifier)


def test_one_run_gives_the_answer_and_the_features(model_file):
    store_fitted(model_file, Fitted(embedding=make_embedding()))
    classifier = load_classifier(model_file)
    images = np.random.default_rng(0).random((3, 28, 28), np.float32)
    probabilities, features = classifier.features(images)
    np.testing.assert_allclose(probabilities, classifier.predict(images), atol=1e-6)
    last_map = classifier.feature_maps(images[0])[-1]
    np.testing.assert_allclose(features[0], last_map.ravel(), atol=1e-5)


def test_a_drawings_place_is_that_of_its_features(model_file):
    store_fitted(model_file, Fitted(embedding=make_embedding()))
    classifier = load_classifier(model_file)
    images = np.random.default_rng(0).random((3, 28, 28), np.float32)
    _, features = classifier.features(images)
    expected = classifier.embedding.embed(features)
    np.testing.assert_allclose(classifier.embed(images)[1], expected, atol=1e-5)


def test_no_images_have_no_vectors(model_file):
    store_fitted(model_file, Fitted(embedding=make_embedding()))
    found = load_classifier(model_file).embed(np.empty((0, 28, 28)))
    assert [each.shape for each in found] == [(0, 10), (0, 3)]


def test_a_hand_learns_by_a_model_file(model_file):
    store_fitted(model_file, Fitted(embedding=make_embedding()))
    hand = Hand(load_classifier(model_file))
    image = np.random.default_rng(0).random((28, 28), np.float32)
    other = (hand.classify(image).digit + 1) % 10
    hand.learn(image, other)
    assert hand.classify(image).digit == other
    hand.forget(image)
    assert hand.classify(image).digit != other


def test_another_networks_embedding_is_refused(model_file):
    store_fitted(model_file, Fitted(embedding=make_embedding(channels=CHANNELS + 1)))
    with pytest.raises(ModelError, match="embedding is another network's"):
        load_classifier(model_file)


@pytest.mark.parametrize(
    "written",
    [
        "nonsense",
        {},
        {"alike": 0.2, "strength": 8, "channels": 1, "matrix": 2, "mean": 3},
        {
            "alike": 0.2,
            "strength": 8,
            **{name: {"shape": [9], "float16": "AAA="} for name in ("channels", "matrix", "mean")},
        },
    ],
)
def test_a_damaged_embedding_is_refused(model_file, written):
    write_metadata(model_file, embedding=written)
    with pytest.raises(ModelError, match=r"model\.keras"):
        load_classifier(model_file)


@pytest.mark.parametrize(("alike", "strength"), [(1, 8), (-0.1, 8), (0.2, -1), (np.nan, 8)])
def test_impossible_constants_are_refused(alike, strength):
    whole = make_embedding()
    with pytest.raises(ValueError, match="alike"):
        Embedding(whole.channels, whole.matrix, whole.mean, alike, strength)


def make_stream(likes, labels):
    """Return a Stream whose drawings the network all reads as 5, in directions given."""
    probabilities = np.tile(np.float32([0.01] * 4 + [0.3, 0.62] + [0.01] * 4), (len(likes), 1))
    vectors = np.float32([[np.cos(angle), np.sin(angle)] for angle in np.radians(likes)])
    return Stream(np.array(labels), probabilities, vectors)


def test_a_stream_is_read_before_it_is_learnt():
    stream = make_stream([0, 0, 0, 90, 90], [4, 4, 4, 4, 5])
    replayed = replay(stream, make_embedding(), np.zeros(10))
    assert replayed.before.tolist() == [True, True, True, True, False]
    assert replayed.after.tolist() == [True, False, False, True, True]
    assert replayed.broken.tolist() == [False] * 4 + [True]
    assert replayed.corrections.tolist() == [0, 1, 1, 1, 2]
