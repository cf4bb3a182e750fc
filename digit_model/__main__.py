"""Read digits and numbers from picture files: one line of JSON for each, on standard output.

    python -m digit_model IMAGE…
    python -m digit_model < IMAGE
    python -m digit_model --drawings drawings.npz IMAGE…

IMAGE is a drawing on a transparent canvas, or a photograph, as PNG, JPEG or WebP. --drawings
names what somebody has exported from the page: their handwriting is learnt first. The exit status
is 1 if any file could not be read; standard error says why.
"""

import argparse
import contextlib
import io
import json
import os
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from digit_model import Classifier, Hand, ModelError, load_classifier
from digit_model.classifier import Reader
from digit_model.errors import DataError
from digit_model.exported_drawings import read_images
from digit_model.numbers.reader import read_number_ink
from photo.files import PhotographError, open_photograph
from photo.pictures import picture_ink

STANDARD_INPUT = "-"


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; return its exit status."""
    parser = argparse.ArgumentParser(prog="python -m digit_model", description=__doc__)
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.add_argument(
        "files", nargs="*", metavar="IMAGE", default=[STANDARD_INPUT], help="- is standard input"
    )
    parser.add_argument(
        "--drawings", type=Path, help="drawings.npz of the person who wrote the digits"
    )
    options = parser.parse_args(arguments)
    try:
        with silence():
            classifier = load_classifier()
            reader = learn_drawings(classifier, options.drawings)
    except (DataError, ModelError) as error:
        print(f"digit_model: {error}", file=sys.stderr)
        return 1
    return max([answer(file, reader, classifier.fingerprint) for file in options.files])


def learn_drawings(classifier: Classifier, path: Path | None) -> Reader:
    """Return a Hand that has learnt a file of drawings; without one, the Classifier.

    Raises:
        DataError, ModelError: saying what is wrong with the file, or the network.
    """
    if path is None:
        return classifier
    images, labels = read_images(path)
    hand = Hand(classifier)
    hand.learn_all(images, labels)
    return hand


@contextlib.contextmanager
def silence() -> Iterator[None]:
    """Keep TensorFlow's greetings, which no setting turns off, out of standard error."""
    standard_error = os.dup(2)
    with open(os.devnull, "w") as nowhere:
        os.dup2(nowhere.fileno(), 2)
    try:
        yield
    finally:
        os.dup2(standard_error, 2)
        os.close(standard_error)


def answer(file: str, reader: Reader, fingerprint: str) -> int:
    """Print the answer for one file; return 0, or 1 if there is none."""
    try:
        ink = picture_ink(open_photograph(io.BytesIO(read(file))))
    except OSError as error:
        return fail(file, error.strerror)
    except PhotographError as error:
        return fail(file, error)
    if ink is None:
        return fail(file, "There is no ink on the picture.")
    number = read_number_ink(reader, ink).as_json()
    print(json.dumps({"file": file, **number, "model": fingerprint}), flush=True)
    return 0


def read(file: str) -> bytes:
    """Return a file's bytes."""
    return sys.stdin.buffer.read() if file == STANDARD_INPUT else Path(file).read_bytes()


def fail(file: str, reason: object) -> int:
    """Say on standard error what is wrong with a file; return 1."""
    print(f"{file}: {reason}", file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main())
