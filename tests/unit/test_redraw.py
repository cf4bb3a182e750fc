import numpy as np
import pytest

from digit_model.strokes.redraw import MEASURED_WAYS, random_redraw, redraw_all
from digit_model.strokes.render import image_of

SEVEN = [
    np.stack([np.linspace(0, 0.6, 10), np.zeros(10)], axis=1),
    np.stack([np.linspace(0.6, 0.2, 20), np.linspace(0.02, 1, 20)], axis=1),
]
SAME_INK = ("backwards", "strokes in any order", "each stroke in two", "in twenty strokes")


def redraw(way, seed=0):
    return MEASURED_WAYS[way](SEVEN, np.random.default_rng(seed))


@pytest.mark.parametrize("way", [*SAME_INK, "strokes joined"])
def test_the_image_stays_the_same(way):
    np.testing.assert_allclose(image_of(redraw(way), 0.1), image_of(SEVEN, 0.1), atol=0.2)


@pytest.mark.parametrize("seed", range(4))
def test_retracing_draws_no_other_line(seed):
    """A stroke begun again at its first point without lifting the pen closed a seven."""
    drawn = np.concatenate(redraw("retraced", seed))
    nearest = np.linalg.norm(drawn[:, None] - np.concatenate(SEVEN)[None], axis=-1).min(axis=1)
    jumps = [np.linalg.norm(np.diff(s, axis=0), axis=1).max() for s in redraw("retraced", seed)]
    assert nearest.max() < 0.06
    assert max(jumps) < 0.2


def test_backwards_ends_where_it_began():
    np.testing.assert_array_equal(redraw("backwards")[-1][-1], SEVEN[0][0])


@pytest.mark.parametrize(
    ("way", "count"),
    [("each stroke in two", 4), ("in twenty strokes", 19), ("strokes joined", 1)],
)
def test_a_digit_has_so_many_strokes(way, count):
    assert len(redraw(way)) == count


def test_dots_are_single_points():
    assert {len(stroke) for stroke in redraw("in dots")} == {1}


def test_a_tail_goes_on_from_the_end():
    *_, last = redraw("with a tail")
    np.testing.assert_array_equal(last[: len(SEVEN[-1])], SEVEN[-1])
    assert len(last) == len(SEVEN[-1]) + 6


def test_many_points_are_twenty_thousand():
    assert abs(sum(map(len, redraw("in 20,000 points"))) - 20_000) < 10


@pytest.mark.parametrize("way", MEASURED_WAYS)
def test_a_single_point_can_be_drawn_in_every_way(way):
    dot = [np.array([[3.0, 4.0]])]
    assert all(np.isfinite(s).all() for s in MEASURED_WAYS[way](dot, np.random.default_rng(0)))


def test_half_of_the_time_a_drawing_stays():
    rng = np.random.default_rng(0)
    assert 30 < sum(random_redraw(SEVEN, rng) is SEVEN for _ in range(100)) < 75


def test_all_ways_are_measured_and_the_same_each_time():
    first, second = (dict(redraw_all([SEVEN], MEASURED_WAYS)) for _ in range(2))
    assert [*first] == [*MEASURED_WAYS]
    for way, (drawing,) in first.items():
        np.testing.assert_array_equal(np.concatenate(drawing), np.concatenate(second[way][0]))
