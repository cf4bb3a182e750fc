"""The rows of a report: what was measured of a network, a dataclass for each kind."""

from dataclasses import dataclass


@dataclass(frozen=True)
class DigitsRow:
    """How a set of digits is read; all shares are in [0, 1].

    Attributes:
        data: the set's name.
        images: how many.
        accuracy: share read right.
        calibration_error: expected calibration error.
        uncalibrated_error: the same, had the temperature been 1.
        rejected: share taken for something that is not a digit.
    """

    data: str
    images: int
    accuracy: float
    calibration_error: float
    uncalibrated_error: float
    rejected: float


@dataclass(frozen=True)
class PeopleRow:
    """How the people of a set are read who drew at least ten digits for it.

    Attributes:
        data: the set's name.
        people: how many they are.
        digits: how many they drew.
        accuracy: share of these read right.
        median_person: the median of each person's accuracy.
        worst_tenth: the mean accuracy of the tenth of the people who are read worst; a tenth is
            rounded up, so of at least one.
    """

    data: str
    people: int
    digits: int
    accuracy: float
    median_person: float
    worst_tenth: float


@dataclass(frozen=True)
class RejectionRow:
    """How much of one kind that is not a digit is rejected.

    Attributes:
        data: the kind.
        images: how many.
        people: how many people drew them; None if they were made.
        trained: whether the network learnt from that kind.
        rejected: share of them.
    """

    data: str
    images: int
    people: int | None
    trained: bool
    rejected: float


@dataclass(frozen=True)
class CertaintyRow:
    """Whether an answer that may be wrong says so, over all sets of one kind.

    Attributes:
        data: the kind.
        images: how many.
        calibration_error: expected calibration error.
        mixed_up: how many of them are a 1 read as a 7 or a 7 read as a 1.
        unsure: share of these read with less than 90 % confidence; None if there are none.
    """

    data: str
    images: int
    calibration_error: float
    mixed_up: int
    unsure: float | None
