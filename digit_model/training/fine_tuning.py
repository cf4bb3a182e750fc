"""Learns one person's own drawings: in minutes, from a trained network, without other data.

What the network knew stays: beside the drawings it sees digits from control points and what
is not a digit, with its own former answers as targets (learning without forgetting; Li & Hoiem
2017), and in the end it goes only part of the way (WiSE-FT; Wortsman et al. 2022).
"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import keras
import numpy as np

from digit_model.atomic import write_whole
from digit_model.data.mnist import CLASSES
from digit_model.errors import DataError
from digit_model.exported_drawings import LabelledDrawing
from digit_model.ink_path import Strokes, encode_paths
from digit_model.loading import image_network, load_classifier, stroke_network
from digit_model.model_file import read_fitted, store_fitted
from digit_model.strokes.digit_shapes import random_shape
from digit_model.strokes.distort import distort
from digit_model.strokes.negatives import draw_negative
from digit_model.strokes.redraw import random_redraw
from digit_model.strokes.render import draw_anywhere, fit_unit_box, image_of, random_width
from digit_model.strokes.variants import compose

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
    """Fit trained networks to one person's drawings; what else is in its file stays.

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
    before, old = share_right(start, held_back), model.get_weights()
    rng = np.random.default_rng(seed)
    fit(image_network(model), IMAGES, learnt, share, rng)
    if strokes := stroke_network(model):
        fit(strokes, STROKES, learnt, share, rng)
    new = model.get_weights()
    model.set_weights([a + WAY * (b - a) for a, b in zip(old, new, strict=True)])

    def save(file: Path) -> None:
        model.save(file)
        store_fitted(file, fitted)

    write_whole(path, save)
    return Gain(len(learnt), len(held_back), before, share_right(path, held_back))


def share_right(path: Path | str, drawings: list[LabelledDrawing]) -> float:
    """Return the share of drawings that the networks in a file read right."""
    strokes = [drawing.strokes for drawing in drawings]
    read = load_classifier(path).classify_all(draw_anywhere(strokes), strokes)
    pairs = zip(read, drawings, strict=True)
    return float(np.mean([prediction.digit == drawing.label for prediction, drawing in pairs]))


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


@dataclass(frozen=True)
class Look:
    """How a network sees strokes, and its layer of logits."""

    see: Callable[[Strokes, np.random.Generator], np.ndarray]
    logits: str


IMAGES = Look(
    lambda strokes, rng: image_of(strokes, random_width(rng))[..., None],
    logits="logits",
)
STROKES = Look(
    lambda strokes, rng: encode_paths([random_redraw(strokes, rng)])[0],
    logits="stroke_logits",
)


def fit(
    model: keras.Sequential,
    look: Look,
    drawings: list[LabelledDrawing],
    share: float,
    rng: np.random.Generator,
) -> None:
    """Fit the logits of a model; statistics of batch normalisation, if it has any, stay."""
    for layer in model.layers:
        layer.trainable = not isinstance(layer, keras.layers.BatchNormalization)
    logits = keras.Model(model.inputs[0], model.get_layer(look.logits).output)
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
        chosen = [drawings[i] for i in rng.integers(len(drawings), size=own_count)]
        own = [distort(fit_unit_box(drawing.strokes), rng, DISTORTION) for drawing in chosen]
        others = [draw_other(rng) for _ in range(BATCH_SIZE - own_count)]
        seen = np.array([look.see(strokes, rng) for strokes in own + others], np.float32)
        targets = np.array([target_of(drawing) for drawing in chosen], np.float32)
        if others:
            known = keras.ops.softmax(teacher(seen[own_count:], training=False))
            targets = np.concatenate([targets.reshape(-1, CLASSES), known])
        logits.train_on_batch(seen, targets)


def target_of(drawing: LabelledDrawing) -> np.ndarray:
    """Return what a network is to say of a drawing, (10,): evenly likely if it is no digit."""
    evenly = np.full(CLASSES, 1 / CLASSES)
    return evenly if drawing.label is None else np.eye(CLASSES)[drawing.label]


def draw_other(rng: np.random.Generator) -> Strokes:
    """Draw the strokes of a digit shape, or of what is not a digit."""
    if rng.random() < NEGATIVE_SHARE:
        return draw_negative({}, rng)[1]
    label = int(rng.integers(CLASSES))
    return distort(compose(fit_unit_box(random_shape(label, rng)), label, rng), rng)
