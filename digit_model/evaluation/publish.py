"""Writes what was measured: the report, its tables, two pictures, and examples for the page."""

from argparse import ArgumentParser, Namespace
from pathlib import Path
from typing import Any

import numpy as np

from digit_model.classifier import Classifier
from digit_model.evaluation.contact_sheets import draw_errors, draw_taken
from digit_model.evaluation.evaluate import Evaluation
from digit_model.evaluation.tables import format_confusion, format_tables, write_page
from digit_model.loading import MODEL_FILE
from digit_model.report_file import EXAMPLES_FILE, REPORT_FILE, write_report

DOCS = Path(__file__).parents[2] / "docs"
TABLES = "accuracy-tables.md"  # in that folder


def add_output_options(parser: ArgumentParser) -> None:
    """Add where a network is, and where its figures go."""
    parser.add_argument("--model", type=Path, default=MODEL_FILE, help="the network's file")
    parser.add_argument(
        "--report", type=Path, default=REPORT_FILE, help="for the figures; examples go beside it"
    )
    parser.add_argument(
        "--docs", type=Path, default=DOCS, help="folder for the tables and pictures"
    )


def describe(classifier: Classifier, file: Path) -> dict[str, Any]:
    """Return what a report says of the network in a file."""
    return {
        "model": {
            "sha256": classifier.fingerprint,
            "bytes": file.stat().st_size,
            "parameters": classifier.parameters,
        },
        "temperature": classifier.temperature,
        "thresholds": classifier.thresholds.tolist(),
        "thresholds_of_both": classifier.thresholds_of_both.tolist(),
    }


def publish(report: dict[str, Any], evaluation: Evaluation, options: Namespace) -> str:
    """Write everything, and return what to print: the tables, and what was written.

    Args:
        report: of the network, with all figures.
        evaluation: which found them.
        options: of `add_output_options`.
    """
    write_report(report, options.report)
    options.docs.mkdir(parents=True, exist_ok=True)
    write_page(report, options.docs / TABLES)
    draw_errors(evaluation.errors).save(options.docs / "errors.png")
    draw_taken(evaluation.taken).save(options.docs / "taken.png")
    examples = options.report.with_name(EXAMPLES_FILE.name)
    arrays: dict[str, Any] = {"model": report["model"]["sha256"], **evaluation.examples}
    np.savez_compressed(examples, **arrays)
    written = f"wrote {options.report}, {examples}, and tables and pictures into {options.docs}"
    return f"{format_tables(report)}\n\n{format_confusion(report['confusion'])}\n{written}"
