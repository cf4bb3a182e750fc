"""What learning a handwriting is worth to 94 people whom a network never saw, by its constants.

    python benchmarks/unseen_people.py --mnist … --pen-digits … --pen-letters … --unipen …

Two short fits as in learning_curve.py, eight minutes of a processor each: each learns from half of
the writers that train or validate, finds the embedding by the same and is measured on the other
half; the test writers are left alone. Only errors are corrected. Prints how many errors nothing
can prevent, the first of each person, and how many are a person's first of their digit.
"""

import argparse
import contextlib
import os
import sys
import tempfile
from collections.abc import Iterator
from copy import deepcopy
from dataclasses import replace
from itertools import chain, product
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")

import numpy as np

from benchmarks.learning_curve import SHORT, load_people, split_people
from digit_model.data.load import Sources
from digit_model.data.samples import PenSample
from digit_model.data.split import Split
from digit_model.evaluation.handwriting import FEWEST, NEVER, replay, sum_up
from digit_model.hand.embedding import Embedding
from digit_model.hand.memory import Memory
from digit_model.loading import load_classifier
from digit_model.strokes.people import Stream, draw_people
from digit_model.training.calibration import calibrate_images, store_networks
from digit_model.training.embedding import fit_handwriting
from digit_model.training.fit import train
from digit_model.training.material import split_training_data

ALIKE, STRENGTH = (0.1, 0.2, 0.3, 0.4), (6, 8, 10, 12)
LIKENESS, SURE = (0.3, 0.4, 0.5), (0.8, 0.9, 0.95, NEVER)
CORRECTED = (1.0, 0.5, 0.25, 0.0)
LATE = "second halves of difficult people"

Seen = tuple[Stream, Embedding, np.ndarray]  # a person's digits, and thresholds


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    _, sources = load_people(parser)
    halves = split_people(sources.digits.train + sources.digits.validation)
    seen = list(chain(read_people(sources, *halves), read_people(sources, *halves[::-1])))
    print(describe(seen))
    print(f"\n| alike | strength | errors | newly wrong | {LATE} |")
    print("|---:|---:|---:|---:|---:|")
    for alike, strength in product(ALIKE, STRENGTH):
        print(f"| {alike} | {strength} | {measure(seen, alike=alike, strength=strength)} |")
    print(f"\n| confident from | and alike | errors | newly wrong | {LATE} |")
    print("|---:|---:|---:|---:|---:|")
    for sure, alike in product(SURE, LIKENESS):
        confident = "nothing" if sure == NEVER else sure
        print(f"| {confident} | {alike} | {measure(seen, Memory(sure, alike))} |")
    print(f"\n| errors that are corrected | errors | newly wrong | {LATE} |")
    print("|---:|---:|---:|---:|")
    for corrected in CORRECTED:
        print(f"| {corrected:.0%} | {measure(seen, corrected=corrected)} |")


def read_people(sources: Sources, known: list[PenSample], new: list[PenSample]) -> Iterator[Seen]:
    """Fit a network and its embedding to known people.

    Yields:
        Stream, Embedding and thresholds for each new person with enough digits.
    """
    validates = {digit.writer for digit in sources.digits.validation}
    digits = Split(
        [digit for digit in known if digit.writer not in validates],
        [digit for digit in known if digit.writer in validates],
    )
    material, validation = split_training_data(replace(sources, digits=digits))
    with tempfile.TemporaryDirectory() as folder:
        with contextlib.redirect_stdout(sys.stderr):
            network, _ = train(material, validation, SHORT, Path(folder) / "fit")
        by_image = calibrate_images(network, validation)
        store_networks(by_image, None, validation, Path(folder) / "half.keras")
        classifier = load_classifier(Path(folder) / "half.keras")
    embedding = fit_handwriting(classifier, known)
    for person in draw_people(new, FEWEST):
        yield person.seen_by(classifier, embedding), embedding, classifier.thresholds


def describe(seen: list[Seen]) -> str:
    """Return how many people, digits and errors there are, and which errors are first ones."""
    errors = [stream.labels[replay(stream, *rest).before] for stream, *rest in seen]
    digits = sum(len(stream.labels) for stream, *_ in seen)
    first, of_digit = sum(map(bool, map(len, errors))), sum(len(set(each)) for each in errors)
    return (
        f"{len(seen)} people, {digits:,} digits, {sum(map(len, errors))} errors, of which {first} "
        f"are a person's first and {of_digit} a person's first of their digit"
    )


def measure(
    seen: list[Seen], memory: Memory | None = None, corrected: float = 1.0, **constants: float
) -> str:
    """Return a table's cells: errors, what is newly wrong, errors in the second halves."""
    replays = [
        replay(
            stream,
            replace(embedding, **constants),
            thresholds,
            corrected,
            memory=deepcopy(memory),
        )
        for stream, embedding, thresholds in seen
    ]
    row = sum_up("errors corrected", [stream for stream, *_ in seen], replays)
    errors, late = f"{row.before} → {row.after}", f"{row.later_before} → {row.later_after}"
    return f"{errors} | {row.broken} | {late}"


if __name__ == "__main__":
    main()
