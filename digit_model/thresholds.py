"""A network's thresholds: ten numbers in its model file."""

import numpy as np

from digit_model.metadata import read_metadata, write_metadata


def store_thresholds(path, thresholds):
    """Put thresholds into a model file; the network in it stays the same to the byte.

    Args:
        path: a file that `keras.Model.save` has written.
        thresholds: (10,), as for `is_digit`; they replace those that are there.
    """
    write_metadata(path, thresholds=[float(each) for each in thresholds])


def read_thresholds(path):
    """Read the thresholds in a model file.

    Returns:
        (10,) float.

    Raises:
        KeyError, TypeError, ValueError: if there are none, or others than ten finite numbers
            of at least 0.
    """
    thresholds = np.array(read_metadata(path)["thresholds"], float)
    if thresholds.shape != (10,) or not np.isfinite(thresholds).all() or thresholds.min() < 0:
        raise ValueError(f"expected ten finite thresholds of at least 0, got {thresholds}")
    return thresholds
