import threading
import time
from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace

import keras
import numpy as np
import pytest

from digit_model import ModelError, load_classifier
from digit_model.classifier import Classifier
from digit_model.model_file import Fitted, store_fitted
from digit_model.rejection import logit_spread
from digit_model.training.network import add_calibration, build_model

THRESHOLDS = [0.1, 0.9954811930656433, *[1 / 3] * 8]


@pytest.fixture(scope="module")
def model_file(tmp_path_factory):
    """Write an untrained network as a model file."""
    file = tmp_path_factory.mktemp("model") / "untrained.keras"
    add_calibration(build_model(), temperature=2.0).save(file)
    store_fitted(file, Fitted(thresholds=THRESHOLDS))
    return file


@pytest.fixture(scope="module")
def classifier(model_file):
    return load_classifier(model_file)


def test_the_network_maps_an_image_to_ten_logits():
    assert build_model()(np.ones((2, 28, 28, 1), np.float32)).shape == (2, 10)


def test_the_network_stays_within_its_budget():
    assert build_model().count_params() <= 1_200_000


def test_the_temperature_divides_the_logits():
    images = np.random.default_rng(0).random((3, 28, 28, 1), np.float32)
    network = build_model()
    expected = keras.ops.softmax(network(images, training=False) / 2.0)
    np.testing.assert_allclose(add_calibration(network, 2.0)(images), expected, atol=1e-6)


def test_the_temperature_is_the_one_in_the_model_file(classifier):
    assert classifier.temperature == 2.0


def test_the_thresholds_are_those_in_the_model_file(classifier):
    """A network whose report lay elsewhere, or was not there yet, rejected by a default."""
    assert classifier.thresholds.tolist() == THRESHOLDS


@pytest.mark.parametrize("count", [0, 1, 7])
def test_any_number_of_images_gives_as_many_rows(classifier, count):
    probabilities = classifier.predict(np.zeros((count, 28, 28), np.float32))
    assert (probabilities.shape, probabilities.dtype) == ((count, 10), np.float32)


def test_probabilities_sum_to_one(classifier):
    images = np.random.default_rng(0).random((5, 28, 28), np.float32)
    np.testing.assert_allclose(classifier.predict(images).sum(axis=1), 1, atol=1e-6)


def test_an_image_of_another_shape_is_an_error_that_names_it(classifier):
    with pytest.raises(ValueError, match=r"\(1, 32, 32\)"):
        classifier.predict(np.zeros((1, 32, 32), np.float32))


def test_the_maps_of_each_convolution_come_in_their_order(classifier):
    maps = classifier.feature_maps(np.ones((28, 28), np.float32))
    shapes = [(14, 14, 48), (14, 14, 64), (14, 14, 64), (7, 7, 208), (7, 7, 208)]
    assert [layer.shape for layer in maps] == shapes
    assert min(layer.min() for layer in maps) >= 0


def test_equally_likely_digits_have_no_spread():
    assert logit_spread(np.full((2, 10), 0.1)) == pytest.approx(0, abs=1e-6)


def test_what_may_be_either_of_two_digits_is_more_of_a_digit_than_what_may_be_any():
    either, any_digit = [0.49, 0.49, *[0.0025] * 8], [0.6, *[0.4 / 9] * 9]
    assert logit_spread(either) > 2 * logit_spread(any_digit)


def test_probabilities_of_zero_have_a_finite_spread():
    assert np.isfinite(logit_spread(np.eye(10, dtype=np.float32))).all()


def test_an_answer_whose_logits_are_spread_wide_is_a_digit(classifier, monkeypatch):
    monkeypatch.setattr(classifier, "thresholds", np.zeros(10))
    prediction = classifier.classify(np.zeros((28, 28), np.float32))
    assert prediction.digit == prediction.probabilities.argmax()
    assert prediction.confidence == pytest.approx(prediction.probabilities.max())


def test_an_answer_whose_logits_are_close_together_is_not_a_digit(classifier, monkeypatch):
    monkeypatch.setattr(classifier, "thresholds", np.full(10, 100))
    assert classifier.classify(np.zeros((28, 28), np.float32)).digit is None


def test_threads_get_the_answers_to_their_own_images(classifier):
    images = np.random.default_rng(0).random((16, 28, 28), np.float32)
    expected = classifier.predict(images)
    answers = {}

    def ask(i):
        answers[i] = [classifier.predict(images[i : i + 1])[0] for _ in range(20)]

    threads = [threading.Thread(target=ask, args=(i,)) for i in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for i, answer in answers.items():
        np.testing.assert_allclose(answer, np.tile(expected[i], (20, 1)), atol=1e-5)


def test_what_is_compiled_when_it_is_needed_is_compiled_once_and_alone():
    """Two threads that call a Keras layer at once may leave a network that is not connected."""
    at_work, most, compiled = [], [], []

    def compile_slowly():
        at_work.append(None)
        most.append(len(at_work))
        time.sleep(0.02)
        at_work.pop()
        compiled.append(None)
        return lambda images: [SimpleNamespace(numpy=lambda: np.zeros((1, 10)))] * 2

    classifier = Classifier(None, *[compile_slowly] * 3, *[None] * 4, Fitted())
    ways = [classifier.embed, classifier.features] * 4
    with ThreadPoolExecutor(len(ways)) as threads:
        list(threads.map(lambda way: way(np.zeros((1, 28, 28))), ways))
    assert (max(most), len(compiled)) == (1, 2)


def test_a_missing_model_file_is_an_error_that_says_what_to_do(tmp_path):
    with pytest.raises(ModelError, match=r"no model file .*gone\.keras.*train_model\.py"):
        load_classifier(tmp_path / "gone.keras")


@pytest.mark.parametrize("size", [0, 10, 5_000, 100_000])
def test_a_truncated_model_file_is_an_error_that_names_it(model_file, tmp_path, size):
    broken = tmp_path / "broken.keras"
    broken.write_bytes(model_file.read_bytes()[:size])
    with pytest.raises(ModelError, match=r"broken\.keras is not a whole Keras model.*git"):
        load_classifier(broken)


def test_a_damaged_model_file_is_an_error_that_names_it(model_file, tmp_path):
    content = bytearray(model_file.read_bytes())
    content[len(content) // 2 :: 997] = b"\0" * len(content[len(content) // 2 :: 997])
    broken = tmp_path / "broken.keras"
    broken.write_bytes(content)
    with pytest.raises(ModelError, match=r"broken\.keras"):
        load_classifier(broken)


@pytest.mark.parametrize("flags", [0x01, 0x41])
def test_a_file_that_seems_encrypted_is_an_error_that_names_it(model_file, tmp_path, flags):
    """A few wrong bits in a model file took the page down with a traceback."""
    content = bytearray(model_file.read_bytes())
    content[content.rindex(b"PK\1\2") + 8] = flags
    content[content.rindex(b"PK\3\4") + 6] = flags
    broken = tmp_path / "broken.keras"
    broken.write_bytes(content)
    with pytest.raises(ModelError, match=r"broken\.keras"):
        load_classifier(broken)


def test_a_file_that_is_replaced_while_it_is_read_is_an_error(model_file, tmp_path, monkeypatch):
    """The network got the fingerprint of the file that replaced its own."""
    file, load = tmp_path / "model.keras", keras.models.load_model
    file.write_bytes(model_file.read_bytes())

    def load_while_replaced(*arguments, **options):
        model = load(*arguments, **options)
        file.unlink()
        return model

    monkeypatch.setattr(keras.models, "load_model", load_while_replaced)
    with pytest.raises(ModelError, match=r"model\.keras is being replaced"):
        load_classifier(file)


def test_another_network_is_an_error_that_names_its_shapes(tmp_path):
    file = tmp_path / "foreign.keras"
    keras.Sequential([keras.Input((4,)), keras.layers.Dense(2)]).save(file)
    with pytest.raises(ModelError, match=r"foreign\.keras is another network: .*\(None, 4\)"):
        load_classifier(file)


def test_a_model_file_without_thresholds_is_an_error_that_says_what_to_do(tmp_path):
    file = tmp_path / "old.keras"
    add_calibration(build_model(), temperature=2.0).save(file)
    with pytest.raises(ModelError, match=r"old\.keras is .* without its ten thr.*train_model\.py"):
        load_classifier(file)


@pytest.mark.parametrize(
    "thresholds", [[1] * 9, [1] * 11, [*[1] * 9, -1], [*[1] * 9, np.nan], [*[1] * 9, np.inf]]
)
def test_impossible_thresholds_are_refused(model_file, tmp_path, thresholds):
    file = tmp_path / "odd.keras"
    file.write_bytes(model_file.read_bytes())
    store_fitted(file, Fitted(thresholds=thresholds))
    with pytest.raises(ModelError, match=r"odd\.keras is a network without its ten thresholds"):
        load_classifier(file)
