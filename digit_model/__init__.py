"""Everything about the network; importing it starts nothing."""

from digit_model.classifier import Classifier, ModelError, Prediction, load_classifier
from digit_model.hand import Hand

__all__ = ["Classifier", "Hand", "ModelError", "Prediction", "load_classifier"]
