"""Who trains, who validates and who tests: the one place that decides it.

Whole people are held back, with their digits, letters and signs: a handwriting seen in
training says nothing about a new one. Whole laboratories and alphabets are held back from
training as well, since people of one laboratory share its tablet and its country's
digits. What tests trains and chooses nothing.
"""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, field

from digit_model.data.samples import PenSample

# aga is American, gmd German, with crossed sevens and slashed zeros, hpb and imp are British, of
# seven and of 34 people; each has a tablet of its own. The two alphabets are as unlike those
# that train as any of the five.
TEST_SOURCES = frozenset(
    {
        *("unipen-aga", "unipen-gmd", "unipen-hpb", "unipen-imp"),
        *("omniglot-Balinese", "omniglot-Early_Aramaic"),
    }
)
VALIDATION_WRITERS = frozenset({"pendigits-7", "pendigits-14", "pendigits-21"})
# Of UJI, all people of version 1 test: others measure by them, too.
TEST_WRITERS = frozenset(
    {
        *("pendigits-4", "pendigits-12", "pendigits-20", "pendigits-28"),
        *(f"uji-{number}" for number in range(1, 12)),
    }
)
LISTED_SOURCES = frozenset({"pendigits"})

# All others are dealt out by their key: the same person always goes to the same part,
# independently of the other people. The seed was chosen so that each laboratory's parts come
# near their shares, before any network had seen them.
SEED = 10869
VALIDATION_SHARE = 0.13
TEST_SHARE = 0.15


@dataclass(frozen=True)
class Split:
    """Lists of PenSample, never one person in two of them."""

    train: list[PenSample] = field(default_factory=list)
    validation: list[PenSample] = field(default_factory=list)
    test: list[PenSample] = field(default_factory=list)


def split(samples: Iterable[PenSample]) -> Split:
    """Split PenSamples by person."""
    parts = Split()
    for sample in samples:
        getattr(parts, part_of(sample)).append(sample)
    return parts


def part_of(sample: PenSample) -> str:
    """Return "train", "validation" or "test", which depends on the sample's writer alone."""
    if sample.source in TEST_SOURCES or sample.writer in TEST_WRITERS:
        return "test"
    if sample.writer in VALIDATION_WRITERS:
        return "validation"
    if sample.source in LISTED_SOURCES:
        return "train"
    lot = int(hashlib.sha256(f"{SEED} {sample.writer}".encode()).hexdigest()[:8], 16) / 2**32
    if lot < TEST_SHARE:
        return "test"
    return "validation" if lot < TEST_SHARE + VALIDATION_SHARE else "train"
