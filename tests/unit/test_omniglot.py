import numpy as np
import pytest

from digit_model.data.omniglot import read_omniglot
from digit_model.errors import DataError

BAR = "START\n10.5,-30,0\n10,-20,15\nBREAK\n"


@pytest.fixture
def write(tmp_path):
    """Return a function that writes a drawing of a character by someone; and the folder."""

    def to_folder(text=BAR, alphabet="Greek", character=1, drawer=7):
        folder = tmp_path / "strokes" / alphabet / f"character{character:02}"
        folder.mkdir(parents=True, exist_ok=True)
        (folder / f"0394_{drawer:02}.txt").write_text(text)
        return tmp_path

    return to_folder


def test_a_character_has_label_drawer_and_strokes_with_y_downwards(write):
    (alpha,) = read_omniglot(write(BAR + "1,-2,30\nBREAK\n"))
    assert (alpha.label, alpha.writer, alpha.source) == (
        "Greek 01",
        "omniglot-Greek-07",
        "omniglot-Greek",
    )
    np.testing.assert_array_equal(alpha.strokes[0], [[10.5, 30], [10, 20]])
    assert [len(stroke) for stroke in alpha.strokes] == [2, 1]


def test_a_character_that_could_be_a_digit_is_left_out(write):
    write(character=15)  # omicron
    assert [each.label for each in read_omniglot(write())] == ["Greek 01"]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "no stroke"),
        ("START\n", "no stroke"),
        (BAR.replace("10,-20,15", "10,-20"), "line 3: expected a point"),
        (BAR.replace("-20", "nan"), "line 3: expected a point"),
        (BAR.replace("-20", "1e30"), "line 3: expected a point"),
        (BAR.replace("START\n", ""), "line 1: a point before START"),
        (BAR.replace("BREAK\n", ""), "no BREAK after its last stroke"),
        (BAR + "BREAK\n", "line 5: BREAK ends a stroke without points"),
    ],
)
def test_a_broken_character_is_an_error_with_file_and_line(write, text, message):
    with pytest.raises(DataError, match=rf"Greek/character01/0394_07\.txt.*{message}"):
        read_omniglot(write(text))


def test_a_file_by_itself_is_an_error(tmp_path):
    file = tmp_path / "0394_07.txt"
    file.write_text(BAR)
    with pytest.raises(DataError, match="expected a path like"):
        read_omniglot(file)
