"""The data: MNIST images and pen strokes, read and split by writer.

MNIST: 60,000 training and 10,000 test images, 28×28 uint8, in Keras's npz layout.
Pen digits: 7,494 digits of 30 writers as pen strokes in UNIPEN text (UCI, Pen-Based
Recognition of Handwritten Digits, `pendigits-orig.tra`; Alimoglu & Alpaydin 1996).
"""

import re
import zipfile
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np

MNIST_ARRAYS = ("x_train", "y_train", "x_test", "y_test")

# Whole writers are held back: a hand seen in training says nothing about a new one.
VALIDATION_WRITERS = frozenset({7, 14, 21})
TEST_WRITERS = frozenset({4, 12, 20, 28})


class DataError(ValueError):
    """Data that cannot be used; the message names the file and what to do."""


@dataclass(frozen=True)
class PenDigit:
    """One digit as it was written: label 0–9, writer's number, and its strokes.

    Each stroke is (points, 2) float32, x to the right, y downwards, in the unit of
    its source.
    """

    label: int
    writer: int
    strokes: tuple


def load_mnist(path=None):
    """Load MNIST.

    Args:
        path: the npz file in Keras's layout; by default Keras's own copy, which it
            downloads to `~/.keras/datasets` on first use.

    Returns:
        A dict of x_train (n, 28, 28) uint8, y_train (n,) uint8, x_test, y_test.

    Raises:
        DataError: where there is no such file, no network, or something else in it.
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


def read_pen_digits(path):
    """Read pen digits from UNIPEN text with y upwards.

    A digit is a `.SEGMENT` line that ends in its label, a `.COMMENT` line with
    label, writer and index, and one block of x y points per stroke between
    `.PEN_DOWN` and `.PEN_UP`.

    Args:
        path: file such as `pendigits-orig.tra`.

    Returns:
        A list of PenDigit in the file's order.

    Raises:
        DataError: naming file and line, for anything that is not such text.
    """
    digits = []
    try:
        lines = Path(path).read_text(encoding="ascii").splitlines()
    except OSError as error:
        raise DataError(f"{path}: cannot be read ({error.strerror})") from error
    except UnicodeDecodeError as error:
        raise DataError(f"{path}: not UNIPEN text (byte {error.start})") from error
    starts = [i for i, line in enumerate(lines) if line.startswith(".SEGMENT")]
    for start, end in pairwise([*starts, len(lines)]):
        digits.append(_read_segment(path, lines, start, end))
    if not digits:
        raise DataError(f"{path}: no .SEGMENT in it, so no pen digits")
    return digits


def split_by_writer(digits):
    """Split pen digits into (train, validation, test), never one hand in two of them."""
    validation = [d for d in digits if d.writer in VALIDATION_WRITERS]
    test = [d for d in digits if d.writer in TEST_WRITERS]
    held_back = VALIDATION_WRITERS | TEST_WRITERS
    return [d for d in digits if d.writer not in held_back], validation, test


def _download_mnist():
    import keras

    try:
        (x_train, y_train), (x_test, y_test) = keras.datasets.mnist.load_data()
    except Exception as error:  # Keras wraps every network fault in a bare Exception
        raise DataError(
            f"MNIST could not be downloaded ({error}). Without a network, fetch "
            "mnist.npz elsewhere and name it: train_model.py --mnist PATH"
        ) from error
    return dict(zip(MNIST_ARRAYS, (x_train, y_train, x_test, y_test), strict=True))


def _check_images(path, images, labels):
    if images.shape[1:] != (28, 28) or images.dtype != np.uint8:
        raise DataError(
            f"{path}: expected images (n, 28, 28) uint8, got {images.shape} {images.dtype}"
        )
    if labels.shape != images.shape[:1] or not np.isin(labels, range(10)).all():
        raise DataError(f"{path}: expected one label 0–9 per image, got {labels.shape}")


def _read_segment(path, lines, start, end):
    """Read the digit whose .SEGMENT stands in line `start`, up to line `end`."""
    label = re.search(r'"(\d)"\s*$', lines[start])
    if not label:
        raise DataError(f"{path}, line {start + 1}: no digit in quotes: {lines[start]!r}")
    writer, strokes, points = None, [], None
    for number in range(start + 1, end):
        line = lines[number].strip()
        where = f"{path}, line {number + 1}"
        if line.startswith(".COMMENT"):
            writer = _read_writer(where, line, label[1])
        elif line == ".PEN_DOWN":
            points = []
        elif line == ".PEN_UP":
            if not points:
                raise DataError(f"{where}: .PEN_UP ends a stroke without points")
            strokes.append(np.array(points, np.float32))
            points = None
        elif line and not line.startswith("."):
            if points is None:
                raise DataError(f"{where}: {line!r} outside of a stroke")
            points.append(_read_point(where, line))
    if points is not None or not strokes or writer is None:
        what = "writer" if writer is None else "stroke" if not strokes else ".PEN_UP"
        raise DataError(f"{path}, line {start + 1}: this digit has no {what}")
    return PenDigit(int(label[1]), writer, tuple(strokes))


def _read_writer(where, line, label):
    fields = line.split()[1:]
    if len(fields) != 3 or not all(f.isdecimal() for f in fields) or fields[0] != label:
        raise DataError(f"{where}: expected '.COMMENT {label} writer index', got {line!r}")
    return int(fields[1])


def _read_point(where, line):
    try:
        x, y = map(int, line.split())
    except ValueError:
        raise DataError(f"{where}: expected a point 'x y', got {line!r}") from None
    return x, -y  # the tablet's y grows upwards, a picture's downwards
