"""Measure how numbers are read, beside perfect cutting of the same numbers.

    python tools/evaluate_numbers.py

Composes numbers of the digits of people who test, or with --validation of those who validate, and
prints a table by length, another for ink without strokes, and how much is rejected of scribbles and
of what people drew that is neither a digit nor, like quotation marks, could be a number. With --fit
it first finds the weights of the paths, and of what tells letters, on people who train, which a new
network needs, and writes them into the model file.
"""

import argparse
import os
import sys
from pathlib import Path

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
sys.path.insert(0, str(Path(__file__).parent.parent))

import numpy as np

from digit_model.data.load import add_source_options, load_sources
from digit_model.data.lookalikes import is_like_number
from digit_model.data.samples import PenSample
from digit_model.errors import DataError, ModelError
from digit_model.evaluation.numbers import evaluate_numbers, evaluate_rejection, format_numbers
from digit_model.loading import MODEL_FILE, load_classifier
from digit_model.model_file import Fitted, store_fitted
from digit_model.numbers.weights import NumberWeights
from digit_model.strokes.negatives import KINDS
from digit_model.training.number_weights import compose_drawings, fit, fit_letters, measure_cuts

REJECTED = ("letters", "signs", "outlines", "characters")
MOST = 1000  # of each, about


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
        classifier = fit_weights(classifier, sources, options)
    part = "validation" if options.validation else "test"
    digits = getattr(sources.digits, part)
    others = {
        kind: [s for s in getattr(getattr(sources, kind), part) if not is_like_number(s)]
        for kind in REJECTED
    }
    others["scribbles"] = draw_scribbles(MOST // 2)
    for from_ink in (False, True):
        print("\nInk without strokes:\n" if from_ink else "")
        rows = evaluate_numbers(classifier, digits, options.count, from_ink=from_ink)
        print(format_numbers(rows), flush=True)
        print()
        for kind, samples in others.items():
            if samples:
                print(measure_rejection(classifier, kind, samples, from_ink), flush=True)
    return 0


def measure_rejection(classifier, kind, samples, from_ink):
    """Say how much of some of these samples is rejected."""
    chosen = samples[:: max(len(samples) // MOST, 1)]
    found = evaluate_rejection(classifier, chosen, from_ink=from_ink)
    return (
        f"{found['drawings']:,} {kind}: {found['rejected']:.1%} rejected, "
        f"{found['rejected_whole']:.1%} by classify"
    )


def draw_scribbles(count):
    """Draw scribbles, which nobody has collected: a list of PenSample."""
    rng = np.random.default_rng(0)
    make = KINDS["scribble"].make
    return [PenSample("scribble", "", make([], rng)) for _ in range(count)]


def fit_weights(classifier, sources, options):
    """Find all weights on people who train, put them into the model file, and load it again."""
    count, digits, letters = options.count // 2, sources.digits.train, sources.letters.train
    lattice = fit(classifier, compose_drawings(digits, letters, count))
    cuts = measure_cuts(classifier, lattice, digits, letters, count)
    weights = NumberWeights(lattice, fit_letters(*cuts))
    print(f"{classifier.number_weights} → {weights}", flush=True)
    store_fitted(options.model, Fitted(number_weights=weights))
    return load_classifier(options.model)


if __name__ == "__main__":
    sys.exit(main())
