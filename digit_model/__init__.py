"""Everything about the network; importing it starts nothing."""

from digit_model.classifier import Classifier, ModelError, Prediction, load_classifier
from digit_model.hand import Hand
from digit_model.numbers import Number, read_number, read_number_image

__all__ = [
    "Classifier",
    "Hand",
    "ModelError",
    "Number",
    "Prediction",
    "load_classifier",
    "read_number",
    "read_number_image",
]
