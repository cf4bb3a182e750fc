"""How good the network is: accuracy by data set, placement and person, calibration, rejection."""

from collections import defaultdict
from dataclasses import asdict, dataclass

import numpy as np

from digit_model.data.split import TEST_SOURCES
from digit_model.evaluation.hands import measure_hands
from digit_model.evaluation.metrics import (
    accuracy,
    accuracy_by_person,
    confusion_matrix,
    expected_calibration_error,
    mix_ups,
    reliability,
    uncalibrated,
    worst_tenth,
)
from digit_model.evaluation.photograph_sets import choose_pictures, photograph_all
from digit_model.evaluation.report import CertaintyRow, DigitsRow, PeopleRow, RejectionRow
from digit_model.rejection import is_digit
from digit_model.strokes.negatives import KINDS, SOURCES, written
from digit_model.strokes.render import SIZES, draw_anywhere, render_on_canvas
from digit_model.strokes.tracing import trace_digits
from digit_model.strokes.writing_styles import (
    PLACEMENTS,
    compose_styles,
    draw_held_back_styles,
    find_rising_ones,
)
from preprocess import BRUSH, CANVAS, canvas_resized

SURE = 0.9  # what may be a 1 or a 7 should be read with less confidence

# The report's lists of digits, by what their certainty is called.
TITLES = {"digits": "digits", "shapes": "ways of drawing a digit", "photographs": "photographs"}
ALWAYS = ("digits", "hands", "shapes", "no_digits")  # in a report, be they empty


@dataclass(frozen=True)
class HeldBack:
    """What measures a network: data by people who neither taught it nor chose anything of it.

    Attributes:
        mnist: dict with x_test and y_test.
        digits: {data set: list of PenSample}; may be empty.
        others: {source: list of PenSample}, what people drew that is not a digit: "letters",
            "signs", "outlines" or "characters"; any may be empty or missing.
    """

    mnist: dict
    digits: dict
    others: dict

    @classmethod
    def of(cls, sources):
        """Take what Sources hold back."""
        digits = defaultdict(list)
        for digit in sources.digits.test:
            digits[_name_set(digit.source)].append(digit)
        others = {name: getattr(sources, name).test for name in SOURCES if name != "digits"}
        return cls(sources.mnist, dict(digits), others)

    @property
    def all_digits(self):
        """The digits of all sets, one set after the other."""
        return [digit for digits in self.digits.values() for digit in digits]


def _name_set(source):
    """Name the set that digits of a source are measured in."""
    if source == "pendigits":
        return "pen digits"
    return "UNIPEN, new laboratories" if source in TEST_SOURCES else "UNIPEN, known laboratories"


def evaluate(reader, held_back, photographs, fonts, made=500):
    """Measure everything.

    Args:
        reader: Classifier.
        held_back: HeldBack.
        photographs: how many of each kind; 0 for none.
        fonts: folder with typefaces to print from.
        made: as for Evaluation.

    Returns:
        Evaluation.
    """
    evaluation = Evaluation(reader, made=made)
    evaluation.run(held_back)
    if reader.embedding is not None:
        evaluation.hand = measure_hands(reader, held_back.all_digits)
    if photographs:
        pictures = choose_pictures(held_back.mnist, held_back.all_digits, fonts, photographs)
        evaluation.measure_photographs(pictures)
    return evaluation


class Evaluation:
    """Measures a network on data that it never saw, and keeps its errors.

    Attributes:
        errors: list of (confidence, image, label, digit that was read): of MNIST's test images
            and of people's digits drawn anywhere.
        hand: what learning is worth, as of `measure_hands`; None if that was not measured.
    """

    def __init__(self, reader, seed=0, made=500):
        """Take the network to measure.

        Args:
            reader: Classifier, or anything with its `predict`, `temperature` and `thresholds`.
            seed: fixes where and how large drawings are placed.
            made: how many drawings of each way and each kind are made, at most.
        """
        self.reader, self.seed, self.made = reader, seed, made
        self.errors, self.taken, self.hand = [], {}, None
        self._rows, self._answers, self._kept = defaultdict(list), defaultdict(list), []

    @property
    def results(self):
        """What was measured so far: a dict that JSON can hold.

        "digits", "shapes" (ways of drawing) and "photographs" are lists of DigitsRow, "hands" of
        PeopleRow, "no_digits" of RejectionRow, "certainty" of CertaintyRow; "confusion" is
        (10, 10) counts and "reliability" what that function returns, both of people's digits
        drawn anywhere, or of MNIST's if there are no others; "hand" is that attribute. Without
        photographs measured there is no "photographs".
        """
        rows = {key: self._rows[key] for key in ALWAYS} | self._rows
        rows["certainty"] = [self._measure_certainty(key) for key in self._answers]
        probabilities, _, labels = self._of_people()
        return {key: [asdict(row) for row in each] for key, each in rows.items()} | {
            "confusion": confusion_matrix(probabilities, labels).tolist(),
            "reliability": reliability(probabilities, labels),
            "hand": self.hand,
        }

    @property
    def examples(self):
        """A few images of each cell of the confusion matrix, as of `choose_examples`."""
        probabilities, images, labels = self._of_people()
        return choose_examples(images, labels, probabilities.argmax(axis=1))

    def run(self, held_back):
        """Measure all that can be drawn, and return `results`.

        Args:
            held_back: HeldBack. If it has no digits, only MNIST's test images are measured.
        """
        images, labels = held_back.mnist["x_test"] / np.float32(255), held_back.mnist["y_test"]
        self._keep("MNIST test", images, labels)
        if held_back.digits:
            traced = trace_digits(held_back.mnist["x_test"], labels)
            self._measure_digits(held_back.digits, traced)
            hands = [(digit.label, digit.strokes) for digit in held_back.all_digits]
            self._measure_ways(hands, traced)
            self._measure_rejection(held_back)
        return self.results

    def measure_photographs(self, pictures):
        """Measure how photographs are read.

        Args:
            pictures: as `choose_pictures` returns them.
        """
        for name, images, labels in photograph_all(pictures):
            self._measure("photographs", name, images, labels)

    def _measure_digits(self, digits, traced):
        for data, samples in digits.items():
            labels = np.array([sample.label for sample in samples])
            for name, (brush, sizes) in PLACEMENTS.items():
                images = draw_anywhere([s.strokes for s in samples], brush, sizes, self.seed)
                if (brush, sizes) == (BRUSH, SIZES):
                    probabilities = self._keep(f"{data}, {name}", images, labels)
                    self._measure_people(data, samples, probabilities, labels)
                else:
                    self._measure("digits", f"{data}, {name}", images, labels)
        data, samples = next(iter(digits.items()))
        labels = np.array([sample.label for sample in samples])
        name, images = f"{data}, the canvas merely shrunk", self._shrink(samples)
        self._measure("digits", name, images, labels, count=False)
        labels = np.array([label for label, _ in traced])
        images = draw_anywhere([strokes for _, strokes in traced], seed=self.seed)
        self._measure("digits", "MNIST test, traced, anywhere, brush 20", images, labels)

    def _shrink(self, samples):
        rng = np.random.default_rng(self.seed)
        sizes = CANVAS * rng.uniform(*SIZES, len(samples))
        canvases = (
            render_on_canvas(sample.strokes, BRUSH, size, rng)
            for sample, size in zip(samples, sizes, strict=True)
        )
        return np.array([canvas_resized(canvas) for canvas in canvases])

    def _measure_people(self, data, samples, probabilities, labels):
        """Measure person by person: hands differ more than brushes do."""
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
            self._rows["hands"].append(row)

    def _measure_ways(self, hands, traced):
        """Measure ways of drawing a digit that data lacks, each on a set made for it.

        Those to compose are made from hands, (label, strokes), and then from traced ones.
        """
        ways = [
            *compose_styles(hands + traced, self.seed, self.made),
            *draw_held_back_styles(self.seed, self.made),
        ]
        if rising := find_rising_ones(hands):
            ways.append(("1 with a rising stroke, by people", 1, rising))
        for name, label, drawings in ways:
            images = draw_anywhere(drawings, seed=self.seed)
            self._measure("shapes", name, images, np.full(len(drawings), label))

    def _measure_rejection(self, held_back):
        """Measure how much of what is not a digit is rejected, kind by kind.

        What people drew is measured as they drew it, the rest is made.
        """
        samples = held_back.others | {"digits": held_back.all_digits}
        for name, kind in KINDS.items():
            rng = np.random.default_rng(self.seed)
            own = samples.get(kind.source, [])
            if kind.make is written:
                for part, drawn in _split_outlines(name, own).items():
                    chosen = rng.choice(len(drawn), min(self.made, len(drawn)), replace=False)
                    people = len({drawn[i].writer for i in chosen})
                    self._reject(part, kind, [drawn[i].strokes for i in chosen], people)
            elif own or not kind.source:
                self._reject(name, kind, [kind.make(own, rng) for _ in range(self.made)])

    def _reject(self, name, kind, drawings, people=None):
        images = draw_anywhere(drawings, seed=self.seed)
        probabilities = self.reader.predict(images)
        taken = np.flatnonzero(is_digit(probabilities, self.reader.thresholds))
        self.taken[name] = [
            (probabilities[i].max(), images[i], probabilities[i].argmax()) for i in taken
        ]
        row = RejectionRow(
            data=name,
            images=len(drawings),
            people=people,
            trained=kind.share > 0,
            rejected=self._rejected(probabilities),
        )
        self._rows["no_digits"].append(row)

    def _measure_certainty(self, key):
        """Return whether an answer that may be wrong says so, over all sets of one kind."""
        probabilities, labels = map(np.concatenate, zip(*self._answers[key], strict=True))
        mixed_up = mix_ups(probabilities, labels)
        return CertaintyRow(
            data=TITLES[key],
            images=len(labels),
            calibration_error=expected_calibration_error(probabilities, labels),
            mixed_up=len(mixed_up),
            unsure=float(np.mean(mixed_up < SURE)) if len(mixed_up) else None,
        )

    def _measure(self, key, name, images, labels, count=True):
        """Measure a set of digits, and add its row to one of the report's lists.

        Args:
            key: of that list.
            name: of the set.
            images: n images as the network sees them, None if no ink was found.
            labels: (n,) 0–9.
            count: whether its answers count for the certainty of all.

        Returns:
            (n, 10) probabilities; without ink, every digit is as likely.
        """
        probabilities = np.full((len(labels), 10), 0.1, np.float32)
        if found := [i for i, image in enumerate(images) if image is not None]:
            probabilities[found] = self.reader.predict(np.array([images[i] for i in found]))
        before = uncalibrated(probabilities, self.reader.temperature)
        row = DigitsRow(
            data=name,
            images=len(labels),
            accuracy=accuracy(probabilities, labels),
            calibration_error=expected_calibration_error(probabilities, labels),
            uncalibrated_error=expected_calibration_error(before, labels),
            rejected=self._rejected(probabilities),
        )
        self._rows[key].append(row)
        if count:
            self._answers[key].append((probabilities, labels))
        return probabilities

    def _keep(self, name, images, labels):
        """Measure digits, and keep their errors and what becomes of each digit."""
        probabilities = self._measure("digits", name, images, labels)
        confidence, read = probabilities.max(axis=1), probabilities.argmax(axis=1)
        wrong = np.flatnonzero(read != labels)
        self.errors += [(confidence[i], images[i], labels[i], read[i]) for i in wrong]
        self._kept.append((probabilities, images, labels))
        return probabilities

    def _of_people(self):
        """Return the probabilities, images and labels of people's digits; MNIST's without any."""
        return map(np.concatenate, zip(*(self._kept[1:] or self._kept), strict=True))

    def _rejected(self, probabilities):
        return float(np.mean(~is_digit(probabilities, self.reader.thresholds)))


def _split_outlines(name, samples):
    """Split outlines into rectangles, triangles and others: {name: samples}, none of it empty."""
    parts = defaultdict(list)
    for sample in samples:
        parts[f"{name}, {sample.label}" if name == "outline" else name].append(sample)
    return parts


def choose_examples(images, labels, read, most=6):
    """Choose up to `most` (n, 28, 28) images of each cell of the confusion matrix.

    Returns:
        {"x": (m, 28, 28) uint8, "y": (m,) labels, "read": (m,) digits that were read}.
    """
    cells = 10 * labels.astype(int) + read
    chosen = np.concatenate([np.flatnonzero(cells == cell)[:most] for cell in np.unique(cells)])
    pixels = np.round(images[chosen] * 255).astype(np.uint8)
    return {"x": pixels, "y": labels[chosen].astype(int), "read": read[chosen]}
