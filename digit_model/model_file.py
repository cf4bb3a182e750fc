"""What a model file carries beside its network: values in Keras's own metadata.json.

Keras writes that and never reads it, so the file still loads with Keras alone. (With a file of
our own in the archive, Keras would unpack all of it to disk.)
"""

import json
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from digit_model.atomic import write_whole
from digit_model.hand.embedding import Embedding
from digit_model.numbers.weights import NumberWeights

METADATA = "metadata.json"


@dataclass(frozen=True)
class Fitted:
    """What is fitted to a network after its training; None for what is missing.

    Attributes:
        thresholds: (10,) float, as for `is_digit`, by the image alone.
        thresholds_of_both: the same by both looks.
        embedding: for a Hand.
        number_weights: for `read_number`.
    """

    thresholds: np.ndarray | None = None
    embedding: Embedding | None = None
    number_weights: NumberWeights | None = None
    thresholds_of_both: np.ndarray | None = None


def store_fitted(path: Path | str, fitted: Fitted) -> None:
    """Put what is fitted to a network into its file, in one atomic write.

    What is None stays as it is in the file; the network stays the same to the byte.

    Args:
        path: a file that `keras.Model.save` has written.
        fitted: replaces what is there.
    """
    values: dict[str, Any] = {}
    if fitted.thresholds is not None:
        values["thresholds"] = [float(each) for each in fitted.thresholds]
    if fitted.thresholds_of_both is not None:
        values["thresholds_of_both"] = [float(each) for each in fitted.thresholds_of_both]
    if fitted.embedding is not None:
        values["embedding"] = fitted.embedding.as_json()
    if fitted.number_weights is not None:
        values["number_weights"] = fitted.number_weights.as_json()
    write_metadata(path, **values)


def read_fitted(path: Path | str) -> Fitted:
    """Read what is fitted to the network in a file; impossible thresholds count as missing.

    Raises:
        KeyError, TypeError, ValueError: if the file holds something else instead.
    """
    values = read_metadata(path)
    embedding, weights = values.get("embedding"), values.get("number_weights")
    return Fitted(
        _check_thresholds(values.get("thresholds")),
        None if embedding is None else Embedding.from_json(embedding),
        None if weights is None else NumberWeights.from_json(weights),
        _check_thresholds(values.get("thresholds_of_both")),
    )


def _check_thresholds(written: Any) -> np.ndarray | None:
    """Return ten finite thresholds of at least 0; None for anything else."""
    try:
        thresholds = np.array(written, float)
    except (TypeError, ValueError):
        return None
    is_possible = thresholds.shape == (10,) and np.isfinite(thresholds).all()
    return thresholds if is_possible and thresholds.min() >= 0 else None


def write_metadata(path: Path | str, **values: Any) -> None:
    """Put values into a model file, in one atomic write; the network stays the same to the byte.

    Args:
        path: a file that `keras.Model.save` has written.
        **values: what JSON can say; each replaces the one of the same name.
    """

    def write(new_file: Path) -> None:
        with zipfile.ZipFile(path) as old, zipfile.ZipFile(new_file, "w") as new:
            for member in old.infolist():
                content = old.read(member)
                if member.filename == METADATA:
                    content = json.dumps(json.loads(content) | values).encode()
                new.writestr(member, content)

    write_whole(path, write)


def read_metadata(path: Path | str) -> dict[str, Any]:
    """Return the dict of values in a model file.

    Raises:
        KeyError, ValueError: if there is none.
    """
    with zipfile.ZipFile(path) as archive:
        values = json.loads(archive.read(METADATA))
    if not isinstance(values, dict):
        raise ValueError(f"expected a dict in {METADATA}, got {type(values).__name__}")
    return values
