import pytest

from digit_model.data.uji_digits import read_uji_digits
from digit_model.errors import DataError

FILE = """// a remark
WORD 3 trn_UJI_W12-01
  NUMSTROKES 2
  POINTS 2 # 1 2 3 -4
  POINTS 1 # 5 6
WORD a tst_UJI_W12-02
  NUMSTROKES 1
  POINTS 1 # 7 8
WORD 4 tst_UJI_W01-02
  NUMSTROKES 1
  POINTS 2 # 7 8 9 10
"""


@pytest.fixture
def read(tmp_path):
    """Return a function that reads a text as the file."""

    def from_text(text):
        file = tmp_path / "ujipenchars2.txt"
        file.write_text(text)
        return read_uji_digits(file)

    return from_text


def test_digits_have_label_writer_and_strokes_and_other_characters_are_left_out(read):
    three, four = read(FILE)
    assert (three.label, three.writer, four.label, four.writer) == (3, "uji-12", 4, "uji-1")
    assert [stroke.tolist() for stroke in three.strokes] == [[[1, 2], [3, -4]], [[5, 6]]]


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("NUMSTROKES 2", "NUMSTROKES 3", r"line 2: 2 strokes, not the 3 announced"),
        ("  NUMSTROKES 2\n", "", "line 2: no NUMSTROKES"),
        ("# 1 2 3 -4", "# 1 2 3", "line 4: expected 'POINTS n"),
        ("# 1 2 3 -4", "# 1 2 3 x", "line 4: expected 'POINTS n"),
        ("WORD", "WORDS", "no WORD in it"),
    ],
)
def test_broken_text_is_an_error_with_file_and_line(read, old, new, message):
    with pytest.raises(DataError, match=message):
        read(FILE.replace(old, new))


def test_without_a_path_the_error_says_where_to_get_it():
    with pytest.raises(DataError, match=r"dataset 175.*--uji-digits PATH.*--without uji-digits"):
        read_uji_digits()
