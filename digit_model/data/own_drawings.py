"""Drawings that visitors of the page have labelled and exported."""

import json
import zipfile

import numpy as np

from digit_model.data.mnist import DataError
from digit_model.data.samples import PenSample

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
    try:
        with open(path, "rb") as file, np.load(file, allow_pickle=False) as archive:
            labels, drawings = archive["y"].tolist(), archive["strokes"].tolist()
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile) as error:
        raise DataError(f"{path} is no drawings.npz of this page ({error})") from error
    if len(labels) != len(drawings):
        raise DataError(f"{path}: {len(labels)} labels for {len(drawings)} drawings")
    digits, others = [], []
    for number, (label, drawing) in enumerate(zip(labels, drawings, strict=True), 1):
        where = f"{path}, drawing {number}"
        if label not in range(-1, 10):
            raise DataError(f"{where}: expected a label 0–9 or -1, got {label}")
        strokes = _read_strokes(where, drawing)
        if label == -1:
            others.append(PenSample("", VISITOR, strokes))
        else:
            digits.append(PenSample(label, VISITOR, strokes))
    return digits, others


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
