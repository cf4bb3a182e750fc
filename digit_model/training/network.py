"""The network: a small convolutional net for 28×28 digits."""

from itertools import zip_longest

import keras
import numpy as np
from keras import layers

from digit_model.data.mnist import CLASSES


def build_model(width: float = 1.0) -> keras.Sequential:
    """Build the untrained network.

    Shapes are (rows, columns, channels). A stride of 2 in the first layer and
    padding everywhere keep the work on small maps, where parameters are cheap:
    one image costs about 38 million multiply-adds. Filters come in sixteens, as
    processors take them: a training step of 43, 72 and 200 takes a tenth longer.
    Batch normalisation follows every convolution (Ioffe & Szegedy 2015), which
    therefore has no bias.

    Args:
        width: multiplies the filters of every convolution.

    Returns:
        keras.Sequential, (n, 28, 28, 1) float32 in [0, 1] → (n, 10) logits.
    """
    few, some, many = (round(width * filters) for filters in (48, 64, 208))
    return keras.Sequential(
        [
            keras.Input((28, 28, 1)),
            *_convolution(few, 5, strides=2),  # 14×14×48
            *_convolution(some, 3),
            *_convolution(some, 3),
            layers.MaxPooling2D(),  # 7×7×64
            *_convolution(many, 3),
            *_convolution(many, 3),
            layers.Flatten(),  # 10,192: where a stroke lies still counts
            layers.Dropout(0.4),
            layers.Dense(CLASSES, name="logits"),
        ],
        name="digits",
    )


def add_calibration(model: keras.Sequential, temperature: float) -> keras.Sequential:
    """Turn the trained network's logits into calibrated probabilities.

    Temperature scaling (Guo et al. 2017) as two built-in layers, so that
    `model.keras` carries its temperature and loads anywhere. Batch normalisation is
    folded into the convolutions (Jacob et al. 2018), which makes an answer a tenth quicker.

    Args:
        model: what `build_model` returned, trained.
        temperature: positive number by which the logits are divided.

    Returns:
        keras.Sequential, (n, 28, 28, 1) → (n, 10) float32, rows sum to 1.
    """
    return keras.Sequential(
        [
            keras.Input(model.input_shape[1:]),
            *fold_batch_normalization(model.layers),
            layers.Rescaling(1 / temperature, name="temperature"),
            layers.Softmax(name="probabilities"),
        ],
        name=model.name,
    )


def fold_batch_normalization(trained: list[layers.Layer]) -> list[layers.Layer]:
    """Return layers that answer as the trained ones do, without batch normalisation."""
    folded = []
    for layer, following in zip_longest(trained, trained[1:]):
        if isinstance(following, layers.BatchNormalization):
            scale = following.gamma / np.sqrt(following.moving_variance + following.epsilon)
            convolution = type(layer).from_config({**layer.get_config(), "use_bias": True})
            convolution.build(layer.input.shape)
            bias = following.beta - following.moving_mean * scale
            convolution.set_weights([layer.kernel * scale, bias])
            folded.append(convolution)
        elif not isinstance(layer, layers.BatchNormalization):
            folded.append(layer)
    return folded


def _convolution(filters: int, size: int, strides: int = 1) -> list[layers.Layer]:
    """Convolution, batch normalisation and ReLU."""
    return [
        layers.Conv2D(filters, size, strides=strides, padding="same", use_bias=False),
        layers.BatchNormalization(momentum=0.9),
        layers.ReLU(),
    ]
