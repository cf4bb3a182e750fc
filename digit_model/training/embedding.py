"""The embedding in which the page learns a handwriting, found by people who train.

The embedding comes from linear discriminant analysis (Fisher 1936) with one class for each digit
of each person: what differs between one person's fours counts little, what differs between two
people's fours counts much.
"""

from collections.abc import Callable, Iterator

import numpy as np
from scipy.linalg import eigh

from digit_model.classifier import Classifier
from digit_model.data.samples import PenSample
from digit_model.hand.embedding import Embedding, mix_channels
from digit_model.strokes.people import draw_people

CHANNELS = 32  # left at each place of the map
DIMENSIONS = 192  # of the small space: 768 bytes an example
RIDGE = 0.01  # of the mean variance, added to every direction's: people are few

BATCH = 500


def fit_handwriting(classifier: Classifier, digits: list[PenSample]) -> Embedding:
    """Find the embedding by digits of people who train.

    Its constants are the same for every network: those who train leave too few errors to choose
    them by. benchmarks/unseen_people.py compares them on people whom a network never saw.

    Args:
        classifier: whose features are embedded; its own embedding plays no part.
        digits: of people who train.
    """
    drawn = draw_people(digits)
    images = np.concatenate([person.images for person in drawn])
    styles = [f"{person.writer} {label}" for person in drawn for label in person.labels]
    order = np.random.default_rng(0).permutation(
        len(images)
    )  # each batch has people of all sources

    def batches() -> Iterator[np.ndarray]:
        for start in range(0, len(order), BATCH):
            yield classifier.features(images[order[start : start + BATCH]])[1]

    maps = [layer.shape for layer in classifier.layers if len(layer.shape) == 3]
    return fit_embedding(batches, maps[-1][-1], np.array(styles)[order])


def fit_embedding(
    batches: Callable[[], Iterator[np.ndarray]], channels: int, styles: np.ndarray
) -> Embedding:
    """Find the space in which people's styles of writing a digit are furthest apart.

    Args:
        batches: returns (m, places × channels) float32 features, batch by batch, of the same n
            drawings at every call.
        channels: at each place of the last map.
        styles: (n,) of anything: drawings of one style are one person's, of one digit.
    """
    first = next(batches())
    deviations = (first - first.mean(axis=0)).reshape(-1, channels)
    mixing = _largest(deviations.T @ deviations, None, min(CHANNELS, channels))
    mixed = np.concatenate([mix_channels(features, mixing) for features in batches()])
    mean = mixed.mean(axis=0)
    within, between = _scatter(mixed - mean, np.unique(styles, return_inverse=True)[1])
    ridge = RIDGE * np.trace(within) / len(within)
    within[np.diag_indices_from(within)] += max(ridge, np.finfo(np.float32).eps)
    matrix = _largest(between, within, min(DIMENSIONS, len(within)))
    return Embedding(mixing, matrix, mean @ matrix)


def _scatter(deviations: np.ndarray, style: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the covariance inside styles and that of their means: two (d, d) float64."""
    counts = np.bincount(style)
    means = np.zeros((len(counts), deviations.shape[1]), np.float32)
    np.add.at(means, style, deviations)
    means /= counts[:, None]
    inside = (deviations - means[style])[counts[style] > 1]
    within = inside.T @ inside / max(len(inside), 1)
    total = deviations.T @ deviations / len(deviations)
    return within.astype(float), (total - within).astype(float)


def _largest(matrix: np.ndarray, against: np.ndarray | None, count: int) -> np.ndarray:
    """Return the eigenvectors of the largest eigenvalues, (d, count) float32."""
    last = len(matrix) - 1
    vectors = eigh(matrix, against, subset_by_index=[last - count + 1, last])[1]
    return np.ascontiguousarray(vectors[:, ::-1], np.float32)
