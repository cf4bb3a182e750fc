"""Measures a network on people it never saw: digits, styles, photographs, numbers, rejection."""

from argparse import ArgumentParser, Namespace
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

from digit_model.classifier import Classifier
from digit_model.data.load import Sources
from digit_model.data.samples import PenSample
from digit_model.data.split import TEST_SOURCES
from digit_model.evaluation.handwriting import measure_handwriting
from digit_model.evaluation.metrics import (
    accuracy,
    accuracy_by_person,
    confusion_matrix,
    expected_calibration_error,
    mix_ups,
    reliability,
    worst_tenth,
)
from digit_model.evaluation.numbers import (
    measure_not_numbers,
    measure_numbers,
    measure_real_numbers,
)
from digit_model.evaluation.photograph_sets import choose_pictures, photograph_all
from digit_model.evaluation.photographs import FONT_FOLDER
from digit_model.evaluation.report import CertaintyRow, DigitsRow, LooksRow, PeopleRow, RejectionRow
from digit_model.rejection import is_digit
from digit_model.strokes.negatives import KINDS, SOURCES, Kind, written
from digit_model.strokes.redraw import MEASURED_WAYS, redraw_all
from digit_model.strokes.render import SIZES, Digit, Strokes, draw_anywhere, render_on_canvas
from digit_model.strokes.tracing import trace_digits
from digit_model.strokes.writing_styles import (
    PLACEMENTS,
    compose_styles,
    draw_held_back_styles,
    find_rising_ones,
)
from preprocess import BRUSH, CANVAS, canvas_resized

REDRAWN = 3  # every third digit is drawn in other ways: to draw 20,000 points takes a while
SURE = 0.9  # what may be a 1 or a 7 should be read with less confidence

# The report's lists of digits, by what the table of certainty calls them.
TITLES = {"digits": "digits", "writing_styles": "writing styles", "photographs": "photographs"}
ALWAYS = ("digits", "people", "writing_styles", "no_digits")  # in a report, even if empty


@dataclass(frozen=True)
class HeldBack:
    """What measures a network: data by people who neither taught it nor chose anything of it.

    Attributes:
        mnist: x_test and y_test.
        digits: by data set; may be empty.
        others: by source, what people drew that is not a digit: "letters", "signs", "outlines"
            or "characters"; any may be empty or missing.
    """

    mnist: dict[str, np.ndarray]
    digits: dict[str, list[PenSample]]
    others: dict[str, list[PenSample]]

    @classmethod
    def of(cls, sources: Sources) -> "HeldBack":
        """Choose what Sources hold back."""
        digits = defaultdict(list)
        for digit in sources.digits.test:
            digits[_name_set(digit.source)].append(digit)
        others = {name: getattr(sources, name).test for name in SOURCES if name != "digits"}
        return cls(sources.mnist, dict(digits), others)

    @property
    def all_digits(self) -> list[PenSample]:
        """The digits of all sets, one set after the other."""
        return [digit for digits in self.digits.values() for digit in digits]


def _name_set(source: str) -> str:
    """Name the set that digits of a source are measured in."""
    if source == "pendigits":
        return "pen digits"
    if source.startswith("uji"):
        return "UJI Pen Characters"
    return "UNIPEN, new laboratories" if source in TEST_SOURCES else "UNIPEN, known laboratories"


def add_measuring_options(parser: ArgumentParser) -> None:
    """Add what `evaluate` reads of a command line: how much is measured."""
    add = parser.add_argument
    add("--made", type=int, default=500, help="drawings of each style and kind (%(default)s)")
    add("--numbers", type=int, default=1000, help="of each length (%(default)s); 0 for none")
    add("--photographs", type=int, default=500, help="of each kind (%(default)s); 0 for none")
    add("--fonts", type=Path, default=FONT_FOLDER, help="typefaces to print (%(default)s)")


def evaluate(reader: Classifier, sources: Sources, options: Namespace) -> "Evaluation":
    """Measure everything that the data and the options allow.

    Args:
        reader: the network to measure.
        sources: of which the held-back part is used.
        options: of `add_measuring_options`.
    """
    held_back = HeldBack.of(sources)
    digits = held_back.all_digits
    evaluation = Evaluation(reader, made=options.made)
    evaluation.run(held_back)
    if reader.embedding is not None:
        evaluation.handwriting = measure_handwriting(reader, digits)
    if options.numbers and digits and reader.number_weights is not None:
        evaluation.measure_numbers(sources.digits.test, held_back.others, options.numbers)
        evaluation.measure_real_numbers(sources.numbers.test)
    if options.photographs:
        pictures = choose_pictures(held_back.mnist, digits, options.fonts, options.photographs)
        evaluation.measure_photographs(pictures)
    return evaluation


class Evaluation:
    """Measures a network on data that it never saw, and collects its errors.

    Attributes:
        errors: {set: list of (confidence, image, label, digit that was read)}: of MNIST's test
            images and of people's digits drawn anywhere.
        taken: {kind: list of (confidence, image, digit)}: not digits, but read as such.
        handwriting: as from `measure_handwriting`; None if that was not measured.
    """

    def __init__(self, reader: Classifier, seed: int = 0, made: int = 500):
        """Prepare to measure a network.

        Args:
            reader: Classifier.
            seed: fixes where and how large drawings are placed.
            made: the most drawings of each style and each kind that are made.
        """
        self.reader, self.seed, self.made = reader, seed, made
        self.errors: dict[str, list[tuple[float, np.ndarray, int, int]]] = {}
        self.taken: dict[str, list[tuple[float, np.ndarray, int]]] = {}
        self.handwriting: dict[str, Any] | None = None
        self._rows: dict[str, list[Any]] = defaultdict(list)
        self._answers: dict[str, list[tuple[np.ndarray, np.ndarray]]] = defaultdict(list)
        self._people: list[tuple[np.ndarray, np.ndarray, np.ndarray]] = []

    @property
    def results(self) -> dict[str, Any]:
        """What was measured so far, as JSON.

        "digits", "writing_styles" and "photographs" are lists of DigitsRow, "looks" of LooksRow,
        "people" of PeopleRow, "no_digits" of RejectionRow, "certainty" of CertaintyRow, "numbers"
        of NumbersRow, "real_numbers" of RealNumbersRow, "not_numbers" of NotNumbersRow;
        photographs and numbers only if measured.
        "confusion" is (10, 10) counts and "reliability" what that function returns, both of
        people's digits drawn anywhere, or of MNIST's if there are no others.
        """
        rows = {key: self._rows[key] for key in ALWAYS} | self._rows
        rows["certainty"] = [self._measure_certainty(key) for key in self._answers]
        probabilities, _, labels = self._of_people()
        return {key: [asdict(row) for row in each] for key, each in rows.items()} | {
            "confusion": confusion_matrix(probabilities, labels).tolist(),
            "reliability": reliability(probabilities, labels),
            "handwriting": self.handwriting,
        }

    @property
    def examples(self) -> dict[str, np.ndarray]:
        """A few images of each cell of the confusion matrix, as from `choose_examples`."""
        probabilities, images, labels = self._of_people()
        return choose_examples(images, labels, probabilities.argmax(axis=1))

    def run(self, held_back: HeldBack) -> dict[str, Any]:
        """Measure all drawings of single digits and of what is none, and return `results`.

        Without people's digits, only MNIST's test images are measured.
        """
        images, labels = held_back.mnist["x_test"] / np.float32(255), held_back.mnist["y_test"]
        self._measure_and_collect("MNIST test", images, labels)
        if held_back.digits:
            traced = trace_digits(held_back.mnist["x_test"], labels)
            self._measure_digits(held_back.digits, traced)
            self._measure_looks(held_back)
            digits = [digit.digit for digit in held_back.all_digits]
            self._measure_styles(digits, traced)
            self._measure_rejection(held_back)
        return self.results

    def measure_photographs(self, pictures: dict[str, list]) -> None:
        """Measure how photographs and print are read, as from `choose_pictures`."""
        for name, images, labels in photograph_all(pictures):
            self._measure("photographs", name, images, labels)

    def measure_numbers(
        self, digits: list[PenSample], others: dict[str, list[PenSample]], count: int
    ) -> None:
        """Measure how `count` numbers of each length are read, and what is rejected as none."""
        self._rows["numbers"] = measure_numbers(self.reader, digits, count)
        self._rows["not_numbers"] = measure_not_numbers(self.reader, others, count)

    def measure_real_numbers(self, numbers: list[PenSample]) -> None:
        """Measure how numbers are read as people wrote them."""
        self._rows["real_numbers"] = measure_real_numbers(self.reader, numbers)

    def _measure_digits(self, digits: dict[str, list[PenSample]], traced: list[Digit]) -> None:
        """Measure people's digits at each placement, merely shrunk, and MNIST's traced ones."""
        for data, samples in digits.items():
            labels = np.array([sample.label for sample in samples])
            strokes = [sample.strokes for sample in samples]
            for name, (brush, sizes) in PLACEMENTS.items():
                images = draw_anywhere(strokes, brush, sizes, self.seed)
                if (brush, sizes) == (BRUSH, SIZES):
                    drawn = images, labels, strokes
                    probabilities = self._measure_and_collect(f"{data}, {name}", *drawn)
                    self._measure_people(data, samples, probabilities, labels)
                else:
                    self._measure("digits", f"{data}, {name}", images, labels, strokes)
        data, samples = next(iter(digits.items()))
        labels = np.array([sample.label for sample in samples])
        name, images = f"{data}, the canvas merely shrunk", self._shrink(samples)
        self._measure("digits", name, images, labels, count=False)
        labels = np.array([label for label, _ in traced])
        images = draw_anywhere([strokes for _, strokes in traced], seed=self.seed)
        self._measure("digits", "MNIST test, traced, anywhere, brush 20", images, labels)

    def _measure_looks(self, held_back: HeldBack) -> None:
        """Measure what each look reads of people's digits, as drawn and drawn in other ways."""
        for data, samples in held_back.digits.items():
            self._compare_looks(data, [sample.digit for sample in samples])
        digits = [sample.digit for sample in held_back.all_digits[::REDRAWN]]
        labels = [label for label, _ in digits]
        drawings = [strokes for _, strokes in digits]
        for way, redrawn in redraw_all(drawings, MEASURED_WAYS, self.seed):
            self._compare_looks(way, [*zip(labels, redrawn, strict=True)])

    def _compare_looks(self, name: str, digits: Sequence[Digit]) -> None:
        labels, strokes = np.array([label for label, _ in digits]), [each for _, each in digits]
        by_image = self.reader.predict(draw_anywhere(strokes, seed=self.seed))
        by_both, looks = self.reader.join_strokes(by_image, strokes)
        if None in looks:
            return
        by_strokes = np.array([look.strokes for look in looks if look])
        right = [accuracy(each, labels) for each in (by_image, by_strokes, by_both)]
        self._rows["looks"].append(LooksRow(name, len(labels), *right))

    def _shrink(self, samples: list[PenSample]) -> np.ndarray:
        rng = np.random.default_rng(self.seed)
        sizes = CANVAS * rng.uniform(*SIZES, len(samples))
        canvases = (
            render_on_canvas(sample.strokes, BRUSH, size, rng)
            for sample, size in zip(samples, sizes, strict=True)
        )
        return np.array([canvas_resized(canvas) for canvas in canvases])

    def _measure_people(
        self, data: str, samples: list[PenSample], probabilities: np.ndarray, labels: np.ndarray
    ) -> None:
        """Measure person by person: people differ more than brushes do."""
        people = [sample.writer for sample in samples]
        each = accuracy_by_person(probabilities, labels, people).values()
        if each:
            accuracies, digits = np.array(list(each)).T
            row = PeopleRow(
                data=data,
                people=len(accuracies),
                digits=int(digits.sum()),
                accuracy=float(np.average(accuracies, weights=digits)),
                median_person=float(np.median(accuracies)),
                worst_tenth=worst_tenth(accuracies),
            )
            self._rows["people"].append(row)

    def _measure_styles(self, digits: list[Digit], traced: list[Digit]) -> None:
        """Measure writing styles that data lacks, each on a set made for it.

        Those to compose are made from people's digits, and then from traced ones.
        """
        styles = [
            *compose_styles(digits + traced, self.seed, self.made),
            *draw_held_back_styles(self.seed, self.made),
        ]
        if rising := find_rising_ones(digits):
            styles.append(("1 with a rising stroke, by people", 1, rising))
        for name, label, drawings in styles:
            images = draw_anywhere(drawings, seed=self.seed)
            self._measure("writing_styles", name, images, np.full(len(drawings), label), drawings)

    def _measure_rejection(self, held_back: HeldBack) -> None:
        """Measure how much of what is not a digit is rejected, kind by kind.

        What people drew is measured as they drew it, the rest is made.
        """
        samples = held_back.others | {"digits": held_back.all_digits}
        for name, kind in KINDS.items():
            rng = np.random.default_rng(self.seed)
            own = samples.get(kind.source or "", [])
            if kind.make is written:
                for part, drawn in _split_outlines(name, own).items():
                    chosen = rng.choice(len(drawn), min(self.made, len(drawn)), replace=False)
                    people = len({drawn[i].writer for i in chosen})
                    self._reject(part, kind, [drawn[i].strokes for i in chosen], people)
            elif own or not kind.source:
                self._reject(name, kind, [kind.make(own, rng) for _ in range(self.made)])

    def _reject(
        self, name: str, kind: Kind, drawings: list[Strokes], people: int | None = None
    ) -> None:
        """Measure how much of one kind is rejected, and collect what is not."""
        images = draw_anywhere(drawings, seed=self.seed)
        probabilities = self.reader.predict_both(images, drawings)
        taken = np.flatnonzero(is_digit(probabilities, self.reader.thresholds_of_both))
        self.taken[name] = [
            (probabilities[i].max(), images[i], probabilities[i].argmax()) for i in taken
        ]
        row = RejectionRow(
            data=name,
            images=len(drawings),
            people=people,
            trained=kind.share > 0,
            rejected=1 - len(taken) / len(drawings),
        )
        self._rows["no_digits"].append(row)

    def _measure_certainty(self, key: str) -> CertaintyRow:
        """Measure whether an answer that may be wrong says so, over all sets of one kind."""
        probabilities, labels = map(np.concatenate, zip(*self._answers[key], strict=True))
        mixed_up = mix_ups(probabilities, labels)
        return CertaintyRow(
            data=TITLES[key],
            images=len(labels),
            calibration_error=expected_calibration_error(probabilities, labels),
            mixed_up=len(mixed_up),
            unsure=float(np.mean(mixed_up < SURE)) if len(mixed_up) else None,
        )

    def _measure(
        self,
        key: str,
        name: str,
        images: Iterable[np.ndarray | None],
        labels: np.ndarray,
        strokes: Sequence[Strokes] = (),
        count: bool = True,
    ) -> np.ndarray:
        """Measure a set of digits, and add its row to one of the report's lists.

        Args:
            key: of that list.
            name: of the set.
            images: n images as the network sees them, None if no ink was found.
            labels: (n,) 0–9.
            strokes: of each image, if both looks read it.
            count: whether its answers count for the certainty of all.

        Returns:
            (n, 10) probabilities; without ink, every digit is equally likely.
        """
        probabilities = np.full((len(labels), 10), 0.1, np.float32)
        images = list(images)
        if found := [i for i, image in enumerate(images) if image is not None]:
            seen = np.array([images[i] for i in found])
            probabilities[found] = self.reader.predict_both(seen, strokes)
        thresholds = self.reader.thresholds_of_both if strokes else self.reader.thresholds
        row = DigitsRow(
            data=name,
            images=len(labels),
            accuracy=accuracy(probabilities, labels),
            calibration_error=expected_calibration_error(probabilities, labels),
            rejected=float(np.mean(~is_digit(probabilities, thresholds))),
        )
        self._rows[key].append(row)
        if count:
            self._answers[key].append((probabilities, labels))
        return probabilities

    def _measure_and_collect(
        self, name: str, images: np.ndarray, labels: np.ndarray, strokes: Sequence[Strokes] = ()
    ) -> np.ndarray:
        """Measure digits, and collect their errors and how each digit is read."""
        probabilities = self._measure("digits", name, images, labels, strokes)
        confidence, read = probabilities.max(axis=1), probabilities.argmax(axis=1)
        wrong = np.flatnonzero(read != labels)
        self.errors[name] = [(confidence[i], images[i], labels[i], read[i]) for i in wrong]
        self._people.append((probabilities, images, labels))
        return probabilities

    def _of_people(self) -> Iterable[np.ndarray]:
        """Return the probabilities, images and labels of people's digits; MNIST's without any."""
        mnist, *people = self._people
        return map(np.concatenate, zip(*(people or [mnist]), strict=True))


def _split_outlines(name: str, samples: list[PenSample]) -> dict[str, list[PenSample]]:
    """Split outlines into rectangles, triangles and others: {name: samples}, none of it empty."""
    parts = defaultdict(list)
    for sample in samples:
        parts[f"{name}, {sample.label}" if name == "outline" else name].append(sample)
    return parts


def choose_examples(
    images: np.ndarray, labels: np.ndarray, read: np.ndarray, most: int = 6
) -> dict[str, np.ndarray]:
    """Choose up to `most` (n, 28, 28) images of each cell of the confusion matrix.

    Returns:
        {"x": (m, 28, 28) uint8, "y": (m,) labels, "read": (m,) digits that were read}.
    """
    cells = 10 * labels.astype(int) + read
    chosen = np.concatenate([np.flatnonzero(cells == cell)[:most] for cell in np.unique(cells)])
    pixels = np.round(images[chosen] * 255).astype(np.uint8)
    return {"x": pixels, "y": labels[chosen].astype(int), "read": read[chosen]}
