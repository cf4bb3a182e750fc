"""A fit's files: the best network so far, the history, and the state that a resumed fit needs."""

import csv
from pathlib import Path
from typing import Any

import keras
import numpy as np

from digit_model.atomic import write_whole

BEST, HISTORY = "best.keras", "history.csv"  # in a fit's folder


class SaveEpochs(keras.callbacks.Callback):
    """Save the best model, the history and, last of all, the state that `resume` needs.

    File writes are atomic. A fit that is killed before the state is there repeats the epoch, with
    the same result.
    """

    def __init__(self, folder: Path, seed: int, history: list[dict[str, float]]):
        super().__init__()
        self.folder, self.seed, self.history = folder, seed, history

    def on_epoch_begin(self, epoch: int, logs: Any = None) -> None:
        # A state lacks what dropout draws from: it begins again with each epoch, as batches do.
        for layer in self.model.layers:
            if isinstance(layer, keras.layers.Dropout):
                layer.seed_generator.state.assign([self.seed, epoch << 32])

    def on_epoch_end(self, epoch: int, logs: dict[str, float]) -> None:
        if logs["val_loss"] < min((row["val_loss"] for row in self.history), default=np.inf):
            write_whole(self.folder / BEST, self.model.save)
        self.history.append({"epoch": epoch, **logs})
        write_whole(self.folder / HISTORY, self._write_history)
        state = self.folder / f"epoch-{epoch + 1:04}.weights.h5"
        write_whole(state, self.model.save_weights)
        for old in find_states(self.folder):
            if old != state:
                old.unlink()

    def _write_history(self, file: Path) -> None:
        with open(file, "w", newline="") as lines:
            rows = csv.DictWriter(lines, self.history[0])
            rows.writeheader()
            rows.writerows(self.history)


def find_states(folder: Path) -> list[Path]:
    """Return the files with a fit's state after whole epochs, in the order of the epochs."""
    return sorted(folder.glob("epoch-*.weights.h5"))


def read_history(file: Path) -> list[dict[str, float]]:
    """Read the epochs that a fit has logged: a list of dicts of numbers, or []."""
    if not file.exists():
        return []
    with open(file, newline="") as lines:
        return [
            {name: float(value) for name, value in row.items()} for row in csv.DictReader(lines)
        ]
