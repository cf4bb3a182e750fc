"""MNIST: 60,000 training and 10,000 test images, 28×28 uint8 (LeCun et al. 1998)."""

import zipfile
from pathlib import Path

import numpy as np

from digit_model.errors import DataError

CLASSES = 10
MNIST_ARRAYS = ("x_train", "y_train", "x_test", "y_test")


def load_mnist(path: Path | str | None = None) -> dict[str, np.ndarray]:
    """Load MNIST.

    Args:
        path: the npz file in Keras's layout; by default Keras's own copy, which it
            downloads to `~/.keras/datasets` on first use.

    Returns:
        A dict of x_train (n, 28, 28) uint8, y_train (n,) uint8, x_test, y_test.

    Raises:
        DataError: if there is no such file, no network, or something else in it.
    """
    if path is None:
        return _download_mnist()
    try:
        with open(path, "rb") as file, np.load(file, allow_pickle=False) as archive:
            arrays = {name: archive[name] for name in MNIST_ARRAYS}
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile) as error:
        raise DataError(
            f"{path} is not MNIST in Keras's npz layout ({error}). Name the file "
            "mnist.npz with --mnist, or leave --mnist out to download it."
        ) from error
    for part in ("train", "test"):
        _check_images(path, arrays[f"x_{part}"], arrays[f"y_{part}"])
    return arrays


def _download_mnist() -> dict[str, np.ndarray]:
    import keras

    try:
        (x_train, y_train), (x_test, y_test) = keras.datasets.mnist.load_data()
    except Exception as error:  # Keras wraps every network fault in a bare Exception
        raise DataError(
            f"MNIST could not be downloaded ({error}). Without a network, fetch "
            "mnist.npz elsewhere and name it: train_model.py --mnist PATH"
        ) from error
    return dict(zip(MNIST_ARRAYS, (x_train, y_train, x_test, y_test), strict=True))


def _check_images(path: Path | str, images: np.ndarray, labels: np.ndarray) -> None:
    if images.shape[1:] != (28, 28) or images.dtype != np.uint8:
        raise DataError(
            f"{path}: expected images (n, 28, 28) uint8, got {images.shape} {images.dtype}"
        )
    if labels.shape != images.shape[:1] or not np.isin(labels, range(10)).all():
        raise DataError(f"{path}: expected one label 0–9 per image, got {labels.shape}")
