"""The fit: schedule, progress, checkpoints, resume, and calibration after it."""

import contextlib
import shutil
import time
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import keras
import numpy as np

from digit_model.data.mnist import CLASSES
from digit_model.loading import compile_call
from digit_model.model_file import Fitted, store_fitted
from digit_model.strokes.negatives import SOURCES
from digit_model.strokes.render import draw_anywhere
from digit_model.strokes.tracing import trace_digits
from digit_model.training.batches import BatchMaker, Material, stream_batches
from digit_model.training.calibration import choose_thresholds, fit_temperature
from digit_model.training.checkpoints import BEST, HISTORY, KeepEpochs, find_states, read_history
from digit_model.training.network import add_calibration, build_model

VALIDATION_IMAGES = 5_000  # the last of MNIST's training images


@dataclass(frozen=True)
class Images:
    """Images (n, 28, 28) float32 in [0, 1] and their labels (n,)."""

    pixels: np.ndarray
    labels: np.ndarray

    def __add__(self, other):
        return Images(
            np.concatenate([self.pixels, other.pixels]), np.concatenate([self.labels, other.labels])
        )

    @classmethod
    def draw(cls, digits, seed=0):
        """Draw a list of (label, strokes) on the page's canvas."""
        pixels = draw_anywhere([strokes for _, strokes in digits], seed=seed)
        return cls(pixels, np.array([label for label, _ in digits], np.uint8))


@dataclass(frozen=True)
class Validation:
    """What is held back from a fit, and chooses its best epoch, temperature and thresholds.

    Attributes:
        mnist: Images of MNIST's.
        digits: list of PenSample, by people who are in no other part.
    """

    mnist: Images
    digits: list

    @cached_property
    def drawn(self):
        """The pen digits, each drawn three times on the page's canvas; without them, MNIST's."""
        if not self.digits:
            return self.mnist
        return Images.draw([(digit.label, digit.strokes) for digit in 3 * self.digits])

    def choose_thresholds(self, predict):
        """Choose (10,) thresholds by the drawn ones, for predict as of that function."""
        return choose_thresholds(predict, self.drawn.pixels, self.digits)

    @cached_property
    def all(self):
        """What chooses the best epoch: MNIST's and the drawn ones."""
        return self.mnist + self.drawn if self.digits else self.mnist

    @cached_property
    def calibration(self):
        """What chooses the temperature: the drawn ones and MNIST's, traced and drawn likewise.

        A few people may all be easy to read, or all hard, and MNIST's are hundreds.
        """
        pixels = np.round(self.mnist.pixels * 255).astype(np.uint8)
        return self.drawn + Images.draw(trace_digits(pixels, self.mnist.labels))


def split_training_data(sources):
    """Hold MNIST's last training images back, and trace the others.

    Args:
        sources: Sources; its lists of pen strokes may be empty.

    Returns:
        (Material, Validation); a twelfth of MNIST's training images (5,000 of all 60,000) is
        held back.
    """
    images, labels = sources.mnist["x_train"], sources.mnist["y_train"]
    held_back = len(images) * VALIDATION_IMAGES // 60_000
    material = Material(
        images=images[:-held_back],
        labels=labels[:-held_back],
        digits=sources.digits.train,
        traced=trace_digits(images[:-held_back], labels[:-held_back])
        if sources.digits.train
        else [],
        negatives={source: getattr(sources, source).train for source in SOURCES},
    )
    mnist = Images(images[-held_back:] / np.float32(255), labels[-held_back:])
    return material, Validation(mnist, sources.digits.validation)


class Progress(keras.callbacks.Callback):
    """Print one line an epoch: losses, accuracies, and the time that is left."""

    def on_train_begin(self, logs=None):
        self.start, self.first_epoch = time.monotonic(), None
        print("epoch    loss  accuracy  val. loss  val. accuracy  left", flush=True)

    def on_epoch_begin(self, epoch, logs=None):
        self.first_epoch = epoch if self.first_epoch is None else self.first_epoch

    def on_epoch_end(self, epoch, logs):
        done = epoch + 1 - self.first_epoch
        left = (time.monotonic() - self.start) / done * (self.params["epochs"] - epoch - 1)
        print(
            f"{epoch + 1:3}/{self.params['epochs']}  {logs['loss']:.4f}   {logs['accuracy']:.2%}"
            f"     {logs['val_loss']:.4f}         {logs['val_accuracy']:.2%}"
            f"  {left // 60:.0f} min {left % 60:.0f} s",
            flush=True,
        )


def train(material, validation, settings, folder, resume=False, workers=1):
    """Fit the network and keep the weights that were best on the validation data.

    The folder holds all that `resume` needs after an interruption at any moment:
    the state of the last whole epoch, the best model so far, and the history.

    Args:
        material: Material.
        validation: Validation.
        settings: Settings.
        folder: where the fit keeps its files; emptied unless it resumes.
        resume: go on from the last whole epoch in the folder.
        workers: processes that draw batches; 0 draws between one step and the next.

    Returns:
        (model, history): the best keras.Sequential, giving logits, and a list of
        one dict per epoch (epoch, loss, accuracy, val_loss, val_accuracy).
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
    maker = BatchMaker(material, settings)
    model = compile_model(build_model(settings.width), settings, maker.batches)
    if states:
        model.optimizer.build(model.trainable_variables)
        model.load_weights(states[-1])
    if done < settings.epochs:
        model.fit(
            as_network_input(stream_batches(maker, done, workers)),
            steps_per_epoch=maker.batches,
            shuffle=False,  # a generator cannot be
            initial_epoch=done,
            epochs=settings.epochs,
            verbose=0,
            validation_data=as_targets(validation.all),
            callbacks=[KeepEpochs(folder, settings.seed, history), Progress()],
        )
    return keras.models.load_model(folder / BEST, compile=False), read_history(folder / HISTORY)


def compile_model(model, settings, batches):
    """Give a model its loss, and an optimizer whose rate rises for an epoch, then falls to 0."""
    rate = keras.optimizers.schedules.CosineDecay(
        initial_learning_rate=settings.learning_rate / 20,
        decay_steps=max(batches * (settings.epochs - 1), 1),
        warmup_target=settings.learning_rate,
        warmup_steps=batches,
    )
    model.compile(
        optimizer=keras.optimizers.AdamW(rate, weight_decay=settings.weight_decay),
        loss=keras.losses.CategoricalCrossentropy(
            from_logits=True, label_smoothing=settings.label_smoothing
        ),
        metrics=["accuracy"],
    )
    return model


def as_network_input(batches):
    """Turn (n, 28, 28) uint8 batches into (n, 28, 28, 1) float32 in [0, 1]."""
    with contextlib.closing(batches):  # ends the workers
        for images, targets in batches:
            yield images[..., None] / np.float32(255), targets


def as_targets(images):
    """Turn Images into what a fit compares: (n, 28, 28, 1) float32 and (n, 10) float32."""
    return images.pixels[..., None], np.eye(CLASSES, dtype=np.float32)[images.labels]


def calibrate(network, validation, path):
    """Choose temperature and thresholds on validation data; write the network with both.

    Args:
        network: what `train` returned.
        validation: Validation.
        path: where the `.keras` file goes.
    """
    images = validation.calibration
    logits = network.predict(images.pixels[..., None], verbose=0)
    temperature = fit_temperature(logits, images.labels)
    calibrated = add_calibration(network, temperature)
    call = compile_call(calibrated, calibrated.outputs[0])  # the one that will answer
    thresholds = validation.choose_thresholds(lambda drawn: call(drawn).numpy())
    calibrated.save(path)
    store_fitted(path, Fitted(thresholds=thresholds))
