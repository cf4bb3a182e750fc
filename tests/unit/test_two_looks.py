"""A file of two networks: one sees the image, one the strokes."""

import keras
import numpy as np
import pytest

from digit_model import ModelError, load_classifier
from digit_model.ink_path import encode_paths
from digit_model.model_file import Fitted, store_fitted
from digit_model.training.network import add_calibration, build_model
from digit_model.training.stroke_network import build_stroke_model
from digit_model.training.two_looks import join_looks

WEIGHTS = 0.7, 0.4
THRESHOLDS, OF_BOTH = [0.0] * 10, [0.5] * 10
L = [np.array([[0, 0], [0, 10], [10, 10]], float)]
T = [np.array([[0, 0], [10, 0]], float), np.array([[5, 0], [5, 10]], float)]


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Return a folder with two joined networks that have learnt nothing, with thresholds or not."""
    keras.utils.set_random_seed(2)
    folder = tmp_path_factory.mktemp("two_looks")
    digits = add_calibration(build_model(width=0.1), 1.5)
    strokes = add_calibration(build_stroke_model(), 0.1)
    for name, thresholds in (("whole", OF_BOTH), ("half", None)):
        file = folder / f"{name}.keras"
        join_looks(digits, strokes, WEIGHTS).save(file)
        store_fitted(file, Fitted(thresholds=THRESHOLDS, thresholds_of_both=thresholds))
    return folder


@pytest.fixture(scope="module")
def classifier(folder):
    return load_classifier(folder / "whole.keras")


@pytest.fixture
def images():
    return np.random.default_rng(0).random((2, 28, 28), np.float32)


def test_the_answer_by_both_is_the_weighted_product_of_two(classifier, images):
    (both,) = classifier.classify_all(images[:1], [L])
    logits = np.log(both.looks.image) * WEIGHTS[0] + np.log(both.looks.strokes) * WEIGHTS[1]
    expected = np.exp(logits) / np.exp(logits).sum()
    np.testing.assert_allclose(both.probabilities, expected, atol=1e-5)


def test_keras_alone_reads_the_file_and_answers_the_same(folder, classifier, images):
    model = keras.models.load_model(folder / "whole.keras", safe_mode=True)
    paths = encode_paths([L, T])
    by_image, by_strokes, both = model.predict([images[..., None], paths], verbose=0)
    for i, prediction in enumerate(classifier.classify_all(images, [L, T])):
        np.testing.assert_allclose(prediction.probabilities, both[i], atol=1e-5)
        np.testing.assert_allclose(prediction.looks.image, by_image[i], atol=1e-5)
        np.testing.assert_allclose(prediction.looks.strokes, by_strokes[i], atol=1e-5)


@pytest.mark.parametrize("unknown", [(), [[], []]])
def test_without_strokes_the_image_alone_answers(classifier, images, unknown):
    for prediction, shares in zip(
        classifier.classify_all(images, unknown), classifier.predict(images), strict=True
    ):
        assert prediction.looks is None
        np.testing.assert_array_equal(prediction.probabilities, shares)


def test_drawings_with_and_without_strokes_can_be_read_together(classifier, images):
    first, second = classifier.classify_all(images, [[], T])
    assert first.looks is None
    assert first.probabilities.tolist() == classifier.classify(images[0]).probabilities.tolist()
    np.testing.assert_allclose(
        second.probabilities, classifier.classify(images[1], T).probabilities, atol=1e-5
    )


def test_both_looks_have_thresholds_of_their_own(classifier, images):
    assert classifier.thresholds_for(None).tolist() == THRESHOLDS
    assert classifier.thresholds_for(classifier.classify(images[0], L).looks).tolist() == OF_BOTH


def test_what_the_looks_disagree_on_is_said(classifier, images):
    prediction = classifier.classify(images[0], L)
    by_image, by_strokes = (int(look.argmax()) for look in prediction.looks)
    assert by_image != by_strokes
    assert prediction.disagreement == (by_image, by_strokes)
    assert classifier.classify(images[0]).disagreement is None


def test_strokes_for_some_images_only_are_an_error_that_counts_them(classifier, images):
    with pytest.raises(ValueError, match="expected 2 drawings' strokes, got 1"):
        classifier.classify_all(images, [L])


def test_two_networks_without_thresholds_of_both_are_refused(folder):
    with pytest.raises(ModelError, match="two networks without the ten thresholds of both"):
        load_classifier(folder / "half.keras")
