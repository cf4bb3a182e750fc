"""What probabilities are worth: accuracy, log loss, calibration, confusion."""

import numpy as np
from scipy.special import log_softmax


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


def log_loss(logits, labels):
    """Return the mean negative log-likelihood of (n,) labels under (n, 10) logits."""
    return -log_softmax(logits, axis=1)[np.arange(len(labels)), labels].mean()


def confusion_matrix(probabilities, labels):
    """Count (10, 10) how often each label, by row, was read as each digit, by column."""
    counts = np.zeros((10, 10), int)
    np.add.at(counts, (labels, probabilities.argmax(axis=1)), 1)
    return counts
