"""When a drawing is rejected: the spread of its logits is below its digit's threshold."""

import numpy as np

TINY = float(np.finfo(np.float32).tiny)  # the least probability whose logarithm is taken


def logit_spread(probabilities: np.ndarray) -> np.ndarray:
    """Return how far from equal the logits behind probabilities are: their standard deviation.

    The network was taught to give equal logits to what is not a digit. A drawing that may be a
    3 or a 7 is a digit all the same: confidence is low, but the other eight logits are lower
    still. Both show better at a high temperature (Liang, Li & Srikant 2018), where softmax
    depends on the logits' distances from their mean alone.

    Args:
        probabilities: (…, 10) float, calibrated.

    Returns:
        (…) float, 0 if all digits are equally likely.
    """
    logits = np.log(np.maximum(probabilities, TINY))
    # NumPy's own `std` takes twice as long, and each stroke asks for it up to six times.
    off_mean = logits - np.add.reduce(logits, axis=-1, keepdims=True) / logits.shape[-1]
    return np.sqrt(np.add.reduce(off_mean**2, axis=-1) / logits.shape[-1])


def limit_spread(probabilities: np.ndarray, most: float) -> np.ndarray:
    """Return (10,) probabilities, the spread of their logits made at most this; order stays."""
    spread = float(logit_spread(probabilities))
    if spread <= most:
        return probabilities
    shares = np.maximum(probabilities, TINY, dtype=float) ** (most / spread)
    return (shares / shares.sum()).astype(np.float32)


def certainty(probabilities: np.ndarray, thresholds: np.ndarray) -> np.ndarray:
    """Return how far drawings are above their threshold: from 1 on, each is a digit.

    Args:
        probabilities: (…, 10) float, calibrated.
        thresholds: (10,), for each digit the `logit_spread` below which a drawing that looks most
            like it is not a digit.

    Returns:
        (…) float, 0 if all digits are equally likely.
    """
    needed = np.asarray(thresholds)[probabilities.argmax(axis=-1)]
    spread = logit_spread(probabilities)
    return np.where(needed > 0, spread / np.maximum(needed, TINY), np.inf)


def is_digit(probabilities: np.ndarray, thresholds: np.ndarray) -> np.ndarray:
    """Return (…) bool, for each drawing whether it is a digit at all; as for `certainty`."""
    return certainty(probabilities, thresholds) >= 1
