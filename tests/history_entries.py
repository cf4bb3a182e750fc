"""Drawings as the history keeps them."""

from datetime import UTC, datetime, timedelta

import numpy as np

from history import Entry

START = datetime(2026, 11, 21, 12, 0, tzinfo=UTC).replace(tzinfo=None)


def entry(number=0, prediction=3, label=3, **changes):
    """Return the Entry with this number, a second after the one before."""
    image = np.zeros((28, 28), np.uint8)
    image[number % 28] = 255
    values = {
        "id": f"{number:032x}",
        "time": START + timedelta(seconds=number),
        "strokes": [[[10.0, 20.0], [30.5, number]]],
        "image": image,
        "prediction": prediction,
        "confidence": 0.97,
        "label": label,
        "model": "f" * 64,
    }
    return Entry(**(values | changes))
