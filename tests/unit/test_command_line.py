"""`python -m digit_model`: files in, one line of JSON each out."""

import json

import numpy as np
import pytest

from digit_model import ModelError, __main__
from driving.drawings import THREE, canvas_png


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


def test_drawings_teach_the_hand_that_reads(run, three, monkeypatch, tmp_path):
    taught = []

    class FakeHand:
        def __init__(self, classifier):
            self.classify_all = classifier.classify_all
            self.number_weights = classifier.number_weights

        def learn_all(self, images, labels):
            taught.append((images.shape, labels))

    monkeypatch.setattr(__main__, "Hand", FakeHand)
    images = np.zeros((2, 28, 28), np.uint8)
    np.savez(tmp_path / "drawings.npz", x=images, y=np.int8([4, -1]), strokes=["[]", "[]"])
    status, answers, errors = run("--drawings", tmp_path / "drawings.npz", three)
    assert (status, len(answers), errors) == (0, 1, "")
    assert taught == [((2, 28, 28), [4, None])]


@pytest.mark.parametrize(
    "content",
    [
        {},
        {"x": np.zeros((1, 28, 28), np.uint8)},
        {"x": np.zeros((1, 28, 27), np.uint8), "y": [3]},
        {"x": np.zeros((1, 28, 28)), "y": [3]},
        {"x": np.zeros((2, 28, 28), np.uint8), "y": [3]},
        {"x": np.zeros((1, 28, 28), np.uint8), "y": [10]},
    ],
)
def test_other_files_teach_nothing_and_are_named(run, three, tmp_path, content):
    np.savez(tmp_path / "other.npz", **content)
    status, answers, errors = run("--drawings", tmp_path / "other.npz", three)
    assert (status, answers) == (1, [])
    assert "other.npz" in errors
