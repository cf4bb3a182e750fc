"""Entries of a notebook made from what was read on the canvas or in a photograph."""

import hashlib
import json
from datetime import UTC, datetime

import numpy as np

from digit_model import Prediction
from digit_model.classifier import Classifier
from history import Entry
from page.answer.reading import Reading
from page.formatting import grey_levels


def make_entry(reading: Reading, notebook: str) -> Entry:
    """Return a Reading's selected digit as an Entry, as if it had been read right.

    The same strokes in the same notebook are the same Entry, also after the server has been
    restarted, so that no drawing is saved twice.

    Args:
        reading: the Reading.
        notebook: the notebook's identity.

    Raises:
        DrawingError: if the points of its strokes are not known.
    """
    points, prediction = reading.strokes_at(reading.place), reading.prediction
    is_part = reading.is_number
    return Entry(
        id=_make_id(notebook, points),
        time=reading.time,
        strokes=points,
        image=grey_levels(reading.image),
        prediction=prediction.digit,
        confidence=prediction.confidence,
        label=prediction.digit,
        model=reading.network.fingerprint,
        number=reading.number.text if is_part else None,
        place=reading.place if is_part else None,
        probabilities=prediction.probabilities,
    )


def make_photograph_entry(
    image: np.ndarray, prediction: Prediction, network: Classifier, notebook: str
) -> Entry:
    """Return a digit of a photograph as an Entry, as if it had been read right.

    Args:
        image: (28, 28) float32 in [0, 1], what the network saw.
        prediction: what it read.
        network: the Classifier.
        notebook: the notebook's identity.
    """
    image = grey_levels(image)
    return Entry(
        id=_make_id(notebook, image.tolist()),
        time=datetime.now(UTC).replace(tzinfo=None),
        strokes=[],
        image=image,
        prediction=prediction.digit,
        confidence=prediction.confidence,
        label=prediction.digit,
        model=network.fingerprint,
        probabilities=prediction.probabilities,
    )


def _make_id(notebook: str, content: list) -> str:
    """Return the id of an Entry by what was drawn: lists that JSON can hold."""
    return hashlib.sha256(json.dumps([notebook, content]).encode()).hexdigest()[:32]
