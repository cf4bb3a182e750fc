"""`python -m digit_model` as README shows it, in a process of its own."""

import json
import subprocess
import sys

import pytest

from driving.drawings import THREE, canvas_png
from driving.server import ROOT


@pytest.mark.parametrize("arguments", [[], ["-"]])
def test_a_picture_may_come_on_standard_input(arguments):
    """The real network; TensorFlow's greetings do not get among the errors."""
    command = [sys.executable, "-m", "digit_model", *arguments]
    done = subprocess.run(
        command, input=canvas_png([THREE]), cwd=ROOT, capture_output=True, check=True
    )
    assert json.loads(done.stdout)["digit"] == 3
    assert done.stderr == b""
