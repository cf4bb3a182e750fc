"""The trained network, ready to answer: loaded once, one compiled call."""

import hashlib
import zipfile
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from threading import Lock

import numpy as np

from digit_model.convolutions import read_convolutions
from digit_model.embedding import read_embedding
from digit_model.thresholds import read_thresholds

MODEL_FILE = Path(__file__).parent.parent / "model.keras"
REPORT_FILE = Path(__file__).parent / "report.json"

TINY = np.finfo(np.float32).tiny  # the least probability whose logarithm is taken
MAX_BYTES = 100_000_000  # of a model file, unpacked; this project's own has one million


class ModelError(RuntimeError):
    """A model file that cannot be used; the message names it and what to do."""


class _UnfitError(ValueError):
    """A whole model file, but not of a network that reads digits; the message says why."""


@dataclass(frozen=True)
class Prediction:
    """What the network makes of one drawing.

    Attributes:
        digit: 0–9, or None: not a digit.
        confidence: probability of the most likely digit, in [0, 1].
        probabilities: (10,) float32, sums to 1.
        alone: if a Hand has made another digit of it, the network's own Prediction; else None.
    """

    digit: int | None
    confidence: float
    probabilities: np.ndarray
    alone: "Prediction | None" = None

    @property
    def by_hand(self):
        """Whether a Hand has made another digit of it than the network."""
        return self.alone is not None

    def as_json(self):
        """Return the answer as a program gets it: a dict of what JSON can say."""
        told = {"by_hand": True} if self.by_hand else {}
        return told | {
            "digit": self.digit,
            "confidence": round(self.confidence, 6),
            "probabilities": [round(float(share), 6) for share in self.probabilities],
        }


@dataclass(frozen=True)
class Layer:
    """A layer of the network: its kind in Keras, its output's shape, its parameters."""

    kind: str
    shape: tuple
    parameters: int


def spread(probabilities):
    """Return how far from equal the logits behind probabilities are: their standard deviation.

    The network was taught to give equal logits to what is not a digit. A drawing that may be a
    3 or a 7 is a digit all the same: confidence is low, but the other eight logits are lower
    still. Both show better at a high temperature (Liang, Li & Srikant 2018), where softmax
    depends on the logits' distances from their mean alone.

    Args:
        probabilities: (…, 10) float, calibrated.

    Returns:
        (…) float, 0 if all digits are equally likely.
    """
    logits = np.log(np.maximum(probabilities, TINY))
    # NumPy's own `std` takes twice as long, and each stroke asks for it up to six times.
    off_mean = logits - np.add.reduce(logits, axis=-1, keepdims=True) / logits.shape[-1]
    return np.sqrt(np.add.reduce(off_mean**2, axis=-1) / logits.shape[-1])


def is_digit(probabilities, thresholds):
    """Tell for each drawing whether it is a digit at all.

    Args:
        probabilities: (…, 10) float, calibrated.
        thresholds: (10,), for each digit the `spread` below which a drawing that looks most like
            it is not a digit.

    Returns:
        (…) bool.
    """
    return spread(probabilities) >= np.asarray(thresholds)[probabilities.argmax(axis=-1)]


def judge(probabilities, thresholds):
    """Take the most likely digit for the answer, or none if no digit stands out.

    Args:
        probabilities: (10,) float32, calibrated.
        thresholds: as for `is_digit`.

    Returns:
        Prediction.
    """
    best = int(probabilities.argmax())
    digit = best if is_digit(probabilities, thresholds) else None
    return Prediction(digit, float(probabilities[best]), probabilities)


class Classifier:
    """A loaded network; safe to share between threads.

    Attributes:
        fingerprint: SHA-256 of the model file, in hexadecimal.
        temperature: by which the network divides its logits.
        thresholds: (10,), as for `is_digit`.
        layers: list of Layer.
        convolutions: list of Convolution, as of `feature_maps`.
        embedding: Embedding, for a Hand; None if the model file carries none.
    """

    def __init__(
        self,
        call,
        compile_maps,
        compile_features,
        compile_vectors,
        layers,
        convolutions,
        fingerprint,
        temperature,
        thresholds,
        embedding,
    ):
        self._call = call
        compiling = Lock()
        self._compile_maps = _once(compile_maps, compiling)
        self._compile_features = _once(compile_features, compiling)
        self._compile_vectors = _once(compile_vectors, compiling)
        self.layers = layers
        self.convolutions = convolutions
        self.fingerprint = fingerprint
        self.temperature = temperature
        self.thresholds = thresholds
        self.embedding = embedding

    def predict(self, images):
        """Return calibrated probabilities.

        Args:
            images: (n, 28, 28) float32 in [0, 1], ink bright.

        Returns:
            (n, 10) float32, rows sum to 1.

        Raises:
            ValueError: for any other shape; the message names it.
        """
        images = _check_images(images)
        if not len(images):  # TensorFlow's convolutions fail on an empty batch
            return np.empty((0, 10), np.float32)
        return self._call(images).numpy()

    def classify(self, image):
        """Return the Prediction for one (28, 28) float32 image in [0, 1]."""
        return self.classify_all(np.asarray(image)[None])[0]

    def classify_all(self, images):
        """Return a list of Predictions for (n, 28, 28) float32 images in [0, 1]."""
        return [judge(probabilities, self.thresholds) for probabilities in self.predict(images)]

    def embed(self, images):
        """Return, from one run of the network, what it answers and where drawings lie.

        Compiled when it is first asked for.

        Args:
            images: (n, 28, 28) float32 in [0, 1].

        Returns:
            (n, 10) float32, as `predict`; (n, d) float32 of length 1, as `Embedding.embed`.
        """
        return _run(self._compile_vectors(), images)

    def features(self, images):
        """Return, from one run of the network, (n, 10) as `predict` and its (n, …) features."""
        return _run(self._compile_features(), images)

    def feature_maps(self, image):
        """Return what each convolution makes of an image, after its ReLU.

        Compiled when it is first asked for.

        Args:
            image: (28, 28) float32 in [0, 1].

        Returns:
            A list of (h, w, filters) float32, one for each convolution in their order.
        """
        maps = self._compile_maps()(np.asarray(image, np.float32)[None])
        return [layer.numpy()[0] for layer in maps]


def _once(function, lock):
    """Return a function that calls this one the first time, and returns the same ever after.

    Whoever calls it meanwhile waits: Keras cannot call a network's layers in two threads at once.
    """
    made = []

    def get():
        if not made:
            with lock:
                if not made:
                    made.append(function())
        return made[0]

    return get


def _check_images(images):
    images = np.asarray(images, np.float32)
    if images.shape[1:] != (28, 28):
        raise ValueError(f"expected images as (n, 28, 28), got {images.shape}")
    return images


def load_classifier(path=MODEL_FILE):
    """Load a network, compile its call and warm it up.

    TensorFlow is imported here and not before: it takes seconds.

    Args:
        path: a `.keras` file; by default this project's own.

    Returns:
        Classifier.

    Raises:
        ModelError: for a file that is missing, truncated, replaced meanwhile, another
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


def _read_classifier(path):
    fingerprint = _take_fingerprint(path)
    _check_size(path)
    thresholds = _take_thresholds(path)
    model = _load_model(path)
    if _take_fingerprint(path) != fingerprint:
        raise ModelError(f"{path} is being replaced. Try again in a moment.")
    if thresholds is None:  # any others would reject what nobody measured
        raise _UnfitError(
            "a network without its ten thresholds for what is not a digit; earlier versions of "
            "train_model.py wrote none"
        )
    embedding = read_embedding(path)
    if embedding is not None and (None, embedding.features) != _features_of(model):
        raise _UnfitError("a network whose embedding is another network's")
    activations = [layer.output for layer in model.layers if type(layer).__name__ == "ReLU"]
    layers = [
        Layer(type(layer).__name__, tuple(layer.output.shape[1:]), layer.count_params())
        for layer in model.layers
    ]
    return Classifier(
        compile_call(model, model.outputs[0]),
        partial(compile_call, model, activations),
        partial(_compile_features, model),
        partial(_compile_features, model, embedding),
        layers,
        read_convolutions(model.layers),
        fingerprint,
        _take_temperature(model),
        thresholds,
        embedding,
    )


def _take_fingerprint(path):
    """Return the SHA-256 of a file; None if it cannot be read."""
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError:
        return None


def _check_size(path):
    with zipfile.ZipFile(path) as archive:
        size = sum(member.file_size for member in archive.infolist())
    if size > MAX_BYTES:  # a small file may unpack to what no memory holds
        raise ValueError(f"unpacked it has {size} bytes; at most {MAX_BYTES} are read")


def _take_thresholds(path):
    """Return the thresholds in a model file; None if there are none that can be used."""
    try:
        return read_thresholds(path)
    except (KeyError, TypeError, ValueError):
        return None


def _load_model(path):
    import keras

    model = keras.models.load_model(path, compile=False, safe_mode=True)
    shapes = getattr(model, "input_shape", None), getattr(model, "output_shape", None)
    if shapes != ((None, 28, 28, 1), (None, 10)):
        raise _UnfitError(
            f"another network: it maps {shapes[0]} to {shapes[1]}, but (None, 28, 28, 1) to "
            "(None, 10) is expected"
        )
    return model


def _features_of(model):
    """Return the shape of what the last dense layer sees of drawings: (None, n)."""
    flat = [layer for layer in model.layers if type(layer).__name__ == "Flatten"]
    return tuple(flat[-1].output.shape) if flat else None


def _compile_features(model, embedding=None):
    """Compile one run of a chain of layers that returns its answer and its features.

    With an Embedding, what this makes of the features: in NumPy, that takes a second processor.

    The layers are called anew: what Keras calls a layer's output belongs to another call than
    the model's own output, and to ask for both would run the network twice.
    """
    tensor = features = model.inputs[0]
    for layer in model.layers:
        tensor = layer(tensor)
        if type(layer).__name__ == "Flatten":
            features = tensor
    if embedding is None:
        return compile_call(model, [tensor, features])
    return compile_call(model, [tensor, features], lambda each: (each[0], embedding.trace(each[1])))


def _take_temperature(model):
    """Return what `add_calibration` divided the logits by; 1 if nothing did."""
    scales = [layer.scale for layer in model.layers if layer.name == "temperature"]
    return 1 / scales[0] if scales else 1.0


def _run(call, images):
    """Return what a function of `compile_call` with several outputs makes of images, as arrays."""
    images = _check_images(images)
    if not len(images):  # the same shapes as of one image
        return tuple(each[:0] for each in _run(call, np.zeros((1, 28, 28))))
    return tuple(each.numpy() for each in call(images))


def compile_call(model, outputs, then=lambda outputs: outputs):
    """Trace the way to some outputs, and on, once for any number of images, and run it once.

    Returns:
        A function of (n, 28, 28) float32 images, n > 0, that returns the outputs as tensors.
    """
    import keras
    import tensorflow as tf

    part = keras.Model(model.inputs, outputs)

    @tf.function(input_signature=[tf.TensorSpec((None, 28, 28), tf.float32)])
    def call(images):
        return then(part(images[..., None], training=False))

    compiled = call.get_concrete_function()
    compiled(tf.zeros((1, 28, 28)))
    return lambda images: compiled(tf.constant(images))
