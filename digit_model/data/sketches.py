"""Quick, Draw! (Google 2017): drawings of 345 things as strokes, each by another person.

A file is named for its word and has a line of JSON for each drawing: `key_id`, and `drawing`,
a list of strokes [xs, ys, milliseconds], y downwards. Neither place nor time of a drawing is kept.
"""

import json
from pathlib import Path

import numpy as np

from digit_model.data.download import read_files
from digit_model.data.lookalikes import is_thin
from digit_model.data.samples import PenSample, person_key, read_keys
from digit_model.errors import DataError

MEMBERS = r"\.ndjson$"
WHERE = (
    "Quick, Draw!'s drawings are not downloaded, as there are gigabytes: fetch some of each word "
    "from https://console.cloud.google.com/storage/browser/quickdraw_dataset/full/raw, one "
    "WORD.ndjson each, and name their folder with --sketches PATH, or go on --without sketches"
)
LEFT_OUT = read_keys(Path(__file__).with_name("sketches_left_out.txt"))
FARTHEST = 1e5  # screens have some thousand points


def read_sketches(path: Path | str | None = None) -> list[PenSample]:
    """Read the drawings that no digit looks like.

    Args:
        path: folder with, or zip archive of, a `.ndjson` file for each word; the error says
            where to get them if there is none.

    Returns:
        A list of PenSample labelled with the word, as in "school bus"; each has a writer of
        its own, such as "sketches-3f09ac".

    Raises:
        DataError: naming file and line, for anything that is not such JSON.
    """
    return [sketch for sketch in read_all(path) if is_kept(sketch)]


def read_all(path: Path | str | None = None) -> list[PenSample]:
    """Read every drawing, those that look like a digit as well."""
    if path is None:
        raise DataError(WHERE)
    return [
        _read_sketch(f"{name}, line {number}", Path(name).stem, line)
        for name, content in read_files(path, MEMBERS).items()
        for number, line in enumerate(content.splitlines(), 1)
        if line.strip()
    ]


def is_kept(sketch: PenSample) -> bool:
    """Return whether a drawing could not be a digit: not by its word, and not thin."""
    return sketch.label not in LEFT_OUT and not is_thin(sketch.strokes)


def _read_sketch(where: str, word: str, line: bytes) -> PenSample:
    """Read one line as PenSample."""
    try:
        values = json.loads(line)
        key = str(values["key_id"])
        strokes = tuple(np.array(s[:2], np.float32).T for s in values["drawing"])
        good = strokes and all(s.ndim == 2 and s.shape[1] == 2 and len(s) for s in strokes)
        if not good or not all((np.abs(s) < FARTHEST).all() for s in strokes):
            raise ValueError
    except (ValueError, KeyError, TypeError, IndexError, RecursionError):
        raise DataError(f"{where}: expected a key_id and a drawing of [xs, ys, ts]") from None
    return PenSample(word, person_key("sketches", key), strokes, key)
