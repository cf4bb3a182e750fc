"""The trained network, ready to answer."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from threading import Lock
from typing import Any, NamedTuple, Protocol

import numpy as np

from digit_model.ink_path import Strokes, encode_paths
from digit_model.inspection.convolutions import Convolution
from digit_model.model_file import Fitted
from digit_model.numbers.weights import NumberWeights
from digit_model.rejection import certainty

# (n, 28, 28) float32, n > 0, and of two looks (n, 80, 5) float32 too, to tensors
Compiled = Callable[..., Any]


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
        certainty: as from `rejection.certainty`; from 1 on, a drawing is a digit.
        alone: the network's own Prediction if a Hand reads another digit; else None.
        looks: the probabilities by the image and by the strokes; None if the strokes were not
            seen.
    """

    digit: int | None
    confidence: float
    probabilities: np.ndarray
    certainty: float = 1.0
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
    def number_weights(self) -> NumberWeights | None: ...

    def classify_all(
        self, images: np.ndarray, strokes: Sequence[Strokes] = ()
    ) -> list[Prediction]: ...


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
    best, certain = int(probabilities.argmax()), float(certainty(probabilities, thresholds))
    digit = best if certain >= 1 else None
    return Prediction(digit, float(probabilities[best]), probabilities, certain, looks=looks)


class Classifier:
    """A loaded network; safe to share between threads.

    Attributes:
        fingerprint: SHA-256 of the model file, in hexadecimal.
        temperature: by which the network divides its logits.
        thresholds: (10,), as for `is_digit`, by the image alone.
        thresholds_of_both: the same by both looks; without a stroke network, those of the image.
        layers: all of the image network.
        stroke_layers: all of the stroke network; none if there is none.
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
        join: Compiled | None = None,
        stroke_layers: Sequence[Layer] = (),
    ) -> None:
        """Do not call this; call `load_classifier`."""
        self._call, self._join = call, join
        compiling = Lock()
        self._compile_maps = _once(compile_maps, compiling)
        self._compile_features = _once(compile_features, compiling)
        self._compile_vectors = _once(compile_vectors, compiling)
        self.layers, self.stroke_layers = layers, stroke_layers
        self.convolutions = convolutions
        self.fingerprint = fingerprint
        self.temperature = temperature
        self.thresholds = np.asarray(fitted.thresholds, float)
        of_both = fitted.thresholds if join is None else fitted.thresholds_of_both
        self.thresholds_of_both = np.asarray(of_both, float)
        self.embedding = fitted.embedding
        self.number_weights = fitted.number_weights

    @property
    def parameters(self) -> int:
        """How many numbers both networks have learnt."""
        return sum(layer.parameters for layer in (*self.layers, *self.stroke_layers))

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

    def predict_both(self, images: np.ndarray, strokes: Sequence[Strokes]) -> np.ndarray:
        """Return the same by both looks; strokes as for `join_strokes`."""
        return self.join_strokes(self.predict(images), strokes)[0]

    def classify(self, image: np.ndarray, strokes: Strokes | None = None) -> Prediction:
        """Return the Prediction for one drawing.

        Args:
            image: (28, 28) float32 in [0, 1].
            strokes: (points, 2) arrays in the order drawn, in any unit, if they are known.
        """
        return self.classify_all(np.asarray(image)[None], [() if strokes is None else strokes])[0]

    def classify_all(self, images: np.ndarray, strokes: Sequence[Strokes] = ()) -> list[Prediction]:
        """Return Predictions for n drawings.

        Args:
            images: (n, 28, 28) float32 in [0, 1].
            strokes: as for `join_strokes`.
        """
        seen = self.join_strokes(self.predict(images), strokes)
        return [
            judge(probabilities, self.thresholds_for(looks), looks)
            for probabilities, looks in zip(*seen, strict=True)
        ]

    def thresholds_for(self, looks: Looks | None) -> np.ndarray:
        """Return the thresholds for a drawing: by both looks if its strokes are known."""
        return self.thresholds if looks is None else self.thresholds_of_both

    def join_strokes(
        self, by_image: np.ndarray, strokes: Sequence[Strokes]
    ) -> tuple[np.ndarray, list[Looks | None]]:
        """Return what drawings are by both looks, where their strokes are known.

        Args:
            by_image: (n, 10) float32, as from `predict`.
            strokes: of each drawing, in the order drawn, in any unit; empty if not known. Empty
                as a whole if none are.

        Returns:
            (n, 10) float32, rows sum to 1; and n times Looks, or None where strokes are not known.

        Raises:
            ValueError: for another number of strokes than of images.
        """
        if len(strokes) not in (0, len(by_image)):
            raise ValueError(f"expected {len(by_image)} drawings' strokes, got {len(strokes)}")
        joined = by_image.copy()
        looks: list[Looks | None] = [None] * len(by_image)
        known = [i for i, each in enumerate(strokes) if len(each)]
        if self._join is not None and known:
            paths = encode_paths([strokes[i] for i in known])
            by_strokes, both = (each.numpy() for each in self._join(by_image[known], paths))
            joined[known] = both
            for i, by_stroke in zip(known, by_strokes, strict=True):
                looks[i] = Looks(by_image[i], by_stroke)
        return joined, looks

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
