import numpy as np

from tools.read_errors import compare


def test_errors_are_counted_as_their_reader_saw_them():
    image = np.zeros((28, 28), np.float32)
    errors = [("set", image, 4, 9)] * 4 + [("other set", image, 1, 7)]
    assert compare(errors, ["4", "9", "7", "X", "1"]) == {
        "other set": {"as labelled": 1},
        "set": {
            "as labelled": 1,
            "as the network does": 1,
            "as another digit": 1,
            "not at all": 1,
        },
    }
