"""Measure how numbers are read, beside perfect cutting of the same numbers.

    python tools/evaluate_numbers.py

Composes numbers of the digits of people who test, or with --validation of those who validate, and
prints a table by length, another for ink without strokes, and how many letters are rejected. With
--fit it first finds the weights of the paths on people who train, which a new network needs, and
writes them to `digit_model/number_weights.json`.
"""

import argparse
import json
import os
import sys
from pathlib import Path

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
sys.path.insert(0, str(Path(__file__).parent.parent))

from digit_model.classifier import MODEL_FILE, ModelError, load_classifier
from digit_model.data.mnist import DataError
from digit_model.data.sources import add_source_options, load_sources
from digit_model.number_evaluation import evaluate_numbers, evaluate_rejection, format_numbers
from digit_model.number_fitting import compose_drawings, fit
from digit_model.paths import WEIGHTS, WEIGHTS_FILE

LETTERS = 1000


def main():
    """Run the command line; return its exit status."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    add_source_options(parser)
    parser.add_argument("--model", type=Path, default=MODEL_FILE)
    parser.add_argument("--count", type=int, default=500, help="numbers of each length")
    parser.add_argument("--validation", action="store_true", help="people who validate")
    parser.add_argument("--fit", action="store_true", help="find the weights first")
    options = parser.parse_args()
    try:
        sources, classifier = load_sources(options), load_classifier(options.model)
    except (DataError, ModelError) as error:
        print(error, file=sys.stderr)
        return 1
    if options.fit:
        weights = fit_weights(classifier, sources, options.count // 2)
        print(f"{WEIGHTS_FILE.name}: {WEIGHTS} → {weights}\n", flush=True)
        WEIGHTS.update(weights)
    part = "validation" if options.validation else "test"
    digits, letters = getattr(sources.digits, part), getattr(sources.letters, part)
    print(format_numbers(evaluate_numbers(classifier, digits, options.count)), flush=True)
    print("\nInk without strokes:\n")
    print(format_numbers(evaluate_numbers(classifier, digits, options.count, from_ink=True)))
    if letters:
        found = evaluate_rejection(classifier, letters[:: max(len(letters) // LETTERS, 1)])
        print(
            f"\n{found['drawings']:,} letters: {found['rejected']:.1%} rejected, "
            f"{found['rejected_whole']:.1%} by classify"
        )
    return 0


def fit_weights(classifier, sources, count):
    """Find weights on people who train, write them, and return them."""
    weights = fit(classifier, compose_drawings(sources.digits.train, sources.letters.train, count))
    WEIGHTS_FILE.write_text(json.dumps(weights, indent=2) + "\n", "utf-8")
    return weights


if __name__ == "__main__":
    sys.exit(main())
