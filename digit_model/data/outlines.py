"""Outlines of Hand-drawn Shapes (F. Robert 2022): rectangles, triangles, others, as strokes.

Images of 70×70, a folder for each of 28 people, up to 90 of each kind from each person, traced
into strokes. The ellipses of the public set are zeros to this project, and not read.
"""

import hashlib
import io
import os
import re
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from digit_model.atomic import write_whole
from digit_model.data.download import read_files
from digit_model.data.lookalikes import is_thin
from digit_model.data.samples import PenSample, person_key, read_keys, short_hash
from digit_model.errors import DataError
from digit_model.strokes import tracing

MEMBERS = r"(^|/)data/user\.\w+/images/(rectangle|triangle|other)/[^/]*\d\.png$"
WHERE = (
    "Hand-drawn Shapes are not downloaded, as the public set is larger than what was learnt "
    "from: fetch https://github.com/frobertpixto/hand-drawn-shapes-dataset as a zip archive and "
    "name it with --outlines PATH, or leave it out with --without outlines"
)
SOURCE = "shapes"  # in each person's key: another word would deal people out to other parts
KEPT = read_keys(Path(__file__).with_name("outlines_kept.txt"))
NAME = re.compile(r"user\.(\w+)/images/(\w+)/[^/]*?(\d+)\.png$")  # person, label, number
LARGEST_SIDE = 512  # pixels


def read_outlines(
    path: Path | str | None = None, cache: Path | str | None = None
) -> list[PenSample]:
    """Read the outlines that no digit looks like, as strokes.

    Args:
        path: folder with, or zip archive of, `data/user.*/images/*/*.png`; the error says
            where to get it if there is none.
        cache: folder for the traced strokes, as tracing takes minutes; by default Keras's own.

    Returns:
        A list of PenSample labelled "rectangle", "triangle" or "other".

    Raises:
        DataError: naming the file, for anything that is not such an image.
    """
    return [outline for outline in read_all(path, cache) if is_kept(outline)]


def read_all(path: Path | str | None = None, cache: Path | str | None = None) -> list[PenSample]:
    """Read every outline, also those that look like a digit."""
    if path is None:
        raise DataError(WHERE)
    files = read_files(path, MEMBERS)
    places = []
    for name in files:
        place = NAME.search(name)
        if not place:  # a file that was named by itself
            raise DataError(f"{name}: expected a path like data/user.abc/images/other/x.1.png")
        places.append(place)
    outlines = []
    for found, strokes in zip(places, _trace_all(files, cache), strict=True):
        if strokes:  # none in an empty image
            person, label, number = found.groups()
            writer = person_key(SOURCE, person)
            key = f"{label}/{short_hash(f'{SOURCE}/{person}')}/{number}"
            outlines.append(PenSample(label, writer, strokes, key))
    return outlines


def is_kept(outline: PenSample) -> bool:
    """Return whether an outline could not be a digit: not thin, and if an "other", kept by eye."""
    return not is_thin(outline.strokes) and (outline.label != "other" or outline.key in KEPT)


def _trace_all(files: dict[str, bytes], cache: Path | str | None) -> list[tuple[np.ndarray, ...]]:
    """Trace these PNG files, or read from the cache what the same tracing made of them."""
    rules = Path(tracing.__file__).read_bytes()  # another tracing, another cache
    digest = hashlib.sha256(b"".join([rules, *files.values()])).hexdigest()
    file = (Path(cache) if cache else _find_cache()) / f"outlines-traced-{digest[:16]}.npz"
    try:
        with np.load(file, allow_pickle=False) as archive:
            points, lengths, counts = (archive[name] for name in ("points", "lengths", "counts"))
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile):  # none, or not whole
        drawings = [tracing.trace_strokes(_read_ink(*each)) for each in files.items()]
        strokes = [stroke for drawing in drawings for stroke in drawing]
        points = np.concatenate([np.zeros((0, 2), np.float32), *strokes])
        lengths = np.array([len(stroke) for stroke in strokes], int)
        counts = np.array([len(drawing) for drawing in drawings], int)
        _store(file, points=points, lengths=lengths, counts=counts)
    strokes = np.split(points, np.cumsum(lengths))[:-1]
    ends = np.cumsum(counts)
    return [tuple(strokes[end - count : end]) for end, count in zip(ends, counts, strict=True)]


def _find_cache() -> Path:
    """Return Keras's folder for data sets, without the seconds that importing Keras takes."""
    return Path(os.environ.get("KERAS_HOME", Path.home() / ".keras")) / "datasets"


def _store(file: Path, **arrays: Any) -> None:
    """Write the cache; go on without one if that fails."""
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        write_whole(file, lambda new: np.savez_compressed(new, **arrays))
    except OSError:
        pass


def _read_ink(name: str, content: bytes) -> np.ndarray:
    """Read a PNG of dark ink on white: (h, w) uint8, ink bright."""
    try:
        with Image.open(io.BytesIO(content), formats=["PNG"]) as file:
            if max(file.size) > LARGEST_SIDE:
                raise DataError(f"{name}: {file.size}, more than {LARGEST_SIDE} pixels a side")
            image = file.convert("RGBA")
    except DataError:
        raise
    except Exception as error:  # Pillow raises nearly everything for a broken image
        raise DataError(f"{name}: no PNG image ({error})") from error
    paper = Image.new("RGBA", image.size, "white")
    return 255 - np.asarray(Image.alpha_composite(paper, image).convert("L"))
