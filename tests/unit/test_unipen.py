import zipfile

import numpy as np
import pytest

from digit_model.data.unipen import read_unipen
from digit_model.errors import DataError

INK = """.COORD X Y
.WRITER_ID somebody
.PEN_DOWN
10 30
10 20
.PEN_UP
.PEN_DOWN
1 2
3 4
5 6
.PEN_UP
.DT 100
.PEN_DOWN
7 8
"""
EIGHT = '.VERSION 1.0\n.INCLUDE lab/doc/own.dat\n.SEGMENT CHARACTER 0-1 ? "8"\n'


@pytest.fixture
def write(tmp_path):
    """Return a function that writes one file of characters and its ink; and their folder."""

    def to_folder(characters=EIGHT, ink=INK, kind="1a", laboratory="lab"):
        named = {
            f"set/data/{kind}/{laboratory}/own.dat": characters,
            f"set/include/{laboratory}/doc/own.dat": ink,
        }
        for name, text in named.items():
            (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / name).write_text(text)
        return tmp_path

    return to_folder


def read_one(folder):
    """Read the only character that there is, of any kind."""
    (sample,) = [sample for kind in read_unipen(folder) for sample in kind]
    return sample


def segment(strokes, label="8"):
    return EIGHT.replace("0-1", strokes).replace('"8"', f'"{label}"')


def test_a_digit_has_its_label_its_strokes_and_y_downwards(write):
    digits, letters, signs, _ = read_unipen(write())
    assert (digits[0].label, letters, signs) == (8, [], [])
    np.testing.assert_array_equal(digits[0].strokes[0], [[10, -30], [10, -20]])
    assert [len(stroke) for stroke in digits[0].strokes] == [2, 3]


@pytest.mark.parametrize(
    ("strokes", "lengths"),
    [("0", [2]), ("1-2", [3, 1]), ("0,2", [2, 1]), ("0:1-1:1", [1, 2]), ("1:1-1:1", [1])],
)
def test_strokes_are_chosen_by_number_and_point(write, strokes, lengths):
    digit = read_one(write(segment(strokes)))
    assert [len(stroke) for stroke in digit.strokes] == lengths


@pytest.mark.parametrize(
    ("kind", "label"), [("1b", "A"), ("1c", "z"), ("1d", "#"), ("1d", '\\"'), ("1d", "\\")]
)
def test_letters_and_signs_keep_their_labels(write, kind, label):
    assert read_one(write(segment("0", label), kind=kind)).label == label[-1]


def test_a_person_with_two_files_has_one_key_that_tells_no_name(write):
    write(kind="1b", characters=segment("0", "A"))
    (digit,), (letter,), *_ = read_unipen(write())
    assert digit.writer == letter.writer
    assert digit.source == "unipen-lab"
    assert "somebody" not in digit.writer + digit.key


def test_the_same_name_in_two_laboratories_is_two_people(write):
    write(laboratory="other", characters=EIGHT.replace("lab/", "other/"))
    digits, *_ = read_unipen(write())
    assert len({digit.writer for digit in digits}) == 2


def test_strokes_are_counted_through_all_included_files(write, tmp_path):
    folder = write(EIGHT.replace(".SEGMENT", ".INCLUDE lab/doc/more.dat\n.SEGMENT"))
    own = tmp_path / "set/include/lab/doc/own.dat"
    own.with_name("more.dat").write_text(".PEN_DOWN\n5 5\n.PEN_UP\n")
    own.write_text(INK[: INK.index(".PEN_DOWN\n1 2")])
    assert [len(stroke) for stroke in read_one(folder).strokes] == [2, 1]


def test_points_may_have_more_columns_than_x_and_y(write):
    ink = ".WRITER_ID a\n.COORD T Y X\n.PEN_DOWN\n0 1 2\n9 3 4\n.PEN_UP\n"
    digit = read_one(write(segment("0"), ink))
    np.testing.assert_array_equal(digit.strokes[0], [[2, -1], [4, -3]])


def test_points_that_are_not_square_are_stretched(write):
    resolution = ".X_POINTS_PER_INCH 100\n.Y_POINTS_PER_INCH 300\n"
    digit = read_one(write(ink=resolution + INK))
    np.testing.assert_array_equal(digit.strokes[0], [[30, -30], [30, -20]])


def test_what_has_no_point_is_not_counted(write):
    ink = INK.replace(".PEN_DOWN\n1 2", ".PEN_DOWN\n.PEN_UP\n.PEN_DOWN\n1 2")
    assert [len(stroke) for stroke in read_one(write(ink=ink)).strokes] == [2, 3]


def test_points_with_the_pen_up_are_counted_but_no_ink(write):
    ink = INK.replace("10 20\n.PEN_UP\n", "10 20\n.PEN_UP\n9 9\n")
    digit = read_one(write(segment("0-2"), ink))
    assert [len(stroke) for stroke in digit.strokes] == [2, 3]


def test_a_character_of_the_pen_in_the_air_is_left_out(write):
    ink = INK.replace("10 20\n.PEN_UP\n", "10 20\n.PEN_UP\n9 9\n")
    digits, *_ = read_unipen(write(EIGHT + '.SEGMENT CHARACTER 1 ? "1"\n', ink))
    assert [digit.label for digit in digits] == [8]


@pytest.mark.parametrize(("kind", "segments"), [("7", "WORD"), ("8", "TEXT")])
def test_words_and_lines_of_a_single_digit_are_read(write, kind, segments):
    text = EIGHT.replace("CHARACTER", segments) + f'.SEGMENT {segments} 2 OK "12 and"\n'
    digits, letters, signs, _ = read_unipen(write(text, kind=kind))
    assert ([digit.label for digit in digits], letters, signs) == ([8], [], [])


@pytest.mark.parametrize("text", ["42", "12/25/96", "$2,047.50", "(617)", "-3"])
def test_words_that_are_numbers_are_read_with_their_text(write, text):
    *others, numbers = read_unipen(write(EIGHT.replace('"8"', f'"{text}"'), kind="7"))
    assert ([number.label for number in numbers], others) == ([text], [[], [], []])


@pytest.mark.parametrize("text", ["--", "4th", "12 and", "x=3", "(a)"])
def test_words_that_are_no_numbers_are_left_out(write, text):
    more = f'.SEGMENT WORD 0 ? "{text}"\n'
    assert not read_unipen(write(EIGHT + more, kind="7")).numbers


def test_a_line_that_is_a_word_and_a_digit_is_read_once(write):
    for kind in ("7", "8"):
        write(kind=kind)
    assert len(read_unipen(write())[0]) == 1


def test_words_whose_ink_is_missing_are_counted_and_left_out(write, caplog):
    missing = EIGHT.replace("own.dat", "lost.dat") + '.SEGMENT WORD 2 ? "7"\n'
    write(missing, kind="7")
    assert len(read_unipen(write())[0]) == 1
    assert "2 characters lack their ink" in caplog.text


def test_one_company_s_people_stay_one_person(write):
    for laboratory in ("cea", "ceb"):
        folder = write(EIGHT.replace("lab/", f"{laboratory}/"), laboratory=laboratory)
    one, other = read_unipen(folder)[0]
    assert one.writer == other.writer


def test_samples_on_the_list_are_left_out(write, tmp_path):
    folder = write(EIGHT + '.SEGMENT CHARACTER 2 ? "1"\n')
    eight, one = read_unipen(folder)[0]
    listed = tmp_path / "left_out.txt"
    listed.write_text(f"# wrong\n{eight.key}  # half of it\n")
    assert [digit.key for digit in read_unipen(folder, listed)[0]] == [one.key]


def test_a_zip_archive_is_read_like_a_folder(write, tmp_path):
    folder = write()
    archive = tmp_path / "part.zip"
    with zipfile.ZipFile(archive, "w") as parts:
        for file in folder.rglob("*.dat"):
            parts.write(file, file.relative_to(folder))
    assert read_one(archive).writer == read_one(folder / "set").writer


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (segment("0-3"), "data/1a/lab/own.dat, line 3: strokes 0-3 of 3"),
        (segment("1-0"), "line 3: strokes 1-0 of 3"),
        (segment("9" * 30), "line 3: '9+' names no strokes"),
        (segment("0-"), "line 3: '0-' names no strokes"),
        (segment("x"), "line 3: expected .SEGMENT CHARACTER"),
        (segment("0", ""), "line 3: expected .SEGMENT CHARACTER"),
        (segment("0", "A"), "line 3: 'A' among the digits"),
        (EIGHT.replace("lab/doc", "../../lab"), "line 2: it includes .* not there"),
    ],
)
def test_broken_characters_are_an_error_with_file_and_line(write, text, message):
    with pytest.raises(DataError, match=message):
        read_unipen(write(text))


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("10 20", "10 x", "include/lab/doc/own.dat, line 5: expected a point of 2 numbers"),
        ("10 20", "10", "own.dat, line 5: expected a point"),
        ("10 20", "10 nan", "own.dat, line 5: expected a point"),
        ("10 20", "10 1e9", "own.dat, line 5: expected a point"),
        ("10 20", "10 " + "9" * 400, "own.dat, line 5: expected a point"),
        ("3 4", "3 4 5", "own.dat, line 9: expected a point"),
        (".COORD X Y", ".COORD Y T", "own.dat, line 1: .COORD without X and Y"),
        (".WRITER_ID somebody\n", "", "data/1a/lab/own.dat, line 3: no .WRITER_ID"),
    ],
)
def test_broken_ink_is_an_error_with_file_and_line(write, old, new, message):
    with pytest.raises(DataError, match=message):
        read_unipen(write(ink=INK.replace(old, new)))


def test_a_file_of_something_else_is_an_error(tmp_path):
    file = tmp_path / "other.txt"
    file.write_text(INK)
    with pytest.raises(DataError, match=r"other\.txt: no characters"):
        read_unipen(file)


def test_without_a_path_the_error_says_where_to_get_it():
    with pytest.raises(DataError, match=r"zenodo\.1195803.*--unipen PATH.*--without unipen"):
        read_unipen()
