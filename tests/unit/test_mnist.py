import numpy as np
import pytest

from digit_model.data.mnist import load_mnist
from digit_model.errors import DataError


def test_mnist_comes_in_keras_layout(small_mnist):
    mnist = load_mnist(small_mnist)
    assert mnist["x_train"].shape == (240, 28, 28)
    assert mnist["y_test"].tolist() == [*range(10)] * 2


def test_a_missing_mnist_file_is_an_error_that_says_what_to_do(tmp_path):
    with pytest.raises(DataError, match=r"nowhere\.npz.*--mnist"):
        load_mnist(tmp_path / "nowhere.npz")


def test_a_truncated_mnist_file_is_an_error(small_mnist, tmp_path):
    truncated = tmp_path / "mnist.npz"
    truncated.write_bytes(small_mnist.read_bytes()[:1000])
    with pytest.raises(DataError, match=r"mnist\.npz is not MNIST"):
        load_mnist(truncated)


def test_an_mnist_file_without_test_images_is_an_error(tmp_path):
    np.savez(tmp_path / "half.npz", x_train=np.zeros((1, 28, 28), np.uint8))
    with pytest.raises(DataError, match="y_train"):
        load_mnist(tmp_path / "half.npz")


def test_images_of_another_size_are_an_error(tmp_path):
    images, labels = np.zeros((2, 32, 32), np.uint8), np.zeros(2, np.uint8)
    file = tmp_path / "large.npz"
    np.savez(file, x_train=images, y_train=labels, x_test=images, y_test=labels)
    with pytest.raises(DataError, match=r"\(2, 32, 32\)"):
        load_mnist(file)


def test_a_failed_download_is_an_error_that_says_what_to_do(monkeypatch):
    def fail():
        raise Exception("URL fetch failure")  # what Keras raises

    monkeypatch.setattr("keras.datasets.mnist.load_data", fail)
    with pytest.raises(DataError, match=r"URL fetch failure.*--mnist PATH"):
        load_mnist()
