"""Drawings that visitors of the page have labelled and exported: drawings.npz."""

import json
import zipfile
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from digit_model.errors import DataError

NO_DIGIT = -1  # the label of what is not a digit, in an archive


class LabelledDrawing(NamedTuple):
    """A visitor's drawing, and what it is.

    Attributes:
        label: 0–9, or None: not a digit.
        strokes: (points, 2) float32 each, in the canvas's pixels, y downwards.
    """

    label: int | None
    strokes: tuple[np.ndarray, ...]


def read_drawings(path: Path | str) -> list[LabelledDrawing]:
    """Read the strokes in an archive that the page has exported.

    Args:
        path: .npz file with y (n,), 0–9 or -1 for "not a digit", and strokes (n,) of JSON
            text: a list of strokes, each a list of [x, y].

    Raises:
        DataError: naming the file and the drawing, for anything else.
    """
    labels, drawings = _read_arrays(path, "strokes")
    return [
        LabelledDrawing(label, _read_strokes(f"{path}, drawing {number}", drawing))
        for number, (label, drawing) in enumerate(zip(labels, drawings.tolist(), strict=True), 1)
    ]


def read_images(path: Path | str) -> tuple[np.ndarray, list[int | None]]:
    """Read the images in an archive that the page has exported: what a Hand learns from.

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
    return images / np.float32(255), labels


def _read_arrays(path: Path | str, name: str) -> tuple[list[int | None], np.ndarray]:
    """Return the labels, and as long an array of this name."""
    try:
        with open(path, "rb") as file, np.load(file, allow_pickle=False) as archive:
            labels, drawings = np.atleast_1d(archive["y"]).tolist(), np.atleast_1d(archive[name])
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile) as error:
        raise DataError(f"{path} is no drawings.npz of this page ({error})") from error
    if len(labels) != len(drawings):
        raise DataError(f"{path}: {len(labels)} labels for {len(drawings)} drawings")
    for number, label in enumerate(labels, 1):
        if label not in range(NO_DIGIT, 10):
            raise DataError(f"{path}, drawing {number}: expected a label 0–9 or -1, got {label}")
    return [None if label == NO_DIGIT else label for label in labels], drawings


def _read_strokes(where: str, written: Any) -> tuple[np.ndarray, ...]:
    try:
        strokes = tuple(np.array(stroke, np.float32) for stroke in json.loads(written))
    except (TypeError, ValueError) as error:
        raise DataError(f"{where}: its strokes are not lists of points") from error
    if not strokes or not all(s.ndim == 2 and s.shape[1] == 2 and len(s) for s in strokes):
        raise DataError(f"{where}: its strokes are not lists of points")
    if not all(np.isfinite(stroke).all() for stroke in strokes):
        raise DataError(f"{where}: a point that is not a number")
    return strokes
