"""Measure how photographs and print are read, and write it into digit_model/report.json.

    python tools/evaluate_photographs.py

Photographs are made: handwriting of people the network never saw, laid on lit paper and
boards, plain, ruled or squared. Print is set in every text typeface that is installed. What
is not named is downloaded.
"""

import argparse
import io
import multiprocessing
import os
import sys
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from pathlib import Path

import numpy as np
from PIL import Image

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")  # TensorFlow's greetings
sys.path.insert(0, str(Path(__file__).parents[1]))

from digit_model.classifier import ModelError
from digit_model.data.mnist import DataError
from digit_model.data.sources import add_measuring_options, load_measured
from digit_model.photographs import (
    FONT_FOLDER,
    find_typefaces,
    ink_of_image,
    ink_of_strokes,
    ink_of_type,
    name_families,
    photograph,
    typeset,
)
from digit_model.report import write_report
from preprocess import photo_to_mnist


def main(arguments=None):
    """Run the command line; return its exit status."""
    options = parse(arguments)
    try:
        sources, classifier, report = load_measured(options)
    except (DataError, ModelError, OSError, ValueError) as error:
        print(f"evaluate_photographs.py: {error}", file=sys.stderr)
        return 1

    from digit_model.evaluation import format_table, measure

    rows = []
    # Not forked: a process that TensorFlow runs in cannot be.
    with ProcessPoolExecutor(mp_context=multiprocessing.get_context("spawn")) as workers:
        for name, pictures in choose_pictures(sources, options.fonts, options.count).items():
            labels, makers = zip(*pictures, strict=True)
            images = list(workers.map(see, makers, range(len(makers)), chunksize=8))
            rows.append(
                measure(
                    name,
                    read(images, classifier),
                    np.array(labels),
                    classifier.temperature,
                    classifier.thresholds,
                )
            )
            print(f"{name}: {rows[-1]['accuracy']:.2%}", flush=True)
    report["photographs"] = rows
    write_report(report, options.report)
    print(format_table(report))
    return 0


def choose_pictures(sources, fonts, count):
    """Choose `count` pictures of each kind: {name: list of (label, function of a rng)}.

    Such a function returns the bytes of an image file.
    """
    rng = np.random.default_rng(0)
    images, labels = sources.mnist["x_test"], sources.mnist["y_test"]
    chosen = rng.choice(len(images), min(count, len(images)), replace=False)
    pictures = {
        "photographs of MNIST's test digits": [
            (int(labels[i]), partial(photograph, partial(ink_of_image, images[i]))) for i in chosen
        ]
    }
    if digits := sources.digits.test:
        chosen = rng.choice(len(digits), min(count, len(digits)), replace=False)
        pictures["photographs of pen digits"] = [
            (digits[i].label, partial(photograph_strokes, digits[i].strokes)) for i in chosen
        ]
    if faces := find_typefaces(fonts):
        # Every face with one digit after the other, until there are enough.
        chosen = [(faces[i % len(faces)], (i // len(faces) + i) % 10) for i in range(count)]
        families = f"{len(name_families(faces))} typefaces"
        pictures[f"{families} on a screen"] = [
            (digit, partial(typeset, face, str(digit))) for face, digit in chosen
        ]
        pictures[f"{families}, photographed"] = [
            (digit, partial(photograph, partial(ink_of_type, face, str(digit))))
            for face, digit in chosen
        ]
    return pictures


def photograph_strokes(strokes, rng):
    """Photograph strokes written with a pen of any width."""
    return photograph(partial(ink_of_strokes, strokes, rng=rng), rng)


def see(make, seed):
    """Make a picture and return the (28, 28) image of its ink, None where none is found."""
    file = make(np.random.default_rng(seed))
    with Image.open(io.BytesIO(file)) as picture:
        return photo_to_mnist(picture)


def read(images, classifier):
    """Return (n, 10) probabilities; where no ink was found, every digit is as likely."""
    probabilities = np.full((len(images), 10), 0.1, np.float32)
    found = [i for i, image in enumerate(images) if image is not None]
    probabilities[found] = classifier.predict(np.array([images[i] for i in found]))
    return probabilities


def parse(arguments):
    """Parse the command line into options."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    add_measuring_options(parser)
    parser.add_argument("--fonts", type=Path, default=FONT_FOLDER, help=f"{FONT_FOLDER} by default")
    parser.add_argument("--count", type=int, default=500, help="of each kind, 500 by default")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(main())
