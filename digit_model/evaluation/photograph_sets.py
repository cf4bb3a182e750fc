"""Sets of photographs and print to measure on, made in worker processes."""

import io
import multiprocessing
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from pathlib import Path

import numpy as np
from PIL import Image

from digit_model.data.samples import PenSample
from digit_model.evaluation.photographs import (
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
from digit_model.strokes.render import Strokes
from photo.pictures import photo_to_mnist

Make = Callable[[np.random.Generator], bytes]  # makes an image file

# How handwriting of people is photographed.
HANDWRITING = {
    "photographs of people's digits": photograph,
    "the same, in faint pencil": photograph_faint,
    "the same, out of focus": photograph_blurred,
    "the same, cropped, 24–40 pixels": photograph_small,
}


def choose_pictures(
    mnist: dict[str, np.ndarray], digits: list[PenSample], fonts: Path, count: int
) -> dict[str, list[tuple[int, Make]]]:
    """Choose pictures of each kind.

    Args:
        mnist: x_test and y_test.
        digits: by people who taught nothing; may be empty.
        fonts: folder with typefaces; may have none.
        count: of each kind, at most as many as there are digits.

    Returns:
        By name, the label of each picture and what makes it.
    """
    rng = np.random.default_rng(0)
    images, labels = mnist["x_test"], mnist["y_test"]
    chosen = rng.choice(len(images), min(count, len(images)), replace=False)
    pictures: dict[str, list[tuple[int, Make]]] = {
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
        printed = [(faces[i % len(faces)], (i // len(faces) + i) % 10) for i in range(count)]
        families = f"{len(name_families(faces))} typefaces"
        pictures[f"{families} on a screen"] = [
            (digit, partial(typeset, face, str(digit))) for face, digit in printed
        ]
        pictures[f"{families}, photographed"] = [
            (digit, partial(photograph, partial(ink_of_type, face, str(digit))))
            for face, digit in printed
        ]
    return pictures


def photograph_strokes(strokes: Strokes, take: Callable, rng: np.random.Generator) -> bytes:
    """Write strokes with a pen of any width, and photograph them by one of HANDWRITING."""
    return take(partial(ink_of_strokes, strokes, rng=rng), rng)


def photograph_all(
    pictures: dict[str, list[tuple[int, Make]]],
) -> Iterator[tuple[str, list[np.ndarray | None], np.ndarray]]:
    """Make pictures, as from `choose_pictures`, and find their ink, several at a time.

    Yields:
        (name, (28, 28) images or None if no ink was found, (n,) labels).
    """
    # Not forked: a process that TensorFlow runs in cannot be.
    with ProcessPoolExecutor(mp_context=multiprocessing.get_context("spawn")) as workers:
        for name, chosen in pictures.items():
            labels, makers = zip(*chosen, strict=True)
            images = list(workers.map(see, makers, range(len(makers)), chunksize=8))
            yield name, images, np.array(labels)


def see(make: Make, seed: int) -> np.ndarray | None:
    """Make a picture and return the (28, 28) image of its ink, None if none is found."""
    file = make(np.random.default_rng(seed))
    with Image.open(io.BytesIO(file)) as picture:
        return photo_to_mnist(picture)
