"""One tiny fit that all tests of training share, whichever process runs them."""

import fcntl
import shutil
from pathlib import Path
from typing import NamedTuple

import pytest

import train_model
from tests.pen_digits import write_digits

NOT_HERE = [
    f"--without={name}" for name in ("unipen", "uji-digits", "outlines", "omniglot", "sketches")
]
EPOCHS, STROKE_EPOCHS = 3, 2
MEASURING = ["--photographs=0", "--made=3", "--numbers=2"]
FITTING = [
    *("--batch-size=32", "--workers=0", "--width=0.2", "--composed=4", f"--epochs={EPOCHS}"),
    *("--stroke-batch-size=16", f"--stroke-epochs={STROKE_EPOCHS}"),
]


class Data(NamedTuple):
    """Options that name small data, and MNIST's alone."""

    options: list[str]
    mnist: Path


def written(folder):
    """Return the options by which a command writes all its files to a folder."""
    files = {"model": "model.keras", "report": "report.json", "docs": "docs"}
    return [f"--{option}={folder / name}" for option, name in files.items()]


LETTER_H = (
    '.SEGMENT CHARACTER 0 ? "H"\n.COMMENT Class [H]\n'
    ".PEN_DOWN\n 10 30\n 10 90\n.PEN_UP\n.PEN_DOWN\n 60 30\n 60 90\n.PEN_UP\n"
)


@pytest.fixture(scope="session")
def data(tmp_path_factory, small_mnist, write_unipen):
    """Return small data: MNIST's, all ten digits of four people, and a letter of two."""
    letters = tmp_path_factory.mktemp("letters")
    for writer in (13, 9):  # one trains, one tests
        (letters / f"UJIpenchars-w{writer:02}.txt").write_text(LETTER_H)
    pen_digits = write_unipen(write_digits(writers=(1, 2, 4, 7)))
    files = [f"--mnist={small_mnist}", f"--pen-digits={pen_digits}", f"--pen-letters={letters}"]
    return Data([*files, *NOT_HERE], small_mnist)


@pytest.fixture(scope="session")
def fit_options(data):
    """Return a function of a folder: the command line of a fit of seconds that writes there."""
    return lambda folder: [
        *data.options,
        *MEASURING,
        *FITTING,
        *written(folder),
        f"--folder={folder / 'training'}",
    ]


@pytest.fixture(scope="session")
def tiny_fit(shared_folder, fit_options):
    """Return the folder of a fit that has ended; it is only read. One process makes it for all."""
    folder = shared_folder / "tiny-fit"
    with open(shared_folder / "tiny-fit.lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not folder.exists():
            unfinished = shared_folder / "unfinished-fit"
            leave_another_fit(unfinished / "training" / "image")
            assert train_model.main(fit_options(unfinished)) == 0
            unfinished.rename(folder)
    return folder


def leave_another_fit(folder):
    """Write what a fit of nine epochs leaves, if it was killed."""
    folder.mkdir(parents=True)
    (folder / "epoch-0009.weights.h5").write_bytes(b"weights of another network")
    (folder / "history.csv").write_text("epoch,val_loss\n" + "8,0.1\n" * 9)


@pytest.fixture
def fitted(tiny_fit, tmp_path):
    """Return the test's folder with a copy of that fit."""
    return shutil.copytree(tiny_fit, tmp_path, dirs_exist_ok=True)
