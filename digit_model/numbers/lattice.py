"""The most likely way to divide a drawing into digits: the best path through a lattice.

Every path takes each piece once. Its score is the sum of its groups' and of its neighbours', a
conditional random field (Lafferty, McCallum & Pereira 2001); the best path is Viterbi's.
"""

from collections.abc import Sequence

import numpy as np

from digit_model.classifier import Prediction
from digit_model.numbers.groups import Group, Layout
from digit_model.numbers.weights import LatticeWeights

NARROW = 0.3  # of the tallest piece's height: no digit counts as narrower
BROAD = 0.75  # of its height, a digit that is not wide at all
CROSSING = 0.9
UNDOUBTED = 3.0  # certainty from which more speaks for nothing

Place = tuple[int, int | None]  # pieces taken, as bits, and the last group
Ways = tuple[float, float, tuple[int, ...]]  # best score, log of the total likelihood, best path


def group_features(
    layout: Layout, groups: Sequence[Group], predictions: Sequence[Prediction]
) -> np.ndarray:
    """Measure groups that were read.

    Args:
        layout: of the drawing's pieces.
        groups: n of them.
        predictions: for them.

    Returns:
        (n, 3) float, in the order of `LatticeWeights.of_groups`.
    """
    boxes = np.array([group.box for group in groups])
    widths, heights = boxes[:, 2] - boxes[:, 0], boxes[:, 3] - boxes[:, 1]
    certain = np.array([prediction.certainty for prediction in predictions])
    return np.stack(
        [
            np.ones(len(groups)),
            np.maximum(UNDOUBTED - certain, 0),
            np.maximum(widths / np.maximum(heights, 0.5 * layout.height) - BROAD, 0),
        ],
        axis=1,
    )


def pair_features(layout: Layout, one: Group, other: Group) -> np.ndarray:
    """Measure two groups that follow one another: (3,), in the order of `of_pairs`."""
    narrower = min(one.box[2] - one.box[0], other.box[2] - other.box[0])
    common = min(one.box[2], other.box[2]) - max(one.box[0], other.box[0])
    overlap = np.clip(common / max(narrower, NARROW * layout.height), 0, 1)
    touch = layout.touch_between(one, other)
    return np.array([overlap, touch, touch > CROSSING])


class Lattice:
    """All ways to divide a drawing into groups, each with a score.

    Attributes:
        groups: that were read.
    """

    def __init__(
        self,
        layout: Layout,
        groups: Sequence[Group],
        predictions: Sequence[Prediction],
        weights: LatticeWeights,
    ) -> None:
        """Score groups that were read, and all that may follow one another."""
        own = group_features(layout, groups, predictions)
        self.groups, self._scores = groups, own @ weights.of_groups
        self._everything = (1 << len(layout.boxes)) - 1
        self._from: dict[int, list[int]] = {}  # groups by their first piece
        for number, group in enumerate(groups):
            self._from.setdefault(group.members[0], []).append(number)
        between = weights.of_pairs
        self._pair = lambda one, other: pair_features(layout, groups[one], groups[other]) @ between

    def best_path(self) -> tuple[list[int], float]:
        """Find the best path, and its share of all paths' likelihood.

        Returns:
            (list of indices of groups, probability in [0, 1]).
        """
        ahead: dict[Place, Ways] = {(0, None): (0.0, 0.0, ())}
        done: list[Ways] = []
        pairs: dict[tuple[int, int], float] = {}
        while ahead:
            state = min(ahead, key=lambda each: each[0].bit_count())
            taken, last = state
            best, total, path = ahead.pop(state)
            if taken == self._everything:
                done.append((best, total, path))
                continue
            for number in self._following(taken):
                if last is not None and (last, number) not in pairs:
                    pairs[last, number] = self._pair(last, number)
                step = self._scores[number]
                if last is not None:
                    step += pairs[last, number]
                found = best + step, total + step, (*path, number)
                place = taken | self.groups[number].mask, number
                ahead[place] = _merge(ahead.get(place), found)
        best, _, path = max(done)
        return list(path), float(
            np.exp(best - np.logaddexp.reduce([total for _, total, _ in done]))
        )

    def _following(self, taken: int) -> list[int]:
        """Return the groups that begin with the first piece that is not yet taken."""
        first = (~taken & (taken + 1)).bit_length() - 1
        groups = self._from.get(first, ())
        return [number for number in groups if not self.groups[number].mask & taken]


def _merge(one: Ways | None, other: Ways) -> Ways:
    """Return the better of two paths to one place, with the sum of their likelihoods."""
    if one is None:
        return other
    best, _, path = max(one, other)
    return best, np.logaddexp(one[1], other[1]), path
