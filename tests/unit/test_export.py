"""What is taken home: files that other programs read, written in little memory."""

import csv
import io
import json
import tracemalloc
from dataclasses import replace

import numpy as np
import pytest

from history import write_csv, write_npz
from tests.history_entries import entry

LONG = [[(0.5, 1.5)] * 5_000]  # 40 kB of JSON


@pytest.fixture
def archive(tmp_path):
    """Return a function that writes entries to an archive and reads that with NumPy."""

    def write_and_load(entries):
        with open(tmp_path / "drawings.npz", "w+b") as file:
            write_npz(entries, file)
        return np.load(tmp_path / "drawings.npz", allow_pickle=False)

    return write_and_load


def test_the_csv_file_has_a_line_for_each_drawing():
    file = io.BytesIO()
    write_csv([entry(1), entry(2, 3, None)], file)
    lines = list(csv.DictReader(io.StringIO(file.getvalue().decode())))
    assert [(line["label"], line["right"]) for line in lines] == [("3", "True"), ("", "False")]
    assert lines[0]["time"] == "2026-11-21T12:00:01Z"


def test_the_archive_has_mnists_layout_and_the_strokes(archive):
    with archive([entry(1), entry(2, 3, None)]) as arrays:
        np.testing.assert_array_equal(arrays["x"], [entry(1).image, entry(2).image])
        assert arrays["x"].dtype == np.uint8
        assert arrays["y"].tolist() == [3, -1]
        assert arrays["y"].dtype == np.int8
        assert [json.loads(text) for text in arrays["strokes"]] == [
            entry(1).strokes,
            entry(2).strokes,
        ]


def test_the_archive_is_as_numpy_itself_would_write_it(archive):
    strokes = [json.dumps(entry(number).strokes, separators=(",", ":")) for number in (1, 100)]
    with archive([entry(1), entry(100)]) as arrays:
        assert sorted(arrays.files) == ["number", "place", "strokes", "x", "y"]
        assert arrays["strokes"].dtype == np.array(strokes).dtype
        assert arrays["strokes"].tolist() == strokes


def test_both_say_which_number_a_digit_is_part_of(archive):
    entries = [replace(entry(1), number="2026", place=3), entry(2)]
    file = io.BytesIO()
    write_csv(entries, file)
    lines = list(csv.DictReader(io.StringIO(file.getvalue().decode())))
    assert [(line["number"], line["place"]) for line in lines] == [("2026", "3"), ("", "")]
    with archive(entries) as arrays:
        assert arrays["number"].tolist() == ["2026", ""]
        assert arrays["place"].tolist() == [3, -1]


def test_an_archive_of_nothing_is_empty(archive):
    with archive([]) as arrays:
        assert arrays["x"].shape == (0, 28, 28)
        assert arrays["strokes"].shape == arrays["y"].shape == (0,)


def peak(write, file, entries):
    """Return the most memory in bytes that is used while entries are written."""
    with open(file, "w+b") as opened:
        tracemalloc.start()
        write(entries, opened)
        _, most = tracemalloc.get_traced_memory()
        tracemalloc.stop()
    return most


@pytest.mark.parametrize("write", [write_csv, write_npz])
def test_a_large_notebook_takes_no_more_memory_than_a_small_one(write, tmp_path):
    """All drawings were in memory at once: 10,000 took 220 MB."""
    small, large = (peak(write, tmp_path / "file", map(entry, range(n))) for n in (300, 3_000))
    assert large < 1.5 * small


def test_a_long_drawing_does_not_multiply_the_memory_by_the_number_of_drawings(tmp_path):
    """As every text got the longest one's room, a drawing of 2,000 points made it 1.4 GB."""
    entries = [entry(0, strokes=LONG), *map(entry, range(1, 500))]
    assert peak(write_npz, tmp_path / "file", entries) < 3e6
