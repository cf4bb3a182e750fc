from itertools import pairwise

import numpy as np
import pytest

from digit_model.data.lookalikes import LETTERS
from digit_model.data.samples import PenSample
from digit_model.strokes.negatives import KINDS, glyph, mirrored, random_negative, several
from digit_model.strokes.render import image_of

SEVEN = PenSample(7, 1, (np.array([[0.0, 0.0], [0.7, 0.0], [0.2, 1.0]]),))
ONE = PenSample(1, 1, (np.array([[0.0, 0.0], [0.0, 1.0]]),))


@pytest.fixture
def rng():
    return np.random.default_rng(7)


@pytest.mark.parametrize("kind", KINDS)
def test_each_kind_can_be_drawn(rng, kind):
    assert image_of(KINDS[kind].make([SEVEN], rng), 0.1).sum() > 0


def test_at_least_two_kinds_are_never_trained_on():
    assert sum(kind.share == 0 for kind in KINDS.values()) >= 2


def test_letters_that_look_like_digits_are_not_learnt_as_not_digits():
    assert not LETTERS & set("oOIliSsZzBbgqQ")


def test_several_digits_stand_side_by_side(rng):
    strokes = several([ONE], rng)
    spans = sorted((stroke[:, 0].min(), stroke[:, 0].max()) for stroke in strokes)
    assert len(spans) >= 2
    assert all(right < left for (_, right), (left, _) in pairwise(spans))


def test_a_mirrored_seven_has_its_foot_to_the_right(rng):
    feet = []
    for _ in range(20):
        (stroke,) = mirrored([SEVEN], rng)
        feet.append(stroke[-1, 0] - stroke[:, 0].mean())
    assert np.mean(feet) > 0.1


def test_a_glyph_has_no_ring_that_a_line_would_make_a_slashed_zero(rng):
    strokes = [stroke for _ in range(50) for stroke in glyph([], rng)]
    gaps = [np.linalg.norm(stroke[0] - stroke[-1]) for stroke in strokes]
    assert min(gaps) > 0.05


def test_what_is_not_a_digit_comes_by_the_pages_preprocessing(rng):
    image = random_negative({"digits": [SEVEN]}, rng)
    assert (image.shape, image.dtype) == ((28, 28), np.float32)
