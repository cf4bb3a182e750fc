"""The commands with which README and docs/rest.md read drawings, run as they stand there."""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from driving.drawings import THREE, canvas_png
from driving.server import ROOT
from history.export import write_npz
from tests.history_entries import entry
from tests.installed_programs import give_up

TEXTS = [(ROOT / name).read_text("utf-8") for name in ("README.md", "docs/rest.md")]
COMMANDS = {
    line
    for text in TEXTS
    for line in re.findall(r"^(?:curl|python -m digit_model) .+", text, re.MULTILINE)
}


@pytest.fixture
def folder(tmp_path):
    """Return a folder with the files that the commands name."""
    for name in ("three.png", "four.png"):
        (tmp_path / name).write_bytes(canvas_png([THREE]))
    with open(tmp_path / "drawings.npz", "wb") as file:
        write_npz([entry()], file)
    return tmp_path


@pytest.mark.parametrize("command", sorted(COMMANDS))
def test_a_documented_command_reads_its_drawing(command, folder, address):
    if not shutil.which("curl"):
        give_up("no curl here: apt-get install curl")
    path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
    done = subprocess.run(
        ["sh", "-c", command.replace("localhost:8501", address)],
        cwd=folder,
        env=os.environ | {"PATH": path, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        check=True,
    )
    assert json.loads(done.stdout)["digit"] == 3


def test_there_are_such_commands():
    assert len(COMMANDS) >= 4
