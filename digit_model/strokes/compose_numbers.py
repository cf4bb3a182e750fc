"""Numbers as one person might have written them, composed of that person's digits.

The public data has digits one by one. What makes them a number is guessed: how tall each is
beside that person's others, how far apart, how level; and that a bar or a roof may come last.
"""

from collections import defaultdict
from dataclasses import dataclass

import numpy as np

from digit_model.data.samples import PenSample
from digit_model.strokes.render import Strokes
from preprocess import BRUSH, BRUSHES, CANVAS

FEWEST = 10  # digits of a person that numbers are composed from
WIDEST = 1.6  # of its height; a 1 that lies on its side is in the data, but in no number
MARGIN = 4  # pixels that stay free at the canvas's edges
TIGHT = 0.1  # of all numbers
TALLEST = 0.75  # of the canvas, the height of a digit
BRUSH_SHARES = (0.07, 0.25)  # of a usual digit's height, the brush


@dataclass(frozen=True)
class WrittenNumber:
    """A number as it was written on the canvas.

    Attributes:
        text: its digits.
        strokes: list of (points, 2) arrays in the canvas's pixels, in the order drawn.
        owners: for each stroke the place of its digit, from the left.
        width: of the brush, in pixels.
        writer: whose digits they are.
    """

    text: str
    strokes: list[np.ndarray]
    owners: list[int]
    width: float
    writer: str

    def digit(self, place: int) -> list[np.ndarray]:
        """Return the strokes of one digit alone."""
        pairs = zip(self.strokes, self.owners, strict=True)
        return [stroke for stroke, owner in pairs if owner == place]


def compose_numbers(
    samples: list[PenSample], length: int, count: int, seed: int = 0
) -> list[WrittenNumber]:
    """Compose numbers of `length` digits, each number of one person's digits.

    Args:
        samples: digits; people with fewer than FEWEST digits are left out.
        length: how many digits; 1 gives single ones.
        count: how many numbers; none if nobody has enough digits.
        seed: fixes everything that is chosen.
    """
    rng = np.random.default_rng([seed, length])
    by_writer: dict[str, dict[int, list[PenSample]]] = defaultdict(lambda: defaultdict(list))
    for sample in filter(_stands, samples):
        by_writer[sample.writer][int(sample.label)].append(sample)
    people = [own for own in by_writer.values() if sum(map(len, own.values())) >= FEWEST]
    count = count if people else 0
    return [_write(people[rng.integers(len(people))], length, rng) for _ in range(count)]


def _stands(sample: PenSample) -> bool:
    width, height = np.ptp(np.concatenate(sample.strokes), axis=0)
    return width < WIDEST * height


def _write(own: dict[int, list[PenSample]], length: int, rng: np.random.Generator) -> WrittenNumber:
    """Write a number of one person's digits, {label: samples}, each label equally likely."""
    usual = np.median([_height(sample) for each in own.values() for sample in each])
    labels = rng.choice(list(own), length)
    samples = [own[label][rng.integers(len(own[label]))] for label in labels]
    heights = [np.clip(_height(sample) / usual, 0.6, 1.5) for sample in samples]
    digits = [_scale(s.strokes, height) for s, height in zip(samples, heights, strict=True)]
    width = rng.uniform(*BRUSH_SHARES)
    strokes, owners = _place(digits, width, rng)
    if rng.random() < 0.15:
        strokes, owners = _late_strokes(strokes, owners)
    strokes, width = _fit_canvas(strokes, width, rng)
    text = "".join(map(str, labels.tolist()))
    return WrittenNumber(text, strokes, owners, width, samples[0].writer)


def _height(sample: PenSample) -> float:
    return np.ptp(np.concatenate(sample.strokes)[:, 1])


def _scale(strokes: Strokes, height: float) -> list[np.ndarray]:
    """Make a digit `height` tall, its left end and its foot at 0."""
    points = np.concatenate(strokes)
    left, bottom = points[:, 0].min(), points[:, 1].max()
    factor = height / np.ptp(points[:, 1])
    return [(stroke - [left, bottom]) * factor for stroke in strokes]


def _place(
    digits: list[list[np.ndarray]], width: float, rng: np.random.Generator
) -> tuple[list[np.ndarray], list[int]]:
    """Put digits side by side, the ink of some overlapping a little.

    A person's usual gap is anything from a slight overlap to half a digit's height; one in ten
    numbers is written tightly.
    """
    usual_gap = rng.triangular(-0.08, 0.12, 0.55) if rng.random() > TIGHT else -0.05
    slope = rng.normal(0, 0.03)
    strokes, owners, right = [], [], 0.0
    for place, digit in enumerate(digits):
        gap = max(usual_gap + rng.normal(0, 0.06), -0.12) + width if place else 0
        left = right + gap
        corner = [left, slope * left + rng.normal(0, 0.04)]
        strokes += [stroke + corner for stroke in digit]
        owners += [place] * len(digit)
        right = max(stroke[:, 0].max() for stroke in strokes)
    return strokes, owners


def _late_strokes(
    strokes: list[np.ndarray], owners: list[int]
) -> tuple[list[np.ndarray], list[int]]:
    """Draw every digit's first stroke, and the others after all of them: bars come last."""
    order = sorted(range(len(owners)), key=lambda i: owners[:i].count(owners[i]) > 0)
    return [strokes[i] for i in order], [owners[i] for i in order]


def _fit_canvas(
    strokes: list[np.ndarray], width: float, rng: np.random.Generator
) -> tuple[list[np.ndarray], float]:
    """Scale a number so that its ink fits the canvas and the brush is one of the page's."""
    low = np.min([stroke.min(axis=0) for stroke in strokes], axis=0)
    extent = np.max([stroke.max(axis=0) for stroke in strokes], axis=0) - low
    room = CANVAS - 2 * MARGIN
    largest = min(*(room / np.maximum(extent + width, 1e-6)), TALLEST * CANVAS)
    smallest = min(BRUSHES[0] / width, largest)
    scale = np.clip(largest * rng.uniform(0.6, 1), smallest, largest)
    brush = float(np.clip(width * scale, BRUSHES[0], BRUSH))
    scale = min(scale, *((room - brush) / np.maximum(extent, 1e-6)))
    free = np.maximum(room - extent * scale - brush, 0)
    corner = MARGIN + brush / 2 + rng.uniform(0, 1, 2) * free
    return [(stroke - low) * scale + corner for stroke in strokes], brush
