"""The trained network, ready to answer."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from threading import Lock
from typing import Any, NamedTuple, Protocol

import numpy as np

from digit_model.ink_path import encode_path
from digit_model.inspection.convolutions import Convolution
from digit_model.model_file import Fitted
from digit_model.numbers.weights import NumberWeights
from digit_model.rejection import is_digit

Compiled = Callable[[np.ndarray], Any]  # (n, 28, 28) float32, n > 0, to tensors
CompiledLooks = Callable[[np.ndarray, np.ndarray], Any]  # of images and ways of the pen

Strokes = Sequence[np.ndarray]  # of one drawing: (points, 2) each, in the order drawn, any unit


class Looks(NamedTuple):
    """What each of two networks makes of a drawing: two (10,) float32 that sum to 1."""

    image: np.ndarray
    strokes: np.ndarray


@dataclass(frozen=True)
class Prediction:
    """What the network makes of one drawing.

    Attributes:
        digit: 0–9, or None: not a digit.
        confidence: probability of the most likely digit, in [0, 1].
        probabilities: (10,) float32, sums to 1.
        alone: the network's own Prediction if a Hand reads another digit; else None.
        looks: the probabilities by the image and by the strokes; None if the strokes were not
            seen.
    """

    digit: int | None
    confidence: float
    probabilities: np.ndarray
    alone: "Prediction | None" = None
    looks: Looks | None = None

    @property
    def disagreement(self) -> tuple[int, int] | None:
        """The most likely digit by the image, and by the strokes, if they are two."""
        if self.looks is None:
            return None
        by_image, by_strokes = (int(look.argmax()) for look in self.looks)
        return None if by_image == by_strokes else (by_image, by_strokes)

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


def judge(
    probabilities: np.ndarray, thresholds: np.ndarray, looks: Looks | None = None
) -> Prediction:
    """Answer with the most likely digit, or none if no digit stands out.

    Args:
        probabilities: (10,) float32, calibrated.
        thresholds: as for `is_digit`.
        looks: what they come from, if from two.
    """
    best = int(probabilities.argmax())
    digit = best if is_digit(probabilities, thresholds) else None
    return Prediction(digit, float(probabilities[best]), probabilities, looks=looks)


class Classifier:
    """A loaded network; safe to share between threads.

    Attributes:
        fingerprint: SHA-256 of the model file, in hexadecimal.
        temperature: by which the network divides its logits.
        thresholds: (10,), as for `is_digit`, by the image alone.
        thresholds_of_both: the same by both looks; None if the file has no stroke network.
        layers: all of the image network.
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
        call_looks: CompiledLooks | None = None,
    ) -> None:
        """Do not call this; call `load_classifier`."""
        self._call, self._call_looks = call, call_looks
        compiling = Lock()
        self._compile_maps = _once(compile_maps, compiling)
        self._compile_features = _once(compile_features, compiling)
        self._compile_vectors = _once(compile_vectors, compiling)
        self.layers = layers
        self.convolutions = convolutions
        self.fingerprint = fingerprint
        self.temperature = temperature
        self.thresholds = np.asarray(fitted.thresholds, float)
        self.thresholds_of_both = fitted.thresholds_of_both
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

    def look(
        self, images: np.ndarray, strokes: Sequence[Strokes]
    ) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Return what images and strokes of the same drawings say, and both together.

        Args:
            images: (n, 28, 28) float32 in [0, 1], ink bright.
            strokes: of each drawing, in the order drawn, in any unit.

        Returns:
            Three times (n, 10) float32, rows sum to 1: by the images, by the strokes, by both. A
            network whose file has no stroke network answers by the images, three times.
        """
        images = _check_images(images)
        if self._call_looks is None or not len(images):
            by_image = self.predict(images)
            return by_image, by_image, by_image
        paths = np.stack([encode_path(each) for each in strokes])
        if len(paths) != len(images):
            raise ValueError(f"expected strokes for each image, got {len(paths)}, {len(images)}")
        by_image, by_strokes, by_both = self._call_looks(images, paths)
        return by_image.numpy(), by_strokes.numpy(), by_both.numpy()

    def classify(self, image: np.ndarray, strokes: Strokes | None = None) -> Prediction:
        """Return the Prediction for one drawing.

        Args:
            image: (28, 28) float32 in [0, 1].
            strokes: (points, 2) arrays in the order drawn, in any unit, if they are known.
        """
        known = None if strokes is None else [strokes]
        return self.classify_all(np.asarray(image)[None], known)[0]

    def classify_all(
        self, images: np.ndarray, strokes: Sequence[Strokes] | None = None
    ) -> list[Prediction]:
        """Return Predictions for (n, 28, 28) float32 images in [0, 1], also by strokes if known."""
        if strokes is None or self._call_looks is None or not len(images):
            return [judge(each, self.thresholds) for each in self.predict(images)]
        thresholds = self.thresholds_of_both
        return [
            judge(both, thresholds, Looks(by_image, by_strokes))
            for by_image, by_strokes, both in zip(*self.look(images, strokes), strict=True)
        ]

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
