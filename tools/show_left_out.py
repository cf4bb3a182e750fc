"""Draw what is left out because it could be a digit, beside what is used.

    python tools/show_left_out.py --unipen PATH --outlines PATH --omniglot PATH --sketches PATH

Writes build/left-out-{letters,signs,outlines,characters,sketches}.png: a row for each label, what
is used in black, what is left out in red, and in blue what is left out only where numbers are
read. Takes seconds, and minutes when the outlines are traced for the first time.
"""

import argparse
import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")  # TensorFlow's greetings
sys.path.insert(0, str(Path(__file__).parents[1]))

import numpy as np
from PIL import Image, ImageDraw

from digit_model.data import omniglot, outlines, sketches
from digit_model.data.lookalikes import is_letter, is_like_number, is_sign
from digit_model.data.samples import PenSample
from digit_model.data.unipen import read_unipen
from digit_model.errors import DataError
from digit_model.strokes.render import fit_unit_box

CELL = 64  # pixels of a drawing and its margin
LABEL = 180  # pixels of a row's name
COLUMNS = 20
KEPT, LIKE_NUMBER, LEFT_OUT = COLOURS = "black", "royalblue", "crimson"

Rows = dict[tuple[str, str], list[PenSample]]  # by label and colour


def main(arguments: list[str] | None = None) -> int:
    """Draw the sets that are named; return the exit status."""
    options = parse(arguments)
    options.folder.mkdir(parents=True, exist_ok=True)
    try:
        for name, samples, is_kept in load(options):
            file = options.folder / f"left-out-{name}.png"
            rows = sort(samples, is_kept)
            draw_rows(rows).save(file)
            left_out = sum(len(rows[row]) for row in rows if row[1] == LEFT_OUT)
            print(f"{file}: {left_out:,} of {len(samples):,} left out")
    except DataError as error:
        print(f"show_left_out.py: {error}", file=sys.stderr)
        return 1
    return 0


def parse(arguments: list[str] | None) -> argparse.Namespace:
    """Parse the command line into options."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    for name in ("unipen", "outlines", "omniglot", "sketches"):
        parser.add_argument(f"--{name}", type=Path, help="as for train_model.py")
    parser.add_argument("--folder", type=Path, default=Path("build"), help="for the pictures")
    options = parser.parse_args(arguments)
    if not (options.unipen or options.outlines or options.omniglot or options.sketches):
        parser.error("name a set to draw")
    return options


def load(
    options: argparse.Namespace,
) -> Iterator[tuple[str, list[PenSample], Callable[[PenSample], bool]]]:
    """Yield (name, samples, whether a sample is kept) for each set that is named."""
    if options.unipen:
        _, letters, signs, _ = read_unipen(options.unipen)
        yield "letters", letters, is_letter
        yield "signs", signs, is_sign
    if options.outlines:
        yield "outlines", outlines.read_all(options.outlines), outlines.is_kept
    if options.omniglot:
        yield "characters", omniglot.read_all(options.omniglot), omniglot.is_kept
    if options.sketches:
        yield "sketches", sketches.read_all(options.sketches), sketches.is_kept


def sort(samples: list[PenSample], is_kept: Callable[[PenSample], bool]) -> Rows:
    """Sort samples into lists by (label, colour): for each label what is kept comes first."""
    rows: Rows = {}
    for sample in samples:
        colour = LEFT_OUT
        if is_kept(sample):
            colour = LIKE_NUMBER if is_like_number(sample) else KEPT
        rows.setdefault((str(sample.label), colour), []).append(sample)
    return dict(sorted(rows.items(), key=lambda row: (row[0][0], COLOURS.index(row[0][1]))))


def draw_rows(rows: Rows) -> Image.Image:
    """Draw some of each row, evenly spread."""
    picture = Image.new("RGB", (LABEL + COLUMNS * CELL, len(rows) * CELL), "white")
    pen = ImageDraw.Draw(picture)
    for row, ((label, colour), drawings) in enumerate(rows.items()):
        pen.text((4, row * CELL + 20), f"{label}  {len(drawings):,}", fill=colour, font_size=18)
        for column, place in enumerate(spread(len(drawings))):
            corner = [LABEL + column * CELL + 8, row * CELL + 8]
            for stroke in fit_unit_box(drawings[place].strokes):
                points = stroke * (CELL - 16) + corner
                pen.line(points.ravel().tolist(), fill=colour, width=2)
                pen.circle(points[0].tolist(), 1.5, fill=colour)
    return picture


def spread(count: int) -> np.ndarray:
    """Choose at most COLUMNS of `count` places, evenly."""
    return np.unique(np.linspace(0, count - 1, COLUMNS).round().astype(int))


if __name__ == "__main__":
    sys.exit(main())
