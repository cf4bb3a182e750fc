"""What probabilities are worth: accuracy, log loss, calibration, confusion, people."""

import math
from collections import defaultdict

import numpy as np
from scipy.special import softmax


def accuracy(probabilities, labels):
    """Return the share of (n, 10) probabilities whose largest is at its (n,) label."""
    return float(np.mean(probabilities.argmax(axis=1) == labels))


def expected_calibration_error(probabilities, labels, bins=15):
    """Return how far confidence is from accuracy, averaged over bins of confidence.

    After Naeini, Cooper & Hauskrecht 2015 and Guo et al. 2017.

    Args:
        probabilities: (n, 10), rows sum to 1.
        labels: (n,) 0–9.
        bins: how many bins of equal width [0, 1] is cut into.

    Returns:
        float in [0, 1].
    """
    rows = reliability(probabilities, labels, bins)
    gaps = [row["images"] * abs(row["accuracy"] - row["confidence"]) for row in rows]
    return float(sum(gaps) / len(labels))


def reliability(probabilities, labels, bins=15):
    """Return what confidence is worth, bin by bin of confidence; empty bins are left out.

    Args:
        probabilities, labels, bins: as for `expected_calibration_error`.

    Returns:
        A list of {"confidence", "accuracy", "images"}: means over a bin, and how many.
    """
    confidence = probabilities.max(axis=1)
    right = probabilities.argmax(axis=1) == labels
    bin_of = np.minimum((confidence * bins).astype(int), bins - 1)
    return [
        {
            "confidence": float(confidence[bin_of == number].mean()),
            "accuracy": float(right[bin_of == number].mean()),
            "images": int((bin_of == number).sum()),
        }
        for number in np.unique(bin_of)
    ]


def uncalibrated(probabilities, temperature):
    """Return what (n, 10) probabilities were before their logits were divided."""
    tiny = np.finfo(np.float32).tiny
    return softmax(np.log(np.maximum(probabilities, tiny)) * temperature, axis=1)


def confusion_matrix(probabilities, labels):
    """Count (10, 10) how often each label, by row, was read as each digit, by column."""
    counts = np.zeros((10, 10), int)
    np.add.at(counts, (labels, probabilities.argmax(axis=1)), 1)
    return counts


def accuracy_by_person(probabilities, labels, people, least=10):
    """Return each person's accuracy.

    Args:
        probabilities: (n, 10).
        labels: (n,) 0–9.
        people: n names, of anything that can be a dict's key.
        least: a person with fewer digits is left out: one error would be too much of them.

    Returns:
        {name: (accuracy, digits)}.
    """
    right = defaultdict(list)
    for person, is_right in zip(people, probabilities.argmax(axis=1) == labels, strict=True):
        right[person].append(is_right)
    return {
        person: (float(np.mean(own)), len(own))
        for person, own in right.items()
        if len(own) >= least
    }


def worst_tenth(accuracies):
    """Return the mean of the lowest tenth of accuracies, rounded up: of at least one.

    Each person counts the same, whatever the number of their digits.
    """
    return float(np.mean(sorted(accuracies)[: math.ceil(len(accuracies) / 10)]))


def mix_ups(probabilities, labels, pair=(1, 7)):
    """Return the (n,) confidences of those answers that take one digit of a pair for the other."""
    read = probabilities.argmax(axis=1)
    mixed_up = np.isin(labels, pair) & np.isin(read, pair) & (read != labels)
    return probabilities.max(axis=1)[mixed_up]
