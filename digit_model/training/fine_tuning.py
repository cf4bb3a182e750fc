"""Learns one person's own drawings: in minutes, from a trained network, without other data.

What the network knew stays: beside the drawings it sees digits from control points and what
is not a digit, with its own former answers as targets (learning without forgetting; Li & Hoiem
2017), and in the end it goes only part of the way (WiSE-FT; Wortsman et al. 2022).
"""

from dataclasses import dataclass
from pathlib import Path

import keras
import numpy as np

from digit_model.atomic import write_whole
from digit_model.data.mnist import CLASSES
from digit_model.errors import DataError
from digit_model.exported_drawings import LabelledDrawing
from digit_model.loading import compile_call
from digit_model.model_file import read_fitted, store_fitted
from digit_model.rejection import is_digit
from digit_model.strokes.digit_shapes import random_shape
from digit_model.strokes.distort import distort
from digit_model.strokes.negatives import random_negative
from digit_model.strokes.render import draw_anywhere, fit_unit_box, image_of, random_width
from digit_model.strokes.variants import random_image

BATCH_SIZE = 64
STEPS = 300
HELD_BACK = 5  # every fifth drawing of each label measures, and is not learnt from
FEWEST = 20  # drawings, below which there is nothing to measure with
DISTORTION = 0.5  # of a person's own strokes: they show how that person writes
NEGATIVE_SHARE = 0.3  # of what is not one's own
LEARNING_RATE = 5e-4  # at its peak
WAY = 0.7  # from the old weights to the new ones


@dataclass(frozen=True)
class Gain:
    """What learning has changed, measured on the drawings held back.

    Attributes:
        learnt, held_back: how many drawings.
        before, after: shares of those held back that are read right; one that is not a digit is
            right if it is rejected.
    """

    learnt: int
    held_back: int
    before: float
    after: float


def learn_drawings(
    start: Path | str,
    drawings: list[LabelledDrawing],
    share: float,
    path: Path | str,
    seed: int = 1,
) -> Gain:
    """Fit a trained network to one person's drawings; what else is in its file stays.

    Args:
        start: a `.keras` file as `train_model.py` writes it.
        drawings: one person's.
        share: of each batch that is one's own, in (0, 1].
        path: where the new `.keras` file goes; may be the same.
        seed: of all that is drawn.

    Raises:
        DataError: if there are too few drawings to learn from and to measure with.
    """
    learnt, held_back = split_drawings(drawings)
    if len(drawings) < FEWEST or not held_back:
        raise DataError(
            f"{len(drawings)} drawings are too few: {FEWEST} are needed, and {HELD_BACK} of a label"
        )
    model, fitted = keras.models.load_model(start, compile=False), read_fitted(start)
    call, thresholds = compile_call(model, model.outputs[0]), np.asarray(fitted.thresholds)
    images = draw_anywhere([drawing.strokes for drawing in held_back])
    labels = np.array([-1 if drawing.label is None else drawing.label for drawing in held_back])

    def share_right() -> float:
        probabilities = call(images).numpy()
        read = np.where(is_digit(probabilities, thresholds), probabilities.argmax(axis=1), -1)
        return float(np.mean(read == labels))

    before, old = share_right(), model.get_weights()
    fit(model, learnt, share, np.random.default_rng(seed))
    new = model.get_weights()
    model.set_weights([a + WAY * (b - a) for a, b in zip(old, new, strict=True)])

    def save(file: Path) -> None:
        model.save(file)
        store_fitted(file, fitted)

    write_whole(path, save)
    return Gain(len(learnt), len(held_back), before, share_right())


def split_drawings(
    drawings: list[LabelledDrawing],
) -> tuple[list[LabelledDrawing], list[LabelledDrawing]]:
    """Split drawings into (learnt, held back): every fifth of each label is held back."""
    seen: dict[int | None, int] = {}
    learnt: list[LabelledDrawing] = []
    held_back: list[LabelledDrawing] = []
    for drawing in drawings:
        seen[drawing.label] = count = seen.get(drawing.label, 0) + 1
        (held_back if count % HELD_BACK == 0 else learnt).append(drawing)
    return learnt, held_back


def fit(
    model: keras.Sequential, drawings: list[LabelledDrawing], share: float, rng: np.random.Generator
) -> None:
    """Fit the logits of a model; statistics of batch normalisation, if it has any, stay."""
    for layer in model.layers:
        layer.trainable = not isinstance(layer, keras.layers.BatchNormalization)
    logits = keras.Model(model.inputs[0], model.get_layer("logits").output)
    logits.compile(
        keras.optimizers.Adam(
            keras.optimizers.schedules.CosineDecay(
                LEARNING_RATE / 20, STEPS, warmup_target=LEARNING_RATE, warmup_steps=STEPS // 10
            )
        ),
        keras.losses.CategoricalCrossentropy(from_logits=True),
    )
    teacher = keras.models.clone_model(logits)
    teacher.set_weights(logits.get_weights())
    own_count = round(BATCH_SIZE * share)
    for _ in range(STEPS):
        own = [draw_own(drawings[i], rng) for i in rng.integers(len(drawings), size=own_count)]
        others = [draw_other(rng) for _ in range(BATCH_SIZE - own_count)]
        images = np.array([image for image, _ in own] + others, np.float32)[..., None]
        targets = np.array([target for _, target in own], np.float32).reshape(-1, CLASSES)
        if others:
            known = keras.ops.softmax(teacher(images[own_count:], training=False))
            targets = np.concatenate([targets, known])
        logits.train_on_batch(images, targets)


def draw_own(drawing: LabelledDrawing, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Draw one's own drawing by any brush: its (28, 28) image and its (10,) target."""
    strokes = distort(fit_unit_box(drawing.strokes), rng, DISTORTION)
    evenly = np.full(CLASSES, 1 / CLASSES)
    target = evenly if drawing.label is None else np.eye(CLASSES)[drawing.label]
    return image_of(strokes, random_width(rng)), target


def draw_other(rng: np.random.Generator) -> np.ndarray:
    """Draw a digit shape, or what is not a digit: (28, 28)."""
    if rng.random() < NEGATIVE_SHARE:
        return random_negative({}, rng)
    label = int(rng.integers(CLASSES))
    return random_image(random_shape(label, rng), label, rng)
