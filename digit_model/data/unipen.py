"""UNIPEN's training set train_r01_v07 as its distribution gives it (Guyon et al. 1994).

`data/1a` has isolated digits, `1b` capitals, `1c` small letters, `1d` signs, `7` words and `8`
lines, some of them a single digit or a number; below them a folder for each laboratory. A file
there has no ink of its own: it names the files below `include/` that have, and says which
components make up which character:

    .INCLUDE apa/app.doc
    .INCLUDE apa/data/apa00/app0032.dat
    .SEGMENT CHARACTER 1-2 ? "8"

A component is what follows `.PEN_DOWN` or `.PEN_UP`, if it has a point. They are counted from 0
through all the files named; those with the pen down are the strokes. A person has one
`.WRITER_ID` and any number of files.
"""

import logging
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import NamedTuple

import numpy as np

from digit_model.data.download import read_files
from digit_model.data.samples import PenSample, person_key, read_keys, short_hash
from digit_model.errors import DataError

KINDS = {"1a": "digits", "1b": "letters", "1c": "letters", "1d": "signs", "7": "text", "8": "text"}
MEMBERS = r"(^|/)(data/(1[a-d]|7|8)|include)/"
LEFT_OUT = Path(__file__).with_name("unipen_left_out.txt")
FARTHEST = 1e6  # tablets have some ten thousand points; more would overflow a drawing

# One company's collections; some people wrote for two of them, and must stay one person.
SAME_SOURCE = {"ceb": "cea", "cec": "cea"}

NUMBER = re.compile(r"(?=.*\d)[\d.,:/()+%$#€£-]{2,20}")  # digits, and marks between them

PLACE = re.compile(r"^(.*?)data/(1[a-d]|7|8)/([^/]+)/(.+)$")  # root, kind, laboratory, file
SEGMENT = re.compile(r'\.SEGMENT\s+(?:CHARACTER|WORD|TEXT)\s+([\d:,-]+)\s+(\S+)\s+"(.+)"\s*')
STATEMENT = re.compile(
    r"^\.(PEN_DOWN|PEN_UP|WRITER_ID|COORD|[XY]_POINTS_PER_(?:INCH|MM))\b(.*)$", re.M
)
SPAN = re.compile(r"(\d+)(?::(\d+))?(?:-(\d+)(?::(\d+))?)?")


Texts = dict[str, str]  # of files, by name
Names = tuple[str, ...]  # of files


@dataclass(frozen=True)
class Component:
    """Where in which file the points of a component are, and what they mean."""

    name: str
    text: str
    start: int
    is_stroke: bool  # the pen was down
    writer: str
    columns: tuple[int, int, int]  # of x and of y, and how many there are
    stretch: float  # of x, if the tablet's points are not square


WHERE = (
    "UNIPEN's train_r01_v07 is not downloaded: fetch it from https://zenodo.org/records/1195803 "
    "(doi:10.5281/zenodo.1195803), unpack it and name its folder with --unipen PATH, or leave "
    "it out with --without unipen"
)


class Written(NamedTuple):
    """What people wrote: four lists of PenSample, of which a number's label is its text."""

    digits: list[PenSample]
    letters: list[PenSample]
    signs: list[PenSample]
    numbers: list[PenSample]


def read_unipen(path: Path | str | None = None, left_out: Path | str = LEFT_OUT) -> Written:
    """Read isolated characters, and words of a digit or a number, from UNIPEN's own layout.

    Characters whose ink the distribution lacks are left out, and their number is logged.

    Args:
        path: folder with, or zip archive of, UNIPEN's `data` and `include`; the error
            says where to get it if there is none.
        left_out: text file with the keys of samples that are wrongly labelled.

    Returns:
        Written; the writers' keys name the laboratory, as in "unipen-ibm-3f09ac".

    Raises:
        DataError: naming file and line, for anything that is not such text.
    """
    if path is None:
        raise DataError(WHERE)
    files = read_files(path, MEMBERS)
    texts = {name: content.decode("latin-1") for name, content in files.items()}
    unwanted = read_keys(left_out)
    written = Written([], [], [], [])
    missing = 0
    for sample in _read_all(path, texts):
        if sample is None:
            missing += 1
        elif sample.key not in unwanted:
            getattr(written, _kind_of(str(sample.label))).append(sample)
    if not any(written):
        raise DataError(f"{path}: no characters below data/1a, 1b, 1c, 1d, 7 and 8 in it")
    if missing:
        logging.getLogger(__name__).warning("%s: %d characters lack their ink", path, missing)
    return written


def _read_all(path: Path | str, texts: Texts) -> Iterator[PenSample | None]:
    """Yield every character, once, as PenSample; None for each whose ink is missing."""
    find = cache(lambda names: _find_components(names, texts))  # four kinds share a person's ink
    seen: set[tuple[Names, str]] = set()  # a line of a single digit is a word, too
    for name in texts:
        if not (place := PLACE.search(name)):
            continue
        root, kind, laboratory, file = place.groups()
        included = _read_includes(path, name, texts, root, may_lack=KINDS[kind] == "text")
        ink = included and find(included)
        for where, label, spans in _read_segments(path, name, texts[name], KINDS[kind]):
            if not included or not ink:
                yield None
            elif (included, spans) not in seen:
                seen.add((included, spans))
                key = f"{kind}/{laboratory}/{short_hash(file)}/{spans}"
                source = f"unipen-{SAME_SOURCE.get(laboratory, laboratory)}"
                writer, strokes = _take(path, ink, spans, where)
                if strokes:  # or the pen was set down and gave no point
                    meant = int(label) if _kind_of(label) == "digits" else label
                    yield PenSample(meant, person_key(source, writer), strokes, key)


def _read_includes(
    path: Path | str, name: str, texts: Texts, root: str, may_lack: bool
) -> Names | None:
    """List the files that one file names; None if the distribution lacks one."""
    included = []
    for number, line in enumerate(texts[name].splitlines(), 1):
        if line.startswith(".INCLUDE ") and len(line.split()) > 1:
            included.append(f"{root}include/{line.split()[1]}")
            if included[-1] not in texts:
                if may_lack:
                    return None
                where = f"{path}: {name}, line {number}"
                raise DataError(f"{where}: it includes {included[-1]}, not there")
    return tuple(included)


def _read_segments(
    path: Path | str, name: str, text: str, kind: str
) -> Iterator[tuple[str, str, str]]:
    """Yield (where, label, spans) of each character; of words and lines, digits and numbers."""
    for number, line in enumerate(text.splitlines(), 1):
        if not line.startswith(".SEGMENT"):
            continue
        where = f"{path}: {name}, line {number}"
        found = SEGMENT.fullmatch(line)
        label = re.sub(r"\\(.)", r"\1", found[3]) if found else ""
        if not found or (kind != "text" and len(label) != 1):
            raise DataError(f'{where}: expected .SEGMENT CHARACTER strokes ? "label", got {line!r}')
        if kind == "text":
            if _kind_of(label) in ("digits", "numbers"):
                yield where, label, found[1]
        elif _kind_of(label) != kind:
            raise DataError(f"{where}: {label!r} among the {kind}")
        else:
            yield where, label, found[1]


def _kind_of(label: str) -> str:
    if len(label) > 1:
        return "numbers" if NUMBER.fullmatch(label) else "text"
    if label in "0123456789":
        return "digits"
    return "letters" if label.isascii() and label.isalpha() else "signs"


def _find_components(names: Names, texts: Texts) -> list[Component]:
    """List where the components of these files are, in their order."""
    components: list[Component] = []
    writer, columns, scale = "", (0, 1, 2), dict[str, float]()
    for name in names:
        text = texts[name]
        for found in STATEMENT.finditer(text):
            statement, value = found[1], found[2].split()
            if statement in ("PEN_DOWN", "PEN_UP"):
                if text[found.end() : _end(text, found.end())].strip():
                    stretch = scale.get("Y", 1) / scale.get("X", 1) if len(scale) == 2 else 1
                    is_stroke = statement == "PEN_DOWN"
                    place = (name, text, found.end(), is_stroke, writer, columns, stretch)
                    components.append(Component(*place))
            elif statement == "WRITER_ID":
                writer = " ".join(value)
            elif statement == "COORD":
                if not {"X", "Y"} <= set(value):
                    line = text.count("\n", 0, found.start()) + 1
                    raise DataError(f"{name}, line {line}: .COORD without X and Y")
                columns = value.index("X"), value.index("Y"), len(value)
            elif value and re.fullmatch(r"\d{1,9}(\.\d+)?", value[0]) and float(value[0]):
                scale[statement[0]] = float(value[0])
    return components


def _end(text: str, start: int) -> int:
    """Return where the points that begin at `start` end: at the next statement."""
    end = text.find("\n.", start)
    return end if end >= 0 else len(text)


def _take(
    path: Path | str, ink: list[Component], spans: str, where: str
) -> tuple[str, tuple[np.ndarray, ...]]:
    """Take (writer, strokes) for spans such as "3,5-7", strokes without a point left out."""
    chosen = [each for span in spans.split(",") for each in _cut(path, ink, span, where)]
    writer = chosen[0][0].writer
    if not writer:
        raise DataError(f"{where}: no .WRITER_ID before its ink")
    return writer, tuple(points for part, points in chosen if part.is_stroke and len(points))


def _cut(
    path: Path | str, ink: list[Component], span: str, where: str
) -> list[tuple[Component, np.ndarray]]:
    """Take (component, points) for one span such as "3", "3-5" or "3:0-5:10"."""
    found = SPAN.fullmatch(span)
    if not found or any(len(each or "") > 9 for each in found.groups()):
        raise DataError(f"{where}: {span!r} names no strokes")
    first, last = int(found[1]), int(found[3] or found[1])
    begin, end = (None if each is None else int(each) for each in found.group(2, 4))
    if last >= len(ink) or last < first:
        raise DataError(f"{where}: strokes {span} of {len(ink)}")
    chosen = ink[first : last + 1]
    points = [_read_points(path, component) for component in chosen]
    if end is not None:
        points[-1] = points[-1][: end + 1]
    if begin is not None:
        points[0] = points[0][begin:]
    return list(zip(chosen, points, strict=True))


def _read_points(path: Path | str, component: Component) -> np.ndarray:
    """Read the points up to the next statement: (points, 2) float32, y downwards."""
    ink = component.text[component.start : _end(component.text, component.start)]
    x, y, count = component.columns
    try:
        points = np.fromiter(map(float, ink.split()), np.float32).reshape(-1, count)
        if not (np.abs(points[:, [x, y]]) < FARTHEST).all():
            raise ValueError
    except (ValueError, OverflowError):
        line = component.text.count("\n", 0, component.start) + 1 + _find_fault(ink, count)
        raise DataError(
            f"{path}: {component.name}, line {line}: expected a point of {count} numbers"
        ) from None
    return points[:, [x, y]] * np.array([component.stretch, -1], np.float32)


def _find_fault(ink: str, count: int) -> int:
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
