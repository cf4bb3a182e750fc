"""Time one drawing through the classifier, beside Keras's own two ways and a Hand, in one run.

    python benchmarks/classify.py

Prints median and 95th percentile in milliseconds, and each median as a ratio to
`Classifier.classify`'s.
"""

import argparse
import os
import sys
import time
from itertools import cycle
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")

import numpy as np

from digit_model import Hand
from digit_model.loading import MODEL_FILE, image_network
from preprocess import canvas_to_mnist
from server.network import load_for_serving

ROUNDS = 300
LEARNT = 500  # drawings that the Hand has learnt


def main():
    argparse.ArgumentParser(description=__doc__.split("\n")[0]).parse_args()
    classifier = load_for_serving(MODEL_FILE)
    import keras

    model = image_network(keras.models.load_model(MODEL_FILE, compile=False))
    canvas = np.zeros((280, 280, 4), np.uint8)
    canvas[60:220, 130:150] = 255
    image = canvas_to_mnist(canvas)
    strokes = [np.stack([np.full(60, 140), np.linspace(60, 220, 60)], axis=1)]
    batch = image[None, ..., None]
    drawings = np.random.default_rng(0).random((LEARNT, 28, 28), np.float32)
    labels = np.arange(LEARNT) % 10
    hand = Hand(classifier)
    hand.learn_all(drawings, labels)
    # A Hand remembers the drawings that it read last.
    others = cycle([np.roll(image, shift, (0, 1)) for shift in np.ndindex(12, 12)])
    cached = hand.cached(drawings)
    ways = {
        "Classifier.classify": (ROUNDS, lambda: classifier.classify(image)),
        "… with strokes": (ROUNDS, lambda: classifier.classify(image, strokes)),
        f"Hand.classify, {LEARNT}": (ROUNDS, lambda: hand.classify(next(others))),
        f"Hand.learn_all, {LEARNT}": (
            ROUNDS // 30,
            lambda: Hand(classifier).learn_all(drawings, labels),
        ),
        "… from its cache": (
            ROUNDS // 30,
            lambda: Hand(classifier).learn_all(drawings, labels, cached),
        ),
        "canvas_to_mnist": (ROUNDS, lambda: canvas_to_mnist(canvas)),
        "model(image)": (ROUNDS, lambda: model(batch, training=False).numpy()),
        "model.predict(image)": (ROUNDS // 3, lambda: model.predict(batch, verbose=0)),
    }
    medians = {}
    print(f"{'':22} median ms   95 % ms   ratio")
    for name, (rounds, call) in ways.items():
        call()
        times = [timed(call) for _ in range(rounds)]
        medians[name] = np.median(times)
        ratio = medians[name] / medians["Classifier.classify"]
        print(f"{name:22} {medians[name]:9.2f} {np.quantile(times, 0.95):9.2f} {ratio:7.1f}")


def timed(call):
    """Return how many milliseconds a call takes."""
    start = time.perf_counter()
    call()
    return (time.perf_counter() - start) * 1000


if __name__ == "__main__":
    main()
