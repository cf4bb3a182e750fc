"""What a fit sees: batches of images, drawn and distorted differently in every epoch.

Nothing here needs Keras, so worker processes draw while the network learns.
"""

import multiprocessing
import os
import threading
from collections import deque
from collections.abc import Generator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import count
from typing import Protocol

import numpy as np

from digit_model.data.mnist import CLASSES
from digit_model.strokes.digit_shapes import random_shape
from digit_model.strokes.negatives import random_negative
from digit_model.strokes.render import Strokes
from digit_model.strokes.variants import random_image
from digit_model.training.material import Material
from digit_model.training.pixel_distortion import distort_images
from digit_model.training.settings import Settings


@dataclass(frozen=True)
class BatchMaker:
    """Makes any batch of any epoch, the same for the same seed."""

    material: Material
    settings: Settings

    @cached_property
    def counts(self) -> tuple[int, int, int]:
        """How many (images, drawn digits, negatives) a batch has."""
        size = self.settings.batch_size
        if not self.material.digits:
            return min(size, len(self.material.images)), 0, 0
        images = min(round(size * self.settings.image_share), len(self.material.images))
        negatives = round(size * self.settings.negative_share)
        return images, size - images - negatives, negatives

    @property
    def batches(self) -> int:
        """How many batches an epoch has: it goes once through the images."""
        return len(self.material.images) // self.counts[0]

    def make(self, epoch: int, index: int) -> tuple[np.ndarray, np.ndarray]:
        """Make a batch: (n, 28, 28) uint8 images and (n, 10) float32 targets."""
        rng = np.random.default_rng([self.settings.seed, epoch, index])
        order = _shuffle(self.settings.seed, epoch, len(self.material.images))
        image_count, drawn_count, negative_count = self.counts
        chosen = order[index * image_count :][:image_count]
        drawn = [self._choose_digit(rng) for _ in range(drawn_count)]
        labels = np.r_[self.material.labels[chosen], [label for _, label in drawn]].astype(int)
        images = np.concatenate(
            [
                self.material.images[chosen] / np.float32(255),
                *(
                    random_image(s, label, rng, self.settings.distortion)[None]
                    for s, label in drawn
                ),
                *(
                    random_negative(self.material.negatives, rng)[None]
                    for _ in range(negative_count)
                ),
            ]
        )
        targets = np.full((len(images), CLASSES), 1 / CLASSES, np.float32)
        targets[: len(labels)] = np.eye(CLASSES)[labels]
        # Some images of either source are distorted and some are not: were all of MNIST
        # blurred by it and no pen stroke, then blur would give away which digits to expect,
        # and sharp sevens of MNIST would read as pen-drawn ones with a flag.
        distorted = rng.random(len(images)) < np.where(
            np.arange(len(images)) < len(chosen), 0.65, 0.3
        )
        images[distorted] = distort_images(images[distorted], rng)
        return np.round(images * 255).astype(np.uint8), targets

    def _choose_digit(self, rng: np.random.Generator) -> tuple[Strokes, int]:
        """Choose (strokes, label): a pen digit, a digit shape, or a traced one."""
        source = rng.random()
        if source < self.settings.shape_share:
            label = int(rng.integers(CLASSES))
            return random_shape(label, rng), label
        if source < self.settings.shape_share + self.settings.traced_share and self.material.traced:
            label, strokes = self.material.traced[rng.integers(len(self.material.traced))]
            return strokes, label
        chances = self.material.chances
        digit = self.material.digits[np.searchsorted(chances, rng.random(), side="right")]
        return digit.strokes, int(digit.label)


@lru_cache(maxsize=1)  # a thousand batches of an epoch share it
def _shuffle(seed: int, epoch: int, images: int) -> np.ndarray:
    """Return the order of an epoch's images: (images,) int."""
    return np.random.default_rng([seed, epoch]).permutation(images)


class Maker(Protocol):
    """Makes any batch of any epoch, the same for the same seed."""

    @property
    def batches(self) -> int: ...

    def make(self, epoch: int, index: int) -> tuple[np.ndarray, np.ndarray]: ...


def stream_batches(
    maker: Maker, first_epoch: int = 0, workers: int = 1, ahead: int = 16
) -> Generator[tuple[np.ndarray, np.ndarray], None, None]:
    """Make batch after batch, epoch after epoch, without end.

    Args:
        maker: makes them.
        first_epoch: the epoch to begin with.
        workers: processes that draw while the caller learns; 0 draws when asked.
        ahead: the most batches that wait.

    Yields:
        What its `make` returns, in order.
    """
    places = ((epoch, index) for epoch in count(first_epoch) for index in range(maker.batches))
    if not workers:
        yield from (maker.make(*place) for place in places)
    # Spawned, not forked: a process that TensorFlow runs in cannot be forked.
    pool = ProcessPoolExecutor(workers, multiprocessing.get_context("spawn"), _set_maker, (maker,))
    try:
        waiting = deque(pool.submit(_make, next(places)) for _ in range(ahead))
        while True:
            waiting.append(pool.submit(_make, next(places)))
            yield waiting.popleft().result()
    finally:
        pool.shutdown(cancel_futures=True)


_maker: Maker  # of a worker


def _set_maker(maker: Maker) -> None:
    """Give a worker its Maker, and have it end with the fit, even one that is killed."""
    global _maker
    _maker = maker
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    if fit := multiprocessing.parent_process():
        fit.join()
    os._exit(1)


def _make(place: tuple[int, int]) -> tuple[np.ndarray, np.ndarray]:
    return _maker.make(*place)
