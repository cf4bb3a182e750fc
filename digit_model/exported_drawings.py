"""Drawings that visitors of the page have labelled and exported."""

import json
import zipfile

import numpy as np

from digit_model.data.samples import PenSample
from digit_model.errors import DataError

VISITOR = "visitor"  # the page does not know who drew


def read_drawings(path):
    """Read an archive that the page has exported.

    Args:
        path: .npz file with y (n,), 0–9 or -1 for "not a digit", and strokes (n,) of JSON
            text: a list of strokes, each a list of [x, y].

    Returns:
        (digits, others): two lists of PenSample; the label of the others is "".

    Raises:
        DataError: naming the file and the drawing, for anything else.
    """
    labels, drawings = _read_arrays(path, "strokes")
    digits, others = [], []
    for number, (label, drawing) in enumerate(zip(labels, drawings.tolist(), strict=True), 1):
        where = f"{path}, drawing {number}"
        _check_label(where, label)
        strokes = _read_strokes(where, drawing)
        if label == -1:
            others.append(PenSample("", VISITOR, strokes))
        else:
            digits.append(PenSample(label, VISITOR, strokes))
    return digits, others


def read_examples(path):
    """Read what a Hand learns from an archive that the page has exported.

    Args:
        path: .npz file with x (n, 28, 28) uint8, and y (n,), 0–9 or -1 for "not a digit".

    Returns:
        (n, 28, 28) float32 in [0, 1], and a list of n labels, 0–9 or None.

    Raises:
        DataError: naming the file and the drawing, for anything else.
    """
    labels, images = _read_arrays(path, "x")
    if images.shape[1:] != (28, 28) or images.dtype != np.uint8:
        raise DataError(f"{path}: expected images as (n, 28, 28) uint8, got {images.shape}")
    for number, label in enumerate(labels, 1):
        _check_label(f"{path}, drawing {number}", label)
    return images / np.float32(255), [None if label == -1 else label for label in labels]


def _read_arrays(path, name):
    """Return the labels, a list, and as long an array of this name."""
    try:
        with open(path, "rb") as file, np.load(file, allow_pickle=False) as archive:
            labels, drawings = np.atleast_1d(archive["y"]).tolist(), np.atleast_1d(archive[name])
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile) as error:
        raise DataError(f"{path} is no drawings.npz of this page ({error})") from error
    if len(labels) != len(drawings):
        raise DataError(f"{path}: {len(labels)} labels for {len(drawings)} drawings")
    return labels, drawings


def _check_label(where, label):
    if label not in range(-1, 10):
        raise DataError(f"{where}: expected a label 0–9 or -1, got {label}")


def _read_strokes(where, words):
    try:
        strokes = tuple(np.array(stroke, np.float32) for stroke in json.loads(words))
    except (TypeError, ValueError) as error:
        raise DataError(f"{where}: its strokes are not lists of points") from error
    if not strokes or not all(s.ndim == 2 and s.shape[1] == 2 and len(s) for s in strokes):
        raise DataError(f"{where}: its strokes are not lists of points")
    if not all(np.isfinite(stroke).all() for stroke in strokes):
        raise DataError(f"{where}: a point that is not a number")
    return strokes
