"""A report's figures as Markdown tables and text."""

DIGITS = {
    "digits": "digits",
    "shapes": "ways of drawing a digit",
    "photographs": "photographs and print",
}


def format_table(report):
    """Return what a report says was measured as Markdown tables; those without rows are left out.

    Args:
        report: dict with any of the keys of `Evaluation.results`.
    """
    tables = [_format_digits(title, report.get(key)) for key, title in DIGITS.items()]
    tables.insert(1, _format_people(report.get("hands")))
    tables.append(_format_certainty(report.get("certainty")))
    tables.append(_format_rejection(report.get("no_digits")))
    tables.append(format_hand(report.get("hand")))
    return "\n\n".join(filter(None, tables))


def _format_digits(title, rows):
    head = f"| {title} | images | accuracy | calibration error | before temperature | rejected |"
    return _format(
        head,
        "|---|---:|---:|---:|---:|---:|",
        [
            f"| {row['data']} | {row['images']:,} | {row['accuracy']:.2%}"
            f" | {row['calibration_error']:.2%} | {row['uncalibrated_error']:.2%}"
            f" | {row['rejected']:.2%} |"
            for row in rows or ()
        ],
    )


def _format_people(rows):
    return _format(
        "| person by person | people | digits | accuracy | median person | worst tenth |",
        "|---|---:|---:|---:|---:|---:|",
        [
            f"| {row['data']} | {row['people']:,} | {row['digits']:,} | {row['accuracy']:.2%}"
            f" | {row['median_person']:.2%} | {row['worst_tenth']:.2%} |"
            for row in rows or ()
        ],
    )


def _format_certainty(rows):
    return _format(
        "| certainty | images | calibration error | 1 read as 7, or 7 as 1 | of these below 90 %"
        " sure |",
        "|---|---:|---:|---:|---:|",
        [
            f"| {row['data']} | {row['images']:,} | {row['calibration_error']:.2%}"
            f" | {row['mixed_up']:,} | {_format_share(row['unsure'])} |"
            for row in rows or ()
        ],
    )


def _format_rejection(rows):
    return _format(
        "| not a digit | images | drawn by people | trained on | rejected |",
        "|---|---:|---:|---|---:|",
        [
            f"| {row['data']} | {row['images']:,} | {row['people'] or '–'}"
            f" | {'yes' if row['trained'] else 'never'} | {row['rejected']:.1%} |"
            for row in rows or ()
        ],
    )


def format_hand(measured):
    """Return what `measure_hands` measured as Markdown tables; None if that is nothing."""
    if measured is None:
        return None
    ways = _format(
        "| learnt | people | errors per 100 digits | with the hand | newly wrong per 10,000"
        " | second half of difficult hands | calibration error |",
        "|---|---:|---:|---:|---:|---:|---:|",
        [
            f"| {row['data']} | {row['people']} | {_per(100, row, 'before')}"
            f" | {_per(100, row, 'after')} | {_per(10_000, row, 'broken')}"
            f" | {row['later_before']} → {row['later_after']}"
            f" | {row['calibration_error_before']:.2%} → {row['calibration_error']:.2%} |"
            for row in measured["ways"]
        ],
    )
    corrections = _format(
        "| after corrections | people | digits | errors per 100 digits | with the hand |",
        "|---|---:|---:|---:|---:|",
        [
            f"| {row['from']} | {row['people']} | {row['digits']:,} | {_per(100, row, 'before')}"
            f" | {_per(100, row, 'after')} |"
            for row in measured["corrections"]
            if row["digits"]
        ],
    )
    return f"{ways}\n\n{corrections}"


def _per(count, row, kind):
    return f"{count * row[kind] / max(row['digits'], 1):.2f}"


def _format(head, rule, lines):
    """Return a table, or None if it has no lines."""
    return "\n".join([head, rule, *lines]) if lines else None


def _format_share(share):
    return "–" if share is None else f"{share:.0%}"


def format_confusion(counts):
    """Return a (10, 10) confusion matrix as text: a row for each digit that was drawn."""
    rows = ["drawn  read as " + " ".join(f"{digit:5}" for digit in range(10))]
    rows += [
        f"{digit:5}          " + " ".join(f"{count or '·':>5}" for count in row)
        for digit, row in enumerate(counts)
    ]
    return "\n".join(rows)
