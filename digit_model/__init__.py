"""Everything about the network; importing it starts nothing."""

from digit_model.classifier import Classifier, Prediction
from digit_model.errors import ModelError
from digit_model.hand.hand import Hand
from digit_model.loading import load_classifier
from digit_model.numbers.reader import Number, read_number, read_number_image

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
