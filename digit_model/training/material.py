"""What a fit learns from, and what is held back from it to choose by."""

from collections import Counter
from dataclasses import dataclass, field
from functools import cached_property
from itertools import chain

import numpy as np

from digit_model.data.load import Sources
from digit_model.data.mnist import CLASSES
from digit_model.data.samples import PenSample
from digit_model.ink_path import encode_paths
from digit_model.strokes.negatives import SOURCES
from digit_model.strokes.redraw import random_redraw, redraw_all
from digit_model.strokes.render import Digit, Strokes, draw_anywhere, fit_unit_box
from digit_model.strokes.tracing import trace_digits

VALIDATION_IMAGES = 5_000  # the last of MNIST's training images


@dataclass(frozen=True)
class Material:
    """What batches are drawn from.

    Attributes:
        images, labels: (n, 28, 28) uint8 and (n,), of MNIST.
        digits: people's; if empty, batches are made of images alone.
        traced: of these images.
        negatives: by source, as for `random_negative`.
    """

    images: np.ndarray
    labels: np.ndarray
    digits: list[PenSample] = field(default_factory=list)
    traced: list[Digit] = field(default_factory=list)
    negatives: dict[str, list[PenSample]] = field(default_factory=dict)

    @cached_property
    def chances(self) -> np.ndarray:
        """How likely each of the digits is drawn: (n,) cumulative, from above 0 to 1.

        A person's weight is the square root of their digits: people are what a network must
        learn, and some have written ten times as many digits as others.
        """
        written = Counter(digit.writer for digit in self.digits)
        chances = np.cumsum([written[digit.writer] ** -0.5 for digit in self.digits])
        return chances / chances[-1]


@dataclass(frozen=True)
class Images:
    """Images (n, 28, 28) float32 in [0, 1] and their labels (n,)."""

    pixels: np.ndarray
    labels: np.ndarray

    def __add__(self, other: "Images") -> "Images":
        return Images(
            np.concatenate([self.pixels, other.pixels]), np.concatenate([self.labels, other.labels])
        )

    @classmethod
    def draw(cls, digits: list[Digit], seed: int = 0) -> "Images":
        """Draw digits on the page's canvas."""
        pixels = draw_anywhere([strokes for _, strokes in digits], seed=seed)
        return cls(pixels, np.array([label for label, _ in digits], np.uint8))


@dataclass(frozen=True)
class Validation:
    """What is held back from a fit, and chooses its best epoch, temperature and thresholds.

    Attributes:
        mnist: images of MNIST's.
        digits: by people who are in no other part.
    """

    mnist: Images
    digits: list[PenSample]

    @cached_property
    def drawn(self) -> Images:
        """The pen digits, each drawn three times on the page's canvas; without them, MNIST's."""
        if not self.digits:
            return self.mnist
        return Images.draw([digit.digit for digit in 3 * self.digits])

    @cached_property
    def paths(self) -> tuple[np.ndarray, np.ndarray]:
        """What chooses the stroke network's best epoch: the pen digits, and the same redrawn.

        (n, 80, 5) float32 as from `encode_paths`, and (n, 10) float32.
        """
        rng = np.random.default_rng(0)
        drawn: list[Strokes] = [digit.strokes for digit in self.digits]
        redrawn = [random_redraw(fit_unit_box(strokes), rng) for strokes in drawn]
        labels = [digit.digit[0] for digit in 2 * self.digits]
        return encode_paths(drawn + redrawn), np.eye(CLASSES, dtype=np.float32)[labels]

    @cached_property
    def redrawn(self) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """What chooses the weights of the looks: the pen digits, then redrawn in each other way.

        (n, 28, 28) and (n, 80, 5) float32, and (n,) labels.
        """
        plain: list[Strokes] = [digit.strokes for digit in self.digits]
        ways = [redrawn for _, redrawn in redraw_all(plain)]
        drawings = list(chain(plain, *ways))
        labels = np.array([digit.digit[0] for digit in self.digits])
        return draw_anywhere(drawings), encode_paths(drawings), np.tile(labels, 1 + len(ways))

    @cached_property
    def all(self) -> Images:
        """What chooses the best epoch: MNIST's and the drawn ones."""
        return self.mnist + self.drawn if self.digits else self.mnist

    @cached_property
    def calibration(self) -> Images:
        """What chooses the temperature: the drawn ones, and MNIST's, traced and drawn.

        A few people may all be easy to read, or all hard, and MNIST's are hundreds.
        """
        pixels = np.round(self.mnist.pixels * 255).astype(np.uint8)
        return self.drawn + Images.draw(trace_digits(pixels, self.mnist.labels))


def split_training_data(sources: Sources, trace: bool = True) -> tuple[Material, Validation]:
    """Split what trains, MNIST's images traced, from what is held back, as by `hold_back`.

    Args:
        sources: its lists of pen strokes may be empty.
        trace: whether MNIST's images are traced, which takes minutes.
    """
    validation = hold_back(sources)
    end = -len(validation.mnist.labels)
    images, labels = sources.mnist["x_train"][:end], sources.mnist["y_train"][:end]
    traced = trace_digits(images, labels) if trace and sources.digits.train else []
    negatives = {source: getattr(sources, source).train for source in SOURCES}
    return Material(images, labels, sources.digits.train, traced, negatives), validation


def hold_back(sources: Sources) -> Validation:
    """Hold back people who validate, and the last twelfth of MNIST's training images."""
    images, labels = sources.mnist["x_train"], sources.mnist["y_train"]
    count = len(images) * VALIDATION_IMAGES // 60_000
    mnist = Images(images[-count:] / np.float32(255), labels[-count:])
    return Validation(mnist, sources.digits.validation)
