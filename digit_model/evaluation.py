"""How good the network is: accuracy by data set and placement, calibration, rejection."""

import numpy as np
from PIL import Image, ImageDraw
from scipy.optimize import minimize_scalar
from scipy.special import softmax

from digit_model.classifier import is_digit, spread
from digit_model.metrics import (
    accuracy,
    confusion_matrix,
    expected_calibration_error,
    log_loss,
    reliability,
)
from digit_model.strokes.distort import distort
from digit_model.strokes.negatives import KINDS
from digit_model.strokes.render import SIZES, draw_anywhere, fit_unit_box, render_on_canvas
from digit_model.strokes.shapes import HELD_BACK_SHAPES, draw_shape
from digit_model.strokes.tracing import trace_digits
from digit_model.strokes.variants import bar, base, flag, is_stem, slash, without_bar
from preprocess import BRUSH, BRUSHES, CANVAS, canvas_resized

# Of validation digits, of the same at each size and brush, and of each way of drawing composed
# from them, this share at most may be taken for no digit.
REJECTED_DIGITS, REJECTED_PLACEMENTS, REJECTED_WAYS = 0.005, 0.01, 0.02

# Where and how unseen writers' digits are drawn: (brush in pixels, size as a share of
# the canvas).
PLACEMENTS = {
    "anywhere, 20–80 % of the canvas, brush 20": (BRUSH, SIZES),
    "small, 18–22 %": (BRUSH, (0.18, 0.22)),
    "thin, brush 8": (BRUSHES[0], SIZES),
    "thick, brush 34, 40–80 %": (BRUSHES[1], (0.4, 0.8)),
}


# Ways of drawing a digit, made from held-back hands: (label, how). The rest of them comes
# from HELD_BACK_SHAPES.
COMPOSED = {
    "0 with a slash": (0, lambda s, rng: [*s, slash(s, rng)]),
    "1 with a flag": (1, lambda s, rng: [*s, flag(s, rng)]),
    "1 with a base": (1, lambda s, rng: [*s, base(s, rng)]),
    "1 with both": (1, lambda s, rng: [*s, flag(s, rng), base(s, rng)]),
    "1 like a Λ": (1, lambda s, rng: [*s, flag(s, rng, lengths=(0.6, 0.9))]),
    "7 with a bar": (7, lambda s, rng: [*without_bar(s), bar(without_bar(s), rng)]),
    "7 without a bar": (7, lambda s, rng: without_bar(s)),
}


def fit_temperature(logits, labels):
    """Find the temperature that makes validation labels most likely (Guo et al. 2017).

    Args:
        logits: (n, 10) of validation images.
        labels: (n,) 0–9.

    Returns:
        float between 0.1 and 10, by which logits are to be divided.
    """

    def loss(log_temperature):
        return log_loss(logits / np.exp(log_temperature), labels)

    return float(np.exp(minimize_scalar(loss, bounds=np.log([0.1, 10])).x))


def uncalibrated(probabilities, temperature):
    """Return what (n, 10) probabilities were before their logits were divided."""
    tiny = np.finfo(np.float32).tiny
    return softmax(np.log(np.maximum(probabilities, tiny)) * temperature, axis=1)


def choose_thresholds(predict, images, digits):
    """Choose the spread of logits below which a drawing is no digit, on validation data.

    Slashed zeros are seen as digits with less certainty than all others: a digit whose ways of
    drawing need it has a lower threshold than the rest.

    Args:
        predict: (n, 28, 28) float32 → (n, 10) calibrated probabilities.
        images: (n, 28, 28) digits, of which REJECTED_DIGITS may be below.
        digits: list of PenSample, to draw in all PLACEMENTS, of each of which
            REJECTED_PLACEMENTS at most may be below, and to compose ways of drawing from,
            of each of which REJECTED_WAYS may; may be empty.

    Returns:
        (10,) float, as for `is_digit`.
    """
    lowest = [_low(predict(images), REJECTED_DIGITS)]
    for brush, sizes in PLACEMENTS.values() if digits else ():
        drawn = draw_anywhere([digit.strokes for digit in digits], brush, sizes)
        lowest.append(_low(predict(drawn), REJECTED_PLACEMENTS))
    thresholds = np.full(10, min(lowest))
    hands = [(digit.label, digit.strokes) for digit in digits]
    for _, label, drawings in compose_ways(hands):
        needed = _low(predict(draw_anywhere(drawings)), REJECTED_WAYS)
        thresholds[label] = min(thresholds[label], needed)
    return thresholds


def _low(probabilities, share):
    """Return the spread of logits that this share of (n, 10) probabilities is below."""
    return float(np.quantile(spread(probabilities), share))


def compose_ways(hands, seed=0, count=500):
    """Compose ways of drawing a digit from hands that draw it plainly.

    Args:
        hands: list of (label, strokes); the first ones are taken.
        seed: fixes what is added, and how it is bent.
        count: how many drawings of each way at most.

    Yields:
        (way, label, list of drawings); a way that no hand can be made to draw is left out.
    """
    for way, (label, make) in COMPOSED.items():
        rng = np.random.default_rng(seed)
        plain = [fit_unit_box(strokes) for digit, strokes in hands if digit == label]
        plain = [strokes for strokes in plain if _is_plain(strokes, label)]
        if plain:
            yield way, label, [distort(make(s, rng), rng, 0.5) for s in plain[:count]]


def _is_plain(strokes, label):
    """Say whether a digit has nothing yet of what is to be added: a flag, a base, a bar."""
    if label == 7:
        return len(without_bar(strokes)) == 1
    return label != 1 or is_stem(strokes)


def choose_examples(images, labels, read, most=6):
    """Choose up to `most` (n, 28, 28) images of each cell of the confusion matrix.

    Returns:
        {"x": (m, 28, 28) uint8, "y": (m,) labels, "read": (m,) digits that were read}.
    """
    cells = 10 * labels.astype(int) + read
    chosen = np.concatenate([np.flatnonzero(cells == cell)[:most] for cell in np.unique(cells)])
    pixels = np.round(images[chosen] * 255).astype(np.uint8)
    return {"x": pixels, "y": labels[chosen].astype(int), "read": read[chosen]}


def measure(name, probabilities, labels, temperature, thresholds):
    """Return a row of the report: what (n, 10) probabilities of a data set's digits are worth."""
    before = uncalibrated(probabilities, temperature)
    return {
        "data": name,
        "images": len(labels),
        "accuracy": accuracy(probabilities, labels),
        "calibration_error": expected_calibration_error(probabilities, labels),
        "uncalibrated_error": expected_calibration_error(before, labels),
        "rejected": float(np.mean(~is_digit(probabilities, thresholds))),
    }


class Evaluation:
    """Measures a network on data that it never saw, and keeps its errors.

    Attributes:
        errors: list of (confidence, image, label, digit that was read).
        confusion: (10, 10) counts of the last data set whose errors are kept.
        examples: {"x": (n, 28, 28) uint8, "y": (n,) labels, "read": (n,) digits}, a few of
            each cell of that matrix.
    """

    def __init__(self, predict, temperature, thresholds, seed=0):
        """Take the network to measure.

        Args:
            predict: (n, 28, 28) float32 → (n, 10) calibrated probabilities.
            temperature: by which it divides its logits.
            thresholds: (10,), as for `is_digit`.
            seed: fixes where and how large drawings are placed.
        """
        self.predict, self.temperature, self.thresholds = predict, temperature, thresholds
        self.seed = seed
        self.errors = []
        self.confusion = self.reliability = self.examples = None

    def run(self, mnist, digits, letters):
        """Measure everything.

        Args:
            mnist: dict with x_test and y_test.
            digits, letters: lists of PenSample by writers who chose nothing; may be empty.

        Returns:
            {"digits": [{"data", "images", "accuracy", "calibration_error",
            "uncalibrated_error", "rejected"}], "hands" and "shapes": the same,
            "no_digits": [{"data", "images", "rejected", "trained"}],
            "confusion": (10, 10) counts, "reliability": as that function returns}, all
            shares in [0, 1].
        """
        images = mnist["x_test"] / np.float32(255)
        rows = [self._measure("MNIST test", images, mnist["y_test"], keep=True)]
        if not digits:
            return {"digits": rows, "hands": [], "shapes": [], "no_digits": []} | self._kept()
        labels = np.array([digit.label for digit in digits])
        for name, (brush, sizes) in PLACEMENTS.items():
            images = draw_anywhere([d.strokes for d in digits], brush, sizes, self.seed)
            first = len(rows) == 1
            rows.append(self._measure(f"pen digits, {name}", images, labels, keep=first))
            if first:
                writers = np.array([digit.writer for digit in digits])
                hands = self._measure_hands(writers, images, labels)
        rows.append(
            self._measure("pen digits, the canvas merely shrunk", self._shrink(digits), labels)
        )
        traced = trace_digits(mnist["x_test"], mnist["y_test"])
        labels = np.array([label for label, _ in traced])
        images = draw_anywhere([strokes for _, strokes in traced], seed=self.seed)
        rows.append(self._measure("MNIST test, traced, anywhere, brush 20", images, labels))
        return {
            "digits": rows,
            "hands": hands,
            "shapes": self._measure_shapes([(d.label, d.strokes) for d in digits] + traced),
            "no_digits": self._measure_rejection(digits, letters),
        } | self._kept()

    def _kept(self):
        return {"confusion": self.confusion, "reliability": self.reliability}

    def _shrink(self, digits):
        rng = np.random.default_rng(self.seed)
        sizes = CANVAS * rng.uniform(*SIZES, len(digits))
        canvases = (
            render_on_canvas(d.strokes, BRUSH, size, rng)
            for d, size in zip(digits, sizes, strict=True)
        )
        return np.array([canvas_resized(canvas) for canvas in canvases])

    def _measure(self, name, images, labels, keep=False):
        probabilities = self.predict(images)
        if keep:
            confidence, read = probabilities.max(axis=1), probabilities.argmax(axis=1)
            wrong = np.flatnonzero(read != labels)
            self.errors += [(confidence[i], images[i], labels[i], read[i]) for i in wrong]
            self.confusion = confusion_matrix(probabilities, labels).tolist()
            self.reliability = reliability(probabilities, labels)
            self.examples = choose_examples(images, labels, read)
        return measure(name, probabilities, labels, self.temperature, self.thresholds)

    def _measure_hands(self, writers, images, labels):
        """Measure each writer's digits alone: hands differ more than brushes do."""
        own = {writer: writers == writer for writer in np.unique(writers)}
        return [self._measure(f"writer {w}", images[of], labels[of]) for w, of in own.items()]

    def _measure_shapes(self, hands, count=500):
        """Measure ways of drawing a digit that pen data lacks, each on a set made for it.

        Those to compose are made from hands, (label, strokes), the first ones first.
        """
        rows = []
        for name, label, made in compose_ways(hands, self.seed, count):
            rows.append(self._measure_set(name, made, label))
        for name, (label, texts) in HELD_BACK_SHAPES.items():
            rng = np.random.default_rng(self.seed)
            made = [draw_shape(texts[i % len(texts)], rng) for i in range(count)]
            made = [distort(fit_unit_box(strokes), rng, 0.5) for strokes in made]
            rows.append(self._measure_set(name, made, label))
        return rows

    def _measure_set(self, name, drawings, label):
        images = draw_anywhere(drawings, seed=self.seed)
        return self._measure(name, images, np.full(len(drawings), label))

    def _measure_rejection(self, digits, letters, count=500):
        """Measure how much of what is no digit is seen to be none, kind by kind."""
        rows = []
        held_out = {"digits": digits, "letters": letters}
        for name, kind in KINDS.items():
            samples = held_out.get(kind.source)
            if kind.source and not samples:
                continue
            rng = np.random.default_rng(self.seed)
            images = draw_anywhere([kind.make(samples, rng) for _ in range(count)], seed=self.seed)
            rejected = float(np.mean(~is_digit(self.predict(images), self.thresholds)))
            rows.append(
                {
                    "data": name,
                    "images": count,
                    "rejected": rejected,
                    "trained": kind.share > 0,
                }
            )
        return rows


def format_table(results):
    """Return what an Evaluation measured as Markdown tables."""
    heads = (
        ("digits", "digits"),
        ("hands", "pen digits of one hand, anywhere"),
        ("shapes", "ways of drawing a digit"),
        ("photographs", "photographs and print"),
    )
    lines = []
    for key, title in heads:
        if results.get(key):
            lines += [
                f"| {title} | images | accuracy | calibration error | before temperature"
                " | taken for no digit |",
                "|---|---:|---:|---:|---:|---:|",
            ]
        lines += [
            f"| {row['data']} | {row['images']:,} | {row['accuracy']:.2%}"
            f" | {row['calibration_error']:.2%} | {row['uncalibrated_error']:.2%}"
            f" | {row['rejected']:.2%} |"
            for row in results.get(key, [])
        ]
        lines.append("")
    if results["no_digits"]:
        lines += ["| no digits | images | trained on | rejected |", "|---|---:|---|---:|"]
    lines += [
        f"| {row['data']} | {row['images']:,} | {'yes' if row['trained'] else 'never'}"
        f" | {row['rejected']:.1%} |"
        for row in results["no_digits"]
    ]
    return "\n".join(lines).strip()


def format_confusion(counts):
    """Return a (10, 10) confusion matrix as text: a row for each digit that was drawn."""
    rows = ["drawn  read as " + " ".join(f"{digit:5}" for digit in range(10))]
    rows += [
        f"{digit:5}          " + " ".join(f"{count or '·':>5}" for count in row)
        for digit, row in enumerate(counts)
    ]
    return "\n".join(rows)


def draw_errors(errors, count=60, columns=12, scale=3):
    """Draw the most confident errors, the worst first.

    Args:
        errors: list of (confidence, (28, 28) image in [0, 1], label, digit read).
        count: how many at most.
        columns: how many in a row.
        scale: pixels of the picture for each of an image.

    Returns:
        PIL.Image in mode L.
    """
    worst = sorted(errors, key=lambda error: -error[0])[:count]
    side, line = 28 * scale, 14
    rows = max(-(-len(worst) // columns), 1)
    sheet = Image.new("L", (columns * (side + 4), rows * (side + line)))
    pen = ImageDraw.Draw(sheet)
    for place, (confidence, image, label, read) in enumerate(worst):
        left, top = place % columns * (side + 4), place // columns * (side + line)
        picture = Image.fromarray(np.round(image * 255).astype(np.uint8))
        sheet.paste(picture.resize((side, side), Image.Resampling.NEAREST), (left, top))
        pen.text((left + 2, top + side), f"{label} > {read}  {confidence:.0%}", fill=255)
    return sheet
