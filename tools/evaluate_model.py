"""Measure model.keras again: digits, styles, rejection, numbers, handwriting, photographs.

    python tools/evaluate_model.py

Writes the figures into digit_model/report.json, examples for the page beside it, and the tables
and pictures of the most confident errors into docs/. The network and everything in its file stay
as they are. Photographs are made: handwriting of people the network never saw on lit paper and
boards, and print in every installed text typeface. Data that is not named is downloaded.

    python tools/evaluate_model.py --tables

writes docs/accuracy-tables.md from the report, and measures nothing.
"""

import argparse
import os
import sys
from pathlib import Path

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")  # TensorFlow's greetings
sys.path.insert(0, str(Path(__file__).parents[1]))

from digit_model.data.load import add_source_options, load_sources
from digit_model.errors import DataError, ModelError
from digit_model.evaluation.evaluate import add_measuring_options, evaluate
from digit_model.evaluation.publish import TABLES, add_output_options, publish
from digit_model.evaluation.tables import write_page
from digit_model.loading import load_classifier
from digit_model.report_file import read_report


def main(arguments: list[str] | None = None) -> int:
    """Run the command line; return its exit status."""
    options = parse(arguments)
    try:
        if options.tables:
            write_page(read_report(options.report), options.docs / TABLES)
            return 0
        sources, classifier = load_sources(options), load_classifier(options.model)
        report = read_report(options.report, classifier.fingerprint)
    except (DataError, ModelError, OSError, ValueError) as error:
        print(f"evaluate_model.py: {error}", file=sys.stderr)
        return 1
    evaluation = evaluate(classifier, sources, options)
    # Photographs and numbers that were not measured now stay: they are this network's.
    print(publish(report | evaluation.results, evaluation, options))
    return 0


def parse(arguments: list[str] | None) -> argparse.Namespace:
    """Parse the command line into options."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    add_source_options(parser)
    add_output_options(parser)
    add_measuring_options(parser)
    parser.add_argument("--tables", action="store_true", help="write the tables alone")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(main())
