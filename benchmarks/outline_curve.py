"""What more people who draw outlines give: short fits, measured on outlines by new people.

    python benchmarks/outline_curve.py --mnist … --pen-digits … --pen-letters … --shapes …

Fits as of learning_curve.py, six minutes of a processor each: each learns outlines from twice as
many people as the one before. Half of the people whose outlines train or validate are held back
from all of them and measure; the test people are left alone. The threshold is
such that as few of the new hands' digits are rejected as by a whole fit's own. The course of each
fit goes to stderr.
"""

import argparse
import os
import sys
from dataclasses import replace
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")

import numpy as np

from benchmarks.learning_curve import SHORT, fit, load_hands, split_hands
from digit_model.data.split import Split
from digit_model.strokes.render import draw_anywhere
from digit_model.training.calibration import REJECTED_DIGITS

KINDS = ["rectangle", "triangle", "other"]
PEOPLE = [3, 6, 12]


def main():
    _, sources = load_hands(argparse.ArgumentParser(description=__doc__.split("\n")[0]))
    if not sources.shapes.train:
        sys.exit("without outlines there is nothing to measure")
    known, new = split_hands(sources.shapes.train + sources.shapes.validation)
    hands, new_hands = split_hands(sources.digits.train + sources.digits.validation)
    digits = draw_anywhere([digit.strokes for digit in new_hands])
    outlines = {
        kind: draw_anywhere([outline.strokes for outline in new if outline.label == kind])
        for kind in KINDS
    }
    print(
        "| people who drew outlines | " + " | ".join(f"{kind}s rejected" for kind in KINDS) + " |"
    )
    print("|---:|" + "---:|" * len(KINDS), flush=True)
    people = np.random.default_rng(0).permutation(sorted({outline.writer for outline in known}))
    for count in PEOPLE:
        learnt = [outline for outline in known if outline.writer in people[:count]]
        network = fit(replace(sources, digits=Split(hands), shapes=Split(learnt)), SHORT)
        shares = measure(network, digits, outlines.values())
        print(f"| {count} | " + " | ".join(f"{share:.1%}" for share in shares) + " |", flush=True)


def measure(network, digits, outlines):
    """Return the share rejected of each array of outlines, if few of the digits are."""
    threshold = np.quantile(logit_spread(network, digits), REJECTED_DIGITS)
    return [float(np.mean(logit_spread(network, images) < threshold)) for images in outlines]


def logit_spread(network, images):
    """Return the spread of the logits that a network gives for (n, 28, 28) images: (n,)."""
    return network.predict(images[..., None], verbose=0).std(axis=1)


if __name__ == "__main__":
    main()
