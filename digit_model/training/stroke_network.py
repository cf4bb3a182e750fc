"""The stroke network: a small convolutional net along the way of the pen."""

import keras
from keras import layers

from digit_model.data.mnist import CLASSES
from digit_model.ink_path import CHANNELS, POINTS


def build_stroke_model() -> keras.Sequential:
    """Build the untrained network.

    Shapes are (places, channels). One drawing costs about 5 million multiply-adds.

    Returns:
        keras.Sequential, (n, 80, 5) float32 as of `encode_path` → (n, 10) logits.
    """
    return keras.Sequential(
        [
            keras.Input((POINTS, CHANNELS)),
            *_convolution(64, 5),  # 80×64
            *_convolution(96, 5),
            layers.MaxPooling1D(),  # 40×96
            *_convolution(128, 5),
            layers.MaxPooling1D(),  # 20×128
            *_convolution(160, 3),
            layers.MaxPooling1D(),  # 10×160
            *_convolution(192, 3),
            layers.Flatten(),  # 1,920
            layers.Dropout(0.4),
            layers.Dense(CLASSES, name="stroke_logits"),
        ],
        name="strokes",
    )


def _convolution(filters: int, size: int) -> list[layers.Layer]:
    """Convolution, batch normalisation and ReLU."""
    return [
        layers.Conv1D(filters, size, padding="same", use_bias=False),
        layers.BatchNormalization(momentum=0.9),
        layers.ReLU(),
    ]
