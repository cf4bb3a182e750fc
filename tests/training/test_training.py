import json
import os
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
from digit_model.data.load import Sources, load_sources
from digit_model.data.mnist import load_mnist
from digit_model.data.samples import PenSample
from digit_model.data.split import Split
from digit_model.report_file import read_report
from digit_model.training.batches import BatchMaker, stream_batches
from digit_model.training.checkpoints import read_history
from digit_model.training.fit import as_targets, train
from digit_model.training.material import Material, hold_back, split_training_data
from digit_model.training.settings import Settings
from tests.training.conftest import EPOCHS, FITTING, MEASURING, STROKE_EPOCHS, written
from tools import evaluate_model

KILLS = 2  # of a fit; each start takes seconds
STEM = (np.array([[0.0, 0.0], [0.0, 1.0]]),)
STEMS = [PenSample(1, writer, STEM) for writer in ("a", "b")]


def split(mnist_file, train_digits=(), validation_digits=()):
    """Return the Material and Validation of these images and pen digits."""
    mnist = load_mnist(mnist_file)
    digits = Split(list(train_digits), list(validation_digits))
    return split_training_data(Sources(mnist, digits))


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


def test_people_of_mnist_help_to_choose_the_temperature(small_mnist):
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
from digit_model.training.material import Material
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


def test_a_fit_writes_model_report_examples_tables_and_pictures(tiny_fit):
    report = read_report(tiny_fit / "report.json")
    assert [row["epoch"] for row in report["history"]] == list(range(EPOCHS))
    assert {row["images"] for row in report["digits"]} == {20, 10}
    assert {row["length"] for row in report["numbers"]} == {1, 2, 3, 4, 5, 6}
    assert {path.name for path in tiny_fit.rglob("*") if path.is_file()} == {
        "model.keras",
        "report.json",
        "examples.npz",
        "accuracy-tables.md",
        "errors.png",
        "taken.png",
        "best.keras",
        "history.csv",
        f"epoch-{EPOCHS:04}.weights.h5",
        f"epoch-{STROKE_EPOCHS:04}.weights.h5",
    }
    assert len(report["stroke_history"]) == STROKE_EPOCHS
    assert report["looks"]


def test_the_stroke_network_can_be_fitted_beside_a_finished_image_network(data, fitted):
    before = read_report(fitted / "report.json")
    old = keras.models.load_model(fitted / "model.keras").get_layer("digits").get_weights()
    command = [*data.options, *MEASURING, *FITTING, *written(fitted), "--keep-image-network"]
    assert train_model.main([*command, "--seed=2", f"--folder={fitted / 'training'}"]) == 0
    report = read_report(fitted / "report.json")
    assert report["history"] == before["history"]
    assert report["stroke_history"] != before["stroke_history"]
    assert report["command"].startswith(before["command"] + " && ")
    new = keras.models.load_model(fitted / "model.keras").get_layer("digits").get_weights()
    for array, expected in zip(new, old, strict=True):
        np.testing.assert_array_equal(array, expected)


def test_all_that_is_fitted_to_a_network_is_in_its_file(tiny_fit):
    """Trained with `--report` elsewhere, a network rejected by a default."""
    report = read_report(tiny_fit / "report.json")
    classifier = load_classifier(tiny_fit / "model.keras")
    assert report["model"]["sha256"] == classifier.fingerprint
    assert report["thresholds"] == classifier.thresholds.tolist()
    assert classifier.embedding is not None
    assert classifier.number_weights is not None


def test_a_report_has_no_say_in_what_is_measured_again(data, fitted):
    file = fitted / "report.json"
    report = read_report(file)
    file.write_text(json.dumps(report | {"thresholds": [100] * 10, "temperature": 100}))
    options = [*data.options, *MEASURING, *written(fitted)]
    assert evaluate_model.main(options) == 0
    again = read_report(file)
    for key in ("digits", "writing_styles", "no_digits", "numbers", "handwriting"):
        assert again[key] == report[key]


def test_keep_network_chooses_again_all_that_follows_a_fit(fit_options, tiny_fit, fitted):
    options = [*fit_options(fitted), "--keep-network"]
    assert train_model.main(options) == 0
    before, again = (load_classifier(each / "model.keras") for each in (tiny_fit, fitted))
    np.testing.assert_allclose(again.thresholds, before.thresholds, rtol=1e-4)
    np.testing.assert_allclose(again.embedding.matrix, before.embedding.matrix, atol=1e-2)
    assert again.number_weights == before.number_weights
    report = read_report(fitted / "report.json", again.fingerprint)
    assert report["history"] == read_report(tiny_fit / "report.json")["history"]


def test_after_its_last_epoch_a_fit_that_resumes_returns_the_best_network(fitted, small_mnist):
    (split_data, settings) = split(small_mnist), Settings(epochs=EPOCHS, width=0.2)
    network, history = train(*split_data, settings, fitted / "training" / "image", resume=True)
    assert len(history) == EPOCHS
    best = keras.models.load_model(fitted / "training" / "image" / "best.keras", compile=False)
    for array, expected in zip(network.get_weights(), best.get_weights(), strict=True):
        np.testing.assert_array_equal(array, expected)


def test_a_report_of_another_network_is_not_written_over(data, fitted, capsys):
    (fitted / "report.json").write_text(json.dumps({"model": {"sha256": "another"}}))
    assert evaluate_model.main([*data.options, *MEASURING, *written(fitted)]) == 1
    assert "report.json is another network's" in capsys.readouterr().err


def test_training_needs_no_pen_digits(data, fit_options, tmp_path):
    options = [*fit_options(tmp_path), "--mnist-only", "--epochs=1"]
    assert train_model.main(options) == 0
    report = read_report(tmp_path / "report.json")
    assert [row["data"] for row in report["digits"]] == ["MNIST test"]
    assert load_classifier(tmp_path / "model.keras").number_weights is None


def test_a_fit_that_is_killed_at_any_moment_resumes_to_the_same_end(
    fit_options, tmp_path, tiny_fit, chance
):
    """Killed while it wrote its first state, a fit could not be resumed; killed elsewhere, it
    went on with other dropout, in another order, or with the batches of another epoch.
    """
    options = fit_options(tmp_path)
    for _ in range(KILLS):
        killed_after(options, chance.uniform(0, 2))
        for saved in tmp_path.rglob("*.keras"):
            if not saved.name.startswith(".new-"):
                keras.models.load_model(saved, compile=False)
    assert train_model.main([*options, "--resume"]) == 0

    resumed, at_once = (read_report(folder / "report.json") for folder in (tmp_path, tiny_fit))
    assert [row["epoch"] for row in resumed["history"]] == list(range(EPOCHS))
    for row, expected in zip(resumed["history"], at_once["history"], strict=True):
        assert row == pytest.approx(expected, rel=1e-3)
    files = (folder / "model.keras" for folder in (tmp_path, tiny_fit))
    weights, expected = (
        keras.models.load_model(file, compile=False).get_weights() for file in files
    )
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


def test_without_resume_a_fit_starts_afresh(tiny_fit):
    """Its folder held nine epochs of another."""
    assert len(read_history(tiny_fit / "training" / "image" / "history.csv")) == EPOCHS


def test_the_best_epoch_is_saved_not_the_last(tiny_fit, data):
    options = train_model.parse([*data.options, "--made=3"])
    history = read_history(tiny_fit / "training" / "image" / "history.csv")
    validation = hold_back(load_sources(options))
    best = keras.models.load_model(tiny_fit / "training" / "image" / "best.keras")
    loss, _ = best.evaluate(*as_targets(validation.all), verbose=0)
    assert loss == pytest.approx(min(row["val_loss"] for row in history), rel=1e-3)


def test_missing_data_ends_the_command_with_a_message(tmp_path, capsys):
    assert train_model.main([f"--mnist={tmp_path / 'gone.npz'}", "--mnist-only"]) == 1
    assert "gone.npz is not MNIST" in capsys.readouterr().err
