"""How numbers are read, by length and beside perfect cutting; what is rejected as no number."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence

import numpy as np

from digit_model.classifier import Classifier
from digit_model.data.lookalikes import is_like_number
from digit_model.data.samples import PenSample
from digit_model.evaluation.report import NotNumbersRow, NumbersRow, RealNumbersRow
from digit_model.numbers.division import accept
from digit_model.numbers.pieces import image_of_pieces, pieces_of_strokes
from digit_model.numbers.reader import Number, read_number, read_number_image
from digit_model.rasterize import draw
from digit_model.strokes.compose_numbers import WrittenNumber, compose_numbers
from digit_model.strokes.negatives import KINDS
from digit_model.strokes.render import SIZES, Strokes, place_on_canvas
from preprocess import BRUSH, BRUSHES, CANVAS

LENGTHS = (1, 2, 3, 4, 5, 6)
LINE_HEIGHT = 80  # pixels, of a number's ink
NOT_NUMBERS = ("letters", "signs", "outlines", "characters")  # and scribbles, which are made


def measure_numbers(
    classifier: Classifier, digits: list[PenSample], count: int, lengths: Sequence[int] = LENGTHS
) -> list[NumbersRow]:
    """Measure how `count` numbers of each length are read, composed of people's digits.

    Args:
        classifier: reads them.
        digits: of people who taught nothing.
        count: of each length.
        lengths: in digits.

    Returns:
        A row for each length, read by strokes; then the same, read by ink alone. None if nobody
        has enough digits to compose numbers of.
    """
    composed = [compose_numbers(digits, length, count) for length in lengths]
    cut = [[_read_cut(classifier, number) for number in numbers] for numbers in composed]
    return [
        _measure_length(classifier, numbers, each, from_ink)
        for from_ink in (False, True)
        for numbers, each in zip(composed, cut, strict=True)
        if numbers
    ]


def _measure_length(
    classifier: Classifier,
    numbers: list[WrittenNumber],
    cut: list[tuple[bool, bool]],
    from_ink: bool,
) -> NumbersRow:
    """Measure numbers of one length.

    Args:
        numbers: list of WrittenNumber.
        cut: what `_read_cut` returned for each.
    """
    read = _read_ink if from_ink else read_number
    found = [read(classifier, number.strokes, number.width) for number in numbers]
    pairs = list(zip(numbers, found, strict=True))
    return NumbersRow(
        from_ink=from_ink,
        length=len(numbers[0].text),
        numbers=len(numbers),
        right=_share(written.text == read.text for written, read in pairs),
        cut=_share(right and taken for right, taken in cut),
        cut_all_taken=_share(right for right, _ in cut),
        grouped=_share(_is_grouped(*pair, from_ink) for pair in pairs),
        declined=_share(read.text is None for read in found),
        confidence=_share([read.confidence for read in found if read.text] or [0]),
    )


def _share(values: Iterable[float]) -> float:
    return float(np.mean(list(values)))


def _read_ink(classifier: Classifier, strokes: Strokes, width: float) -> Number:
    """Draw strokes, and read their ink: a Number."""
    return read_number_image(classifier, draw(strokes, width, CANVAS, CANVAS))


def _is_grouped(written: WrittenNumber, read: Number, from_ink: bool) -> bool:
    """Return whether a number is divided rightly; of ink only the count of digits is known."""
    if from_ink:
        return len(read.digits) == len(written.text)
    return read.strokes == written.owners


def _read_cut(classifier: Classifier, number: WrittenNumber) -> tuple[bool, bool]:
    """Return whether a number that is cut apart perfectly is read right, and none rejected."""
    drawings = [number.digit(place) for place in range(len(number.text))]
    images = [image_of_pieces(pieces_of_strokes(each, number.width)[0]) for each in drawings]
    digits = classifier.classify_all(np.array(images), drawings)
    text = "".join(str(each.probabilities.argmax()) for each in digits)
    accepted = [prediction.digit for prediction in accept(digits)]
    return text == number.text, None not in accepted


def measure_not_numbers(
    classifier: Classifier, others: dict[str, list[PenSample]], count: int
) -> list[NotNumbersRow]:
    """Measure how much is rejected of what is neither digit nor, like quotation marks, a number.

    Args:
        classifier: reads it.
        others: by source, what people drew; those that are missing or empty are left out.
        count: of each source, about; half as many scribbles.
    """
    rows = []
    for name in NOT_NUMBERS:
        samples = [each for each in others.get(name, ()) if not is_like_number(each)]
        if samples:
            chosen = samples[:: max(len(samples) // count, 1)]
            rows.append(_reject(classifier, name, [sample.strokes for sample in chosen]))
    rng, scribble = np.random.default_rng(0), KINDS["scribble"].make
    scribbles = [scribble([], rng) for _ in range(max(count // 2, 1))]
    return [*rows, _reject(classifier, "scribbles", scribbles)]


def _reject(
    classifier: Classifier, name: str, drawings: list[Strokes], seed: int = 0
) -> NotNumbersRow:
    """Measure how much of one kind is rejected, drawn at any size and place."""
    rng = np.random.default_rng(seed)
    readers: list[Callable] = [read_number, _read_ink]
    rejected = []
    for drawing in drawings:
        width = rng.uniform(BRUSHES[0], BRUSH)
        strokes = place_on_canvas(drawing, width, CANVAS * rng.uniform(*SIZES), rng)
        whole = image_of_pieces(pieces_of_strokes(strokes, width)[0])
        rejected.append(
            [read(classifier, strokes, width).text is None for read in readers]
            + [classifier.classify(whole, strokes).digit is None]
        )
    return NotNumbersRow(name, len(drawings), *np.mean(rejected, axis=0).tolist())


def measure_real_numbers(classifier: Classifier, numbers: list[PenSample]) -> list[RealNumbersRow]:
    """Measure how numbers are read as people wrote them.

    Args:
        classifier: reads them.
        numbers: by people who taught nothing; the label is the text.

    Returns:
        A row for each length of digits alone, for all of these, for each mark, and for all with
        marks.
    """
    groups: dict[str, list[tuple[PenSample, str | None]]] = defaultdict(list)
    for number in numbers:
        read = number, _read_line(classifier, number.strokes)
        for name in _name_groups(str(number.label)):
            groups[name].append(read)
    order = sorted(groups, key=lambda name: (name.startswith("with"), name))
    return [_count_real(name, groups[name]) for name in order]


def _name_groups(text: str) -> list[str]:
    """Name the rows that a number is counted in."""
    marks = sorted({each for each in text if not each.isdigit()})
    if not marks:
        return [f"{len(text)} digits", "digits alone"]
    return [*(f"with {mark}" for mark in marks), "with any mark"]


def _read_line(classifier: Classifier, strokes: Strokes) -> str | None:
    """Return the text of strokes, drawn as tall as a digit of a number on the page."""
    points = np.concatenate(list(strokes))
    scale = LINE_HEIGHT / max(np.ptp(points[:, 1]), 1e-6)
    drawn = [(stroke - points.min(axis=0)) * scale for stroke in strokes]
    return read_number(classifier, drawn, BRUSHES[0]).text


def _count_real(name: str, read: list[tuple[PenSample, str | None]]) -> RealNumbersRow:
    right = _share(text == sample.label for sample, text in read)
    declined = _share(text is None for _, text in read)
    misread = _share(text not in (None, sample.label) for sample, text in read)
    people = len({sample.writer for sample, _ in read})
    return RealNumbersRow(name, people, len(read), right, declined, misread)
