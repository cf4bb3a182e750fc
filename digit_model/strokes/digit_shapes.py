"""Digit shapes: control points of writing styles that the pen data hardly has.

The pen digits come from thirty people in one laboratory. None slashes a zero; few draw
an open four or a curly nine, or begin an eight elsewhere than at its top right. A shape is
text: strokes split by "|", each "line" or "curve" through points "x,y" in a box of
10×10, y downwards. The points move with every drawing.
"""

import numpy as np
from scipy.interpolate import make_interp_spline

RING = "curve 5,0 2.4,1.6 1.8,5 2.4,8.4 5,10 7.8,8.4 8.4,5 7.8,1.6 5,0"
EIGHT = "curve 5,4.7 2.6,2.8 3,0.7 5,0 7,0.7 7.4,2.8 5,4.7 2.2,7 2.6,9.3 5,10 7.4,9.3 7.8,7 5,4.7"

SHAPES = {
    0: (
        RING,
        "curve 6.5,0.6 3.5,0.8 1.8,5 2.6,9 5,10 7.9,8.4 8.3,4.4 7,1 4.5,0.2",
        "curve 6,1.6 3,0.8 1.8,5 3,9.4 6,9.8 8.2,6.4 7.8,2.6 5.4,0.2",  # the ends apart
        "curve 5,0 2.4,1.6 1.8,5 2.4,8.4 5,10 7.8,8.4 8.4,5 7.8,1.6 5.6,0.2 4.2,1.8 5,3.8",
        "curve 6,0 4,1 3.2,5 4,9 5,10 6.4,9 7,5 6.4,1 6,0 | line 8.6,-0.6 1.4,10.6",
        "curve 5.6,0.6 3.6,1.6 3.2,5.4 4,9 5.4,9.6 6.8,8 7,4.4 6,1 5,0 7.8,-1 | line 8,0 2,10",
    ),
    1: (
        "line 5,0 5,10",
        "line 2.5,3 5,0 5,10",
        "line 2.5,3 5,0 5,10 | line 2.5,10 7.5,10",
        "line 5,0 5,10 | line 2.5,10 7.5,10",
        "line 2,6.5 5,0 5.5,10",
        "line 1.5,8.5 5,0 6,10",
        "curve 2.5,3.2 3.9,2.2 4.6,1.2 5,0 | line 5,0 5,10",
        "line 0.8,3 5,0 4.8,10",  # a long flag
        "line 1,2 4,1.2 5,0 4.6,10",
        "line 2.6,1.2 5.4,0.4 4.8,10",  # a short level flag
        "curve 2.8,1.4 4,1.3 5.6,0.2 | line 5.6,0.2 4.6,10",
        "curve 0.6,5.6 2.6,5.2 4.2,3.2 5,0 | line 5,0 5,10",  # rising from half height
        "curve 0.4,5 2,5 3.8,3.4 5,0 | line 5,0 4.4,10",
        "curve 1,9.8 2.6,8.6 4.2,5 5,0 | line 5,0 5.2,10",  # rising from the base line
        "curve -0.4,9.6 1.8,9.4 3.8,6 5,0 | line 5,0 4.8,10",
        "curve 1,6.4 3.4,3.8 5,0.4 5.4,0 5.4,0.8 5,5 4.6,10",  # a round top
        "curve 1.6,6 4,3 5.6,0.8 5,0.2 4.7,1 4.6,6 4.4,10",  # a looped top
        "curve 1.4,5 3.6,3 5,0 | line 5,0 5,10 | line 2.4,10 7.6,9.8",
    ),
    2: (
        "curve 2,2.5 3,0.5 6,0 8,2 7,5 4,8 1.5,10 | line 1.5,10 8.5,10",
        "curve 2,2.5 4,0 7.5,0.8 7.4,4 4.2,8.4 2.2,9.6 1.4,8.8 3,8 5.5,9.4 8.5,9.5",
        "line 2,1 7.5,0.5 2,9.5 8.5,9.5",
        "curve 4.6,2.4 3.2,3 2.6,1.6 4.4,0 7,0.8 6.8,3.6 4.2,7.4 2,9.8 | line 2,9.8 8.4,9.6",
        "curve 4.4,2.8 2.8,2.4 3,0.6 5.4,0 7.2,1.6 6,5 3.6,8.4 2.4,9.4 2.2,8.4 3.8,8.6 8,9.8",
        "curve 2.2,2.4 3.6,0.2 6.8,0.4 7.2,3 5.6,6.4 4.2,9.6 | line 4.2,9.6 6.6,9.7",  # a tiny base
        "curve 4.6,3 2.8,2.6 3,0.6 5.4,0 7,1.6 6,5.6 4.4,9.4 6.2,9.6",
        "curve 2,3 4.4,0.4 7,1 6,4.6 3,8.6 1.6,8.8 2.4,7.4 4.6,8 6,9.4",  # and a loop
    ),
    3: (
        "curve 2,1.5 5,0 7.5,1.5 7,4 4.5,4.8 | curve 4.5,4.8 7.5,5.5 8,8 5.5,10 2,9",
        "line 2,0.5 7.5,0.5 4.5,4 | curve 4.5,4 7.5,5 8,8 5.5,10 2,9",
        "curve 2,1.5 5,0 7.5,1.5 6.5,4 4.5,4.8 4,4.4 5,4.4 7.5,5.8 8,8 5.5,10 2,9",
        "curve 4.8,3.6 3,3 2.8,1.2 5,0 7.2,1.4 6.6,4 4.6,4.8 7.4,5.8 7.8,8.4 5.2,10 2.2,9",
        "curve 4.8,4.6 2.8,3.8 2.6,1.4 5,0 7.2,1.2 6.4,3.8 4.8,4.7 7.4,6 7.4,8.8 4.8,10 2,9.2",
        "curve 3,1.4 5,0 6.8,1.2 6,3.6 4.6,4.4 7,5.4 7.4,8.4 5,10 2.8,9 3.4,7.8 4.8,8.6",
        "line 3.4,2.6 2.6,0.8 7.6,0.4 4.8,4.2 | curve 4.8,4.2 7.6,5.6 7.6,8.6 4.8,10 2,9",
        "line 4.8,4 3,1 7.8,0.6 5,4.6 | curve 5,4.6 7.4,6 7.2,8.8 4.6,10 2,9.2",
    ),
    4: (
        "line 2.5,0.5 2,6 8,6 | line 6.5,2.5 6.5,10",
        "line 4,0 2,6.5 8.5,6.5 | line 7,1 6,10",
        "line 6,10 6,0 1.5,7 8.5,7",
        "curve 2,0.5 1.9,3.5 3,5.5 6.8,5.3 | line 7,0.5 7,10",
        "line 3,0 1.5,6 8,6 | line 6,4 5.5,10",
        "line 5.6,0 2,5.8 7.8,5.2 5,10",  # a lightning
        "line 4.4,0 1.8,5.2 7.4,5.2 4.6,10",
        "line 6.4,0 2.4,6 7,5.4 6.2,10",
        "curve 5,0 3,3.4 2,5.6 4,5.6 7.6,5 | line 7.6,5 5.4,10",
        "curve 6.4,10 6.6,5 6.8,0.6 6.2,0.4 3.6,3.4 2,6 4,6.2 8.4,5.8",  # closed and round
    ),
    5: (
        "line 8,0.4 3,0.5 2.6,4.5 | curve 2.6,4.5 5.5,3.6 8,6.5 6.5,9.5 2,9.3",
        "line 3,1 2.6,4.5 | curve 2.6,4.5 5.5,3.6 8,6.5 6.5,9.5 2,9.3 | line 3,0.5 8.2,0.3",
        "line 3,1 2.6,4.8 | curve 2.6,4.8 6,4 7.6,7 6,9.6 2,9.6 | line 4,0.2 8.6,0.7",
        "curve 8,1 4.2,0.3 3,3 5.2,4.6 7.5,6.6 6,9.4 2,9",
    ),
    6: (
        "curve 7.5,0.5 4,2.5 2,6.5 3,9.5 6,10 8,8 6.5,5.5 4,5.8 2.2,8",
        "curve 6,0 3.6,3.6 2.4,7.5 4,10 6.6,9.6 7.5,7.4 5.6,5.9 3.2,7",
        "curve 3.6,0 1.8,4.4 1.8,8 3.4,10 6,9 8,6 8.2,4.4 6.6,4.4 4.6,6.6 4.2,9",  # an open loop
        "curve 4.4,0 2.4,4 2.2,8 4,10 6.4,8.8 7.8,6.2 7,5.4 5.4,6.6 4.8,8.4",
    ),
    7: (
        "line 1.5,0.5 8.5,0.5 4,10",
        "line 1.5,2.5 1.5,0.5 8.5,0.5 4,10",
        "line 1.5,0.5 8.5,0.5 4,10 | line 3.2,5 8,5",
        "curve 1.5,1 5,1.2 8.5,0.5 6,4 4.5,7 4,10",
        "curve 1.5,1 5,1.2 8.5,0.5 6,4 4.5,7 4,10 | line 3,5.4 7.6,4.6",
    ),
    8: (
        EIGHT,
        "curve 5,0 3,1 3,3.5 5,4.5 7,3.5 7,1 5,0 | curve 5,4.5 2.5,6 2.5,9 5,10 7.5,9 7.5,6 5,4.5",
        "curve 7.2,1 5,0 3,1.5 4,4 6.6,6 7.2,8.6 5,10 2.8,8.6 3.6,6 6,4 7.4,1.6",
    ),
    9: (
        "curve 7.5,2.5 6,0.3 3.2,0.8 2.5,3 4,5 6.5,4.5 7.5,2 7.5,6 6.5,9 4,10 2.2,8.8",
        "curve 7,1.5 5,0 2.5,1.5 3,4 5.5,4.5 7,2 | line 7,0.5 6.5,10",
        "curve 7.2,1.6 5,0 2.6,1.6 3,4.2 5.4,4.6 7.2,1.8 7.3,5 6.8,10",
        "curve 7,1 4,0 2.4,2.2 4,4.4 6.8,3.4 7.4,1.4 7.6,5.5 6.8,9.2 4.4,10 2.6,8.6 3.6,7.4",
        "curve 7.2,1 5,0.2 3,1.4 3,3.6 5,4.6 7,3.2 7.3,1.2 7.4,5 6.6,9 4.4,10 3,9 4,7.6 5.4,8.4",
        "curve 6.8,0.4 3.8,0.8 2.6,3 4.2,4.8 7,3.8 7.8,1.6 7.4,6 6.8,10",  # an open top
        "curve 5.6,0.2 3,1.4 2.8,3.8 5,4.8 7.4,3.4 7.8,0.8 7.6,5 6.8,8.8 4.4,9.8 2.4,9",
    ),
}

# For measuring alone, never trained on: drawn independently of the shapes above.
HELD_BACK_SHAPES = {
    "curly 9": (9, (
        "curve 8,1 5,0.2 3,2.2 4.4,4.4 7.6,3 7.8,6 7,9 5,9.9 3,9 | line 7.8,1.4 7.8,3",
        "curve 6.6,3.4 7,1 5,0.2 3.4,1.8 4.2,3.8 6.4,3.6 7.2,5.6 6.4,8.8 4,10 1.6,9.6",
        "curve 7.6,3 6.4,0.6 4,0.2 2.6,2 3.4,4.2 6,4.4 7.6,3 8,5.6 7.2,8.4 5.4,9.8 3.6,9.2 3.2,8",
    )),
    "open 4": (4, (
        "line 3.2,0 2.4,5.4 | line 2.4,5.4 8.6,5 | line 7,0.4 6.4,10",
        "curve 2.6,0 2,2.6 2.2,4.8 4.2,5.6 7,4.8 | line 7.6,0 6.8,10",
        "line 1.6,1 2.4,5.6 7.6,5.6 | line 7.4,0.4 7.8,10",
    )),
    "5 in two strokes": (5, (
        "curve 2.8,0.8 2.4,4.4 5.4,4 7.8,6.4 6.6,9.4 3.6,10 1.6,8.8 | line 2.8,0.8 8,0",
        "line 3.4,0 2.8,4 | curve 2.8,4 6,3.4 8,6 7,9 4,10 1.8,9.4 | line 3.6,0 8.4,0.6",
        "line 2.4,1 2.4,5 | curve 2.4,5 4.6,4.2 7,5.6 7,8.4 4.8,10 2.2,9.4 | line 2,0.4 7.4,0.2",
    )),
    "8 begun anywhere": (8, (
        "curve 5,5 3,3.4 2.8,1.2 5,0 7.2,1.2 7,3.4 5,5 2.6,6.8 2.4,8.8 5,10 7.6,8.8 7.4,6.8 5,5",
        "curve 5.4,4.4 4,3 4.2,1 6,0 7.4,0.8 7,2.8 5.4,4.4 3.4,6 2.4,8.4 4,10 6.4,9 6.8,6 5.4,4.4",
    )),
    "1 with a rising stroke": (1, (
        "curve 1.6,5.2 2.6,5.1 3.8,3.6 5.2,0 | line 5.2,0 5,10",
        "curve 0.8,9.6 2.2,9.4 3.8,6 5.6,0.2 | line 5.6,0.2 5.4,10",
        "curve 2.2,6.6 3.6,5.4 4.8,2.6 5.4,0.4 5.6,0.6 5.4,3 5.2,6 5,10",
    )),
    "2 with a looped top": (2, (
        "curve 3.4,3.2 4,2.2 3.2,1.6 2.6,2.4 3.4,3.2 5.6,2.8 6.6,1.4 5.4,0 3.4,0.6"
        " | curve 6.6,1.4 6.4,4 4.2,7.4 1.8,9.8 | line 1.8,9.8 8.2,9.6",
        "curve 4.4,1.4 3,1.2 2.4,2.4 3.4,3.2 4.4,2 4.8,0.4 6.6,0.2 7.6,2.2 6.6,5 4.2,8 2,9.8"
        " 4.6,9.2 8.4,9.8",
        "curve 2.4,1.6 3,3 4.2,2.2 3.4,0.6 2.4,1.6 4,0.2 6.8,0.4 7.4,3 5,7 2,9.6"
        " | curve 2,9.6 5,9.2 8,9.8",
    )),
    "curled 9": (9, (
        "curve 6.6,1.2 4.4,0 2.4,2 3.6,4.6 6.4,3.8 7.2,1.4 7.6,5.6 6.4,9 4.2,10 2.8,8.8 3.8,7.8",
        "curve 7.2,2.6 6,0.2 3.4,0.4 2.6,2.6 4,4.6 6.4,4.2 7.2,2.6 7.6,6 6.6,9.2 4,10 2.2,8.6 3,7.2"
        " 4.4,7.8 4,8.8",
        "curve 6.8,2 5,0 2.8,1.4 3,4 5.2,4.6 6.8,2 8,4.6 7.4,8 5,10 2.4,9 2.6,7.4 4,7.8",
    )),
    "4 like a lightning": (4, (
        "line 6.6,0 2,6 8,5.6 | line 6.6,0 5.2,10",
        "line 6,0 1.8,5.4 7.6,4.8 4.6,10",
        "line 7,0.2 2.2,6.6 8.4,6.2 | line 7.2,0 6.2,10",
    )),
    "3 with a closed head": (3, (
        "curve 4.6,4.6 2.8,3.2 3,1 5,0 7,1 6.8,3.4 4.6,4.6 7.4,5.6 8,8 5.8,10 2.4,9.2",
        "line 2.6,0.4 7.4,0.4 4.4,4.4 2.6,0.4 | curve 4.4,4.4 7.2,5 8,7.8 5.6,10 2.2,9.2",
        "curve 3.6,4.2 2.4,2.6 3.2,0.6 5.6,0 7.2,1.6 6,3.8 3.6,4.2 6.8,5.4 7.6,8 5.2,10 2,8.8",
    )),
}  # fmt: skip


def draw_shape(text: str, rng: np.random.Generator, wobble: float = 0.3) -> list[np.ndarray]:
    """Draw a shape with its points moved a little.

    Args:
        text: a shape in the notation above.
        rng: moves the points.
        wobble: standard deviation of each point's move, in tenths of the digit.

    Returns:
        A list of (points, 2) float arrays in a box of 10×10.
    """
    moved = {}  # points in the same place stay together, so that rings stay closed
    strokes = []
    for stroke in text.split("|"):
        kind, *places = stroke.split()
        for place in places:
            if place not in moved:
                point = np.array(place.split(","), float)
                moved[place] = point + rng.normal(0, wobble, 2)
        points = np.array([moved[place] for place in places])
        strokes.append(_curve(points) if kind == "curve" else points)
    return strokes


def begin_anywhere(stroke: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Begin a closed stroke at any of its points, either way round, and end near there."""
    start = rng.integers(len(stroke))
    turned = np.concatenate([stroke[start:], stroke[1 : start + 1]])
    length = len(turned)
    turned = turned[: length - rng.integers(0, max(length // 12, 1))]
    return turned[:: rng.choice([-1, 1])]


def random_shape(digit: int, rng: np.random.Generator) -> list[np.ndarray]:
    """Draw any of a digit's shapes; a ring or an eight begins anywhere."""
    texts = SHAPES[digit]
    text = texts[rng.integers(len(texts))]
    strokes = draw_shape(text, rng)
    return [begin_anywhere(s, rng) for s in strokes] if text in (RING, EIGHT) else strokes


def _curve(points: np.ndarray) -> np.ndarray:
    """Return a smooth curve of about thirty points through these, by chord length."""
    along = np.r_[0, np.sqrt(np.linalg.norm(np.diff(points, axis=0), axis=1)).cumsum()]
    spline = make_interp_spline(along, points, k=min(3, len(points) - 1))
    return spline(np.linspace(0, along[-1], 5 * len(points)))
