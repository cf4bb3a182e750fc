"""Which pieces of a drawing may be one digit, and what speaks for it before it is read."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations

import numpy as np

from digit_model.numbers.pieces import Piece

MOST_OF_DIGIT = 5  # pieces
MOST_GROUPS = 40  # of a drawing, each of which is an image to read
WIDEST = 1.8  # of the tallest piece's height, a digit
WIDEST_GAP = 0.15  # of the same, inside a digit: one in 6,624 by people who train has a wider one
SHORTEST = 0.35  # of the same: what is shorter and touches something else is a part of it


@dataclass(frozen=True)
class Group:
    """Pieces that may be one digit.

    Attributes:
        members: indices of pieces, ascending.
        box: (left, top, right, bottom) of their ink, in pixels.
        gap: the widest part of it without ink, from left to right, in pixels.
    """

    members: tuple[int, ...]
    box: tuple[float, float, float, float]
    gap: float

    @cached_property
    def mask(self) -> int:
        """The members as the bits of an int."""
        return sum(1 << member for member in self.members)


class Layout:
    """Where a drawing's pieces lie, and how they touch.

    Attributes:
        boxes: (n, 4) left, top, right, bottom in pixels.
        touch: (n, n) in [0, 1], as from `pieces_of_strokes`.
        strokes: for each piece the indices of its strokes.
        height: of the tallest piece: what a digit of this drawing is about.
    """

    def __init__(self, pieces: Sequence[Piece], touch: np.ndarray) -> None:
        """Take pieces from left to right, and how they touch."""
        self.boxes = np.array([piece.box for piece in pieces], float).reshape(-1, 4)
        self.touch = touch
        self.strokes = [piece.strokes for piece in pieces]
        heights = self.boxes[:, 3] - self.boxes[:, 1]
        self.height = float(heights.max(initial=1))

    def group(self, members: Iterable[int]) -> Group:
        """Make a group of some pieces."""
        members = tuple(members)
        boxes = self.boxes[list(members)]
        (left, top), (right, bottom) = boxes[:, :2].min(axis=0), boxes[:, 2:].max(axis=0)
        box = float(left), float(top), float(right), float(bottom)
        return Group(members, box, widest_gap(boxes[:, [0, 2]]))

    def strokes_of(self, group: Group) -> list[int]:
        """Return the indices of a group's strokes, in the order drawn."""
        return sorted(stroke for member in group.members for stroke in self.strokes[member])

    def touch_between(self, one: Group, other: Group) -> float:
        """Return how firmly two groups hold together: their pieces' largest touch."""
        return float(self.touch[np.ix_(one.members, other.members)].max())

    def touches_more(self, group: Group) -> bool:
        """Say whether a group touches a piece that is not in it."""
        others = np.delete(self.touch, group.members, axis=1)
        return bool((others[list(group.members)] > 0).any())


def widest_gap(spans: np.ndarray) -> float:
    """Return the widest gap between (n, 2) spans; 0 if all meet."""
    spans = spans[spans[:, 0].argsort()]
    reached = np.maximum.accumulate(spans[:, 1])
    return float(max((spans[1:, 0] - reached[:-1]).max(initial=0), 0))


def propose_groups(layout: Layout) -> list[Group]:
    """Propose groups of pieces: neighbours from left to right, one in between left out or not.

    Every piece that may be a digit is a group alone, and the whole drawing is always one.

    Returns:
        The whole drawing first.
    """
    count = len(layout.boxes)
    whole = layout.group(range(count))
    if count == 1:
        return [whole]
    for most in range(MOST_OF_DIGIT, 0, -1):
        chosen = {whole.members: whole}
        for first in range(count):
            for members in _windows(first, min(first + most, count)):
                group = layout.group(members)
                if _may_be_digit(group, layout):
                    chosen[group.members] = group
        if len(chosen) <= MOST_GROUPS:
            break
    return list(chosen.values())


def _windows(first: int, end: int) -> Iterator[tuple[int, ...]]:
    """Yield the members of groups that begin with a piece: all up to another, or all but one."""
    for last in range(first, end):
        inner = range(first + 1, last)
        yield (first, *inner, last)[last == first :]
        if inner:
            for others in combinations(inner, len(inner) - 1):
                yield (first, *others, last)


def _may_be_digit(group: Group, layout: Layout) -> bool:
    """Say whether pieces are tall and near enough, and if one between them is left out, touch."""
    left, top, right, bottom = group.box
    if bottom - top < SHORTEST * layout.height and layout.touches_more(group):
        return False
    if len(group.members) == 1:
        return True
    if right - left > WIDEST * layout.height or group.gap > WIDEST_GAP * layout.height:
        return False
    first, *_, last = group.members
    if last - first + 1 == len(group.members):
        return True
    return bool(layout.touch[np.ix_(group.members[:-1], [last])].max() > 0)
