import json

import pytest

from digit_model.data.sketches import read_all, read_sketches
from digit_model.errors import DataError

SQUARE = [[0, 100, 100, 0], [0, 0, 100, 100], [1, 2, 3, 4]]
THIN = [[0, 100], [0, 10], [1, 2]]


@pytest.fixture
def write(tmp_path):
    """Return a function that writes drawings of one word; and their folder."""

    def to_folder(*drawings, word="barn"):
        lines = [json.dumps({"key_id": str(n), "drawing": d}) for n, d in enumerate(drawings)]
        (tmp_path / f"{word}.ndjson").write_text("\n".join(lines))
        return tmp_path

    return to_folder


def test_a_sketch_has_its_word_its_strokes_and_a_person_of_its_own(write):
    first, second = read_sketches(write([SQUARE], [SQUARE, [[5], [6], [7]]]))
    assert (first.label, first.source) == ("barn", "sketches")
    assert first.writer != second.writer
    assert first.strokes[0].tolist() == [[0, 0], [100, 0], [100, 100], [0, 100]]
    assert second.strokes[1].tolist() == [[5, 6]]


def test_words_that_may_be_digits_and_thin_drawings_are_left_out(write):
    folder = write([SQUARE], [THIN])
    write([SQUARE], word="circle")
    assert len(read_all(folder)) == 3
    assert [sketch.label for sketch in read_sketches(folder)] == ["barn"]


@pytest.mark.parametrize(
    "line",
    [
        "no JSON",
        "[]",
        '{"key_id": "1"}',
        '{"key_id": "1", "drawing": []}',
        '{"key_id": "1", "drawing": [[[1, 2], [3]]]}',
        '{"key_id": "1", "drawing": [[[], [], []]]}',
        '{"key_id": "1", "drawing": [[[1], [1e9], [1]]]}',
    ],
)
def test_anything_else_is_an_error_with_file_and_line(tmp_path, line):
    (tmp_path / "barn.ndjson").write_text("\n" + line)
    with pytest.raises(DataError, match=r"barn\.ndjson, line 2: expected a key_id"):
        read_sketches(tmp_path)


def test_without_a_path_the_error_says_where_to_get_them():
    with pytest.raises(DataError, match=r"--sketches PATH.*--without sketches"):
        read_sketches()
