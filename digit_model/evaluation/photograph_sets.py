"""Sets of photographs and print to measure on, made in worker processes."""

import io
import multiprocessing
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from pathlib import Path

import numpy as np
from PIL import Image

from digit_model.evaluation.photographs import (
    FONT_FOLDER,
    find_typefaces,
    ink_of_image,
    ink_of_strokes,
    ink_of_type,
    name_families,
    photograph,
    photograph_blurred,
    photograph_faint,
    photograph_small,
    typeset,
)
from photo.pictures import photo_to_mnist

# How handwriting of people is photographed.
HANDWRITING = {
    "photographs of people's digits": photograph,
    "the same, in faint pencil": photograph_faint,
    "the same, out of focus": photograph_blurred,
    "the same, cropped, 24–40 pixels": photograph_small,
}


def choose_pictures(mnist, digits, fonts, count):
    """Choose `count` pictures of each kind.

    Args:
        mnist: dict with x_test and y_test.
        digits: list of PenSample by writers who taught nothing; may be empty.
        fonts: folder with typefaces; may have none.
        count: how many, or as many digits as there are.

    Returns:
        {name: list of (label, function of a rng that returns the bytes of an image file)}.
    """
    rng = np.random.default_rng(0)
    images, labels = mnist["x_test"], mnist["y_test"]
    chosen = rng.choice(len(images), min(count, len(images)), replace=False)
    pictures = {
        "photographs of MNIST's test digits": [
            (int(labels[i]), partial(photograph, partial(ink_of_image, images[i]))) for i in chosen
        ]
    }
    if digits:
        chosen = rng.choice(len(digits), min(count, len(digits)), replace=False)
        for name, take in HANDWRITING.items():
            pictures[name] = [
                (digits[i].label, partial(photograph_strokes, digits[i].strokes, take))
                for i in chosen
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


def photograph_strokes(strokes, take, rng):
    """Write strokes with a pen of any width, and photograph them one way or another."""
    return take(partial(ink_of_strokes, strokes, rng=rng), rng)


def photograph_all(pictures):
    """Make pictures and find their ink, several at a time.

    Args:
        pictures: as of `choose_pictures`.

    Yields:
        (name, list of (28, 28) images or None if no ink was found, (n,) labels).
    """
    # Not forked: a process that TensorFlow runs in cannot be.
    with ProcessPoolExecutor(mp_context=multiprocessing.get_context("spawn")) as workers:
        for name, chosen in pictures.items():
            labels, makers = zip(*chosen, strict=True)
            images = list(workers.map(see, makers, range(len(makers)), chunksize=8))
            yield name, images, np.array(labels)


def see(make, seed):
    """Make a picture and return the (28, 28) image of its ink, None if none is found."""
    file = make(np.random.default_rng(seed))
    with Image.open(io.BytesIO(file)) as picture:
        return photo_to_mnist(picture)


def add_measuring_sizes(parser):
    """Add --photographs, --fonts and --made to a parser."""
    parser.add_argument(
        "--photographs",
        type=int,
        default=500,
        help="how many of each kind to measure, %(default)s by default, 0 for none",
    )
    parser.add_argument(
        "--fonts", type=Path, default=FONT_FOLDER, help="with typefaces, %(default)s by default"
    )
    parser.add_argument(
        "--made",
        type=int,
        default=500,
        help="drawings of each way and kind, %(default)s by default",
    )
