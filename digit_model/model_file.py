"""What a model file carries beside its network: values in Keras's own metadata.json.

Keras writes that and never reads it, so the file loads as before, with Keras alone. (A file of
our own beside it would have Keras unpack the whole archive to disk.)
"""

import json
import zipfile

import numpy as np

from digit_model.atomic import write_whole

METADATA = "metadata.json"


def write_metadata(path, **values):
    """Put values into a model file; the network in it stays the same to the byte.

    Whoever reads the file meanwhile finds it whole, as it was or as it will be.

    Args:
        path: a file that `keras.Model.save` has written.
        **values: what JSON can say; each replaces the one of its name that is there.
    """

    def write(new_file):
        with zipfile.ZipFile(path) as old, zipfile.ZipFile(new_file, "w") as new:
            for member in old.infolist():
                content = old.read(member)
                if member.filename == METADATA:
                    content = json.dumps(json.loads(content) | values).encode()
                new.writestr(member, content)

    write_whole(path, write)


def read_metadata(path):
    """Return the dict of values in a model file.

    Raises:
        KeyError, ValueError: if there is none.
    """
    with zipfile.ZipFile(path) as archive:
        values = json.loads(archive.read(METADATA))
    if not isinstance(values, dict):
        raise ValueError(f"expected a dict in {METADATA}, got {type(values).__name__}")
    return values


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
