"""What more writers, filters and epochs give: short fits, measured on new people.

    python benchmarks/learning_curve.py --mnist … --pen-digits … --pen-letters … --unipen …

Each fit changes one thing of the first: three epochs of a network with half of the committed
one's filters, six minutes of a processor. Half of the writers that train or validate are held back
from all of them and measure; the test writers are left alone. Seeds show how much of a difference
is chance. `--only writers` (or seeds, filters, epochs) runs one curve. The course of each fit goes
to stderr.
"""

import argparse
import contextlib
import os
import sys
import tempfile
from dataclasses import replace
from itertools import chain
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")

import keras
import numpy as np

from digit_model.data.load import Sources, add_source_options, load_sources
from digit_model.data.samples import PenSample
from digit_model.data.split import Split
from digit_model.errors import DataError
from digit_model.evaluation.metrics import accuracy, worst_tenth
from digit_model.strokes.render import draw_anywhere
from digit_model.training.calibration import log_loss
from digit_model.training.fit import train
from digit_model.training.material import split_training_data
from digit_model.training.settings import Settings

SHORT = Settings(epochs=3, width=0.5)
EVERY_WRITER = None

# curve: [(what it is called, settings, how many writers are learnt from)]
CURVES = {
    "seeds": [(f"seed {n}", replace(SHORT, seed=n), EVERY_WRITER) for n in (1, 2)],
    "writers": [(f"{n} writers", SHORT, n) for n in (12, 25)],
    "epochs": [(f"{n} epochs", replace(SHORT, epochs=n), EVERY_WRITER) for n in (1, 6)],
    "filters": [
        (f"{width} of the filters", replace(SHORT, width=width), EVERY_WRITER)
        for width in (0.35, 0.7, 1.0)
    ],
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--only", choices=CURVES, help="run one curve; all by default")
    options, sources = load_people(parser)
    known, new = split_people(sources.digits.train + sources.digits.validation)
    images = draw_anywhere([digit.strokes for digit in new])
    # In a random order: by name, the first would all be of one laboratory.
    people = np.random.default_rng(0).permutation(sorted({digit.writer for digit in known}))
    curves = [CURVES[options.only]] if options.only else CURVES.values()
    right = f"{len(new):,} digits of new people right"
    print(f"| fit | parameters | {right} | log loss | median person | worst tenth |")
    print("|---|---:|---:|---:|---:|---:|", flush=True)
    for name, settings, writers in chain.from_iterable(curves):
        learnt = [digit for digit in known if digit.writer in people[:writers]]
        # MNIST alone chooses the epoch.
        network = fit(replace(sources, digits=Split(learnt)), settings)
        figures = measure(network, images, new)
        print(f"| {name} | {network.count_params():,} | {figures} |", flush=True)


def load_people(parser: argparse.ArgumentParser) -> tuple[argparse.Namespace, Sources]:
    """Return a command line's options and data; exit if there are no pen digits in it."""
    add_source_options(parser)
    options = parser.parse_args()
    if options.mnist_only:
        parser.error("without pen digits there are no people to measure on")
    try:
        return options, load_sources(options)
    except DataError as error:
        sys.exit(f"{parser.prog}: {error}")


def measure(network: keras.Sequential, images: np.ndarray, digits: list[PenSample]) -> str:
    """Return a table's cells: accuracy, log loss, the median person and the worst tenth."""
    labels = np.array([digit.label for digit in digits])
    writers = np.array([digit.writer for digit in digits])
    logits = network.predict(images[..., None], verbose=0)
    people = [accuracy(logits[writers == w], labels[writers == w]) for w in np.unique(writers)]
    cells = f"{accuracy(logits, labels):.2%} | {log_loss(logits, labels):.4f}"
    return f"{cells} | {np.median(people):.1%} | {worst_tenth(people):.1%}"


def split_people(digits: list[PenSample]) -> tuple[list[PenSample], list[PenSample]]:
    """Split pen digits into those of every other writer and the rest."""
    writers = sorted({digit.writer for digit in digits})
    known = set(writers[::2])
    return [d for d in digits if d.writer in known], [d for d in digits if d.writer not in known]


def fit(sources: Sources, settings: Settings) -> keras.Sequential:
    """Train a network and delete its files."""
    material, validation = split_training_data(sources)
    with tempfile.TemporaryDirectory() as folder, contextlib.redirect_stdout(sys.stderr):
        return train(material, validation, settings, folder)[0]


if __name__ == "__main__":
    main()
