"""Each stroke here is a corner whose box is 20 wide and 10 high; its middle is (10, 5)."""

import contextlib
import math

import numpy as np
import pytest

from page.canvas.drawing import SIDE, Drawing, DrawingError, points_of

CORNER = [["M", 0, 0], ["L", 20, 0], ["L", 20, 10]]


def seen(path=CORNER, **shown):
    (points,) = points_of([{"type": "Path", "path": path, **shown}])
    return points


@pytest.mark.parametrize(
    ("shown", "points"),
    [
        ({}, [[0, 0], [20, 0], [20, 10]]),
        ({"left": 10, "top": 5}, [[0, 0], [20, 0], [20, 10]]),
        ({"left": 110, "top": 45}, [[100, 40], [120, 40], [120, 50]]),
        ({"left": 110}, [[100, 0], [120, 0], [120, 10]]),
        ({"scaleX": 0.5, "scaleY": 0.5}, [[5, 2.5], [15, 2.5], [15, 7.5]]),
        ({"scaleX": 2}, [[-10, 0], [30, 0], [30, 10]]),
        ({"angle": 90}, [[15, -5], [15, 15], [5, 15]]),
        ({"angle": 180, "left": 50}, [[60, 10], [40, 10], [40, 0]]),
        ({"flipX": True}, [[20, 0], [0, 0], [0, 10]]),
        ({"flipY": True}, [[0, 10], [20, 10], [20, 0]]),
        ({"skewX": 45}, [[-5, 0], [15, 0], [25, 10]]),
        ({"skewY": 45}, [[0, -10], [20, 10], [20, 20]]),
        # Across skewed, then twice as wide, then turned.
        ({"skewX": 45, "scaleX": 2}, [[-20, 0], [20, 0], [40, 10]]),
        ({"scaleX": 2, "angle": 90}, [[15, -15], [15, 25], [5, 25]]),
        ({"skewX": 45, "skewY": 45}, [[-15, -10], [25, 10], [35, 20]]),
    ],
)
def test_points_are_where_the_stroke_is_seen(shown, points):
    assert seen(**shown) == points


@pytest.mark.parametrize(
    ("command", "middle"),
    [
        (["L", 20, 0], (10, 0)),
        (["Q", 10, 20, 20, 0], (10, 7.5)),  # which the canvas treats as the next but one
        (["C", 0, 20, 20, 20, 20, 0], (10, 7.5)),
        (["C", 10, 20, 10, 20, 20, 0], (10, 7.5)),
        (["C", -20, 0, -20, 0, 0, 20], (-7.5, 10)),
        (["C", 20, 0, 0, 10, 20, 10], (10, 5)),  # never to the left of where it began
    ],
)
def test_the_middle_is_that_of_the_curves_not_of_the_points(command, middle):
    first, last = seen([["M", 0, 0], command], left=100, top=100)
    x, y = command[-2:]
    shift = 100 - middle[0], 100 - middle[1]
    np.testing.assert_allclose([first, last], [shift, (x + shift[0], y + shift[1])], atol=0.06)


def test_a_curve_that_has_not_been_moved_keeps_its_points_exactly():
    path = [["M", 3.3, 7.7], ["Q", 13.3, 27.7, 23.3, 7.7]]
    ends = [[3.3, 7.7], [23.3, 7.7]]
    assert seen(path) == ends
    shown = {"left": 13.3001, "top": 15.2001}  # the canvas rounds them
    assert seen(path, **shown, scaleX=1, scaleY=1, angle=0, flipX=False) == ends


def test_each_stroke_is_moved_by_itself():
    strokes = [{"path": CORNER, "left": 60}, {"path": CORNER}, {"path": CORNER[:1], "top": 9}]
    assert points_of(strokes) == [
        [[50, 0], [70, 0], [70, 10]],
        [[0, 0], [20, 0], [20, 10]],
        [[0, 9]],
    ]


HOSTILE = [float("nan"), float("inf"), -1e308, 1e308, 0, None, True, 10**300]


@pytest.mark.parametrize("value", HOSTILE, ids=repr)
@pytest.mark.parametrize("name", ["left", "top", "scaleX", "scaleY", "angle", "skewX", "flipX"])
def test_any_number_leaves_finite_points_near_the_canvas_or_is_refused(name, value):
    with contextlib.suppress(DrawingError):
        points = np.array(seen(**{name: value}))
        assert ((points >= -SIDE) & (points <= 2 * SIDE)).all()


@pytest.mark.parametrize("value", ["a", [1], {}, 10**400])
def test_what_is_not_a_number_is_refused(value):
    with pytest.raises(DrawingError, match="not a drawing"):
        seen(left=value)


@pytest.mark.parametrize(
    ("shown", "width"),
    [
        ({}, 20),
        ({"scaleX": 0.5, "scaleY": 0.5}, 10),
        ({"scaleX": 2, "scaleY": 0.5}, 20),
        ({"scaleX": 1e308}, 20),  # then the brush's own
        ({"scaleX": float("nan")}, 20),
        ({"scaleX": "wide"}, 20),
    ],
)
def test_a_strokes_width_is_scaled_with_it(shown, width):
    brush = Drawing([{"path": CORNER, "strokeWidth": 20, **shown}], None).brush
    assert math.isclose(brush, width)
