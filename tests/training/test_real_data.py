"""The real data sets, if they are here, are read whole."""

import numpy as np

from digit_model.data import omniglot, outlines, sketches, unipen
from digit_model.data.uci import read_pen_digits, read_pen_letters
from digit_model.data.uji_digits import read_uji_digits
from digit_model.strokes import tracing


def test_the_real_pen_digits_are_read_whole(real_data):
    digits = read_pen_digits(real_data / "pendigits-orig.tra")
    assert len(digits) == 7494
    assert {d.writer for d in digits} == {f"pendigits-{n}" for n in range(1, 31)}


def test_the_real_pen_letters_are_read_whole(real_data):
    letters = read_pen_letters(real_data / "ujipenchars")
    assert len(letters) == 1144
    assert {letter.writer for letter in letters} == {f"uji-{n}" for n in range(1, 12)}


def test_unipen_is_read_whole(real_data, tmp_path):
    nothing = tmp_path / "none.txt"
    nothing.touch()
    digits, letters, signs, numbers = unipen.read_unipen(real_data / "unipen-whole.zip", nothing)
    assert (len(digits), len(letters), len(signs)) == (18228, 89429, 17286)
    assert len(numbers) == 666
    assert len({sample.writer for sample in digits + letters + signs}) == 412
    keys = {sample.key for sample in digits + letters + signs}
    assert len(keys) == 124943
    listed = [line.partition("#")[0].strip() for line in unipen.LEFT_OUT.read_text().splitlines()]
    assert keys.issuperset(filter(None, listed))


def test_uji_s_digits_are_read_whole(real_data):
    digits = read_uji_digits(real_data / "ujipenchars2-digits.txt")
    assert len(digits) == 980
    assert {digit.writer for digit in digits} == {f"uji-{n}" for n in range(12, 61)}


def test_sketches_are_read_whole_and_their_left_out_words_are_there(real_data):
    drawn = sketches.read_all(real_data / "quickdraw-sketches.zip")
    assert len(drawn) == 9570
    assert {sketch.label for sketch in drawn} > sketches.LEFT_OUT
    assert len({sketch.label for sketch in drawn}) == 345


def test_omniglot_is_read_whole(real_data):
    characters = omniglot.read_all(real_data / "omniglot-strokes_background_small1.zip")
    assert len(characters) == 2720
    assert len({character.writer for character in characters}) == 100
    left_out = {f"{alphabet} {n:02}" for alphabet, why in omniglot.LEFT_OUT.items() for n in why}
    assert left_out < {character.label for character in characters}


def test_what_the_list_keeps_is_in_the_real_outlines(real_data, tmp_path, monkeypatch):
    line = np.zeros((2, 2), np.float32)
    monkeypatch.setattr(tracing, "trace_strokes", lambda image: (line,))
    drawn = outlines.read_all(real_data / "hds-shapes.zip", tmp_path)
    assert len(drawn) == 5907
    assert len({outline.writer for outline in drawn}) == 28
    assert {outline.key for outline in drawn} > outlines.KEPT
