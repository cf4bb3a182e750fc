import json
import subprocess
import sys
import time

import keras
import numpy as np
import pytest

import train_model
from digit_model import load_classifier
from digit_model.checkpoints import read_history
from digit_model.data.mnist import load_mnist
from digit_model.data.sources import Sources
from digit_model.data.unipen import PenSample
from digit_model.training import DistortedBatches, Settings, split_training_data
from tools import evaluate_model

KILLS = 2  # of a fit; each start takes seconds
STEM = (np.array([[0.0, 0.0], [0.0, 1.0]]),)
STEMS = [PenSample(1, writer, STEM) for writer in (1, 2)]


def split(mnist_file, train_digits=(), validation_digits=()):
    """Return the TrainingData of these images and pen digits."""
    mnist = load_mnist(mnist_file)
    return split_training_data(Sources(mnist, train_digits, list(validation_digits), [], [], []))


@pytest.fixture
def options(tmp_path, small_mnist):
    """Return the command line of a fit of seconds that writes to a temporary folder."""
    return [
        f"--mnist={small_mnist}",
        f"--model={tmp_path / 'model.keras'}",
        f"--report={tmp_path / 'report.json'}",
        f"--folder={tmp_path / 'training'}",
        "--batch-size=32",
        "--photographs=0",
    ]


def test_a_batch_holds_images_pen_digits_and_no_digits(small_mnist):
    data = split(small_mnist, STEMS)
    batches = DistortedBatches(data, Settings(batch_size=32))
    images, targets = batches[0]
    assert images.shape == (32, 28, 28, 1)
    assert images.dtype == targets.dtype == np.float32
    np.testing.assert_allclose(targets.sum(axis=1), 1, atol=1e-6)
    assert (targets.max(axis=1) < 0.2).sum() == 3  # no digits: all digits equally likely
    assert (targets[16:29].max(axis=1) == 1).all()  # 13 pen digits and shapes


def test_without_pen_digits_a_batch_is_all_images(small_mnist):
    data = split(small_mnist)
    _, targets = DistortedBatches(data, Settings(batch_size=32))[0]
    assert (targets.max(axis=1) == 1).all()


def test_validation_images_are_never_trained_on(small_mnist):
    data = split(small_mnist, [], STEMS)
    assert len(data.images) == 220
    assert len(data.validation_images) == 20 + 3 * 2
    labels = load_mnist(small_mnist)["y_train"][220:]
    np.testing.assert_array_equal(data.validation_labels[:20], labels)


def test_pen_digits_are_drawn_where_there_are_any(small_mnist):
    assert split(small_mnist, [], STEMS).drawn_labels.tolist() == [1] * 6
    assert len(split(small_mnist).drawn_images) == 20


def test_hands_of_mnist_help_to_choose_the_temperature(small_mnist):
    images, labels = split(small_mnist, [], STEMS).calibration
    held_back = load_mnist(small_mnist)["y_train"][220:]
    np.testing.assert_array_equal(labels, [*[1] * 6, *held_back])
    assert images.shape == (26, 28, 28)


def test_an_epoch_differs_from_the_next_and_can_be_repeated(small_mnist):
    data = split(small_mnist, STEMS)
    batches = DistortedBatches(data, Settings(batch_size=32))
    first = batches[0][0]
    batches.on_epoch_end()
    second = batches[0][0]
    again = DistortedBatches(data, Settings(batch_size=32), first_epoch=1)[0][0]
    assert not np.array_equal(first, second)
    np.testing.assert_array_equal(second, again)


def test_one_epoch_writes_model_and_report(options, tmp_path, write_unipen, write_letters, capsys):
    pen_digits = write_unipen(writers=range(1, 31))
    pens = [f"--pen-digits={pen_digits}", f"--pen-letters={write_letters()}"]
    assert train_model.main([*options, *pens, "--epochs=1"]) == 0

    report = json.loads((tmp_path / "report.json").read_text())
    classifier = load_classifier(tmp_path / "model.keras")
    assert report["model"]["sha256"] == classifier.fingerprint
    assert report["model"]["parameters"] <= 300_000
    assert [row["epoch"] for row in report["history"]] == [0]
    assert {row["images"] for row in report["digits"]} == {20, 4}
    assert not list(tmp_path.glob(".new-*"))
    out = capsys.readouterr().out
    assert "1/1" in out
    assert "| MNIST test | 20 |" in out

    written = [f"--model={tmp_path / 'model.keras'}", f"--report={tmp_path / 'report.json'}"]
    errors = tmp_path / "pictures" / "errors.png"
    written += [f"--errors={errors}", f"--examples={tmp_path / 'examples.npz'}"]
    measure = [options[0], *pens, *written, "--photographs=0"]
    assert evaluate_model.main(measure) == 0
    assert json.loads((tmp_path / "report.json").read_text()) == report
    assert errors.stat().st_size
    assert "drawn  read as" in capsys.readouterr().out


def test_a_network_rejects_by_the_thresholds_that_its_training_measured(options, tmp_path):
    """Trained with `--report` elsewhere, it rejected by a default."""
    train_model.main([*options, "--mnist-only", "--epochs=1"])
    report = json.loads((tmp_path / "report.json").read_text())
    assert report["thresholds"] == load_classifier(tmp_path / "model.keras").thresholds.tolist()


def test_a_report_has_no_say_in_what_is_rejected(options, tmp_path):
    train_model.main([*options, "--mnist-only", "--epochs=1"])
    file = tmp_path / "report.json"
    report = json.loads(file.read_text())
    file.write_text(json.dumps(report | {"thresholds": [100] * 10, "temperature": 100}))
    written = [f"--model={tmp_path / 'model.keras'}", f"--report={file}"]
    written += [f"--errors={tmp_path / 'errors.png'}", f"--examples={tmp_path / 'examples.npz'}"]
    assert evaluate_model.main([options[0], "--mnist-only", "--photographs=0", *written]) == 0
    assert json.loads(file.read_text())["digits"] == report["digits"]


def test_after_its_last_epoch_a_fit_that_resumes_writes_the_model_again(options, tmp_path):
    train_model.main([*options, "--mnist-only", "--epochs=1"])
    (tmp_path / "model.keras").unlink()
    assert train_model.main([*options, "--mnist-only", "--epochs=1", "--resume"]) == 0
    assert load_classifier(tmp_path / "model.keras").thresholds.min() > 0


def test_a_report_of_another_network_is_not_written_over(options, tmp_path, capsys):
    train_model.main([*options, "--mnist-only", "--epochs=1"])
    (tmp_path / "report.json").write_text(json.dumps({"model": {"sha256": "another"}}))
    written = [f"--model={tmp_path / 'model.keras'}", f"--report={tmp_path / 'report.json'}"]
    assert evaluate_model.main([options[0], "--mnist-only", "--photographs=0", *written]) == 1
    assert "report.json is another network's" in capsys.readouterr().err


def test_training_needs_no_pen_digits(options, tmp_path):
    assert train_model.main([*options, "--mnist-only", "--epochs=1"]) == 0
    report = json.loads((tmp_path / "report.json").read_text())
    assert [row["data"] for row in report["digits"]] == ["MNIST test"]


def test_own_drawings_are_learnt_from_with_mnist_alone(options, tmp_path, capsys):
    """With `--mnist-only` they were left out without a word."""
    file = write_drawings(tmp_path, labels=[3, 4, -1])
    command = [*options, "--mnist-only", f"--drawings={file}", "--epochs=1"]
    assert train_model.main(command) == 0
    assert "220 images, 2 pen digits to learn from" in capsys.readouterr().out


def test_with_mnist_alone_drawings_without_a_digit_are_an_error(options, tmp_path, capsys):
    file = write_drawings(tmp_path, labels=[-1])
    assert train_model.main([*options, "--mnist-only", f"--drawings={file}"]) == 1
    assert "drawings.npz has no digits" in capsys.readouterr().err


def write_drawings(folder, labels):
    """Write drawings as the page exports them, all alike."""
    file = folder / "drawings.npz"
    np.savez(file, y=np.array(labels), strokes=np.array(["[[[0, 0], [9, 40]]]"] * len(labels)))
    return file


def test_a_fit_that_is_killed_at_any_moment_resumes_to_the_same_end(options, tmp_path):
    """Killed while it wrote its first state, a fit could not be resumed; killed elsewhere, it
    went on with other dropout, in another order, or with the batches of another epoch.
    """
    options = [*options, "--mnist-only", "--epochs=8"]
    rng = np.random.default_rng()
    for _ in range(KILLS):
        killed_after(options, rng.uniform(0, 2))
        for kept in tmp_path.rglob("*.keras"):
            if not kept.name.startswith(".new-"):
                keras.models.load_model(kept, compile=False)
    assert train_model.main([*options, "--resume"]) == 0
    resumed = json.loads((tmp_path / "report.json").read_text())
    weights = keras.models.load_model(tmp_path / "model.keras", compile=False).get_weights()

    assert train_model.main(options) == 0
    at_once = json.loads((tmp_path / "report.json").read_text())
    assert [row["epoch"] for row in resumed["history"]] == list(range(8))
    for row, expected in zip(resumed["history"], at_once["history"], strict=True):
        assert row == pytest.approx(expected, rel=1e-3)
    expected = keras.models.load_model(tmp_path / "model.keras", compile=False).get_weights()
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


def test_without_resume_a_fit_starts_afresh(options, tmp_path):
    train_model.main([*options, "--mnist-only", "--epochs=2"])
    train_model.main([*options, "--mnist-only", "--epochs=1"])
    assert len(read_history(tmp_path / "training" / "history.csv")) == 1


def test_the_best_epoch_is_kept_not_the_last(options, tmp_path):
    train_model.main([*options, "--mnist-only", "--epochs=3"])
    history = read_history(tmp_path / "training" / "history.csv")
    data = split(options[0].removeprefix("--mnist="))
    best = keras.models.load_model(tmp_path / "training" / "best.keras")
    loss, _ = best.evaluate(
        data.validation_images[..., None], np.eye(10)[data.validation_labels], verbose=0
    )
    assert loss == pytest.approx(min(row["val_loss"] for row in history), rel=1e-3)


def test_missing_data_ends_the_command_with_a_message(tmp_path, capsys):
    assert train_model.main([f"--mnist={tmp_path / 'gone.npz'}", "--mnist-only"]) == 1
    assert "gone.npz is not MNIST" in capsys.readouterr().err
