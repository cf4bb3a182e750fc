"""Pen digits and pen letters from UCI, both in UNIPEN text.

Digits: 7,494 of 30 writers (Pen-Based Recognition of Handwritten Digits,
`pendigits-orig.tra`; Alimoglu & Alpaydin 1996). Letters: 1,144 of 11 writers (UJI Pen
Characters; Llorens et al. 2008).
"""

import re
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import numpy as np

from digit_model.data.download import PEN_DIGITS, PEN_LETTERS, Source, download, read_files
from digit_model.data.samples import PenSample
from digit_model.errors import DataError

Line = tuple[str, str]  # where it is, and what it says
Segment = tuple[str, str, list[Line], list[np.ndarray]]  # where, label, comments, strokes


def read_pen_digits(path: Path | str | None = None) -> list[PenSample]:
    """Read pen digits from UNIPEN text with y upwards.

    A digit is a `.SEGMENT` line that ends in its label, a `.COMMENT` line with
    label, writer and index, and one block of x y points per stroke between
    `.PEN_DOWN` and `.PEN_UP`.

    Args:
        path: file such as `pendigits-orig.tra`, `pendigits-orig.tra.Z`, or the zip archive
            that holds it; by default the public one, downloaded on first use.

    Returns:
        A list of PenSample in the file's order.

    Raises:
        DataError: naming file and line, for anything that is not such text.
    """
    digits = []
    for name, content in _read_source(PEN_DIGITS, path).items():
        for where, label, comments, strokes in _read_segments(name, content, "[0-9]"):
            if not comments:
                raise DataError(f"{where}: this digit has no writer")
            upright = tuple(stroke * np.array([1, -1], np.float32) for stroke in strokes)
            writer = f"pendigits-{_read_writer(comments[0], label)}"
            digits.append(PenSample(int(label), writer, upright))
    return digits


def read_pen_letters(path: Path | str | None = None) -> list[PenSample]:
    """Read pen letters from UNIPEN text with y downwards, a file per writer.

    Args:
        path: folder or zip archive with files such as `UJIpenchars-w01.txt`, named for
            their writer; by default the public archive, downloaded on first use.

    Returns:
        A list of PenSample; digits among the characters are left out.

    Raises:
        DataError: naming file and line, for anything that is not such text.
    """
    letters = []
    for name, content in _read_source(PEN_LETTERS, path).items():
        writer = re.search(r"-w(\d\d)", name)
        if not writer:
            raise DataError(f"{name}: no writer in its name, as in UJIpenchars-w01.txt")
        for _, label, _, strokes in _read_segments(name, content, "[0-9A-Za-z]"):
            if label.isalpha():
                letters.append(PenSample(label, f"uji-{int(writer[1])}", tuple(strokes)))
    return letters


def _read_source(source: Source, path: Path | str | None) -> dict[str, bytes]:
    return download(source) if path is None else read_files(path, source.members)


def _read_segments(name: str, content: bytes, labels: str) -> Iterator[Segment]:
    """Yield each `.SEGMENT` of a file."""
    try:
        lines = content.decode("ascii").splitlines()
    except UnicodeDecodeError as error:
        raise DataError(f"{name}: not UNIPEN text (byte {error.start})") from error
    starts = [i for i, line in enumerate(lines) if line.startswith(".SEGMENT")]
    if not starts:
        raise DataError(f"{name}: no .SEGMENT in it, so no pen strokes")
    for start, end in pairwise([*starts, len(lines)]):
        where = f"{name}, line {start + 1}"
        label = re.search(f'"({labels})"\\s*$', lines[start])
        if not label:
            raise DataError(f"{where}: no label {labels} in quotes: {lines[start]!r}")
        rest = [(f"{name}, line {i + 1}", lines[i].strip()) for i in range(start + 1, end)]
        comments = [(w, line) for w, line in rest if line.startswith(".COMMENT")]
        yield where, label[1], comments, _read_strokes(where, rest)


def _read_strokes(where: str, lines: list[Line]) -> list[np.ndarray]:
    """Read the strokes of one segment."""
    strokes: list[np.ndarray] = []
    points: list[tuple[int, int]] | None = None
    for here, line in lines:
        if line == ".PEN_DOWN":
            points = []
        elif line == ".PEN_UP":
            if not points:
                raise DataError(f"{here}: .PEN_UP ends a stroke without points")
            strokes.append(np.array(points, np.float32))
            points = None
        elif line and not line.startswith("."):
            if points is None:
                raise DataError(f"{here}: {line!r} outside of a stroke")
            points.append(_read_point(here, line))
    if points is not None or not strokes:
        raise DataError(f"{where}: this one has no {'.PEN_UP' if strokes else 'stroke'}")
    return strokes


def _read_writer(comment: Line, label: str) -> int:
    where, line = comment
    fields = line.split()[1:]
    if len(fields) != 3 or not all(f.isdecimal() for f in fields) or fields[0] != label:
        raise DataError(f"{where}: expected '.COMMENT {label} writer index', got {line!r}")
    return int(fields[1])


def _read_point(where: str, line: str) -> tuple[int, int]:
    try:
        x, y = map(int, line.split())
    except ValueError:
        raise DataError(f"{where}: expected a point 'x y', got {line!r}") from None
    return x, y
