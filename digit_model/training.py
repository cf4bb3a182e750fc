"""The fit: batches distorted on the fly, schedule, checkpoints, progress, resume, calibration."""

import shutil
import time
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import keras
import numpy as np

from digit_model.architecture import CLASSES, add_calibration, build_model
from digit_model.augment import distort_images
from digit_model.calibration import choose_thresholds, fit_temperature
from digit_model.checkpoints import BEST, HISTORY, KeepEpochs, find_states, read_history
from digit_model.classifier import compile_call
from digit_model.strokes.negatives import random_negative
from digit_model.strokes.render import draw_anywhere
from digit_model.strokes.shapes import random_shape
from digit_model.strokes.tracing import trace_digits, trace_strokes
from digit_model.strokes.variants import random_image
from digit_model.thresholds import store_thresholds

VALIDATION_IMAGES = 5_000  # the last of MNIST's training images


@dataclass(frozen=True)
class Settings:
    """Everything about a fit that is a matter of choice."""

    epochs: int = 28
    batch_size: int = 128
    pen_share: float = 0.48  # of each batch: drawn by strokes, where there are pen digits
    traced_share: float = 0.28  # of those: MNIST's images, traced
    shape_share: float = 0.14  # of those: from control points
    negative_share: float = 0.1  # of each batch: no digits, where there are pen digits
    distortion: float = 1.0  # of the strokes of digits; 0 leaves them as they were written
    width: float = 1.0  # of the network: its filters as a multiple of what is committed
    learning_rate: float = 3e-3  # at its peak, after the first epoch
    weight_decay: float = 1e-3
    label_smoothing: float = 0.02
    seed: int = 1


@dataclass(frozen=True)
class TrainingData:
    """What a fit sees: images (n, 28, 28) uint8, labels (n,), and PenSample lists.

    The validation images are (m, 28, 28) float32 in [0, 1]: MNIST's that are held back, uint8
    themselves, and pen digits drawn on the canvas. Where there are none, all count as drawn.
    """

    images: np.ndarray
    labels: np.ndarray
    pen_digits: list
    letters: list
    validation_images: np.ndarray
    validation_labels: np.ndarray
    drawn_images: np.ndarray
    drawn_labels: np.ndarray
    held_back_images: np.ndarray
    held_back_labels: np.ndarray

    @cached_property
    def calibration(self):
        """What chooses the temperature: (images, labels), as for validation.

        To what is drawn come MNIST's held-back images, traced and drawn likewise: a few pen
        writers may all be easy to read, or all hard, and MNIST's are hundreds.
        """
        traced = trace_digits(self.held_back_images, self.held_back_labels)
        images = draw_anywhere([strokes for _, strokes in traced])
        labels = np.array([label for label, _ in traced], np.uint8)
        return (
            np.concatenate([self.drawn_images, images]),
            np.concatenate([self.drawn_labels, labels]),
        )


def split_training_data(sources, seed=0):
    """Hold the validation data back from MNIST's training images and the pen digits.

    Args:
        sources: Sources; its lists of pen strokes may be empty.
        seed: fixes how the validation digits are placed and drawn.

    Returns:
        TrainingData; a twelfth of MNIST's training images (5,000 of all 60,000), and each
        validation digit drawn three times on the page's canvas, are its validation part.
    """
    images, labels = sources.mnist["x_train"], sources.mnist["y_train"]
    held_back = len(images) * VALIDATION_IMAGES // 60_000
    digits = 3 * sources.validation_digits
    drawn = draw_anywhere([digit.strokes for digit in digits], seed=seed)
    drawn_labels = np.array([digit.label for digit in digits], np.uint8)
    validation_images = np.concatenate([images[-held_back:] / np.float32(255), drawn])
    validation_labels = np.concatenate([labels[-held_back:], drawn_labels])
    return TrainingData(
        images=images[:-held_back],
        labels=labels[:-held_back],
        pen_digits=sources.train_digits,
        letters=sources.train_letters,
        validation_images=validation_images,
        validation_labels=validation_labels,
        drawn_images=drawn if digits else validation_images,
        drawn_labels=drawn_labels if digits else validation_labels,
        held_back_images=images[-held_back:],
        held_back_labels=labels[-held_back:],
    )


class DistortedBatches(keras.utils.PyDataset):
    """Batches of distorted images, new in every epoch, the same for the same seed.

    An epoch goes once through the images; what is drawn by strokes, anew each time, fills
    its share of every batch, and so does what is no digit, all digits equally likely.
    A batch is (n, 28, 28, 1) float32 images and (n, 10) float32 targets.
    """

    def __init__(self, data, settings, first_epoch=0):
        super().__init__(workers=1, max_queue_size=8)
        self.data = data
        self.settings = settings
        self.traced = {}  # strokes by the image's index
        self.epoch = first_epoch
        size = settings.batch_size if data.pen_digits else 0
        self.pen_count = round(size * settings.pen_share)
        self.negative_count = round(size * settings.negative_share)
        drawn = self.pen_count + self.negative_count
        self.image_count = min(settings.batch_size - drawn, len(data.images))
        self.on_epoch_start()

    def __len__(self):
        return len(self.data.images) // self.image_count

    def on_epoch_start(self):
        self.order = np.random.default_rng([self.settings.seed, self.epoch]).permutation(
            len(self.data.images)
        )

    def on_epoch_end(self):
        self.epoch += 1
        self.on_epoch_start()

    def __getitem__(self, index):
        rng = np.random.default_rng([self.settings.seed, self.epoch, index])
        chosen = self.order[index * self.image_count :][: self.image_count]
        images = self.data.images[chosen] / np.float32(255)
        labels = self.data.labels[chosen]
        targets = np.eye(CLASSES, dtype=np.float32)[labels]
        if self.data.pen_digits:
            drawn, drawn_targets = self._draw(rng)
            images = np.concatenate([images, drawn])
            targets = np.concatenate([targets, drawn_targets])
        # Some images of either source are distorted and some are not: were all of MNIST
        # blurred by it and no pen stroke, then blur would tell which digits to expect,
        # and sharp sevens of MNIST would read as pen-drawn ones with a flag.
        shares = np.where(np.arange(len(images)) < len(chosen), 0.65, 0.3)
        distorted = rng.random(len(images)) < shares
        images[distorted] = distort_images(images[distorted], rng)
        return images[..., None].astype(np.float32), targets

    def _draw(self, rng):
        """Draw this batch's pen digits and negatives, with their targets."""
        drawn = [self._draw_digit(rng) for _ in range(self.pen_count)]
        amount = self.settings.distortion
        images = [random_image(strokes, label, rng, amount) for strokes, label in drawn]
        images += [
            random_negative(self.data.pen_digits, self.data.letters, rng)
            for _ in range(self.negative_count)
        ]
        targets = np.full((len(images), CLASSES), 1 / CLASSES, np.float32)
        targets[: self.pen_count] = np.eye(CLASSES)[[label for _, label in drawn]]
        return images, targets

    def _draw_digit(self, rng):
        """Choose (strokes, label): a pen digit, or a hand or shape that they lack."""
        source = rng.random()
        if source < self.settings.shape_share:
            label = int(rng.integers(CLASSES))
            return random_shape(label, rng), label
        if source < self.settings.shape_share + self.settings.traced_share:
            index = int(rng.integers(len(self.data.images)))
            if strokes := self._trace(index):  # none in a blank image
                return strokes, int(self.data.labels[index])
        digit = self.data.pen_digits[rng.integers(len(self.data.pen_digits))]
        return digit.strokes, digit.label

    def _trace(self, index):
        """Trace an image when it is first drawn."""
        if index not in self.traced:
            self.traced[index] = trace_strokes(self.data.images[index])
        return self.traced[index]


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


def train(data, settings, folder, resume=False, start=None):
    """Fit the network and keep the weights that were best on the validation data.

    The folder holds all that `resume` needs after an interruption at any moment:
    the state of the last whole epoch, the best model so far, and the history.

    Args:
        data: TrainingData.
        settings: Settings.
        folder: where the fit keeps its files; emptied unless it resumes.
        resume: go on from the last whole epoch in the folder.
        start: a trained `.keras` file of this architecture, whose weights to begin with;
            by default random ones.

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
    batches = DistortedBatches(data, settings, first_epoch=done)
    model = build_model(settings.width)
    if start:
        model.set_weights(keras.models.load_model(start, compile=False).get_weights())
    model.compile(
        optimizer=keras.optimizers.AdamW(
            keras.optimizers.schedules.CosineDecay(
                initial_learning_rate=settings.learning_rate / 20,
                decay_steps=max(len(batches) * (settings.epochs - 1), 1),
                warmup_target=settings.learning_rate,
                warmup_steps=len(batches),
            ),
            weight_decay=settings.weight_decay,
        ),
        loss=keras.losses.CategoricalCrossentropy(
            from_logits=True, label_smoothing=settings.label_smoothing
        ),
        metrics=["accuracy"],
    )
    if states:
        model.optimizer.build(model.trainable_variables)
        model.load_weights(states[-1])
    model.fit(
        batches,
        initial_epoch=done,
        epochs=settings.epochs,
        shuffle=False,  # the batches are, and the same after an interruption
        verbose=0,
        validation_data=(
            data.validation_images[..., None],
            np.eye(CLASSES, dtype=np.float32)[data.validation_labels],
        ),
        callbacks=[KeepEpochs(folder, settings.seed, history), Progress()],
    )
    return keras.models.load_model(folder / BEST, compile=False), read_history(folder / HISTORY)


def calibrate(network, data, digits, path):
    """Choose temperature and thresholds on validation data; write the network with both.

    Args:
        network: what `train` returned.
        data: TrainingData.
        digits: list of PenSample by writers who validate; may be empty.
        path: where the `.keras` file goes.
    """
    images, labels = data.calibration
    temperature = fit_temperature(network.predict(images[..., None], verbose=0), labels)
    calibrated = add_calibration(network, temperature)
    call = compile_call(calibrated, calibrated.outputs[0])  # the one that will answer
    thresholds = choose_thresholds(lambda images: call(images).numpy(), data.drawn_images, digits)
    calibrated.save(path)
    store_thresholds(path, thresholds)
