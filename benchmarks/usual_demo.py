"""What a usual demo reads of the README's drawings: MNIST alone, the canvas shrunk to 28×28.

    python benchmarks/usual_demo.py

The network is that of Keras's own example, "Simple MNIST convnet": two convolutions, 34,826
parameters, 15 epochs. It gets the same drawings as ours, at the same places on the canvas. It
rejects nothing, and reads one digit only. Takes the data options of `train_model.py`; writes
docs/usual_demo.json and prints README's table.
"""

import argparse
import io
import json
import os
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")

import numpy as np
from PIL import Image, ImageOps

from digit_model.data.load import add_source_options, load_sources
from digit_model.errors import DataError
from digit_model.evaluation.evaluate import HeldBack
from digit_model.evaluation.metrics import accuracy
from digit_model.evaluation.photograph_sets import choose_pictures
from digit_model.report_file import REPORT_FILE, read_report
from digit_model.strokes.render import SIZES, render_on_canvas
from preprocess import BRUSH, CANVAS, FIELD, canvas_resized

FILE = Path(__file__).parents[1] / "docs" / "usual_demo.json"
EPOCHS = 15
PHOTOGRAPHS = "photographs of people's digits"
Rows = list[dict[str, Any]]

# README's rows: sets of people's digits by their names in a report, and what is not a digit.
ANYWHERE = "{}, anywhere, 20–80 % of the canvas, brush 20"
NEW = "UNIPEN, new laboratories"
KNOWN = "UNIPEN, known laboratories", "pen digits", "UJI Pen Characters"
READ = {
    "MNIST's 10,000 test images": ["MNIST test"],
    "digits anywhere on the canvas, people of unseen laboratories": [ANYWHERE.format(NEW)],
    "… by other people": [ANYWHERE.format(each) for each in KNOWN],
    "photographs of people's digits": [PHOTOGRAPHS],
}
REJECTED = {
    "letters": ["letter"],
    "rectangles, triangles, other outlines": [
        "outline, rectangle",
        "outline, triangle",
        "outline, other",
    ],
}
LENGTHS = {2: "two", 3: "three", 4: "four"}  # digits of a number


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; return its exit status."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    add_source_options(parser)
    parser.add_argument("--epochs", type=int, default=EPOCHS, help="%(default)s by default")
    parser.add_argument("--photographs", type=int, default=500, help="%(default)s by default")
    parser.add_argument("--file", type=Path, default=FILE, help="where the figures go")
    options = parser.parse_args(arguments)
    try:
        sources = load_sources(options)
    except DataError as error:
        print(f"usual_demo.py: {error}", file=sys.stderr)
        return 1
    network = train(sources.mnist, options.epochs)
    rows = measure(network, HeldBack.of(sources), options.photographs)
    usual = {"epochs": options.epochs, "sets": rows}
    options.file.write_text(json.dumps(usual, indent=1, ensure_ascii=False) + "\n", "utf-8")
    print(format_comparison(read_report(REPORT_FILE), rows))
    return 0


def train(mnist: dict[str, np.ndarray], epochs: int) -> Any:
    """Train Keras's example network as that example does: (n, 28, 28, 1) → (n, 10)."""
    import keras
    from keras import layers

    keras.utils.set_random_seed(0)
    network = keras.Sequential(
        [
            keras.Input((FIELD, FIELD, 1)),
            layers.Conv2D(32, 3, activation="relu"),
            layers.MaxPooling2D(),
            layers.Conv2D(64, 3, activation="relu"),
            layers.MaxPooling2D(),
            layers.Flatten(),
            layers.Dropout(0.5),
            layers.Dense(10, activation="softmax"),
        ]
    )
    network.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
    images = mnist["x_train"][..., None] / np.float32(255)
    network.fit(
        images, mnist["y_train"], batch_size=128, epochs=epochs, validation_split=0.1, verbose=2
    )
    return network


def measure(network: Any, held_back: HeldBack, photographs: int) -> Rows:
    """Measure a network on drawings and photographs, shrunk to 28×28.

    Args:
        network: a Keras model.
        held_back: what neither network learnt from.
        photographs: how many at most.

    Returns:
        {"data": the set's name in a report, "images", "right"} for each set.
    """
    mnist = held_back.mnist
    sets = [("MNIST test", mnist["y_test"], mnist["x_test"] / np.float32(255))]
    for name, samples in held_back.digits.items():
        labels = np.array([sample.label for sample in samples])
        images = shrink([sample.strokes for sample in samples])
        sets.append((ANYWHERE.format(name), labels, images))
    if held_back.digits and photographs:
        sets.append((PHOTOGRAPHS, *take_photographs(held_back, photographs)))
    return [
        {
            "data": name,
            "images": len(labels),
            "right": accuracy(network.predict(images[..., None], verbose=0), labels),
        }
        for name, labels, images in sets
    ]


def shrink(drawings: Iterable[list[np.ndarray]], seed: int = 0) -> np.ndarray:
    """Shrink the canvases of `draw_anywhere`, ink and all: (n, 28, 28) float32."""
    rng = np.random.default_rng(seed)
    return np.array(
        [
            canvas_resized(render_on_canvas(strokes, BRUSH, CANVAS * rng.uniform(*SIZES), rng))
            for strokes in drawings
        ]
    )


def take_photographs(held_back: HeldBack, count: int) -> tuple[np.ndarray, np.ndarray]:
    """Return labels, and the report's photographs shrunk as usual: (n, 28, 28) float32."""
    no_fonts = FILE.parent
    pictures = choose_pictures(held_back.mnist, held_back.all_digits, no_fonts, count)
    labels, makers = zip(*pictures[PHOTOGRAPHS], strict=True)
    files = [make(np.random.default_rng(seed)) for seed, make in enumerate(makers)]
    images = [shrink_photograph(Image.open(io.BytesIO(file))) for file in files]
    return np.array(labels), np.array(images)


def shrink_photograph(picture: Image.Image) -> np.ndarray:
    """Shrink a PIL.Image to 28×28, grey, and invert it if its paper is light."""
    grey = ImageOps.exif_transpose(picture).convert("L").resize((FIELD, FIELD))
    pixels = np.asarray(grey, np.float32) / 255
    return 1 - pixels if pixels.mean() > 0.5 else pixels


def format_comparison(report: dict[str, Any], usual: Rows) -> str:
    """Return README's table: the report of our network beside the usual demo's rows."""
    ours = {row["data"]: row for row in report["digits"] + report["photographs"]}
    theirs = {row["data"]: row for row in usual}
    lines = ["| read right | here | a usual demo |", "|---|---:|---:|"]
    for name, sets in READ.items():
        if measured := [each for each in sets if each in theirs]:
            here = mean_share([ours[each] for each in measured], "accuracy")
            there = mean_share([theirs[each] for each in measured], "right")
            lines.append(f"| {name} | {here:.1%} | {there:.1%} |")
    right = {row["length"]: row["right"] for row in report["numbers"] if not row["from_ink"]}
    shares = format_shares(right[length] for length in LENGTHS)
    lines.append(f"| numbers of {', '.join(LENGTHS.values())} digits | {shares} | 0% |")
    rejected = {row["data"]: row["rejected"] for row in report["no_digits"]}
    lines.append("| **rejected** | | |")
    for name, kinds in REJECTED.items():
        lines.append(f"| {name} | {format_shares(rejected[kind] for kind in kinds)} | 0% |")
    return "\n".join(lines)


def format_shares(shares: Iterable[float]) -> str:
    """Return shares in [0, 1] as percentages, such as "98.0, 97.5%"."""
    return ", ".join(f"{100 * share:.1f}" for share in shares) + "%"


def mean_share(rows: Rows, key: str) -> float:
    """Return a share over all images of several rows."""
    return float(np.average([row[key] for row in rows], weights=[row["images"] for row in rows]))


if __name__ == "__main__":
    sys.exit(main())
