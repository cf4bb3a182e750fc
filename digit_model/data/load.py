"""The data of a command line: named by its options, or downloaded."""

from argparse import ArgumentParser, Namespace
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from digit_model.data.lookalikes import is_letter, is_sign, is_whole_digit
from digit_model.data.mnist import load_mnist
from digit_model.data.omniglot import read_omniglot
from digit_model.data.outlines import read_outlines
from digit_model.data.samples import PenSample
from digit_model.data.sketches import read_sketches
from digit_model.data.split import Split, split
from digit_model.data.uci import read_pen_digits, read_pen_letters
from digit_model.data.uji_digits import read_uji_digits
from digit_model.data.unipen import read_unipen

# Sets that --without leaves out.
OPTIONAL = ("unipen", "uji-digits", "outlines", "omniglot", "sketches")


@dataclass(frozen=True)
class Sources:
    """All data: MNIST's dict of arrays, and pen strokes split by person.

    Attributes:
        mnist: x_train, y_train, x_test, y_test.
        digits: of the pen digits, of UNIPEN and of UJI.
        letters, signs, outlines, characters, sketches: what is not a digit, and does not look
            like one; letters of UJI and UNIPEN, signs of UNIPEN, characters of Omniglot,
            sketches of Quick, Draw!.
        numbers: as people wrote them, with marks or without, of UNIPEN; the label is the text.
    """

    mnist: dict[str, np.ndarray]
    digits: Split = field(default_factory=Split)
    letters: Split = field(default_factory=Split)
    signs: Split = field(default_factory=Split)
    outlines: Split = field(default_factory=Split)
    characters: Split = field(default_factory=Split)
    sketches: Split = field(default_factory=Split)
    numbers: Split = field(default_factory=Split)


def add_source_options(parser: ArgumentParser) -> None:
    """Add an option for each set of data, --without and --mnist-only to a parser."""
    parser.add_argument("--mnist", type=Path, help="mnist.npz; downloaded by default")
    parser.add_argument(
        "--pen-digits",
        type=Path,
        help="pendigits-orig.tra, its .Z or the zip archive; downloaded by default",
    )
    parser.add_argument(
        "--pen-letters",
        type=Path,
        help="folder or zip archive of UJIpenchars-w*.txt; downloaded by default",
    )
    parser.add_argument(
        "--unipen",
        type=Path,
        help="folder or zip archive with UNIPEN's data/ and include/; not downloaded",
    )
    parser.add_argument(
        "--uji-digits", type=Path, help="ujipenchars2.txt or an archive with it; not downloaded"
    )
    parser.add_argument(
        "--outlines", type=Path, help="folder or zip archive of Hand-drawn Shapes; not downloaded"
    )
    parser.add_argument(
        "--omniglot",
        type=Path,
        help="strokes_background_small1.zip; downloaded by default",
    )
    parser.add_argument(
        "--sketches",
        type=Path,
        help="folder or zip archive of Quick, Draw!'s *.ndjson; not downloaded",
    )
    parser.add_argument(
        "--without", choices=OPTIONAL, action="append", default=[], help="leave this set out"
    )
    parser.add_argument("--mnist-only", action="store_true", help="use no pen strokes")


def load_sources(options: Namespace) -> Sources:
    """Load what the options name.

    Raises:
        DataError: with a message that says what to do.
    """
    mnist = load_mnist(options.mnist)
    return Sources(mnist) if options.mnist_only else _load_strokes(mnist, options)


def _load_strokes(mnist: dict[str, np.ndarray], options: Namespace) -> Sources:
    """Load every set of pen strokes that --without does not leave out, and split each."""
    digits, letters = read_pen_digits(options.pen_digits), read_pen_letters(options.pen_letters)
    signs: list[PenSample] = []
    numbers: list[PenSample] = []
    outlines: list[PenSample] = []
    characters: list[PenSample] = []
    sketches: list[PenSample] = []
    if "unipen" not in options.without:
        more_digits, more_letters, signs, numbers = read_unipen(options.unipen)
        digits, letters = digits + more_digits, letters + more_letters
    if "uji-digits" not in options.without:
        digits = digits + read_uji_digits(options.uji_digits)
    if "outlines" not in options.without:
        outlines = read_outlines(options.outlines)
    if "omniglot" not in options.without:
        characters = read_omniglot(options.omniglot)
    if "sketches" not in options.without:
        sketches = read_sketches(options.sketches)
    return Sources(
        mnist,
        digits=split(filter(is_whole_digit, digits)),
        letters=split(filter(is_letter, letters)),
        signs=split(filter(is_sign, signs)),
        outlines=split(outlines),
        characters=split(characters),
        sketches=split(sketches),
        numbers=split(numbers),
    )
