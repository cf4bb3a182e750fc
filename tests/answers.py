"""Answers of a network, made up."""

import numpy as np


def sure(digits, confidence):
    """Return probabilities that give each digit this confidence and the rest evenly."""
    probabilities = np.full((len(digits), 10), (1 - confidence) / 9)
    probabilities[np.arange(len(digits)), digits] = confidence
    return probabilities
