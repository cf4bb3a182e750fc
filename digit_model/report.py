"""report.json: what was measured of a network, and how it was trained."""

import json
import os
from pathlib import Path

EXAMPLES_FILE = Path(__file__).parent / "examples.npz"  # of each cell of the confusion matrix


def read_report(path):
    """Read a report.

    Returns:
        dict.

    Raises:
        OSError, ValueError: where there is none, or something else.
    """
    return json.loads(Path(path).read_text(encoding="utf-8"))


def write_report(report, path):
    """Write a report whole or not at all."""
    path = Path(path)
    new_file = path.with_name(f".new-{path.name}")
    new_file.write_text(json.dumps(report, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    os.replace(new_file, path)
