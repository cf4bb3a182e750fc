"""`python -m digit_model`: files in, one line of JSON each out."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from digit_model import ModelError, __main__
from tests.browser import THREE
from tests.visitor import canvas_png

ROOT = Path(__file__).parents[2]


@pytest.fixture
def run(monkeypatch, capsys, fake_classifier):
    """Return a function that runs the command: (status, answers, what is on standard error)."""
    monkeypatch.setattr(__main__, "load_classifier", lambda: fake_classifier(3, 0.97))

    def command(*files):
        status = __main__.main(list(map(str, files)))
        out, err = capsys.readouterr()
        return status, [json.loads(line) for line in out.splitlines()], err

    return command


@pytest.fixture
def three(tmp_path):
    """Return the path of a drawn three."""
    file = tmp_path / "three.png"
    file.write_bytes(canvas_png([THREE]))
    return file


def test_each_file_gets_a_line(run, three):
    status, answers, errors = run(three, three)
    assert (status, errors) == (0, "")
    assert [(each["file"], each["digit"]) for each in answers] == [(str(three), 3)] * 2
    assert sum(answers[0]["probabilities"]) == pytest.approx(1, abs=1e-5)
    assert answers[0]["model"] == "f" * 64


def test_a_file_that_fails_is_named_and_the_others_are_answered(run, three, tmp_path):
    (tmp_path / "text.png").write_text("text")
    status, answers, errors = run(tmp_path / "none.png", three, tmp_path / "text.png", tmp_path)
    assert status == 1
    assert len(answers) == 1
    assert errors.splitlines() == [
        f"{tmp_path}/none.png: No such file or directory",
        f"{tmp_path}/text.png: This is not a picture in PNG, JPEG or WebP.",
        f"{tmp_path}: Is a directory",
    ]


def test_without_a_model_the_command_says_what_to_do(run, three, monkeypatch):
    def fail():
        raise ModelError("There is no model file. Train it.")

    monkeypatch.setattr(__main__, "load_classifier", fail)
    assert run(three) == (1, [], "digit_model: There is no model file. Train it.\n")


@pytest.mark.parametrize("arguments", [[], ["-"]])
def test_a_picture_may_come_on_standard_input(arguments):
    """The real network; TensorFlow's greetings do not get among the errors."""
    command = [sys.executable, "-m", "digit_model", *arguments]
    done = subprocess.run(
        command, input=canvas_png([THREE]), cwd=ROOT, capture_output=True, check=True
    )
    assert json.loads(done.stdout)["digit"] == 3
    assert done.stderr == b""
