import json
import os
import shutil
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import keras
import numpy as np
import pytest

import train_model
from digit_model import load_classifier
from digit_model.data.load import Sources
from digit_model.data.mnist import load_mnist
from digit_model.data.samples import PenSample
from digit_model.data.split import Split
from digit_model.report_file import read_report
from digit_model.training.batches import BatchMaker, stream_batches
from digit_model.training.checkpoints import read_history
from digit_model.training.fit import as_targets
from digit_model.training.material import Material, split_training_data
from digit_model.training.settings import Settings
from tools import evaluate_model, finish_model

NOT_HERE = [f"--without={name}" for name in ("unipen", "outlines", "omniglot")]
KILLS = 2  # of a fit; each start takes seconds
EPOCHS = 8
STEM = (np.array([[0.0, 0.0], [0.0, 1.0]]),)
STEMS = [PenSample(1, writer, STEM) for writer in ("a", "b")]


def split(mnist_file, train_digits=(), validation_digits=()):
    """Return the Material and Validation of these images and pen digits."""
    mnist = load_mnist(mnist_file)
    digits = Split(list(train_digits), list(validation_digits))
    return split_training_data(Sources(mnist, digits))


def command_line(folder, mnist_file):
    """Return the command line of a fit of seconds that writes to a folder."""
    return [
        f"--mnist={mnist_file}",
        f"--model={folder / 'model.keras'}",
        f"--report={folder / 'report.json'}",
        f"--folder={folder / 'training'}",
        "--batch-size=32",
        "--photographs=0",
        "--made=10",
        "--workers=0",
        "--width=0.2",
    ]


@pytest.fixture
def options(tmp_path, small_mnist):
    """Return the command line of a fit that writes to the test's folder."""
    return command_line(tmp_path, small_mnist)


@pytest.fixture(scope="module")
def finished(tmp_path_factory, small_mnist):
    """Return the folder of a fit with MNIST alone that has ended; it is only read."""
    folder = tmp_path_factory.mktemp("fit")
    options = [*command_line(folder, small_mnist), "--mnist-only", f"--epochs={EPOCHS}"]
    assert train_model.main(options) == 0
    return folder


@pytest.fixture
def fitted(finished, tmp_path):
    """Return the test's folder with a copy of that fit."""
    return shutil.copytree(finished, tmp_path, dirs_exist_ok=True)


def test_a_batch_holds_images_digits_by_strokes_and_what_is_not_a_digit(small_mnist):
    material, _ = split(small_mnist, STEMS)
    images, targets = BatchMaker(material, Settings(batch_size=32)).make(0, 0)
    assert images.shape == (32, 28, 28)
    assert images.dtype == np.uint8
    np.testing.assert_allclose(targets.sum(axis=1), 1, atol=1e-6)
    assert (targets.max(axis=1) == 1).tolist() == [True] * 26 + [False] * 6
    np.testing.assert_allclose(targets[26:], 0.1)


def test_without_pen_digits_a_batch_is_all_images(small_mnist):
    material, _ = split(small_mnist)
    _, targets = BatchMaker(material, Settings(batch_size=32)).make(0, 0)
    assert (targets.max(axis=1) == 1).all()


def test_validation_images_are_never_trained_on(small_mnist):
    material, validation = split(small_mnist, [], STEMS)
    assert len(material.images) == 220
    assert len(validation.all.labels) == 20 + 3 * 2
    labels = load_mnist(small_mnist)["y_train"][220:]
    np.testing.assert_array_equal(validation.all.labels[:20], labels)


def test_pen_digits_are_drawn_if_there_are_any(small_mnist):
    assert split(small_mnist, [], STEMS)[1].drawn.labels.tolist() == [1] * 6
    assert len(split(small_mnist)[1].drawn.labels) == 20


def test_hands_of_mnist_help_to_choose_the_temperature(small_mnist):
    calibration = split(small_mnist, [], STEMS)[1].calibration
    held_back = load_mnist(small_mnist)["y_train"][220:]
    np.testing.assert_array_equal(calibration.labels, [*[1] * 6, *held_back])
    assert calibration.pixels.shape == (26, 28, 28)


def test_an_epoch_differs_from_the_next_and_can_be_repeated(small_mnist):
    maker = BatchMaker(split(small_mnist, STEMS)[0], Settings(batch_size=32))
    first, second = maker.make(0, 0)[0], maker.make(1, 0)[0]
    assert not np.array_equal(first, second)
    np.testing.assert_array_equal(second, maker.make(1, 0)[0])


def test_a_person_with_four_times_the_digits_is_drawn_twice_as_often():
    digits = [PenSample(1, "many", STEM)] * 4 + [PenSample(1, "few", STEM)]
    material = Material(np.zeros((0, 28, 28)), np.zeros(0), digits)
    np.testing.assert_allclose(material.chances, [1 / 6, 2 / 6, 3 / 6, 4 / 6, 1])


def test_worker_processes_draw_the_same_batches(small_mnist):
    maker = BatchMaker(split(small_mnist, STEMS)[0], Settings(batch_size=32))
    with closing(stream_batches(maker, first_epoch=1, workers=1)) as drawn:
        for index in range(maker.batches + 1):
            images, _ = next(drawn)
            expected, _ = maker.make(1 + index // maker.batches, index % maker.batches)
            np.testing.assert_array_equal(images, expected)


DRAW = """
import multiprocessing, numpy
from digit_model.training.batches import BatchMaker, stream_batches
from digit_model.training.settings import Settings
if __name__ == "__main__":
    material = Material(numpy.zeros((2, 28, 28), numpy.uint8), numpy.zeros(2, int))
    batches = stream_batches(BatchMaker(material, Settings(batch_size=2)))
    next(batches)
    print(multiprocessing.active_children()[0].pid, flush=True)
    input()
"""


def test_workers_end_with_a_fit_that_is_killed(tmp_path):
    """They waited for ever."""
    (tmp_path / "draw.py").write_text(DRAW)
    environment = {**os.environ, "PYTHONPATH": str(Path(train_model.__file__).parent)}
    command = [sys.executable, tmp_path / "draw.py"]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    with subprocess.Popen(command, env=environment, text=True, **pipes) as fit:
        worker = int(fit.stdout.readline())
        assert is_running(worker)
        fit.kill()
    deadline = time.monotonic() + 20
    while is_running(worker) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not is_running(worker)


def is_running(process):
    """Say whether a process has not ended, by Linux's own list."""
    try:
        state = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"  # ended, and nobody has asked how


def test_one_epoch_writes_model_and_report(options, tmp_path, write_unipen, write_letters, capsys):
    pen_digits = write_unipen(writers=range(1, 31))
    pens = [f"--pen-digits={pen_digits}", f"--pen-letters={write_letters()}", *NOT_HERE]
    assert train_model.main([*options, *pens, "--epochs=1"]) == 0

    report = json.loads((tmp_path / "report.json").read_text())
    classifier = load_classifier(tmp_path / "model.keras")
    assert report["model"]["sha256"] == classifier.fingerprint
    assert report["model"]["parameters"] <= 1_200_000
    assert [row["epoch"] for row in report["history"]] == [0]
    assert {row["images"] for row in report["digits"]} == {20, 4}
    assert not list(tmp_path.glob(".new-*"))
    out = capsys.readouterr().out
    assert "1/1" in out
    assert "| MNIST test | 20 |" in out

    written = [f"--model={tmp_path / 'model.keras'}", f"--report={tmp_path / 'report.json'}"]
    errors = tmp_path / "pictures" / "errors.png"
    written += [f"--errors={errors}", f"--examples={tmp_path / 'examples.npz'}"]
    written += [f"--taken={tmp_path / 'taken.png'}"]
    measure = [options[0], *pens, *written, "--photographs=0", "--made=10"]
    assert evaluate_model.main(measure) == 0
    assert json.loads((tmp_path / "report.json").read_text()) == report
    assert errors.stat().st_size
    assert "drawn  read as" in capsys.readouterr().out

    files = [*written[:2], written[3]]
    assert finish_model.main([options[0], *pens, *files]) == 0
    again = load_classifier(tmp_path / "model.keras")
    np.testing.assert_array_equal(again.embedding.matrix, classifier.embedding.matrix)
    assert read_report(tmp_path / "report.json", again.fingerprint)["hand"] is None
    with np.load(tmp_path / "examples.npz") as examples:
        assert examples["model"] == again.fingerprint


def test_a_network_rejects_by_the_thresholds_that_its_training_measured(finished):
    """Trained with `--report` elsewhere, it rejected by a default."""
    report = json.loads((finished / "report.json").read_text())
    assert report["thresholds"] == load_classifier(finished / "model.keras").thresholds.tolist()


def test_a_report_has_no_say_in_what_is_rejected(options, fitted):
    file = fitted / "report.json"
    report = json.loads(file.read_text())
    file.write_text(json.dumps(report | {"thresholds": [100] * 10, "temperature": 100}))
    written = [f"--model={fitted / 'model.keras'}", f"--report={file}"]
    written += [f"--errors={fitted / 'errors.png'}", f"--examples={fitted / 'examples.npz'}"]
    written += [f"--taken={fitted / 'taken.png'}"]
    assert (
        evaluate_model.main([options[0], "--mnist-only", "--photographs=0", "--made=10", *written])
        == 0
    )
    assert json.loads(file.read_text())["digits"] == report["digits"]


def test_after_its_last_epoch_a_fit_that_resumes_writes_the_model_again(options, fitted):
    (fitted / "model.keras").unlink()
    assert train_model.main([*options, "--mnist-only", f"--epochs={EPOCHS}", "--resume"]) == 0
    assert load_classifier(fitted / "model.keras").thresholds.min() > 0


def test_a_report_of_another_network_is_not_written_over(options, fitted, capsys):
    (fitted / "report.json").write_text(json.dumps({"model": {"sha256": "another"}}))
    written = [f"--model={fitted / 'model.keras'}", f"--report={fitted / 'report.json'}"]
    assert (
        evaluate_model.main([options[0], "--mnist-only", "--photographs=0", "--made=10", *written])
        == 1
    )
    assert "report.json is another network's" in capsys.readouterr().err


def test_training_needs_no_pen_digits(finished):
    report = json.loads((finished / "report.json").read_text())
    assert [row["data"] for row in report["digits"]] == ["MNIST test"]


def test_a_fit_that_is_killed_at_any_moment_resumes_to_the_same_end(
    options, tmp_path, finished, chance
):
    """Killed while it wrote its first state, a fit could not be resumed; killed elsewhere, it
    went on with other dropout, in another order, or with the batches of another epoch.
    """
    options = [*options, "--mnist-only", f"--epochs={EPOCHS}"]
    for _ in range(KILLS):
        killed_after(options, chance.uniform(0, 2))
        for kept in tmp_path.rglob("*.keras"):
            if not kept.name.startswith(".new-"):
                keras.models.load_model(kept, compile=False)
    assert train_model.main([*options, "--resume"]) == 0
    resumed = json.loads((tmp_path / "report.json").read_text())
    weights = keras.models.load_model(tmp_path / "model.keras", compile=False).get_weights()

    at_once = json.loads((finished / "report.json").read_text())
    assert [row["epoch"] for row in resumed["history"]] == list(range(EPOCHS))
    for row, expected in zip(resumed["history"], at_once["history"], strict=True):
        assert row == pytest.approx(expected, rel=1e-3)
    expected = keras.models.load_model(finished / "model.keras", compile=False).get_weights()
    for array, expected_array in zip(weights, expected, strict=True):
        np.testing.assert_allclose(array, expected_array, atol=1e-3)


def killed_after(options, seconds):
    """Resume a fit and kill it some seconds after its first epoch has begun."""
    command = [sys.executable, train_model.__file__, *options, "--resume"]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as fit:
        assert any(line.startswith("epoch") for line in fit.stdout)
        time.sleep(seconds)
        fit.kill()


def test_without_resume_a_fit_starts_afresh(options, fitted):
    train_model.main([*options, "--mnist-only", "--epochs=1"])
    assert len(read_history(fitted / "training" / "history.csv")) == 1


def test_the_best_epoch_is_kept_not_the_last(finished, small_mnist):
    history = read_history(finished / "training" / "history.csv")
    _, validation = split(small_mnist)
    best = keras.models.load_model(finished / "training" / "best.keras")
    loss, _ = best.evaluate(*as_targets(validation.all), verbose=0)
    assert loss == pytest.approx(min(row["val_loss"] for row in history), rel=1e-3)


def test_missing_data_ends_the_command_with_a_message(tmp_path, capsys):
    assert train_model.main([f"--mnist={tmp_path / 'gone.npz'}", "--mnist-only"]) == 1
    assert "gone.npz is not MNIST" in capsys.readouterr().err
