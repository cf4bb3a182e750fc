"""Numbers as people write them on the canvas: strokes in the order drawn, in its pixels."""

import numpy as np


def line(*points):
    """Return a stroke through points."""
    return np.array(points, float)


def stem(x, top=60, bottom=160):
    """Return the stroke of a plain 1."""
    return line((x, top), (x, bottom))


def seven(x):
    """Return the stroke of a 7 without its bar."""
    return line((x, 60), (x + 50, 60), (x + 20, 160))


def ring(x, y=110, radius=(30, 50)):
    """Return the stroke of a 0 around a point."""
    angles = np.linspace(0, 2 * np.pi, 40)
    return np.stack([x + radius[0] * np.cos(angles), y + radius[1] * np.sin(angles)], axis=1)


FOUR = [line((60, 60), (35, 120), (105, 118)), line((85, 85), (82, 170))]
FIVE = [
    line((170, 70), (165, 110), (190, 105), (212, 120), (214, 145), (195, 168), (160, 160)),
    line((170, 70), (222, 66)),
]
TWO = line(
    (145, 85), (160, 65), (185, 62), (200, 80), (190, 110), (150, 165), (148, 170), (215, 168)
)
ZERO = ring(140, 115, (35, 52))
SIX = line(
    (60, 62), (35, 100), (25, 140), (35, 170), (60, 175), (80, 155), (75, 130), (55, 122), (32, 140)
)

# What is written: its text, its strokes, and for each the place of its digit.
WRITTEN = {
    "42": ("42", [*FOUR, TWO], [0, 0, 1]),
    "2026": (
        "2026",
        [TWO / 2 - (50, 0), ZERO / 2 + (30, 0), TWO / 2 + (75, 0), SIX / 2 + (210, 0)],
        [0, 1, 2, 3],
    ),
    "77 with bars drawn last": (
        "77",
        [seven(40), seven(140), line((45, 112), (90, 108)), line((145, 112), (190, 108))],
        [0, 1, 0, 1],
    ),
    "10 that touch": ("10", [stem(80, 60, 170), ZERO - (14, 0)], [0, 1]),
    "45 in two strokes each": ("45", [*FOUR, *FIVE], [0, 0, 1, 1]),
    "45 with bars drawn last": ("45", [FOUR[0], FIVE[0], FOUR[1], FIVE[1]], [0, 1, 0, 1]),
}
