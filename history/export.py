"""Exports a notebook's drawings as CSV or npz, with only a few of them in memory."""

import csv
import io
import json
import shutil
import zipfile
from collections.abc import Iterable
from tempfile import TemporaryFile
from typing import IO, BinaryIO

import numpy as np

from history.notebook import Entry

NO_DIGIT = -1  # None, in an array of integers


def write_csv(entries: Iterable[Entry], file: BinaryIO) -> None:
    """Write entries to a binary file as CSV, one per line.

    An empty cell means "not a digit"; for number and place, that it was no part of a number.
    """
    text = io.TextIOWrapper(file, "utf-8", newline="")
    lines = csv.writer(text)
    columns = "time", "prediction", "confidence", "label", "right", "model", "number", "place"
    lines.writerow(columns)
    for e in entries:
        time = e.time.isoformat(timespec="seconds") + "Z"
        answer = [e.prediction, f"{e.confidence:.4f}", e.label, e.right, e.model]
        lines.writerow([time, *answer, e.number, e.place])
    text.detach()  # flushes, and leaves the file open


def write_npz(entries: Iterable[Entry], file: BinaryIO) -> None:
    """Write entries to a binary file as a NumPy archive in MNIST's layout.

    The arrays are x (n, 28, 28) uint8, y (n,) int8 with -1 for "not a digit", strokes (n,) of JSON
    text, and where a digit was part of a number, number (n,), as it was read, and place (n,) int8
    in it; "" and -1 where it was not. `np.load` reads them without pickle.
    """
    numbers, places = [], []
    with TemporaryFile() as images, TemporaryFile() as labels, TemporaryFile() as strokes:
        # An array's header comes first and states its length, and every element of a text array
        # is as long as the longest. Both are known only after the last entry, so all entries go
        # to temporary files first.
        count, longest = 0, 1
        for e in entries:
            count += 1
            images.write(e.image.astype(np.uint8).tobytes())
            labels.write(np.int8(NO_DIGIT if e.label is None else e.label).tobytes())
            numbers.append(e.number or "")
            places.append(NO_DIGIT if e.place is None else e.place)
            drawing = json.dumps(e.strokes, separators=(",", ":"))  # ASCII on one line
            strokes.write(drawing.encode() + b"\n")
            longest = max(longest, len(drawing))
        with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
            with _open_array(archive, "x", "|u1", (count, 28, 28)) as array:
                _copy(images, array)
            with _open_array(archive, "y", "|i1", (count,)) as array:
                _copy(labels, array)
            short = {"number": np.array(numbers, "U6"), "place": np.array(places, np.int8)}
            for name, values in short.items():
                with archive.open(f"{name}.npy", "w") as member:
                    np.lib.format.write_array(member, values, allow_pickle=False)
            with _open_array(archive, "strokes", f"<U{longest}", (count,)) as array:
                strokes.seek(0)
                for line in strokes:
                    drawing = line.decode().rstrip("\n")
                    array.write(drawing.ljust(longest, "\0").encode("utf-32-le"))


def _open_array(
    archive: zipfile.ZipFile, name: str, kind: str, shape: tuple[int, ...]
) -> IO[bytes]:
    """Write the header of an array to an open ZipFile; return the file for its elements.

    `kind` is the elements' type as in NumPy's array protocol.
    """
    file = archive.open(f"{name}.npy", "w", force_zip64=True)
    header = {"descr": kind, "fortran_order": False, "shape": shape}
    np.lib.format.write_array_header_1_0(file, header)
    return file


def _copy(source: IO[bytes], target: IO[bytes]) -> None:
    source.seek(0)
    shutil.copyfileobj(source, target)
