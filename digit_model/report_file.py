"""report.json: what was measured of the network in model.keras, and how it was trained."""

import json
from pathlib import Path
from typing import Any

from digit_model.atomic import write_whole

REPORT_FILE = Path(__file__).with_name("report.json")
EXAMPLES_FILE = Path(__file__).with_name("examples.npz")  # of each cell of the confusion matrix


def read_report(path: Path | str, fingerprint: str | None = None) -> dict[str, Any]:
    """Read a report.

    Args:
        path: of the file.
        fingerprint: of the network that it must be about; any by default.

    Raises:
        OSError, ValueError: if there is none, something else, or another network's.
    """
    report = json.loads(Path(path).read_text(encoding="utf-8"))
    if fingerprint is not None and _fingerprint_in(report) != fingerprint:
        raise ValueError(f"{path} is another network's; train_model.py writes both")
    return report


def _fingerprint_in(report: Any) -> str | None:
    try:
        return report["model"]["sha256"]
    except (KeyError, TypeError):
        return None  # not one of ours


def write_report(report: dict[str, Any], path: Path | str) -> None:
    """Write a report in one atomic write."""
    text = json.dumps(report, indent=1, ensure_ascii=False) + "\n"
    write_whole(path, lambda file: file.write_text(text, encoding="utf-8"))
