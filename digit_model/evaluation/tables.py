"""A report's figures as Markdown tables, and docs/accuracy-tables.md, which has them all."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from digit_model.atomic import write_whole

Row = dict[str, Any]


def _count(name: str) -> Callable[[Row], str]:
    return lambda row: f"{row[name]:,}"


def _percent(name: str, places: int = 2) -> Callable[[Row], str]:
    return lambda row: "–" if row[name] is None else f"{row[name]:.{places}%}"


def _per(many: int, name: str) -> Callable[[Row], str]:
    return lambda row: f"{many * row[name] / max(row['digits'], 1):.2f}"


@dataclass(frozen=True)
class Table:
    """How rows of a report become a table.

    Attributes:
        heading: above it, on the page.
        explanation: what it measures, in Markdown.
        rows: finds its rows in a report; none leave the table out.
        columns: what each cell says, by the heads; numbers, but for the first.
    """

    heading: str
    explanation: str
    rows: Callable[[dict[str, Any]], list[Row] | None]
    columns: dict[str, Callable[[Row], str]]

    def format(self, report: dict[str, Any]) -> str:
        """Return the table of a report in Markdown; empty without rows."""
        rows = self.rows(report)
        if not rows:
            return ""
        lines = [list(self.columns), ["---", *["---:"] * (len(self.columns) - 1)]]
        lines += [[cell(row) for cell in self.columns.values()] for row in rows]
        return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _digits(first: str) -> dict[str, Callable[[Row], str]]:
    return {
        first: lambda row: row["data"],
        "images": _count("images"),
        "accuracy": _percent("accuracy"),
        "calibration error": _percent("calibration_error"),
        "rejected": _percent("rejected"),
    }


_NUMBERS = {
    "digits": _count("length"),
    "numbers": _count("numbers"),
    "read right": _percent("right"),
    "after perfect cutting": _percent("cut"),
    "… if none is rejected": _percent("cut_all_taken"),
    "divided rightly": _percent("grouped"),
    "declined": _percent("declined"),
    "mean confidence": _percent("confidence"),
}

TABLES = (
    Table(
        "Digits",
        "MNIST's test images, and pen strokes of people whose writing the network never saw, drawn "
        "at random places of the canvas. Two of UNIPEN's laboratories are new as a whole. “Traced” "
        "are MNIST's test images turned back into strokes and drawn with the page's brush; these "
        "are read by the image alone.",
        lambda report: report.get("digits"),
        _digits("digits"),
    ),
    Table(
        "Two looks",
        "The same people's digits, by the image alone, by the strokes alone, and by both; then "
        "every third of them drawn again in other ways, which must not make an answer worse.",
        lambda report: report.get("looks"),
        {
            "drawn": lambda row: row["data"],
            "digits": _count("digits"),
            "by the image": _percent("by_image"),
            "by the strokes": _percent("by_strokes"),
            "by both": _percent("by_both"),
        },
    ),
    Table(
        "People",
        "Those who drew at least ten digits: the accuracy of all their digits together, the median "
        "of their accuracies, and the mean accuracy of the tenth who are read worst, rounded up.",
        lambda report: report.get("people"),
        {
            "person by person": lambda row: row["data"],
            "people": _count("people"),
            "digits": _count("digits"),
            "accuracy": _percent("accuracy"),
            "median person": _percent("median_person"),
            "worst tenth": _percent("worst_tenth"),
        },
    ),
    Table(
        "Writing styles",
        "Made for measuring: composed from the held-back people's digits, or drawn from other "
        "digit shapes than those in training. Only ones with a rising stroke were drawn by enough "
        "people to be measured as they drew them.",
        lambda report: report.get("writing_styles"),
        _digits("writing styles"),
    ),
    Table(
        "Photographs and print",
        "Made from the same digits, and from installed typefaces: on unevenly lit paper and "
        "boards, plain, ruled or squared, half of them partly in a shadow.",
        lambda report: report.get("photographs"),
        _digits("photographs and print"),
    ),
    Table(
        "Certainty",
        "Over all sets of one kind but the canvas merely shrunk: what may be a 1 or a 7 should be "
        "read with less than 90 % confidence.",
        lambda report: report.get("certainty"),
        {
            "certainty": lambda row: row["data"],
            "images": _count("images"),
            "calibration error": _percent("calibration_error"),
            "1 read as 7, or 7 as 1": _count("mixed_up"),
            "of these below 90 % sure": _percent("unsure", 0),
        },
    ),
    Table(
        "Not a digit",
        "What people drew is measured as they drew it; the rest is made.",
        lambda report: report.get("no_digits"),
        {
            "not a digit": lambda row: row["data"],
            "images": _count("images"),
            "drawn by people": lambda row: str(row["people"] or "–"),
            "trained on": lambda row: "yes" if row["trained"] else "never",
            "rejected": _percent("rejected", 1),
        },
    ),
    Table(
        "Numbers",
        "Composed of the digits of people who test, each number of one person's. “Perfect "
        "cutting” is the same network on the same numbers, cut apart as they were composed.",
        lambda report: [row for row in report.get("numbers", ()) if not row["from_ink"]],
        _NUMBERS,
    ),
    Table(
        "Numbers from ink",
        "The same numbers without their strokes, as on a photograph.",
        lambda report: [row for row in report.get("numbers", ()) if row["from_ink"]],
        _NUMBERS,
    ),
    Table(
        "Real numbers",
        "Words of UNIPEN that are numbers, by people who test, as they wrote them: those of digits "
        "alone by length, those with a mark by the mark. “Misread” is another number than was "
        "written, without a word of doubt.",
        lambda report: report.get("real_numbers"),
        {
            "written": lambda row: row["data"],
            "people": _count("people"),
            "numbers": _count("numbers"),
            "right": _percent("right", 1),
            "declined": _percent("declined", 1),
            "misread": _percent("misread", 1),
        },
    ),
    Table(
        "Not a number",
        "What is neither a digit nor, like quotation marks, a number: the share rejected. The "
        "weights that distinguish letters were fitted on letters of people who train, and "
        "on nothing of the other kinds.",
        lambda report: report.get("not_numbers"),
        {
            "not a number": lambda row: row["data"],
            "drawings": _count("drawings"),
            "by strokes": _percent("rejected", 1),
            "by ink": _percent("rejected_ink", 1),
            "as one digit only": _percent("rejected_whole", 1),
        },
    ),
    Table(
        "Handwriting",
        "People with at least 20 digits, read in the order in which they wrote. “Newly wrong” is "
        "what the network alone reads right; difficult are people with four errors or more.",
        lambda report: (report.get("handwriting") or {}).get("teaching"),
        {
            "taught": lambda row: row["data"],
            "people": _count("people"),
            "errors per 100 digits": _per(100, "before"),
            "after learning": _per(100, "after"),
            "newly wrong per 10,000": _per(10_000, "broken"),
            "second half of difficult people": lambda row: (
                f"{row['later_before']} → {row['later_after']}"
            ),
            "calibration error": lambda row: (
                f"{row['calibration_error_before']:.2%} → {row['calibration_error']:.2%}"
            ),
        },
    ),
    Table(
        "Corrections",
        "The same people's digits, by how many corrections there had been before.",
        lambda report: [
            row for row in (report.get("handwriting") or {}).get("corrections", ()) if row["digits"]
        ],
        {
            "corrections": _count("from"),
            "people": _count("people"),
            "digits": _count("digits"),
            "errors per 100 digits": _per(100, "before"),
            "after learning": _per(100, "after"),
        },
    ),
)


def format_tables(report: dict[str, Any]) -> str:
    """Return what a report says was measured as Markdown tables; those without rows are left out.

    Args:
        report: has any of the keys of `Evaluation.results`.
    """
    return "\n\n".join(filter(None, (table.format(report) for table in TABLES)))


def write_page(report: dict[str, Any], path: Path) -> None:
    """Write the page of a report's tables, each with what it measures."""
    parts = [
        "# Accuracy: the tables",
        "`python tools/evaluate_model.py --tables` writes this page from "
        "[report.json](../digit_model/report.json); [accuracy](accuracy.md) says what follows.",
    ]
    for table in TABLES:
        if lines := table.format(report):
            parts += [f"## {table.heading}", table.explanation, lines]
    text = "\n\n".join(parts) + "\n"
    write_whole(path, lambda file: file.write_text(text, encoding="utf-8"))


def format_confusion(counts: list[list[int]]) -> str:
    """Return a (10, 10) confusion matrix as text: a row for each digit that was drawn."""
    rows = ["drawn  read as " + " ".join(f"{digit:5}" for digit in range(10))]
    rows += [
        f"{digit:5}          " + " ".join(f"{count or '·':>5}" for count in row)
        for digit, row in enumerate(counts)
    ]
    return "\n".join(rows)
