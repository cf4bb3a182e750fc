import io

import numpy as np
import pytest
from PIL import Image, ImageFont

from digit_model.evaluation.photographs import (
    find_typefaces,
    ink_of_image,
    ink_of_strokes,
    ink_of_type,
    name_families,
    photograph,
    photograph_blurred,
    photograph_faint,
    photograph_small,
    typeset,
)
from tests.unit_strokes import STEM


@pytest.fixture
def rng():
    return np.random.default_rng(0)


@pytest.fixture
def typefaces(tmp_path):
    """Return a folder with Pillow's own typeface, a broken one, and one without plain digits."""
    face = ImageFont.load_default(20).font_bytes
    (tmp_path / "Plain-Regular.ttf").write_bytes(face)
    (tmp_path / "Plain-Symbol.ttf").write_bytes(face)
    (tmp_path / "broken.ttf").write_bytes(face[:999])
    return tmp_path


def test_typefaces_are_found_but_for_symbols_and_broken_ones(typefaces):
    assert [path.name for path in find_typefaces(typefaces)] == ["Plain-Regular.ttf"]


def test_faces_are_counted_by_their_families(typefaces):
    face = typefaces / "Plain-Regular.ttf"
    assert name_families([face, face]) == {"Aileron"}


def test_a_digit_is_set_without_margins_as_long_as_asked_for(typefaces):
    ink = ink_of_type(typefaces / "Plain-Regular.ttf", "8", 50)
    assert max(ink.shape) == 50
    assert ink.max() == 1
    assert all(edge.any() for edge in (ink[0], ink[-1], ink[:, 0], ink[:, -1]))


def test_a_digit_on_a_screen_has_two_colours_and_what_lies_between(typefaces, rng):
    picture = Image.open(io.BytesIO(typeset(typefaces / "Plain-Regular.ttf", "1", rng)))
    paper = picture.getpixel((0, 0))
    assert picture.mode == "RGB"
    assert np.abs(np.asarray(picture, int) - paper).max() > 70


def test_strokes_are_drawn_as_long_as_asked_for_and_the_pen_on_top(rng):
    ink = ink_of_strokes(STEM, 100, rng)
    assert 100 < len(ink) < 120
    assert ink.max() == 1


def test_an_enlarged_image_has_sharp_edges():
    image = np.zeros((28, 28), np.uint8)
    image[4:24, 10:18] = 255
    ink = ink_of_image(image, 200)
    assert ink.shape == (220, 100)  # a margin of one pixel, enlarged
    assert ink.sum() == pytest.approx(200 * 80, rel=0.05)
    assert np.mean((ink > 0.1) & (ink < 0.9)) < 0.1


def test_a_photograph_shows_a_digit_whole_and_is_another_each_time(rng):
    def see():
        file = photograph(lambda side: np.ones((side, side // 4), np.float32), rng)
        with Image.open(io.BytesIO(file)) as picture:
            assert picture.format in ("JPEG", "PNG")
            return np.asarray(picture.convert("L"), int)

    first, second = see(), see()
    assert np.ptp(first) > 60
    assert first.shape != second.shape or (first != second).any()


@pytest.mark.parametrize("take", [photograph_faint, photograph_blurred, photograph_small])
def test_poor_photographs_are_pictures_too(take, rng):
    file = take(lambda side: np.ones((side, side // 4), np.float32), rng)
    with Image.open(io.BytesIO(file)) as picture:
        assert np.ptp(np.asarray(picture.convert("L"), int)) > 20


def test_a_faint_pencil_leaves_uneven_ink(rng):
    presses = []

    def take(make_ink, *_):
        presses.append(make_ink(100))

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("digit_model.evaluation.photographs.photograph", take)
        photograph_faint(lambda side: np.ones((side, side), np.float32), rng)
    pressed = presses[0].reshape(5, 20, 5, 20).mean(axis=(1, 3))
    assert pressed.min() < 0.3
    assert pressed.max() > 0.7


def test_a_small_photograph_is_as_small_as_an_icon(rng):
    file = photograph_small(lambda side: np.ones((side, side // 4), np.float32), rng)
    with Image.open(io.BytesIO(file)) as picture:
        assert 24 <= max(picture.size) < 40
