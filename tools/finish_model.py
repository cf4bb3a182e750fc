"""Choose again what follows a fit: model.keras's thresholds, and what a Hand needs.

    python tools/finish_model.py

Thresholds are chosen on people who validate, the embedding is found by people who train; the
network and its temperature stay as they are. Measures what a Hand is worth to people who test;
tools/evaluate_model.py, run next, measures all else. report.json and examples.npz follow the
file's new fingerprint. `--keep` chooses nothing and measures a Hand alone. Data that is not named
is downloaded.
"""

import argparse
import os
import sys
from pathlib import Path

import numpy as np

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")  # TensorFlow's greetings
sys.path.insert(0, str(Path(__file__).parents[1]))

from digit_model.data.load import add_source_options, load_sources
from digit_model.errors import DataError, ModelError
from digit_model.loading import MODEL_FILE, load_classifier
from digit_model.model_file import Fitted, store_fitted
from digit_model.report_file import EXAMPLES_FILE, REPORT_FILE, read_report, write_report


def main(arguments=None):
    """Run the command line; return its exit status."""
    options = parse(arguments)
    try:
        sources, classifier = load_sources(options), load_classifier(options.model)
        report = read_report(options.report, classifier.fingerprint)
    except (DataError, ModelError, OSError, ValueError) as error:
        print(f"finish_model.py: {error}", file=sys.stderr)
        return 1
    from digit_model.evaluation.hands import FEWEST, measure_hands
    from digit_model.evaluation.tables import format_hand

    if not options.keep or classifier.embedding is None:
        before, classifier = classifier.fingerprint, choose(classifier, sources, options.model)
        report["model"] |= {
            "sha256": classifier.fingerprint,
            "bytes": options.model.stat().st_size,
        }
        report["thresholds"] = classifier.thresholds.tolist()
        rename_examples(options.examples, before, classifier.fingerprint)
    report["hand"] = measure_hands(classifier, sources.digits.test)
    write_report(report, options.report)
    print(format_hand(report["hand"]) or f"Nobody who tests has {FEWEST} digits.")
    print(f"wrote {options.model} and {options.report}")
    return 0


def choose(classifier, sources, path):
    """Choose thresholds and embedding, put both into the model file, and load it again."""
    from digit_model.training.embedding import fit_hand
    from digit_model.training.fit import Validation

    validation = Validation(mnist=None, digits=sources.digits.validation)
    thresholds = validation.choose_thresholds(classifier.predict)
    embedding = fit_hand(classifier, sources.digits.train)
    store_fitted(path, Fitted(thresholds, embedding))
    return load_classifier(path)


def rename_examples(path, before, after):
    """Have a file of examples name a network by its new fingerprint, if they are its examples."""
    if not path.is_file():
        return
    with np.load(path) as file:
        examples = dict(file)
    if examples["model"] == before:
        np.savez_compressed(path, **examples | {"model": after})


def parse(arguments):
    """Parse the command line into options."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    add_source_options(parser)
    parser.add_argument("--model", type=Path, default=MODEL_FILE)
    parser.add_argument("--report", type=Path, default=REPORT_FILE)
    parser.add_argument("--examples", type=Path, default=EXAMPLES_FILE)
    parser.add_argument("--keep", action="store_true", help="choose nothing, measure alone")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(main())
