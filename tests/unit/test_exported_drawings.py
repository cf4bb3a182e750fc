import json

import numpy as np
import pytest

from digit_model.errors import DataError
from digit_model.exported_drawings import read_drawings
from history import write_npz
from tests.history_entries import entry


@pytest.fixture
def write(tmp_path):
    """Return a function that writes labels and JSON strokes, and returns the file."""

    def to_file(labels, strokes):
        file = tmp_path / "drawings.npz"
        np.savez(file, y=np.array(labels), strokes=np.array(strokes))
        return file

    return to_file


def test_what_the_page_exports_is_read_as_it_was_drawn(tmp_path):
    file = tmp_path / "drawings.npz"
    with open(file, "wb") as archive:
        write_npz([entry(1, label=3), entry(2, label=None)], archive)
    digit, other = read_drawings(file)
    assert (digit.label, other.label) == (3, None)
    np.testing.assert_allclose(digit.strokes[0], entry(1).strokes[0])


def test_an_archive_of_nothing_gives_nothing(tmp_path):
    file = tmp_path / "drawings.npz"
    with open(file, "wb") as archive:
        write_npz([], archive)
    assert read_drawings(file) == []


@pytest.mark.parametrize("label", [-2, 10])
def test_another_label_is_an_error_that_names_the_drawing(write, label):
    stroke = json.dumps([[[0, 0], [1, 1]]])
    with pytest.raises(DataError, match=rf"drawings\.npz, drawing 2: .* got {label}"):
        read_drawings(write([3, label], [stroke, stroke]))


@pytest.mark.parametrize(
    "strokes", ["", "7", "[]", "[[]]", "[[1, 2]]", '[[["a", 1]]]', "[[[NaN, 1]]]"]
)
def test_other_strokes_are_an_error_that_names_the_drawing(write, strokes):
    with pytest.raises(DataError, match=r"drawings\.npz, drawing 1: "):
        read_drawings(write([3], [strokes]))


def test_a_label_too_few_is_an_error(write):
    with pytest.raises(DataError, match="1 labels for 2 drawings"):
        read_drawings(write([3], ["[]", "[]"]))


@pytest.mark.parametrize("content", [b"", b"PK", b"no archive"])
def test_another_file_is_an_error(tmp_path, content):
    file = tmp_path / "other.npz"
    file.write_bytes(content)
    with pytest.raises(DataError, match=r"other\.npz is no drawings\.npz"):
        read_drawings(file)
