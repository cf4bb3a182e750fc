"""Measure model.keras again and write the figures into digit_model/report.json.

    python tools/evaluate_model.py

Measures digits, ways of drawing them, what is not a digit, and photographs; prints the tables
and the confusion matrix of people's digits, draws the most confident errors as a picture, and
keeps examples for the page. Photographs are made: handwriting of people the network never saw on
lit paper and boards, and print in every text typeface that is installed. The network stays as it
is, with its temperature and thresholds. Data that is not named is downloaded.
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
from digit_model.evaluation.photograph_sets import add_measuring_sizes
from digit_model.loading import MODEL_FILE, load_classifier
from digit_model.report_file import EXAMPLES_FILE, REPORT_FILE, read_report, write_report

DOCS = Path(__file__).parents[1] / "docs"


def main(arguments=None):
    """Run the command line; return its exit status."""
    options = parse(arguments)
    try:
        sources, classifier = load_sources(options), load_classifier(options.model)
        report = read_report(options.report, classifier.fingerprint)
    except (DataError, ModelError, OSError, ValueError) as error:
        print(f"evaluate_model.py: {error}", file=sys.stderr)
        return 1

    from digit_model.evaluation.contact_sheets import draw_errors, draw_taken
    from digit_model.evaluation.evaluate import HeldBack, evaluate
    from digit_model.evaluation.tables import format_confusion, format_table

    evaluation = evaluate(
        classifier, HeldBack.of(sources), options.photographs, options.fonts, options.made
    )
    report |= evaluation.results  # without new photographs, those of this network stay
    write_report(report, options.report)
    options.errors.parent.mkdir(parents=True, exist_ok=True)
    draw_errors(evaluation.errors).save(options.errors)
    draw_taken(evaluation.taken).save(options.taken)
    np.savez_compressed(options.examples, model=classifier.fingerprint, **evaluation.examples)
    print(format_table(report))
    print()
    print(format_confusion(report["confusion"]))
    print(f"wrote {options.report}, {options.errors}, {options.taken} and {options.examples}")
    return 0


def parse(arguments):
    """Parse the command line into options."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    add_source_options(parser)
    parser.add_argument("--model", type=Path, default=MODEL_FILE)
    parser.add_argument("--report", type=Path, default=REPORT_FILE)
    add_measuring_sizes(parser)
    parser.add_argument("--errors", type=Path, default=DOCS / "errors.png")
    parser.add_argument("--taken", type=Path, default=DOCS / "taken.png")
    parser.add_argument("--examples", type=Path, default=EXAMPLES_FILE)
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(main())
