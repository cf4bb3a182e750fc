"""How heavily the number reader weighs what it measures: fitted to a network, in its file.

`digit_model.training.number_weights` finds the weights on drawings by people who train.
"""

from dataclasses import dataclass
from typing import Any, NamedTuple, Self

import numpy as np


class LatticeWeights(NamedTuple):
    """What speaks for a group of pieces, and for two groups that follow one another.

    Heights, base lines and gaps had nothing to add.

    Attributes:
        digit: of 1 for every group.
        doubt: how far certainty is below `lattice.UNDOUBTED`.
        wide: width as a share of height, beyond `lattice.BROAD`.
        overlap: from left to right, as a share of the narrower group.
        touch: as from `pieces_of_strokes`.
        crossing: whether touch is above `lattice.CROSSING`.
    """

    digit: float
    doubt: float
    wide: float
    overlap: float
    touch: float
    crossing: float

    @property
    def of_groups(self) -> np.ndarray:
        """Weights of what `lattice.group_features` measures, in its order."""
        return np.array(self[:3])

    @property
    def of_pairs(self) -> np.ndarray:
        """Weights of what `lattice.pair_features` measures, in its order."""
        return np.array(self[3:])


class LetterWeights(NamedTuple):
    """What speaks for a number against a letter that can be cut into digits.

    Attributes:
        always: of 1.
        share: log odds of this division among all.
        whole: log odds of the whole as one digit: the network is unsure of letters.
        ones: how many; each may be a stem.
        gap: the narrowest between two digits, as a share of the height; below 0 they overlap.
        joined: whether each digit touches the next.
        long: whether there are more than two.
    """

    always: float
    share: float
    whole: float
    ones: float
    gap: float
    joined: float
    long: float


@dataclass(frozen=True)
class NumberWeights:
    """All that is fitted of the number reader.

    Attributes:
        lattice: LatticeWeights, which choose the division into digits.
        letters: LetterWeights, which tell letters from numbers.
    """

    lattice: LatticeWeights
    letters: LetterWeights

    def __post_init__(self) -> None:
        """Raise ValueError for what cannot be weighed with: a file may hold anything."""
        if not np.isfinite([*self.lattice, *self.letters]).all():
            raise ValueError(f"expected finite weights, got {self}")

    def as_json(self) -> dict[str, dict[str, float]]:
        """Return what `from_json` reads."""
        return {"lattice": self.lattice._asdict(), "letters": self.letters._asdict()}

    @classmethod
    def from_json(cls, written: dict[str, Any]) -> Self:
        """Read what `as_json` has returned.

        Raises:
            KeyError, TypeError, ValueError: for anything else.
        """
        lattice, letters = written["lattice"], written["letters"]
        return cls(LatticeWeights(**lattice), LetterWeights(**letters))
