"""Digits of UJI Pen Characters, version 2 (Llorens et al. 2008), as its text file has them.

60 people wrote every character twice; a character has three kinds of line, y downwards:

    WORD 3 trn_UJI_W12-01
      NUMSTROKES 1
      POINTS 46 # 862 842 862 842 …

Writers 1 to 11 are those of version 1.
"""

import re
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from digit_model.data.download import read_files
from digit_model.data.samples import PenSample
from digit_model.errors import DataError

WHERE = (
    "UJI's digits are not downloaded: fetch ujipenchars2.txt from UCI (UJI Pen Characters, "
    "Version 2; dataset 175) and name it with --uji-digits PATH, or go on --without uji-digits"
)
MEMBERS = r"ujipenchars2[^/]*\.txt$"
WORD = re.compile(r"\s*WORD\s+(\S+)\s+\w+_UJI_W(\d\d)-(\d\d)\s*")
POINTS = re.compile(r"\s*POINTS\s+(\d{1,6})\s+#((?:\s+-?\d{1,6})+)\s*")


def read_uji_digits(path: Path | str | None = None) -> list[PenSample]:
    """Read the digits; other characters in the file are left out.

    Args:
        path: `ujipenchars2.txt`, or a zip archive or folder with it; the error says where to
            get it if there is none.

    Returns:
        A list of PenSample in the file's order; the writers' keys are as in "uji-12", those of
        `read_pen_letters` among them.

    Raises:
        DataError: naming file and line, for anything that is not such text.
    """
    if path is None:
        raise DataError(WHERE)
    return [
        digit
        for name, content in read_files(path, MEMBERS).items()
        for digit in _read_digits(name, content.decode("utf-8", "replace").splitlines())
    ]


def _read_digits(name: str, lines: list[str]) -> Iterator[PenSample]:
    """Yield the digits of one file's lines."""
    words = [(i, found) for i, line in enumerate(lines) if (found := WORD.fullmatch(line))]
    if not words:
        raise DataError(f"{name}: no WORD in it, so no characters")
    ends = [i for i, _ in words[1:]] + [len(lines)]
    for (start, found), end in zip(words, ends, strict=True):
        label, writer, session = found.groups()
        if label in "0123456789":
            key = f"{label}/{writer}/{session}"
            strokes = _read_strokes(name, lines, start, end)
            yield PenSample(int(label), f"uji-{int(writer)}", strokes, key)


def _read_strokes(name: str, lines: list[str], start: int, end: int) -> tuple[np.ndarray, ...]:
    """Read the strokes of the character whose WORD is in line `start` + 1."""
    where = f"{name}, line {start + 1}"
    count = re.fullmatch(
        r"\s*NUMSTROKES\s+(\d{1,3})\s*", lines[start + 1] if start + 1 < end else ""
    )
    if not count:
        raise DataError(f"{where}: no NUMSTROKES after it")
    strokes = tuple(
        _read_points(f"{name}, line {i + 1}", lines[i])
        for i in range(start + 2, end)
        if lines[i].strip()
    )
    if len(strokes) != int(count[1]) or not strokes:
        raise DataError(f"{where}: {len(strokes)} strokes, not the {count[1]} announced")
    return strokes


def _read_points(where: str, line: str) -> np.ndarray:
    """Read one stroke: (points, 2) float32."""
    found = POINTS.fullmatch(line)
    numbers = np.array(found[2].split(), np.float32) if found else np.zeros(0, np.float32)
    if not found or len(numbers) != 2 * int(found[1]):
        raise DataError(f"{where}: expected 'POINTS n # x y …' with n points")
    return numbers.reshape(-1, 2)
