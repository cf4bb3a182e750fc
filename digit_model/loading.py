"""Loads a model file: checked, compiled once, and warmed up."""

import hashlib
import zipfile
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from digit_model.classifier import Classifier, Compiled, Layer
from digit_model.errors import ModelError
from digit_model.hand.embedding import Embedding
from digit_model.ink_path import CHANNELS, POINTS
from digit_model.inspection.convolutions import read_convolutions
from digit_model.model_file import read_fitted

MODEL_FILE = Path(__file__).parent.parent / "model.keras"
MAX_BYTES = 100_000_000  # of a model file, unpacked; this project's own has one million

# Input and output shapes of a network that sees an image alone, and of two joined by
# `join_looks`, of which the outputs are the answers by the image, by the strokes and by both.
ONE_LOOK = (None, 28, 28, 1), (None, 10)
TWO_LOOKS = [(None, 28, 28, 1), (None, POINTS, CHANNELS)], [(None, 10)] * 3


class _UnfitError(ValueError):
    """A whole model file, but not of a network that reads digits; the message says why."""


def load_classifier(path: Path | str = MODEL_FILE) -> Classifier:
    """Load a network, compile its call and warm it up.

    TensorFlow is imported here and not before: it takes seconds.

    Args:
        path: a `.keras` file; by default this project's own.

    Raises:
        ModelError: for a file that is missing, truncated, replaced while it is read, another
            network's, or without thresholds; the message names the file and what to do.
    """
    path = Path(path)
    what_to_do = "Restore it with `git checkout model.keras` or train it: python train_model.py"
    if not path.is_file():
        raise ModelError(f"There is no model file {path}. {what_to_do}")
    try:
        return _read_classifier(path)
    except ModelError:
        raise
    except _UnfitError as error:
        raise ModelError(f"{path} is {error}. {what_to_do}") from error
    except Exception as error:  # Keras, h5py, TensorFlow and zipfile raise what they like
        raise ModelError(f"{path} is not a whole Keras model file. {what_to_do}") from error


def _read_classifier(path: Path) -> Classifier:
    fingerprint = hashlib.sha256(path.read_bytes()).hexdigest()
    _check_size(path)
    fitted = read_fitted(path)
    model = load_model(path)
    if not _has_fingerprint(path, fingerprint):
        raise ModelError(f"{path} is being replaced. Try again in a moment.")
    if fitted.thresholds is None:  # any others would reject what nobody measured
        raise _UnfitError(
            "a network without its ten thresholds for what is not a digit; earlier versions of "
            "train_model.py wrote none"
        )
    both, model = model, image_network(model)
    if both is not model and fitted.thresholds_of_both is None:
        raise _UnfitError("two networks without the ten thresholds of both")
    embedding = fitted.embedding
    if embedding is not None and (None, embedding.features) != _features_of(model):
        raise _UnfitError("a network whose embedding is another network's")
    activations = [layer.output for layer in model.layers if type(layer).__name__ == "ReLU"]
    return Classifier(
        compile_call(model, model.outputs[0]),
        partial(compile_call, model, activations),
        partial(_compile_features, model),
        partial(_compile_features, model, embedding),
        _describe_layers(model),
        read_convolutions(model.layers),
        fingerprint,
        _take_temperature(model),
        fitted,
        None if both is model else compile_join(both),
        _describe_layers(stroke_network(both)),
    )


def _describe_layers(network: Any | None) -> list[Layer]:
    return [
        Layer(type(layer).__name__, tuple(layer.output.shape[1:]), layer.count_params())
        for layer in (network.layers if network else ())
    ]


def _has_fingerprint(path: Path, fingerprint: str) -> bool:
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest() == fingerprint
    except OSError:
        return False


def _check_size(path: Path) -> None:
    with zipfile.ZipFile(path) as archive:
        size = sum(member.file_size for member in archive.infolist())
    if size > MAX_BYTES:  # a small file may unpack to what no memory holds
        raise ValueError(f"unpacked it has {size} bytes; at most {MAX_BYTES} are read")


def load_model(path: Path) -> Any:
    """Load a network that reads digits, or two that `join_looks` has joined, by Keras alone."""
    import keras

    model = keras.models.load_model(path, compile=False, safe_mode=True)
    shapes = getattr(model, "input_shape", None), getattr(model, "output_shape", None)
    if shapes not in (ONE_LOOK, TWO_LOOKS):
        raise _UnfitError(
            f"another network: it maps {shapes[0]} to {shapes[1]}, but (None, 28, 28, 1) to "
            "(None, 10) is expected"
        )
    return model


def image_network(model: Any) -> Any:
    """Return the network that sees the image: of two that were joined, the one named "digits"."""
    return model.get_layer("digits") if len(model.inputs) == 2 else model


def stroke_network(model: Any) -> Any | None:
    """Return the network that sees the strokes, the joined one named "strokes"; None if alone."""
    return model.get_layer("strokes") if len(model.inputs) == 2 else None


def _features_of(model: Any) -> tuple[int | None, ...] | None:
    """Return the shape of what the last dense layer sees of drawings: (None, n)."""
    flat = [layer for layer in model.layers if type(layer).__name__ == "Flatten"]
    return tuple(flat[-1].output.shape) if flat else None


def _compile_features(model: Any, embedding: Embedding | None = None) -> Compiled:
    """Compile one run of a chain of layers that returns its answer and its features.

    With an Embedding, it returns vectors in place of features: embedding them in NumPy afterwards
    takes a second processor.

    The layers are called again: what Keras calls a layer's output comes from a different call than
    the model's own output, and asking for both would run the network twice.
    """
    tensor = features = model.inputs[0]
    for layer in model.layers:
        tensor = layer(tensor)
        if type(layer).__name__ == "Flatten":
            features = tensor
    if embedding is None:
        return compile_call(model, [tensor, features])
    return compile_call(model, [tensor, features], lambda each: (each[0], embedding.trace(each[1])))


def _take_temperature(model: Any) -> float:
    """Return what `add_calibration` divided the logits by; 1 if nothing did."""
    scales = [layer.scale for layer in model.layers if layer.name == "temperature"]
    return 1 / scales[0] if scales else 1.0


def compile_call(
    model: Any, outputs: Any, then: Callable[[Any], Any] = lambda outputs: outputs
) -> Compiled:
    """Compile some outputs of a model for any number of images, and run them once.

    Args:
        model: keras.Model.
        outputs: one of its tensors, or a list.
        then: what is done with the outputs in the same run, on tensors.

    Returns:
        A function of (n, 28, 28) float32 images, n > 0, that returns tensors.
    """
    import keras
    import tensorflow as tf

    part = keras.Model(model.inputs, outputs)

    @tf.function(input_signature=[tf.TensorSpec((None, 28, 28), tf.float32)])
    def call(images: Any) -> Any:
        return then(part(images[..., None], training=False))

    compiled = call.get_concrete_function()
    compiled(tf.zeros((1, 28, 28)))

    def run(images: np.ndarray) -> Any:
        return compiled(tf.constant(images))

    return run


def compile_join(model: Any) -> Compiled:
    """Compile what `join_looks` has added to the image network, and run it once.

    Returns:
        A function of (n, 10) answers by the image and (n, 80, 5) float32 ways of the pen, n > 0,
        that returns two tensors of (n, 10): the answers by the strokes, and by both.
    """
    import keras
    import tensorflow as tf

    rest = keras.Model([model.outputs[0], model.inputs[1]], model.outputs[1:])
    signature = [
        tf.TensorSpec((None, 10), tf.float32),
        tf.TensorSpec((None, POINTS, CHANNELS), tf.float32),
    ]

    @tf.function(input_signature=signature)
    def call(answers: Any, paths: Any) -> Any:
        return rest([answers, paths], training=False)

    compiled = call.get_concrete_function()
    compiled(tf.zeros((1, 10)), tf.zeros((1, POINTS, CHANNELS)))

    def run(answers: np.ndarray, paths: np.ndarray) -> Any:
        return compiled(tf.constant(answers), tf.constant(paths))

    return run
