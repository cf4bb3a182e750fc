"""What a hand is worth to people whom a network never saw, by its constants: 94 in place of 33.

    python benchmarks/unseen_hands.py --mnist … --pen-digits … --pen-letters … --unipen …

Two short fits as of learning_curve.py, eight minutes of a processor each: each learns from half of
the writers that train or validate, finds the embedding by the same and is measured on the other
half; the test writers are left alone. Only errors are corrected. Says how many errors nothing can
prevent, the first of each person, and how many are a person's first of their digit.
"""

import argparse
import contextlib
import os
import sys
import tempfile
from copy import deepcopy
from dataclasses import replace
from itertools import chain, product
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")

from benchmarks.learning_curve import SHORT, load_hands, split_hands
from digit_model.data.split import Split
from digit_model.evaluation.hands import FEWEST, NEVER, sum_up
from digit_model.hand.gain import replay
from digit_model.hand.memory import Memory
from digit_model.loading import load_classifier
from digit_model.strokes.people import draw_people
from digit_model.training.embedding import fit_hand
from digit_model.training.fit import calibrate, split_training_data, train

ALIKE, STRENGTH = (0.1, 0.2, 0.3, 0.4), (6, 8, 10, 12)
WATCHED, SURE = (0.3, 0.4, 0.5), (0.8, 0.9, 0.95, NEVER)
CORRECTED = (1.0, 0.5, 0.25, 0.0)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    _, sources = load_hands(parser)
    halves = split_hands(sources.digits.train + sources.digits.validation)
    seen = list(chain(read_hands(sources, *halves), read_hands(sources, *halves[::-1])))
    print(describe(seen))
    print("\n| alike | strength | errors | newly wrong | second halves of difficult hands |")
    print("|---:|---:|---:|---:|---:|")
    for alike, strength in product(ALIKE, STRENGTH):
        print(f"| {alike} | {strength} | {measure(seen, alike=alike, strength=strength)} |")
    print("\n| watched if sure | and alike | errors | newly wrong | second halves likewise |")
    print("|---:|---:|---:|---:|---:|")
    for sure, alike in product(SURE, WATCHED):
        watched = "nothing" if sure == NEVER else sure
        print(f"| {watched} | {alike} | {measure(seen, Memory(sure, alike))} |")
    print("\n| errors that are corrected | errors | newly wrong | second halves likewise |")
    print("|---:|---:|---:|---:|")
    for corrected in CORRECTED:
        print(f"| {corrected:.0%} | {measure(seen, corrected=corrected)} |")


def read_hands(sources, known, new):
    """Fit a network and its embedding to known hands.

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
        calibrate(network, validation, Path(folder) / "half.keras")
        classifier = load_classifier(Path(folder) / "half.keras")
    embedding = fit_hand(classifier, known)
    for person in draw_people(new, FEWEST):
        yield person.seen_by(classifier, embedding), embedding, classifier.thresholds


def describe(seen):
    """Return how many people, digits and errors there are, and which errors are first ones."""
    errors = [stream.labels[replay(stream, *rest).before] for stream, *rest in seen]
    digits = sum(len(stream.labels) for stream, *_ in seen)
    first, of_digit = sum(map(bool, map(len, errors))), sum(len(set(each)) for each in errors)
    return (
        f"{len(seen)} people, {digits:,} digits, {sum(map(len, errors))} errors, of which {first} "
        f"are a person's first and {of_digit} a person's first of their digit"
    )


def measure(seen, memory=None, corrected=1.0, **constants):
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
    errors, late = (f"{row[f'{part}before']} → {row[f'{part}after']}" for part in ("", "later_"))
    return f"{errors} | {row['broken']} | {late}"


if __name__ == "__main__":
    main()
