"""What a command line works with: data, named by its options or downloaded, and a network."""

from dataclasses import dataclass
from pathlib import Path

from digit_model.classifier import MODEL_FILE, REPORT_FILE, load_classifier
from digit_model.data.mnist import DataError, load_mnist
from digit_model.data.own_drawings import read_drawings
from digit_model.data.unipen import (
    read_pen_digits,
    read_pen_letters,
    split_by_writer,
    split_letters,
)
from digit_model.report import read_report
from digit_model.strokes.negatives import LETTERS


@dataclass(frozen=True)
class Sources:
    """All data, split by writer: MNIST's dict of arrays, and lists of PenSample."""

    mnist: dict
    train_digits: list
    validation_digits: list
    test_digits: list
    train_letters: list
    test_letters: list


def add_source_options(parser):
    """Add --mnist, --pen-digits, --pen-letters, --drawings and --mnist-only to a parser."""
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
        "--drawings", type=Path, help="drawings.npz exported from the page, to learn from as well"
    )
    parser.add_argument(
        "--mnist-only", action="store_true", help="use no pen strokes but those of --drawings"
    )


def add_measuring_options(parser):
    """Add what every command needs that measures a network: its files, and the data."""
    add_source_options(parser)
    parser.add_argument("--model", type=Path, default=MODEL_FILE)
    parser.add_argument("--report", type=Path, default=REPORT_FILE)


def load_measured(options):
    """Load the data, the network to measure on it, and the network's own report.

    Returns:
        (Sources, Classifier, dict).

    Raises:
        DataError, ModelError, OSError, ValueError: with a message that says what to do.
    """
    sources, classifier = load_sources(options), load_classifier(options.model)
    return sources, classifier, read_report(options.report, classifier.fingerprint)


def load_sources(options):
    """Load what the options name.

    Returns:
        Sources.

    Raises:
        DataError: with a message that says what to do.
    """
    mnist = load_mnist(options.mnist)
    if options.mnist_only:
        sources = Sources(mnist, [], [], [], [], [])
    else:
        digits = split_by_writer(read_pen_digits(options.pen_digits))
        letters = split_letters(read_pen_letters(options.pen_letters), LETTERS)
        sources = Sources(mnist, *digits, *letters)
    if options.drawings:
        more_digits, others = read_drawings(options.drawings)
        if options.mnist_only and not more_digits:  # a fit draws strokes only if it has digits
            raise DataError(f"{options.drawings} has no digits, and --mnist-only leaves no others")
        sources.train_digits.extend(more_digits)
        sources.train_letters.extend(others)
    return sources
