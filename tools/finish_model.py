"""Give model.keras what a Hand needs, and measure what that is worth.

    python tools/choose_hand.py

The embedding and the constants of a Hand are chosen on people who train and validate, and
measured on people who test. The network stays as it is, and so does what was measured of it:
report.json and examples.npz follow the file's new fingerprint. `--keep` measures alone, with what
the file carries. Data that is not named is downloaded.
"""

import argparse
import os
import sys
from pathlib import Path

import numpy as np

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")  # TensorFlow's greetings
sys.path.insert(0, str(Path(__file__).parents[1]))

from digit_model.classifier import MODEL_FILE, REPORT_FILE, ModelError, load_classifier
from digit_model.data.mnist import DataError
from digit_model.data.sources import add_source_options, load_sources
from digit_model.embedding import store_embedding
from digit_model.report import EXAMPLES_FILE, read_report, write_report


def main(arguments=None):
    """Run the command line; return its exit status."""
    options = parse(arguments)
    try:
        sources, classifier = load_sources(options), load_classifier(options.model)
        report = read_report(options.report, classifier.fingerprint)
    except (DataError, ModelError, OSError, ValueError) as error:
        print(f"choose_hand.py: {error}", file=sys.stderr)
        return 1
    from digit_model.hand_evaluation import FEWEST, measure_hands
    from digit_model.hand_fitting import fit_hand
    from digit_model.report_tables import format_hand

    if not options.keep or classifier.embedding is None:
        fitted = fit_hand(classifier, sources.digits.train, sources.digits.validation)
        store_embedding(options.model, fitted)
        before, classifier = classifier.fingerprint, load_classifier(options.model)
        report["model"] |= {
            "sha256": classifier.fingerprint,
            "bytes": options.model.stat().st_size,
        }
        rename_examples(options.examples, before, classifier.fingerprint)
    report["hand"] = measure_hands(classifier, sources.digits.test)
    write_report(report, options.report)
    print(format_hand(report["hand"]) or f"Nobody who tests has {FEWEST} digits.")
    print(f"wrote {options.model} and {options.report}")
    return 0


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
