"""What the reading of numbers is worth: beside perfect cutting, by length, and on letters."""

from functools import partial
from time import perf_counter

import numpy as np

from digit_model.numbers.pieces import image_of_pieces, pieces_of_strokes
from digit_model.numbers.reader import accept, read_number, read_number_image
from digit_model.rasterize import draw
from digit_model.strokes.compose_numbers import compose_numbers
from digit_model.strokes.render import SIZES, place_on_canvas
from preprocess import BRUSH, BRUSHES, CANVAS

LENGTHS = (1, 2, 3, 4, 5, 6)


def evaluate_numbers(classifier, samples, count, lengths=LENGTHS, seed=0, from_ink=False):
    """Measure how numbers are read that were composed of some people's digits.

    Args:
        classifier: Classifier.
        samples: list of PenSample.
        count: how many numbers of each length.
        lengths: of the numbers, in digits.
        seed: fixes the numbers.
        from_ink: whether the strokes are drawn, and the drawing's ink is read.

    Returns:
        A list of dicts, one for each length: "length", "numbers", "grouped" (divided
        rightly), "right" (the whole number read), "perfect" (the same after perfect cutting,
        by the same network, nothing declined), "perfect_accepted" (the same, and declined by
        our rules), "declined" (read as no number), "confidence" (mean of the others),
        "milliseconds" (median of one). Shares are in [0, 1].
    """
    rows = []
    for length in lengths:
        numbers = compose_numbers(samples, length, count, seed)
        timed = [_time(classifier, number, from_ink) for number in numbers]
        found, times = zip(*timed, strict=True)
        pairs = list(zip(numbers, found, strict=True))
        cut = [_read_cut(classifier, number) for number in numbers]
        rows.append(
            {
                "length": length,
                "numbers": count,
                "grouped": np.mean([_is_grouped(*pair, from_ink) for pair in pairs]),
                "right": np.mean([written.text == read.text for written, read in pairs]),
                "perfect": np.mean([all_right for all_right, _ in cut]),
                "perfect_accepted": np.mean([all_right and taken for all_right, taken in cut]),
                "declined": np.mean([read.text is None for read in found]),
                "confidence": np.mean([read.confidence for read in found if read.text] or [0]),
                "milliseconds": 1000 * np.median(times),
            }
        )
    return [{name: _plain(value) for name, value in row.items()} for row in rows]


def _plain(value):
    return value if isinstance(value, int) else float(value)


def _time(classifier, number, from_ink):
    """Return a WrittenNumber as it is read, and the seconds that takes."""
    read = _prepare(classifier, number.strokes, number.width, from_ink)
    start = perf_counter()
    return read(), perf_counter() - start


def _prepare(classifier, strokes, width, from_ink):
    """Return a function that reads strokes, or their ink, which is drawn before."""
    if from_ink:
        return partial(read_number_image, classifier, draw(strokes, width, CANVAS, CANVAS))
    return partial(read_number, classifier, strokes, width)


def _is_grouped(written, read, from_ink):
    """Return whether a number is divided rightly; from ink only their count can be told."""
    if from_ink:
        return len(read.digits) == len(written.text)
    return read.strokes == written.owners


def _read_cut(classifier, number):
    """Return whether a WrittenNumber cut apart perfectly is read right, and is accepted."""
    drawings = [number.digit(place) for place in range(len(number.text))]
    images = [image_of_pieces(pieces_of_strokes(each, number.width)[0]) for each in drawings]
    digits = classifier.classify_all(np.array(images))
    text = "".join(str(each.probabilities.argmax()) for each in digits)
    accepted = [prediction.digit for prediction in accept(digits, classifier.thresholds)]
    return text == number.text, None not in accepted


def evaluate_rejection(classifier, samples, seed=0, from_ink=False):
    """Measure how much of what is no digit is rejected, as a number and by `classify`.

    Args:
        classifier: Classifier.
        samples: list of PenSample that are no digits.
        seed: fixes where and how large they are drawn.
        from_ink: whether the strokes are drawn, and the drawing's ink is read.

    Returns:
        {"drawings": int, "rejected": as a number, "rejected_whole": by `classify`}.
    """
    rng = np.random.default_rng(seed)
    rejected, whole = [], []
    for sample in samples:
        width = rng.uniform(BRUSHES[0], BRUSH)
        strokes = place_on_canvas(sample.strokes, width, CANVAS * rng.uniform(*SIZES), rng)
        rejected.append(_prepare(classifier, strokes, width, from_ink)().text is None)
        image = image_of_pieces(pieces_of_strokes(strokes, width)[0])
        whole.append(classifier.classify(image).digit is None)
    return {
        "drawings": len(samples),
        "rejected": float(np.mean(rejected)),
        "rejected_whole": float(np.mean(whole)),
    }


def format_numbers(rows):
    """Return rows of `evaluate_numbers` as a Markdown table."""
    lines = [
        "| digits | numbers | read right | after perfect cutting | and none declined"
        " | strokes grouped right | declined | mean confidence | ms |",
        "|---:|---:|---:|---:|---:|---:|---:|---:|---:|",
    ]
    lines += [
        f"| {row['length']} | {row['numbers']:,} | {row['right']:.2%}"
        f" | {row['perfect_accepted']:.2%} | {row['perfect']:.2%}"
        f" | {row['grouped']:.2%} | {row['declined']:.2%} | {row['confidence']:.2%}"
        f" | {row['milliseconds']:.1f} |"
        for row in rows
    ]
    return "\n".join(lines)
