"""What labelled drawings vote."""

import tracemalloc
from itertools import product

import numpy as np
import pytest

from digit_model.hand.votes import (
    LEAST_STRICTNESS,
    NOT_A_DIGIT,
    STRICTNESS_LEFT,
    Example,
    Examples,
    persuade,
)

ALONE = np.array([0.01] * 4 + [0.3, 0.62] + [0.01] * 4, np.float32)


def example(label=4, read=5):
    return Example(np.float32([1, 0]), label, read, ALONE)


def test_of_too_many_the_oldest_that_the_network_reads_by_itself_goes_first():
    examples = Examples(most=3)
    for key, needed in enumerate([True, False, False, True, True]):
        examples.add({key: example(read=5 if needed else 4)})
    assert [*examples.keys] == [0, 3, 4]
    examples.add({5: example()})
    assert [*examples.keys] == [3, 4, 5]


def test_an_example_takes_a_kilobyte_at_most():
    rng = np.random.default_rng(0)
    tracemalloc.start()
    examples = Examples()
    vectors = rng.normal(size=(1_000, 192)).astype(np.float32)
    examples.add({rng.bytes(16): Example(vector, 4, 5, ALONE) for vector in vectors})
    del vectors
    taken, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert taken / len(examples) < 1_024


def test_nothing_votes_for_what_is_like_nothing():
    examples = Examples()
    examples.add({0: example()})
    assert not examples.votes(np.float32([0, 1]), 0.2).any()


def test_each_label_has_the_vote_of_its_most_similar_example():
    examples = Examples()
    for key, (label, cosine) in enumerate(product([4, NOT_A_DIGIT], [0.6, 0.8])):
        vector = np.float32([cosine, np.sqrt(1 - cosine**2)])
        examples.add({key: Example(vector, label, 5, ALONE)})
    votes = examples.votes(np.float32([1, 0]), 0.5)
    np.testing.assert_allclose(votes, [0, 0, 0, 0, 0.6, 0, 0, 0, 0, 0, 0.6], atol=1e-6)


def test_votes_persuade_what_is_certain_without_overflow():
    certain = np.eye(10, dtype=np.float32)[3]
    with np.errstate(all="raise", under="ignore"):
        found = persuade(certain, np.eye(11)[4], 100)
    assert found[4] == pytest.approx(1, abs=1e-4)


def test_thresholds_fall_to_a_bound_and_rise_again_with_what_is_not_a_digit():
    examples = Examples()
    for key in range(100):
        examples.add({key: example(4, NOT_A_DIGIT)})
    assert examples.strictness == pytest.approx(LEAST_STRICTNESS)
    for key in range(100, 200):
        examples.add({key: example(NOT_A_DIGIT, 5)})
    assert examples.strictness == 1
    examples.drop(150)
    assert examples.strictness == pytest.approx(
        LEAST_STRICTNESS + (1 - LEAST_STRICTNESS) * STRICTNESS_LEFT
    )
