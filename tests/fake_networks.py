"""Networks without TensorFlow that answer as told, and probabilities made up."""

from types import SimpleNamespace

import numpy as np

from digit_model.classifier import Layer, judge
from digit_model.inspection.convolutions import Convolution
from digit_model.loading import MODEL_FILE
from digit_model.model_file import read_fitted

NUMBER_WEIGHTS = read_fitted(MODEL_FILE).number_weights  # the committed network's


def sure(digits, confidence):
    """Return probabilities that give each digit this confidence and the rest evenly."""
    probabilities = np.full((len(digits), 10), (1 - confidence) / 9)
    probabilities[np.arange(len(digits)), digits] = confidence
    return probabilities


class ImageNetwork:
    """What all stubs share: they see images alone, as `predict` says; the rule is the real one."""

    thresholds = np.ones(10)  # of the logits' spread: all above 75 % sure is a digit
    fingerprint = "f" * 64
    number_weights = NUMBER_WEIGHTS

    @property
    def thresholds_of_both(self):
        return self.thresholds

    def thresholds_for(self, looks):
        return self.thresholds

    def predict_both(self, images, strokes):
        return self.predict(images)

    def join_strokes(self, by_image, strokes):
        return np.array(by_image), [None] * len(by_image)

    def classify(self, image, strokes=None):
        return self.classify_all(np.asarray(image)[None])[0]

    def classify_all(self, images, strokes=()):
        return [judge(shares, self.thresholds) for shares in self.predict(images)]


class FakeClassifier(ImageNetwork):
    """A network that always gives the same answer."""

    embedding = None
    stroke_layers = ()
    layers = (Layer("Conv2D", (14, 14, 24), 600), Layer("Dense", (10,), 250))
    convolutions = (Convolution(np.ones((5, 5, 24), np.float32), 1, first=-1, step=2, reach=5),)

    def __init__(self, digit, confidence):
        self.probabilities = np.full(10, (1 - confidence) / 9, np.float32)
        self.probabilities[digit] = confidence

    @property
    def parameters(self):
        return sum(layer.parameters for layer in (*self.layers, *self.stroke_layers))

    def predict(self, images):
        """Answer as told for each image."""
        assert np.shape(images)[1:] == (28, 28)
        return np.repeat(self.probabilities[None], len(images), axis=0)

    def feature_maps(self, image):
        """Show the image in 24 small maps."""
        return [np.repeat(image[::2, ::2, None], 24, axis=2)]


class LearningClassifier(FakeClassifier):
    """A fake whose drawings are alike if their pixels are."""

    embedding = SimpleNamespace(alike=0.5, strength=10)
    embedded = 0  # images

    def embed(self, images):
        self.embedded += len(images)
        vectors = np.reshape(images, (len(images), -1)).astype(np.float32)
        lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
        return self.predict(images), vectors / np.maximum(lengths, 1)
