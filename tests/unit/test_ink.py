"""Ink found on photographs made of a few lines and rectangles."""

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFilter
from scipy import ndimage

from photo.ink import find_ink
from photo.pictures import photo_to_mnist
from preprocess import canvas_to_mnist
from tests.photographed_sheet import INK, PAPER, assert_is_the_seven, extent, sheet, write_seven


def test_dark_ink_on_light_paper_is_found():
    assert_is_the_seven(write_seven(sheet()))


def test_light_ink_on_a_dark_board_is_found():
    assert_is_the_seven(write_seven(sheet(paper=INK), ink=PAPER))


def test_yellow_ink_is_found():
    yellow = write_seven(sheet(paper=255), ink=0)
    yellow.paste((255, 255, 0), mask=yellow.convert("L").point(lambda value: 255 - value))
    assert_is_the_seven(yellow)


@pytest.mark.parametrize("edge", [10, 100])
def test_a_shadow_is_not_ink_however_sharp_its_edge(edge):
    lit = np.asarray(write_seven(sheet()), float)
    across = np.add.outer(np.arange(480), np.arange(480)) - 450  # over the seven, aslant
    shadow = 1 - 0.5 / (1 + np.exp(-across / edge))
    assert_is_the_seven((lit * shadow[..., None]).astype(np.uint8))


def test_light_that_falls_off_is_not_ink():
    lit = np.asarray(write_seven(sheet()), float)
    assert_is_the_seven((lit * np.linspace(0.3, 1, 480)[:, None, None]).astype(np.uint8))


def ruled(angle, squared, grey=90):
    """Rule a sheet every 40 pixels, two pixels thick, and turn it."""
    image = sheet(960, 960)
    pen = ImageDraw.Draw(image)
    for at in range(0, 960, 40):
        pen.line([(0, at), (960, at)], fill=(grey, grey, grey), width=2)
        if squared:
            pen.line([(at, 0), (at, 960)], fill=(grey, grey, grey), width=2)
    turned = image.rotate(angle, Image.Resampling.BICUBIC)
    return turned.crop((240, 240, 720, 720))


@pytest.mark.parametrize("angle", [0, 3.3, -8])
@pytest.mark.parametrize("squared", [False, True])
def test_ruled_lines_are_not_ink(angle, squared):
    assert_is_the_seven(write_seven(ruled(angle, squared)))


def test_a_straight_stroke_is_ink_if_it_does_not_run_through_the_picture():
    image = sheet()
    ImageDraw.Draw(image).rectangle((60, 200, 420, 207), fill=(INK, INK, INK))
    top, bottom, left, right = extent(image)
    assert right - left == pytest.approx(361, abs=16)
    assert bottom - top < 30


def write_fading(width, faint=PAPER - 36):
    """Write a zero whose ink fades from its left side to its right."""
    image = sheet()
    for angle in np.linspace(0, 2 * np.pi, 400):
        grey = round(faint + (1 - np.cos(angle)) / 2 * (INK - faint))
        place = 240 + 90 * np.cos(angle), 240 + 120 * np.sin(angle)
        ImageDraw.Draw(image).circle(place, width / 2, fill=(grey, grey, grey))
    return image


@pytest.mark.parametrize("width", [6, 16, 30])
def test_a_stroke_is_followed_into_its_faint_part(width):
    """A 0 in faint pencil fell into two arcs, or one."""
    ink = find_ink(np.asarray(write_fading(width)))
    assert ndimage.binary_fill_holes(ink > 0.4)[240, 240]  # the ring is closed


def test_a_faint_stroke_that_no_dark_one_goes_on_to_is_not_ink():
    image = write_seven(sheet())
    faint = PAPER - 30
    ImageDraw.Draw(image).line([(380, 120), (380, 360)], fill=(faint,) * 3, width=16)
    assert_is_the_seven(image)


@pytest.mark.parametrize("amount", [0.01, 0.03])
def test_rough_paper_beside_a_stroke_is_not_followed(amount):
    lit = np.asarray(write_seven(sheet()), float) * (uneven(0, amount) / PAPER)
    assert_is_the_seven(np.clip(lit, 0, 255).astype(np.uint8))


def test_the_blurred_edge_of_a_dark_stroke_is_not_a_faint_one():
    sharp = find_ink(np.asarray(write_seven(sheet())))
    soft = find_ink(np.asarray(write_seven(sheet()).filter(ImageFilter.GaussianBlur(4))))
    assert (soft > 0.5).sum() < (sharp > 0.5).sum()


def test_a_speck_is_not_part_of_a_digit():
    image = write_seven(sheet())
    ImageDraw.Draw(image).circle((420, 420), 4, fill=(INK, INK, INK))
    assert_is_the_seven(image)


def test_both_strokes_of_a_digit_are_kept():
    image = sheet()
    pen = ImageDraw.Draw(image)
    pen.rectangle((150, 100, 160, 400), fill=(INK, INK, INK))
    pen.rectangle((200, 100, 210, 200), fill=(INK, INK, INK))
    assert extent(image) == pytest.approx((100, 401, 150, 211), abs=12)


def test_a_table_beside_the_sheet_is_not_ink():
    image = write_seven(sheet())
    ImageDraw.Draw(image).rectangle((0, 0, 40, 480), fill=(60, 40, 30))
    assert_is_the_seven(image)


def test_a_thin_line_is_thickened_so_that_it_survives_being_made_small():
    image = photo_to_mnist(write_seven(sheet(), brush=3))
    assert image.max() > 0.8


def test_a_thick_line_is_left_as_it_is():
    canvas = np.zeros((480, 480, 4), np.uint8)
    canvas[..., 3] = 255 - np.asarray(write_seven(sheet(paper=255), ink=0, brush=30).convert("L"))
    seen = photo_to_mnist(write_seven(sheet(), brush=30))
    assert np.abs(seen - canvas_to_mnist(canvas)).mean() < 0.02


def uneven(seed, amount):
    rng = np.random.default_rng(seed)
    texture = ndimage.gaussian_filter(rng.normal(0, 1, (480, 480)), 3) * 3
    return np.clip(PAPER * (1 + amount * texture), 0, 255).astype(np.uint8)[..., None].repeat(3, 2)


@pytest.mark.parametrize(
    "picture",
    [np.asarray(sheet()), np.asarray(ruled(2, True)), uneven(0, 0.01), uneven(1, 0.03)],
    ids=["plain", "squared", "smooth", "rough"],
)
def test_an_empty_sheet_has_no_ink(picture):
    assert find_ink(picture) is None


def test_a_photograph_without_ink_is_none():
    assert photo_to_mnist(sheet()) is None


def test_a_large_photograph_and_a_small_one_look_alike():
    small = write_seven(sheet())
    large = small.resize((2400, 2400), Image.Resampling.BICUBIC)
    tiny = small.resize((60, 60), Image.Resampling.BOX)
    assert np.abs(photo_to_mnist(large) - photo_to_mnist(small)).mean() < 0.01
    assert np.abs(photo_to_mnist(tiny) - photo_to_mnist(small)).mean() < 0.03
