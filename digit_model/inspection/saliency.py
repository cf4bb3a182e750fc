"""Which ink speaks for a digit: occlusion (Zeiler & Fergus 2014).

A window without ink slides over the image; where the evidence for a digit falls, the ink
that was taken away had spoken for it.
"""

from collections.abc import Callable, Sequence

import numpy as np

from digit_model.rejection import TINY

WINDOW, STEP = 4, 2  # pixels; half a stroke's crossing, and half a window
BATCH = 32  # images read at once: a server never gives back the memory of its largest batch


def occlusion(
    predict: Callable[[np.ndarray], np.ndarray],
    image: np.ndarray,
    digit: int,
    rivals: Sequence[int | None] = (None,),
) -> list[np.ndarray]:
    """Return how much the ink at each pixel speaks for a digit.

    Evidence is the digit's log probability above the mean of all ten, or above a rival's:
    a difference of logits, which does not saturate as probabilities do.

    Args:
        predict: (n, 28, 28) float32 → (n, 10) probabilities.
        image: (28, 28) float32 in [0, 1].
        digit: 0–9.
        rivals: of each 0–9 for "why not this one", or None for all.

    Returns:
        (28, 28) float for each rival: the fall in evidence, averaged over the windows that cover
        a pixel; negative where ink speaks against the digit, 0 where there is none.
    """
    corners = range(0, image.shape[0] - WINDOW + 1, STEP)
    windows = [
        np.s_[row : row + WINDOW, column : column + WINDOW] for row in corners for column in corners
    ]
    windows = [window for window in windows if image[window].any()]
    occluded = np.repeat(image[None], len(windows) + 1, axis=0)  # the last stays whole
    for copy, window in zip(occluded, windows, strict=False):
        copy[window] = 0
    parts = [predict(occluded[i : i + BATCH]) for i in range(0, len(occluded), BATCH)]
    logs = np.log(np.maximum(np.concatenate(parts), TINY))
    return [
        _average(logs[:, digit] - (logs.mean(axis=1) if rival is None else logs[:, rival]), windows)
        * (image > 0)
        for rival in rivals
    ]


def _average(evidence: np.ndarray, windows: list[tuple[slice, slice]]) -> np.ndarray:
    """Return how far evidence falls without the windows at each pixel; the last is of the whole."""
    fall, covered = np.zeros((2, 28, 28))
    for loss, window in zip(evidence[-1] - evidence, windows, strict=False):
        fall[window] += loss
        covered[window] += 1
    return fall / np.maximum(covered, 1)
