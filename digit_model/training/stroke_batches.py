"""What the stroke network's fit sees: ways of the pen, drawn anew in every epoch.

Nothing here needs Keras, so worker processes draw while the network learns.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from digit_model.data.mnist import CLASSES
from digit_model.ink_path import encode_paths
from digit_model.strokes.digit_shapes import random_shape
from digit_model.strokes.distort import distort
from digit_model.strokes.negatives import draw_negative
from digit_model.strokes.redraw import random_redraw
from digit_model.strokes.render import Strokes, fit_unit_box
from digit_model.strokes.variants import compose
from digit_model.training.batches import Material
from digit_model.training.settings import Settings

SHAPES = 0.12  # of the digits: from control points


@dataclass(frozen=True)
class StrokeBatchMaker:
    """Makes any batch of any epoch, the same for the same seed."""

    material: Material
    settings: Settings

    @cached_property
    def counts(self) -> tuple[int, int]:
        """How many (digits, negatives) a batch has."""
        size = self.settings.stroke_batch_size
        negatives = round(size * self.settings.stroke_negative_share)
        return size - negatives, negatives

    @property
    def batches(self) -> int:
        """How many batches an epoch has: as many digits as people wrote."""
        return max(len(self.material.digits) // self.counts[0], 1)

    def make(self, epoch: int, index: int) -> tuple[np.ndarray, np.ndarray]:
        """Make a batch: (n, 80, 5) float32 and (n, 10) float32 targets."""
        rng = np.random.default_rng([self.settings.seed, 1, epoch, index])
        digit_count, negative_count = self.counts
        digits = [self._draw_digit(rng) for _ in range(digit_count)]
        others = [draw_negative(self.material.negatives, rng)[1] for _ in range(negative_count)]
        targets = np.full((digit_count + negative_count, CLASSES), 1 / CLASSES, np.float32)
        targets[:digit_count] = np.eye(CLASSES)[[label for label, _ in digits]]
        drawings = [strokes for _, strokes in digits] + others
        return encode_paths([random_redraw(each, rng) for each in drawings]), targets

    def _draw_digit(self, rng: np.random.Generator) -> tuple[int, Strokes]:
        """Draw (label, strokes): a person's digit or a shape, with what some people add, bent."""
        if rng.random() < SHAPES:
            label = int(rng.integers(CLASSES))
            strokes: Strokes = random_shape(label, rng)
        else:
            chances = self.material.chances
            chosen = np.searchsorted(chances, rng.random(), side="right")
            label, strokes = self.material.digits[chosen].digit
        strokes = compose(fit_unit_box(strokes), label, rng)
        return label, distort(strokes, rng, self.settings.distortion)
