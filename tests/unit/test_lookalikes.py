import numpy as np
import pytest

from digit_model.data.lookalikes import (
    is_bar,
    is_letter,
    is_like_number,
    is_sign,
    is_thin,
    is_whole_digit,
)
from digit_model.data.samples import PenSample
from tools import show_left_out

BAR = np.array([[0, 0], [0.1, 5], [0, 10]], np.float32)
ELL = np.array([[0, 0], [0, 10], [8, 10]], np.float32)
DOT = np.array([[3, 3]], np.float32)


def sample(label, *strokes):
    return PenSample(label, "somebody", strokes)


@pytest.mark.parametrize("strokes", [[BAR], [DOT], [BAR[:2]], [BAR, BAR + 0.1]])
def test_a_straight_line_and_a_dot_are_bars(strokes):
    assert is_bar(strokes)


def test_a_corner_is_not_a_bar():
    assert not is_bar([ELL])


@pytest.mark.parametrize(("width", "thin"), [(1, True), (5, False)])
def test_a_rectangle_is_thin_whichever_way_it_lies(width, thin):
    box = np.array([[0, 0], [10, 0], [10, width], [0, width], [0, 0]], float)
    turn = np.array([[0.8, 0.6], [-0.6, 0.8]])
    assert is_thin([box]) == is_thin([box @ turn]) == thin


def test_a_letter_of_which_only_a_bar_is_left_is_not_used():
    assert is_letter(sample("R", BAR, ELL))
    assert not is_letter(sample("R", BAR))


def test_letters_that_look_like_digits_are_not_used():
    assert not is_letter(sample("o", ELL))


@pytest.mark.parametrize(
    ("label", "strokes", "used"),
    [
        ("<", 1, True),
        ("?", 1, False),
        ("?", 2, True),
        ("%", 2, False),
        ("%", 3, True),
        ("|", 1, False),
    ],
)
def test_signs_are_used_if_they_are_whole_and_not_like_digits(label, strokes, used):
    assert is_sign(sample(label, *[ELL + i for i in range(strokes)])) == used


@pytest.mark.parametrize(
    ("label", "offset", "like"),
    [
        ('"', 1, True),
        ("=", 20, False),
        ("Korean 23", 9, True),
        ("other", 20, True),
        ("other", 1, False),
        ("rectangle", 20, False),
    ],
)
def test_quotation_marks_and_shapes_side_by_side_could_be_numbers(label, offset, like):
    assert is_like_number(sample(label, ELL, ELL + np.array([offset, 0]))) == like


def test_only_a_one_may_be_a_straight_line():
    assert is_whole_digit(sample(1, BAR))
    assert is_whole_digit(sample(7, ELL))
    assert not is_whole_digit(sample(7, BAR))


def test_a_one_that_lies_is_not_whole():
    assert not is_whole_digit(sample(1, BAR[:, ::-1]))


def test_what_is_left_out_is_drawn(tmp_path, capsys):
    for number in (1, 15):
        folder = tmp_path / f"Greek/character{number:02}"
        folder.mkdir(parents=True)
        (folder / "0001_01.txt").write_text("START\n1,-2,3\n4,-5,6\nBREAK\n")
    options = [f"--omniglot={tmp_path}", f"--folder={tmp_path / 'pictures'}"]
    assert show_left_out.main(options) == 0
    assert "left-out-characters.png: 1 of 2 left out" in capsys.readouterr().out
    assert (tmp_path / "pictures/left-out-characters.png").exists()


def test_a_set_that_is_not_there_is_an_error(tmp_path, capsys):
    assert show_left_out.main([f"--unipen={tmp_path / 'gone'}", f"--folder={tmp_path}"]) == 1
    assert "show_left_out.py: " in capsys.readouterr().err
