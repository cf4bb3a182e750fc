"""A network's thresholds: ten numbers in its model file, told by Keras's own metadata.json.

Keras writes that and never reads it, so the file loads as before, with Keras alone. (A file of
our own beside it would have Keras unpack the whole archive to disk.)
"""

import json
import zipfile

import numpy as np

from digit_model.whole_files import write_whole

METADATA = "metadata.json"


def store_thresholds(path, thresholds):
    """Put thresholds into a model file; the network in it stays the same to the byte.

    Whoever reads the file meanwhile finds it whole, as it was or as it will be.

    Args:
        path: a file that `keras.Model.save` has written.
        thresholds: (10,), as for `is_digit`; they replace those that are there.
    """

    def write(new_file):
        with zipfile.ZipFile(path) as old, zipfile.ZipFile(new_file, "w") as new:
            for member in old.infolist():
                content = old.read(member)
                if member.filename == METADATA:
                    told = json.loads(content) | {"thresholds": [float(t) for t in thresholds]}
                    content = json.dumps(told).encode()
                new.writestr(member, content)

    write_whole(path, write)


def read_thresholds(path):
    """Read the thresholds in a model file.

    Returns:
        (10,) float.

    Raises:
        KeyError, TypeError, ValueError: if there are none, or others than ten finite numbers
            of at least 0.
    """
    with zipfile.ZipFile(path) as archive:
        thresholds = np.array(json.loads(archive.read(METADATA))["thresholds"], float)
    if thresholds.shape != (10,) or not np.isfinite(thresholds).all() or thresholds.min() < 0:
        raise ValueError(f"expected ten finite thresholds of at least 0, got {thresholds}")
    return thresholds
