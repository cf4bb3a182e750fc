"""Joins two calibrated networks, of which one sees the image and one the strokes, to one file."""

import keras
from keras import layers, ops

from digit_model.ink_path import CHANNELS, POINTS
from digit_model.rejection import TINY


def join_looks(
    digits: keras.Sequential, strokes: keras.Sequential, weights: tuple[float, float]
) -> keras.Model:
    """Join two networks to one of two inputs and three answers.

    The answer by both is a weighted product of the two (a logarithmic opinion pool; Genest &
    Zidek 1986), made to sum to 1.

    Args:
        digits: as from `add_calibration`, (n, 28, 28, 1) → (n, 10); named "digits".
        strokes: the same, (n, 80, 5) → (n, 10); named "strokes".
        weights: of the logarithms of both; their sum is 1 over the temperature of the answer.

    Returns:
        keras.Model, [(n, 28, 28, 1), (n, 80, 5)] → three times (n, 10): by the image, by the
        strokes, by both.
    """
    image, path = (
        keras.Input((28, 28, 1), name="image"),
        keras.Input((POINTS, CHANNELS), name="path"),
    )
    answers = digits(image), strokes(path)
    logs = [
        layers.Rescaling(weight, name=f"weight_of_{network.name}")(
            ops.log(ops.maximum(answer, TINY))
        )
        for network, answer, weight in zip((digits, strokes), answers, weights, strict=True)
    ]
    both = layers.Softmax(name="both")(layers.Add(name="sum")(logs))
    return keras.Model([image, path], [*answers, both], name="two_looks")
