"""Omniglot: characters of many scripts as strokes (Lake, Salakhutdinov & Tenenbaum 2015).

Its small set, `strokes_background_small1`, has 136 characters of five alphabets, each once
from 20 people. A file is named for its drawer and has a line "x,y,milliseconds" for each
point, y upwards; START begins it, BREAK ends a stroke.
"""

import re
from pathlib import Path

import numpy as np

from digit_model.data.download import OMNIGLOT, download, read_files
from digit_model.data.samples import PenSample
from digit_model.errors import DataError

NAME = re.compile(r"(\w+)/character(\d\d)/\d+_(\d\d)\.txt$")  # alphabet, number, drawer
FARTHEST = 1e4  # its field has 105 points each way

# Characters that somebody could write as a digit, and which: chosen by eye from all of them,
# too many rather than too few. `python tools/show_left_out.py` draws both kinds.
LEFT_OUT = {
    "Balinese": {
        3: "2 with a tail",
        4: "2 with a loop, 6",
        5: "1 or 7",
        12: "8 or 9 with a tail",
        14: "0 open on the left, 7",
        15: "0 open at the top, 4",
        17: "7 with a flag",
        18: "2 with a tail",
        20: "2 with a loop, 6",
        21: "0 open at the top",
    },
    "Early_Aramaic": {
        1: "4",
        2: "9",
        3: "1 or 7",
        4: "9 or 4",
        5: "3",
        6: "4 or 9",
        7: "1 with serifs",
        8: "8 with corners",
        9: "0 crossed, 8",
        10: "2 or 7, crossed",
        11: "7 or 9",
        12: "6 or 0",
        13: "9 or 4",
        14: "9 or 5",
        16: "0",
        17: "1 or 7",
        19: "9 or 0 with a bar",
        20: "9 or 4",
    },
    "Greek": {
        2: "8",
        3: "8 open at the top",
        4: "8 or 6",
        6: "5 or 3",
        8: "0 crossed, 8",
        9: "1 or 6",
        11: "1 with a long flag, 2",
        14: "3",
        15: "0",
        18: "6 or 0 with a tail",
        19: "7 or 1",
        20: "0 open at the top, 4",
        21: "9 or 4",
    },
    "Korean": {
        1: "1 with a dash",
        5: "1 with a dash, 4, 7",
        7: "7 crossed, 9",
        9: "1 with a base",
        10: "4",
        12: "4",
        14: "7 or 1",
        17: "4",
        19: "1 that lies",
        20: "4 or 1",
        21: "1",
        22: "7",
        24: "6 or 1",
        25: "0 open on the right",
        27: "2",
        28: "0 with corners",
        29: "8 with corners",
        31: "1 with a long flag",
        33: "0 or 6",
        34: "2 or 7",
        37: "7 crossed, 9",
        40: "6 or 8",
    },
    "Latin": {
        1: "a: 0, 6 or 9",
        2: "b: 6",
        3: "c: 0 open on the right, 6",
        5: "e: 6, 2",
        7: "g: 9",
        9: "i: 1",
        10: "j: 1",
        12: "l: 1",
        15: "o: 0",
        17: "q: 9",
        18: "r: 1 or 7",
        19: "s: 5",
        20: "t: 7 or 4, crossed",
        21: "u: 0 open at the top, 4",
        25: "y: 4 or 9",
        26: "z: 2",
    },
}


def read_omniglot(path: Path | str | None = None) -> list[PenSample]:
    """Read the characters that no digit looks like.

    Args:
        path: folder with, or zip archive of, an alphabet's folder each; by default the
            public archive, downloaded on first use.

    Returns:
        A list of PenSample: the label such as "Greek 05", the writer such as
        "omniglot-Greek-07": one of the 20 who drew this alphabet.

    Raises:
        DataError: naming file and line, for anything that is not such text.
    """
    return [sample for sample in read_all(path) if is_kept(sample)]


def read_all(path: Path | str | None = None) -> list[PenSample]:
    """Read every character, also those that look like a digit."""
    files = download(OMNIGLOT) if path is None else read_files(path, OMNIGLOT.members)
    characters = []
    for name, content in files.items():
        place = NAME.search(name)
        if not place:  # a file that was named by itself
            raise DataError(f"{name}: expected a path like Greek/character05/0399_07.txt")
        alphabet, number, drawer = place.groups()
        strokes = _read_strokes(name, content)
        writer = f"omniglot-{alphabet}-{drawer}"
        characters.append(PenSample(f"{alphabet} {number}", writer, strokes))
    return characters


def is_kept(sample: PenSample) -> bool:
    """Return whether a character could not be a digit."""
    alphabet, number = str(sample.label).split()
    return int(number) not in LEFT_OUT.get(alphabet, {})


def _read_strokes(name: str, content: bytes) -> tuple[np.ndarray, ...]:
    strokes: list[np.ndarray] = []
    points: list[tuple[float, float]] = []
    started = False
    for number, line in enumerate(content.decode("latin-1").splitlines(), 1):
        where, line = f"{name}, line {number}", line.strip()
        if line == "START":
            started = True
        elif line == "BREAK":
            if not points:
                raise DataError(f"{where}: BREAK ends a stroke without points")
            strokes.append(np.array(points, np.float32) * np.array([1, -1], np.float32))
            points = []
        elif line:
            if not started:
                raise DataError(f"{where}: a point before START")
            points.append(_read_point(where, line))
    if points or not strokes:
        raise DataError(f"{name}: {'no BREAK after its last stroke' if points else 'no stroke'}")
    return tuple(strokes)


def _read_point(where: str, line: str) -> tuple[float, float]:
    try:
        x, y, _ = map(float, line.split(","))
        if not (abs(x) < FARTHEST and abs(y) < FARTHEST):
            raise ValueError
    except ValueError:
        raise DataError(f"{where}: expected a point 'x,y,time', got {line!r}") from None
    return x, y
