"""UNIPEN's training set train_r01_v07 as its distribution gives it (Guyon et al. 1994).

`data/1a` has isolated digits, `1b` capitals, `1c` small letters, `1d` signs; below them a
folder for each laboratory. A file there has no ink of its own: it names the files below
`include/` that have, and says which strokes make up which character:

    .INCLUDE apa/app.doc
    .INCLUDE apa/data/apa00/app0032.dat
    .SEGMENT CHARACTER 1-2 ? "8"

Strokes are counted by `.PEN_DOWN` from 0, through all the files named. A person has one
`.WRITER_ID` and any number of files.
"""

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np

from digit_model.data.download import read_files
from digit_model.data.samples import PenSample, person_key, read_keys, short_hash
from digit_model.errors import DataError

KINDS = {"1a": "digits", "1b": "letters", "1c": "letters", "1d": "signs"}
MEMBERS = r"(^|/)(data/1[a-d]|include)/"
LEFT_OUT = Path(__file__).with_name("unipen_left_out.txt")
FARTHEST = 1e6  # tablets have some ten thousand points; more would overflow a drawing

SEGMENT = re.compile(r'\.SEGMENT\s+CHARACTER\s+([\d:,-]+)\s+(\S+)\s+"(\\?.)"\s*')
STATEMENT = re.compile(r"^\.(PEN_DOWN|WRITER_ID|COORD|[XY]_POINTS_PER_(?:INCH|MM))\b(.*)$", re.M)
SPAN = re.compile(r"(\d+)(?::(\d+))?(?:-(\d+)(?::(\d+))?)?")


@dataclass(frozen=True)
class Stroke:
    """Where in which file the points of a stroke are, and what they mean."""

    name: str
    text: str
    start: int
    writer: str
    columns: tuple[int, int, int]  # of x and of y, and how many there are
    stretch: float  # of x, if the tablet's points are not square


WHERE = (
    "UNIPEN's train_r01_v07 is not downloaded: fetch it from https://zenodo.org/records/1195803 "
    "(doi:10.5281/zenodo.1195803), unpack it and name its folder with --unipen PATH, or leave "
    "it out with --without unipen"
)


def read_unipen(
    path: Path | str | None = None, left_out: Path | str = LEFT_OUT
) -> tuple[list[PenSample], list[PenSample], list[PenSample]]:
    """Read isolated characters from UNIPEN's own layout.

    Args:
        path: folder with, or zip archive of, UNIPEN's `data` and `include`; the error
            says where to get it if there is none.
        left_out: text file with the keys of samples that are wrongly labelled.

    Returns:
        (digits, letters, signs): three lists of PenSample; the writers' keys name the
        laboratory, as in "unipen-ibm-3f09ac".

    Raises:
        DataError: naming file and line, for anything that is not such text.
    """
    if path is None:
        raise DataError(WHERE)
    files = read_files(path, MEMBERS)
    texts = {name: content.decode("latin-1") for name, content in files.items()}
    unwanted = read_keys(left_out)
    ink = cache(lambda names: _find_strokes(names, texts))  # four kinds share a person's ink
    samples = {kind: [] for kind in KINDS.values()}
    for name in texts:
        if place := re.search(r"^(.*?)data/(1[a-d])/([^/]+)/(.+)$", name):
            root, kind, laboratory, file = place.groups()
            for sample in _read_characters(path, name, texts, root, ink):
                key = f"{kind}/{laboratory}/{short_hash(file)}/{sample.key}"
                if key not in unwanted:
                    source = f"unipen-{laboratory}"
                    writer = person_key(source, sample.writer)
                    label = int(sample.label) if KINDS[kind] == "digits" else sample.label
                    samples[KINDS[kind]].append(PenSample(label, writer, sample.strokes, key))
    if not any(samples.values()):
        raise DataError(f"{path}: no characters below data/1a, 1b, 1c and 1d in it")
    return tuple(samples.values())


def _read_characters(path, name, texts, root, ink):
    """Yield the characters of one file, by its writer's own name, keyed by their strokes."""
    lines = texts[name].splitlines()
    includes = [
        (number, f"{root}include/{line.split()[1]}")
        for number, line in enumerate(lines, 1)
        if line.startswith(".INCLUDE ") and len(line.split()) > 1
    ]
    for number, included in includes:
        if included not in texts:
            raise DataError(f"{path}: {name}, line {number}: it includes {included}, not there")
    strokes = ink(tuple(included for _, included in includes))
    for number, line in enumerate(lines, 1):
        if not line.startswith(".SEGMENT"):
            continue
        where = f"{path}: {name}, line {number}"
        found = SEGMENT.fullmatch(line)
        if not found:
            raise DataError(f'{where}: expected .SEGMENT CHARACTER strokes ? "label", got {line!r}')
        kind = KINDS[re.search("data/(1[a-d])/", name)[1]]
        spans, label = found[1], found[3][-1]
        if _kind_of(label) != kind:
            raise DataError(f"{where}: {label!r} among the {kind}")
        chosen = [_cut(path, strokes, span, where) for span in spans.split(",")]
        written = tuple(stroke for part in chosen for _, stroke in part if len(stroke))
        if not written:
            continue  # the pen was set down and gave no point
        writer = chosen[0][0][0].writer
        if not writer:
            raise DataError(f"{where}: no .WRITER_ID before its ink")
        yield PenSample(label, writer, written, spans)


def _kind_of(label):
    if label in "0123456789":
        return "digits"
    return "letters" if label.isascii() and label.isalpha() else "signs"


def _find_strokes(names, texts):
    """List where the strokes of these files are, in their order."""
    strokes, writer, columns, scale = [], "", (0, 1, 2), {}
    for name in names:
        for found in STATEMENT.finditer(texts[name]):
            statement, value = found[1], found[2].split()
            if statement == "PEN_DOWN":
                stretch = scale.get("Y", 1) / scale.get("X", 1) if len(scale) == 2 else 1
                strokes.append(Stroke(name, texts[name], found.end(), writer, columns, stretch))
            elif statement == "WRITER_ID":
                writer = " ".join(value)
            elif statement == "COORD":
                if not {"X", "Y"} <= set(value):
                    line = texts[name].count("\n", 0, found.start()) + 1
                    raise DataError(f"{name}, line {line}: .COORD without X and Y")
                columns = value.index("X"), value.index("Y"), len(value)
            elif value and re.fullmatch(r"\d{1,9}(\.\d+)?", value[0]) and float(value[0]):
                scale[statement[0]] = float(value[0])
    return strokes


def _cut(path, strokes, span, where):
    """Take (stroke, points) for one span such as "3", "3-5" or "3:0-5:10"."""
    found = SPAN.fullmatch(span)
    if not found or any(len(each or "") > 9 for each in found.groups()):
        raise DataError(f"{where}: {span!r} names no strokes")
    first, begin, last, end = (None if each is None else int(each) for each in found.groups())
    last = first if last is None else last
    if last >= len(strokes) or last < first:
        raise DataError(f"{where}: strokes {span} of {len(strokes)}")
    points = [_read_points(path, stroke) for stroke in strokes[first : last + 1]]
    if end is not None:
        points[-1] = points[-1][: end + 1]
    if begin is not None:
        points[0] = points[0][begin:]
    return list(zip(strokes[first : last + 1], points, strict=True))


def _read_points(path, stroke):
    """Read a stroke's points up to the next statement: (points, 2) float32, y downwards."""
    end = stroke.text.find("\n.", stroke.start)
    ink = stroke.text[stroke.start : end if end >= 0 else len(stroke.text)]
    x, y, count = stroke.columns
    try:
        points = np.fromiter(map(float, ink.split()), np.float32).reshape(-1, count)
        if not (np.abs(points[:, [x, y]]) < FARTHEST).all():
            raise ValueError
    except (ValueError, OverflowError):
        line = stroke.text.count("\n", 0, stroke.start) + 1 + _find_fault(ink, count)
        raise DataError(
            f"{path}: {stroke.name}, line {line}: expected a point of {count} numbers"
        ) from None
    return points[:, [x, y]] * np.float32([stroke.stretch, -1])


def _find_fault(ink, count):
    """Return the first line that is not one point, counted from the statement before."""
    for number, line in enumerate(ink.split("\n")):
        try:
            numbers = [float(word) for word in line.split()]
            good = len(numbers) in (0, count) and all(abs(each) < FARTHEST for each in numbers)
        except ValueError:
            good = False
        if not good:
            return number
    return 0
