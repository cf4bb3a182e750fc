"""Let a person read the network's errors without their labels, and count who is right.

    python tools/read_errors.py

draws every error on MNIST's test images and on people's digits, anywhere on the canvas, into a
numbered sheet, in a random order. Write what you read into docs/errors_read.txt, a digit for each,
or x for what you cannot read; the same command then says how many errors you read as they are
labelled, how many as the network does. The answers there are of the committed network.
"""

import argparse
import os
import sys
from collections import Counter
from pathlib import Path

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")  # TensorFlow's greetings
sys.path.insert(0, str(Path(__file__).parents[1]))

import numpy as np

from digit_model.data.load import add_source_options, load_sources
from digit_model.errors import DataError, ModelError
from digit_model.evaluation.contact_sheets import draw_sheet
from digit_model.evaluation.evaluate import HeldBack
from digit_model.loading import MODEL_FILE, load_classifier
from digit_model.strokes.render import draw_anywhere

ANSWERS = Path(__file__).parents[1] / "docs" / "errors_read.txt"
SHEET = Path("build/errors.png")
WAYS = ("as labelled", "as the network does", "as another digit", "not at all")


def main():
    """Run the command line; return its exit status."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    add_source_options(parser)
    parser.add_argument("--model", type=Path, default=MODEL_FILE)
    parser.add_argument("--answers", type=Path, default=ANSWERS)
    parser.add_argument("--sheet", type=Path, default=SHEET, help="%(default)s by default")
    options = parser.parse_args()
    try:
        sources, classifier = load_sources(options), load_classifier(options.model)
        answers = options.answers.read_text("utf-8").split() if options.answers.exists() else []
    except (DataError, ModelError, OSError, UnicodeDecodeError) as error:
        print(f"read_errors.py: {error}", file=sys.stderr)
        return 1
    errors = find_errors(classifier, HeldBack.of(sources))
    options.sheet.parent.mkdir(parents=True, exist_ok=True)
    tiles = [(image, str(number)) for number, (_, image, _, _) in enumerate(errors, 1)]
    draw_sheet(tiles).save(options.sheet)
    print(f"{len(errors)} errors, drawn into {options.sheet}")
    if len(answers) != len(errors):
        print(f"{options.answers} has {len(answers)} answers, so they are of another network.")
        return 1
    for name, counts in compare(errors, answers).items():
        told = ", ".join(f"{counts[way]} {way}" for way in WAYS)
        print(f"{name}: {told}")
    return 0


def compare(errors, answers):
    """Count how errors were read: {set of data: Counter of WAYS}."""
    counts = {}
    for (name, _, label, read), answer in zip(errors, answers, strict=True):
        ways = {str(label): WAYS[0], str(read): WAYS[1], "x": WAYS[3]}
        counts.setdefault(name, Counter())[ways.get(answer.lower(), WAYS[2])] += 1
    return dict(sorted(counts.items()))


def find_errors(classifier, held_back, seed=0):
    """Read what is held back: a list of (set, (28, 28) image, label, digit that was read).

    Their order is random, but always the same.
    """
    sets = {"MNIST test": (held_back.mnist["x_test"] / np.float32(255), held_back.mnist["y_test"])}
    for name, samples in held_back.digits.items():
        labels = np.array([sample.label for sample in samples])
        sets[name] = draw_anywhere([sample.strokes for sample in samples], seed=seed), labels
    errors = []
    for name, (images, labels) in sets.items():
        read = classifier.predict(images).argmax(axis=1)
        wrong = np.flatnonzero(read != labels)
        errors += [(name, images[i], int(labels[i]), int(read[i])) for i in wrong]
    return [errors[i] for i in np.random.default_rng(seed).permutation(len(errors))]


if __name__ == "__main__":
    sys.exit(main())
