import numpy as np
import pytest

from digit_model.data.uci import read_pen_digits, read_pen_letters
from digit_model.errors import DataError

LETTER = '.SEGMENT CHARACTER 0 ? "A"\n.COMMENT Class [A]\n.PEN_DOWN\n 10 30\n 10 20\n.PEN_UP\n'
ONE = '.SEGMENT DIGIT 0 ? "1"\n.COMMENT 1 3 5\n.PEN_DOWN\n 10 30\n 10 20\n.PEN_UP\n'


def test_a_pen_digit_has_label_writer_and_strokes_with_y_downwards(write_unipen):
    (digit,) = read_pen_digits(write_unipen(ONE))
    assert (digit.label, digit.writer) == (1, "pendigits-3")
    np.testing.assert_array_equal(digit.strokes[0], [[10, -30], [10, -20]])


def test_strokes_stay_apart(write_unipen):
    text = ONE + ".PEN_DOWN\n 5 5\n.PEN_UP\n"
    (digit,) = read_pen_digits(write_unipen(text))
    assert [len(stroke) for stroke in digit.strokes] == [2, 1]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "no .SEGMENT"),
        (ONE.replace('"1"', '"x"'), "line 1: no label"),
        (ONE.replace(".COMMENT 1", ".COMMENT 2"), "line 2: expected '.COMMENT 1"),
        (ONE.replace(".COMMENT 1 3 5\n", ""), "line 1: this digit has no writer"),
        (ONE.replace(" 10 20", " 10"), "line 5: expected a point"),
        (ONE.replace(" 10 20", " 10 ä"), r"not UNIPEN text \(byte"),
        (ONE.replace(" 10 20", " 10 nan"), "line 5: expected a point"),
        (ONE.replace(" 10 30\n 10 20\n", ""), "line 4: .PEN_UP ends a stroke without points"),
        (ONE.replace(".PEN_DOWN\n", ""), "line 3: '10 30' outside of a stroke"),
        (ONE.replace(".PEN_UP\n", ""), "line 1: this one has no"),
        (ONE[: ONE.index(".PEN_DOWN")], "line 1: this one has no stroke"),
    ],
)
def test_broken_unipen_is_an_error_with_file_and_line(write_unipen, text, message):
    with pytest.raises(DataError, match=f"digits.tra.*{message}"):
        read_pen_digits(write_unipen(text))


def test_a_missing_file_of_pen_digits_is_an_error(tmp_path):
    with pytest.raises(DataError, match=r"nowhere\.tra.*No such file"):
        read_pen_digits(tmp_path / "nowhere.tra")


def test_a_pen_letter_has_label_writer_and_strokes_as_they_come(write_letters):
    (letter,) = read_pen_letters(write_letters(writers=[7]))
    assert (letter.label, letter.writer) == ("A", "uji-7")
    np.testing.assert_array_equal(letter.strokes[0], [[10, 30], [10, 20]])


def test_digits_among_the_letters_are_left_out(write_letters):
    folder = write_letters(LETTER + LETTER.replace('"A"', '"7"'))
    assert [letter.label for letter in read_pen_letters(folder)] == ["A"]


def test_broken_letters_are_an_error_with_file_and_line(write_letters):
    with pytest.raises(DataError, match=r"UJIpenchars-w01\.txt, line 4: expected a point"):
        read_pen_letters(write_letters(LETTER.replace("10 30", "10 x")))


def test_a_folder_without_letters_is_an_error(tmp_path):
    with pytest.raises(DataError, match="no file in it is named like"):
        read_pen_letters(tmp_path)


def test_a_letter_file_without_its_writer_in_its_name_is_an_error(tmp_path):
    (tmp_path / "letters.txt").write_text(LETTER)
    with pytest.raises(DataError, match=r"letters\.txt: no writer in its name"):
        read_pen_letters(tmp_path / "letters.txt")
