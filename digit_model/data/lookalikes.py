"""What could be read as a digit, though its label says something else.

None of it may teach the network that it is not a digit. The lists were made by eye, from
drawings of each label, leaving out too much rather than too little; `python
tools/show_left_out.py` draws both kinds.
"""

from collections.abc import Sequence

import numpy as np
from scipy.spatial import ConvexHull, QhullError

from digit_model.data.samples import PenSample
from digit_model.numbers.groups import widest_gap

# Letters that no digit looks like, in most people's writing.
LETTERS = frozenset("AdEFfHhKkMmNnPpRVvWwXx")

# Signs that no digit looks like, and the fewest strokes of a whole one: a per cent sign of
# one stroke lacks the rest, and is a zero. Left out: ! ' , . / ; \ ` | ( ) [ ] - _ (ones, if
# only lying), : & $ (eights under a thick brush), { } (threes), > (seven), ^ (one with a flag).
SIGNS = {'"': 2, "#": 3, "%": 3, "*": 2, "+": 2, "<": 1, "=": 2, "?": 2, "@": 1, "~": 1}

# Of the signs and characters that no digit looks like, those that look like a number, and which.
NUMBERS = {
    '"': "11",
    "Korean 06": "41",
    "Korean 08": "71",
    "Korean 11": "141",
    "Korean 15": "17",
    "Korean 16": "171",
    "Korean 23": "77",
}

STRAIGHT = 0.07  # of a line's length, as far as its points may lie from the straight line
THIN = 0.3  # of a drawing's length: a thick brush fills a thinner one, and makes it a 1


def is_letter(sample: PenSample) -> bool:
    """Return whether a letter is one that no digit looks like."""
    return sample.label in LETTERS and not is_bar(sample.strokes)


def is_sign(sample: PenSample) -> bool:
    """Return whether a sign is a whole one that no digit looks like."""
    fewest = SIGNS.get(str(sample.label))
    return fewest is not None and len(sample.strokes) >= fewest and not is_bar(sample.strokes)


def is_like_number(sample: PenSample) -> bool:
    """Return whether something that no digit looks like could be a number.

    Outlines called "other" are many things, rings and bars side by side among them.
    """
    return sample.label in NUMBERS or (sample.label == "other" and is_in_parts(sample.strokes))


def is_in_parts(strokes: Sequence[np.ndarray]) -> bool:
    """Return whether a vertical line passes between some strokes and the others."""
    return widest_gap(np.array([[each[:, 0].min(), each[:, 0].max()] for each in strokes])) > 0


def is_whole_digit(sample: PenSample) -> bool:
    """Return whether a digit is more than one straight line, or an upright 1."""
    if not is_bar(sample.strokes):
        return True
    width, height = np.ptp(np.concatenate(sample.strokes), axis=0)
    return sample.label == 1 and height > width


def is_bar(strokes: Sequence[np.ndarray]) -> bool:
    """Return whether a drawing is one straight line, or only a dot."""
    return _thinness(np.concatenate(strokes)) < STRAIGHT


def is_thin(strokes: Sequence[np.ndarray]) -> bool:
    """Return whether a drawing is thinner than THIN of its length, in any direction."""
    return _thinness(np.concatenate(strokes)) < THIN


def _thinness(points: np.ndarray) -> float:
    """Return the least width of points as a share of their length; 0 for a straight line."""
    try:
        corners = points[ConvexHull(points).vertices]
    except (QhullError, ValueError):  # a straight line, or one or two points
        return 0.0
    edges = np.roll(corners, -1, axis=0) - corners
    normals = np.stack([-edges[:, 1], edges[:, 0]], axis=1)
    normals /= np.linalg.norm(normals, axis=1, keepdims=True)
    length = np.linalg.norm(corners[:, None] - corners[None], axis=-1).max()
    return np.ptp(corners @ normals.T, axis=0).min() / length
