"""Give model.keras what a Hand needs, measure what that is worth, and write it into report.json.

    python tools/choose_hand.py

The embedding and the constants of a Hand are chosen on people who train and validate, and
measured on people who test, of whom each has 20 digits at least. The network stays as it is; run
`tools/evaluate_model.py` afterwards, since the file's fingerprint is another. `--keep` measures
alone, with what the file carries. What is not named is downloaded.
"""

import argparse
import os
import sys
from pathlib import Path

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")  # TensorFlow's greetings
sys.path.insert(0, str(Path(__file__).parents[1]))

from digit_model.classifier import ModelError, load_classifier
from digit_model.data.mnist import DataError
from digit_model.data.sources import add_measuring_options, load_measured
from digit_model.embedding import store_embedding
from digit_model.report import write_report


def main(arguments=None):
    """Run the command line; return its exit status."""
    options = parse(arguments)
    try:
        sources, classifier, report = load_measured(options)
    except (DataError, ModelError, OSError, ValueError) as error:
        print(f"choose_hand.py: {error}", file=sys.stderr)
        return 1
    if not options.keep or classifier.embedding is None:
        from digit_model.hand_fitting import fit_hand

        embedding = fit_hand(classifier, sources.digits.train, sources.digits.validation)
        store_embedding(options.model, embedding)
        classifier = load_classifier(options.model)
        report["model"] |= {
            "sha256": classifier.fingerprint,
            "bytes": options.model.stat().st_size,
        }

    from digit_model.hand_evaluation import format_hands, measure_hands

    report["hand"] = measure_hands(classifier, sources.digits.test, sources.digits.validation)
    write_report(report, options.report)
    print(format_hands(report["hand"]))
    print(f"wrote {options.model} and {options.report}")
    return 0


def parse(arguments):
    """Parse the command line into options."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    add_measuring_options(parser)
    parser.add_argument("--keep", action="store_true", help="choose nothing anew")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(main())
