"""The rows of a report: what was measured of a network. All shares are in [0, 1]."""

from dataclasses import dataclass


@dataclass(frozen=True)
class DigitsRow:
    """How a set of digits is read.

    Attributes:
        data: the set's name.
        images: how many.
        accuracy: share read right.
        calibration_error: expected calibration error.
        rejected: share rejected as not a digit.
    """

    data: str
    images: int
    accuracy: float
    calibration_error: float
    rejected: float


@dataclass(frozen=True)
class LooksRow:
    """How a set of digits is read by the image, by the strokes, and by both: shares read right.

    Attributes:
        data: the set's name, or in which way digits were redrawn.
        digits: how many.
        by_image, by_strokes, by_both: shares read right.
    """

    data: str
    digits: int
    by_image: float
    by_strokes: float
    by_both: float


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


@dataclass(frozen=True)
class HandwritingRow:
    """What learning people's handwriting changes, by what each of them teaches.

    Attributes:
        data: what is taught.
        people, digits: how many.
        before, after: errors of the network alone, and after learning.
        broken: digits that the network alone reads right, and that learning made wrong.
        later_before, later_after: errors in the second half of difficult people's digits.
        calibration_error_before, calibration_error: of all digits.
    """

    data: str
    people: int
    digits: int
    before: int
    after: int
    broken: int
    later_before: int
    later_after: int
    calibration_error_before: float
    calibration_error: float


@dataclass(frozen=True)
class NumbersRow:
    """How composed numbers of one length are read.

    Attributes:
        from_ink: whether their ink alone is read, as on a photograph, or their strokes.
        length: of each number, in digits.
        numbers: how many.
        right: share of which every digit is read right.
        cut: share that the same network reads right, and as digits, if they are cut apart
            perfectly.
        cut_all_taken: the same, if none of these digits is rejected.
        grouped: share divided rightly into digits.
        declined: share read as no number.
        confidence: mean over the others.
    """

    from_ink: bool
    length: int
    numbers: int
    right: float
    cut: float
    cut_all_taken: float
    grouped: float
    declined: float
    confidence: float


@dataclass(frozen=True)
class RealNumbersRow:
    """How numbers are read as people wrote them, of one length or with one mark.

    Attributes:
        data: the length, or the mark.
        people: who wrote them.
        numbers: how many.
        right: share read exactly.
        declined: share read as no number.
        misread: share read as another number.
    """

    data: str
    people: int
    numbers: int
    right: float
    declined: float
    misread: float


@dataclass(frozen=True)
class NotNumbersRow:
    """How much of one kind that is neither digit nor number is rejected.

    Attributes:
        data: the kind.
        drawings: how many.
        rejected: share of them, read as numbers.
        rejected_ink: the same, if their ink alone is read.
        rejected_whole: the same, if they may be one digit only.
    """

    data: str
    drawings: int
    rejected: float
    rejected_ink: float
    rejected_whole: float
