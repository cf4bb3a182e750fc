"""Everything about the network; importing it starts nothing."""

from digit_model.classifier import Classifier, ModelError, Prediction, load_classifier

__all__ = ["Classifier", "ModelError", "Prediction", "load_classifier"]
