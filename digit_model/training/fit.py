"""The fits, of image and of stroke network: schedule, progress, checkpoints, resume."""

import contextlib
import shutil
import time
from collections.abc import Callable, Generator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import keras
import numpy as np

from digit_model.data.mnist import CLASSES
from digit_model.training.batches import BatchMaker, stream_batches
from digit_model.training.checkpoints import BEST, HISTORY, SaveEpochs, find_states, read_history
from digit_model.training.material import Images, Material, Validation
from digit_model.training.network import build_model
from digit_model.training.settings import Settings
from digit_model.training.stroke_batches import StrokeBatchMaker
from digit_model.training.stroke_network import build_stroke_model

Batches = Generator[tuple[np.ndarray, np.ndarray], None, None]


class Progress(keras.callbacks.Callback):
    """Print one line an epoch: losses, accuracies, and the time that is left."""

    def on_train_begin(self, logs: Any = None) -> None:
        self.start = time.monotonic()
        self.first_epoch: int | None = None
        print("epoch    loss  accuracy  val. loss  val. accuracy  left", flush=True)

    def on_epoch_begin(self, epoch: int, logs: Any = None) -> None:
        self.first_epoch = epoch if self.first_epoch is None else self.first_epoch

    def on_epoch_end(self, epoch: int, logs: dict[str, float]) -> None:
        done = epoch + 1 - (self.first_epoch or 0)
        left = (time.monotonic() - self.start) / done * (self.params["epochs"] - epoch - 1)
        print(
            f"{epoch + 1:3}/{self.params['epochs']}  {logs['loss']:.4f}   {logs['accuracy']:.2%}"
            f"     {logs['val_loss']:.4f}         {logs['val_accuracy']:.2%}"
            f"  {left // 60:.0f} min {left % 60:.0f} s",
            flush=True,
        )


def train(
    material: Material,
    validation: Validation,
    settings: Settings,
    folder: Path | str,
    resume: bool = False,
    workers: int = 1,
) -> tuple[keras.Sequential, list[dict[str, float]]]:
    """Fit the image network, and return the weights that were best on the validation data.

    Args and returns as for `fit`; the validation data chooses the best epoch.
    """
    maker = BatchMaker(material, settings)
    return fit(
        lambda: build_model(settings.width),
        lambda first_epoch: as_network_input(stream_batches(maker, first_epoch, workers)),
        as_targets(validation.all),
        Schedule(settings.epochs, maker.batches),
        settings,
        folder,
        resume,
    )


def train_strokes(
    material: Material,
    validation: Validation,
    settings: Settings,
    folder: Path | str,
    resume: bool = False,
    workers: int = 1,
) -> tuple[keras.Sequential, list[dict[str, float]]]:
    """Fit the stroke network as `train` does the image network."""
    maker = StrokeBatchMaker(material, settings)
    return fit(
        build_stroke_model,
        lambda first_epoch: stream_batches(maker, first_epoch, workers),
        validation.paths,
        Schedule(settings.stroke_epochs, maker.batches),
        settings,
        folder,
        resume,
    )


@dataclass(frozen=True)
class Schedule:
    """How long a fit is: epochs, and batches in each."""

    epochs: int
    batches: int


def fit(
    build: Callable[[], keras.Sequential],
    stream: Callable[[int], Batches],
    validation: tuple[np.ndarray, np.ndarray],
    schedule: Schedule,
    settings: Settings,
    folder: Path | str,
    resume: bool = False,
) -> tuple[keras.Sequential, list[dict[str, float]]]:
    """Fit a network, and return the weights that were best on the validation data.

    The folder holds all that `resume` needs after an interruption at any moment:
    the state of the last whole epoch, the best model so far, and the history.

    Args:
        build: returns the untrained network.
        stream: returns all batches (inputs, targets) from an epoch on.
        validation: inputs and (n, 10) targets, by which the best epoch is chosen.
        schedule: of the fit.
        settings: of optimizer, loss and seed.
        folder: for the fit's files; emptied unless it resumes.
        resume: go on from the last whole epoch in the folder.

    Returns:
        (model, history): the best one, giving logits; and for each epoch its "epoch", "loss",
        "accuracy", "val_loss" and "val_accuracy".
    """
    folder = Path(folder)
    if not resume:
        for state in find_states(folder):  # first: nothing goes on from what is left
            state.unlink()
        shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True, exist_ok=True)
    states = find_states(folder)
    done = int(states[-1].name.split(".")[0].removeprefix("epoch-")) if states else 0
    history = [row for row in read_history(folder / HISTORY) if row["epoch"] < done]

    keras.utils.set_random_seed(settings.seed)
    model = compile_model(build(), settings, schedule)
    if states:
        model.optimizer.build(model.trainable_variables)
        model.load_weights(states[-1])
    if done < schedule.epochs:
        with contextlib.closing(stream(done)) as batches:  # ends the workers
            model.fit(
                batches,
                steps_per_epoch=schedule.batches,
                shuffle=False,  # a generator cannot be
                initial_epoch=done,
                epochs=schedule.epochs,
                verbose=0,
                validation_data=validation,
                callbacks=[SaveEpochs(folder, settings.seed, history), Progress()],
            )
    return keras.models.load_model(folder / BEST, compile=False), read_history(folder / HISTORY)


def compile_model(
    model: keras.Sequential, settings: Settings, schedule: Schedule
) -> keras.Sequential:
    """Give a model its loss, and an optimizer whose rate rises for an epoch, then falls to 0."""
    rate = keras.optimizers.schedules.CosineDecay(
        initial_learning_rate=settings.learning_rate / 20,
        decay_steps=max(schedule.batches * (schedule.epochs - 1), 1),
        warmup_target=settings.learning_rate,
        warmup_steps=schedule.batches,
    )
    model.compile(
        optimizer=keras.optimizers.AdamW(rate, weight_decay=settings.weight_decay),
        loss=keras.losses.CategoricalCrossentropy(
            from_logits=True, label_smoothing=settings.label_smoothing
        ),
        metrics=["accuracy"],
    )
    return model


def as_network_input(batches: Generator) -> Batches:
    """Turn (n, 28, 28) uint8 batches into (n, 28, 28, 1) float32 in [0, 1]."""
    with contextlib.closing(batches):  # ends the workers
        for images, targets in batches:
            yield images[..., None] / np.float32(255), targets


def as_targets(images: Images) -> tuple[np.ndarray, np.ndarray]:
    """Turn Images into what a fit compares: (n, 28, 28, 1) float32 and (n, 10) float32."""
    return images.pixels[..., None], np.eye(CLASSES, dtype=np.float32)[images.labels]
