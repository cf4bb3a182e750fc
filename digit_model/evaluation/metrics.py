"""What probabilities are worth: accuracy, calibration, confusion, person by person."""

import math
from collections import defaultdict
from collections.abc import Hashable, Iterable, Sequence

import numpy as np
from scipy.special import softmax


def accuracy(probabilities: np.ndarray, labels: np.ndarray) -> float:
    """Return the share of (n, 10) probabilities whose largest is at its (n,) label."""
    return float(np.mean(probabilities.argmax(axis=1) == labels))


def expected_calibration_error(
    probabilities: np.ndarray, labels: np.ndarray, bins: int = 15
) -> float:
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


def reliability(
    probabilities: np.ndarray, labels: np.ndarray, bins: int = 15
) -> list[dict[str, float]]:
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


def uncalibrated(probabilities: np.ndarray, temperature: float) -> np.ndarray:
    """Return what (n, 10) probabilities were before their logits were divided."""
    tiny = np.finfo(np.float32).tiny
    return softmax(np.log(np.maximum(probabilities, tiny)) * temperature, axis=1)


def confusion_matrix(probabilities: np.ndarray, labels: np.ndarray) -> np.ndarray:
    """Count (10, 10) how often each label, by row, was read as each digit, by column."""
    counts = np.zeros((10, 10), int)
    np.add.at(counts, (labels, probabilities.argmax(axis=1)), 1)
    return counts


def accuracy_by_person(
    probabilities: np.ndarray, labels: np.ndarray, people: Sequence[Hashable], least: int = 10
) -> dict[Hashable, tuple[float, int]]:
    """Return each person's accuracy.

    Args:
        probabilities: (n, 10).
        labels: (n,) 0–9.
        people: n names.
        least: a person with fewer digits is left out: one error would weigh too much.

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


def worst_tenth(accuracies: Iterable[float]) -> float:
    """Return the mean of the lowest tenth of accuracies, rounded up: of at least one.

    Each person counts the same, however many digits they wrote.
    """
    accuracies = sorted(accuracies)
    return float(np.mean(accuracies[: math.ceil(len(accuracies) / 10)]))


def mix_ups(
    probabilities: np.ndarray, labels: np.ndarray, pair: tuple[int, int] = (1, 7)
) -> np.ndarray:
    """Return the (n,) confidences of those answers that confuse the two digits of a pair."""
    read = probabilities.argmax(axis=1)
    mixed_up = np.isin(labels, pair) & np.isin(read, pair) & (read != labels)
    return probabilities.max(axis=1)[mixed_up]
