"""A notebook's drawings as files to take home."""

import csv
import io
import json

import numpy as np

NO_DIGIT = -1  # for None, where there are but numbers


def to_csv(entries):
    """Write entries as CSV text, a line each; an empty cell means "not a digit"."""
    file = io.StringIO(newline="")
    lines = csv.writer(file)
    lines.writerow(["time", "prediction", "confidence", "label", "right", "model"])
    for e in entries:
        time = e.time.isoformat(timespec="seconds") + "Z"
        lines.writerow([time, e.prediction, f"{e.confidence:.4f}", e.label, e.right, e.model])
    return file.getvalue()


def to_npz(entries):
    """Write entries as a NumPy archive in MNIST's layout.

    Returns:
        bytes of an .npz file: x (n, 28, 28) uint8, y (n,) int8 with -1 for "not a digit",
        and strokes (n,) of JSON text.
    """
    entries = list(entries)
    labels = [NO_DIGIT if e.label is None else e.label for e in entries]
    file = io.BytesIO()
    np.savez_compressed(
        file,
        x=np.array([e.image for e in entries], np.uint8).reshape(-1, 28, 28),
        y=np.array(labels, np.int8),
        strokes=np.array([json.dumps(e.strokes) for e in entries], str),
    )
    return file.getvalue()
