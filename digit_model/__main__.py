"""Read digits and numbers from picture files: one line of JSON for each, on standard output.

    python -m digit_model IMAGE…
    python -m digit_model < IMAGE
    python -m digit_model --drawings drawings.npz IMAGE…

A drawing on a transparent canvas, or a photograph, as PNG, JPEG or WebP; read
with the hand that somebody's drawings, exported from the page, have taught. The exit status is 1
if any file could not be read; what is wrong with it stands on standard error.
"""

import argparse
import contextlib
import io
import json
import os
import sys
from pathlib import Path

from digit_model import Hand, ModelError, load_classifier
from digit_model.errors import DataError
from digit_model.exported_drawings import read_images
from digit_model.numbers.reader import read_number_ink
from photo.files import PhotographError, open_photograph
from photo.pictures import picture_ink

STANDARD_INPUT = "-"


def main(arguments=None):
    """Run the command line; return its exit status."""
    parser = argparse.ArgumentParser(prog="python -m digit_model", description=__doc__)
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.add_argument(
        "files", nargs="*", metavar="IMAGE", default=[STANDARD_INPUT], help="- is standard input"
    )
    parser.add_argument("--drawings", type=Path, help="drawings.npz of whoever wrote the digits")
    options = parser.parse_args(arguments)
    try:
        with silence():
            classifier = load_classifier()
            reader = learn_hand(classifier, options.drawings) if options.drawings else classifier
    except (DataError, ModelError) as error:
        print(f"digit_model: {error}", file=sys.stderr)
        return 1
    return max([answer(file, reader, classifier.fingerprint) for file in options.files])


def learn_hand(classifier, path):
    """Return a Hand taught by a file of drawings. Raises DataError, ModelError."""
    images, labels = read_images(path)
    hand = Hand(classifier)
    hand.learn_all(images, labels)
    return hand


@contextlib.contextmanager
def silence():
    """Keep TensorFlow's greetings, which no setting turns off, out of standard error."""
    standard_error = os.dup(2)
    with open(os.devnull, "w") as nowhere:
        os.dup2(nowhere.fileno(), 2)
    try:
        yield
    finally:
        os.dup2(standard_error, 2)
        os.close(standard_error)


def answer(file, reader, fingerprint):
    """Print the answer of a Classifier or a Hand for one file; return 1 if there is none, or 0."""
    try:
        ink = picture_ink(open_photograph(io.BytesIO(read(file))))
    except OSError as error:
        return fail(file, error.strerror)
    except PhotographError as error:
        return fail(file, error)
    if ink is None:
        return fail(file, "There is no ink on the picture.")
    told = read_number_ink(reader, ink).as_json()
    print(json.dumps({"file": file, **told, "model": fingerprint}), flush=True)
    return 0


def read(file):
    """Return a file's bytes."""
    return sys.stdin.buffer.read() if file == STANDARD_INPUT else Path(file).read_bytes()


def fail(file, reason):
    """Say on standard error what is wrong with a file; return 1."""
    print(f"{file}: {reason}", file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main())
