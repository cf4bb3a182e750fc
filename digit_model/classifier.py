"""The trained network, ready to answer."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from threading import Lock
from typing import Any, Protocol

import numpy as np

from digit_model.inspection.convolutions import Convolution
from digit_model.model_file import Fitted
from digit_model.numbers.weights import NumberWeights
from digit_model.rejection import is_digit

Compiled = Callable[[np.ndarray], Any]  # (n, 28, 28) float32, n > 0, to tensors


@dataclass(frozen=True)
class Prediction:
    """What the network makes of one drawing.

    Attributes:
        digit: 0–9, or None: not a digit.
        confidence: probability of the most likely digit, in [0, 1].
        probabilities: (10,) float32, sums to 1.
        alone: the network's own Prediction if a Hand reads another digit; else None.
    """

    digit: int | None
    confidence: float
    probabilities: np.ndarray
    alone: "Prediction | None" = None

    @property
    def by_hand(self) -> bool:
        """Whether a Hand reads another digit than the network."""
        return self.alone is not None

    def as_json(self) -> dict[str, Any]:
        """Return the answer as a program gets it: a dict of what JSON can say."""
        by_hand = {"by_hand": True} if self.by_hand else {}
        return by_hand | {
            "digit": self.digit,
            "confidence": round(self.confidence, 6),
            "probabilities": [round(float(share), 6) for share in self.probabilities],
        }


class Reader(Protocol):
    """What reads drawings: a Classifier, or a Hand that knows one person's handwriting."""

    @property
    def thresholds(self) -> np.ndarray: ...

    @property
    def number_weights(self) -> NumberWeights | None: ...

    def classify_all(self, images: np.ndarray) -> list[Prediction]: ...


@dataclass(frozen=True)
class Layer:
    """A layer of the network: its kind in Keras, its output's shape, its parameters."""

    kind: str
    shape: tuple[int, ...]
    parameters: int


def judge(probabilities: np.ndarray, thresholds: np.ndarray) -> Prediction:
    """Answer with the most likely digit, or none if no digit stands out.

    Args:
        probabilities: (10,) float32, calibrated.
        thresholds: as for `is_digit`.
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
        layers: all of the network.
        convolutions: one for each of `feature_maps`.
        embedding: for a Hand; None if the model file carries none.
        number_weights: for `read_number`; None if the model file carries none.
    """

    def __init__(
        self,
        call: Compiled,
        compile_maps: Callable[[], Compiled],
        compile_features: Callable[[], Compiled],
        compile_vectors: Callable[[], Compiled],
        layers: Sequence[Layer],
        convolutions: Sequence[Convolution],
        fingerprint: str,
        temperature: float,
        fitted: Fitted,
    ) -> None:
        """Do not call this; call `load_classifier`."""
        self._call = call
        compiling = Lock()
        self._compile_maps = _once(compile_maps, compiling)
        self._compile_features = _once(compile_features, compiling)
        self._compile_vectors = _once(compile_vectors, compiling)
        self.layers = layers
        self.convolutions = convolutions
        self.fingerprint = fingerprint
        self.temperature = temperature
        self.thresholds = np.asarray(fitted.thresholds, float)
        self.embedding = fitted.embedding
        self.number_weights = fitted.number_weights

    def predict(self, images: np.ndarray) -> np.ndarray:
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

    def classify(self, image: np.ndarray) -> Prediction:
        """Return the Prediction for one (28, 28) float32 image in [0, 1]."""
        return self.classify_all(np.asarray(image)[None])[0]

    def classify_all(self, images: np.ndarray) -> list[Prediction]:
        """Return Predictions for (n, 28, 28) float32 images in [0, 1]."""
        return [judge(probabilities, self.thresholds) for probabilities in self.predict(images)]

    def embed(self, images: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return, from one run of the network, its answers and the drawings' vectors.

        Compiled at the first call.

        Args:
            images: (n, 28, 28) float32 in [0, 1].

        Returns:
            (n, 10) float32, as `predict`; (n, d) float32 of length 1, as `Embedding.embed`.
        """
        return _run(self._compile_vectors(), images)

    def features(self, images: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return, from one run of the network, (n, 10) as `predict` and its (n, …) features."""
        return _run(self._compile_features(), images)

    def feature_maps(self, image: np.ndarray) -> list[np.ndarray]:
        """Return what each convolution makes of an image, after its ReLU.

        Compiled at the first call.

        Args:
            image: (28, 28) float32 in [0, 1].

        Returns:
            (h, w, filters) float32, one for each convolution in their order.
        """
        maps = self._compile_maps()(np.asarray(image, np.float32)[None])
        return [layer.numpy()[0] for layer in maps]


def _once(compile_call: Callable[[], Compiled], lock: Lock) -> Callable[[], Compiled]:
    """Return a function that compiles at its first call, and returns the same from then on.

    Other threads wait: Keras cannot call a network's layers in two threads at once.
    """
    compiled: list[Compiled] = []

    def get() -> Compiled:
        if not compiled:
            with lock:
                if not compiled:
                    compiled.append(compile_call())
        return compiled[0]

    return get


def _check_images(images: np.ndarray) -> np.ndarray:
    images = np.asarray(images, np.float32)
    if images.shape[1:] != (28, 28):
        raise ValueError(f"expected images as (n, 28, 28), got {images.shape}")
    return images


def _run(call: Compiled, images: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the two outputs of a compiled call as arrays."""
    images = _check_images(images)
    if not len(images):  # the shapes are those of one image
        one, other = _run(call, np.zeros((1, 28, 28)))
        return one[:0], other[:0]
    one, other = call(images)
    return one.numpy(), other.numpy()
