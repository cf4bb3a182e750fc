"""The trained network, ready to answer."""

from dataclasses import dataclass
from threading import Lock

import numpy as np

from digit_model.rejection import is_digit


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
        number_weights: NumberWeights, for `read_number`; None if the model file carries none.
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
        fitted,
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
        self.thresholds = fitted.thresholds
        self.embedding = fitted.embedding
        self.number_weights = fitted.number_weights

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


def _run(call, images):
    """Return what a function of `compile_call` with several outputs makes of images, as arrays."""
    images = _check_images(images)
    if not len(images):  # the same shapes as of one image
        return tuple(each[:0] for each in _run(call, np.zeros((1, 28, 28))))
    return tuple(each.numpy() for each in call(images))
