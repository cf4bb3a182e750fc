import subprocess
import sys

import numpy as np
import pytest
from PIL import Image, ImageDraw

import preprocess
from driving.server import ROOT
from preprocess import (
    bounding_box,
    canvas_resized,
    canvas_to_mnist,
    centre_by_mass,
    centre_of_mass,
    scale_to_box,
)

SEVEN = ("####", "...#", "..#.", "..#.", ".#..", ".#..")


def extent(image):
    """Return (rows, columns) of the ink's bounding box."""
    rows, columns = bounding_box(image)
    return rows.stop - rows.start, columns.stop - columns.start


def place(rgba, top, left, height, width):
    """Put a drawing somewhere on a larger canvas."""
    canvas = np.zeros((height, width, 4), np.uint8)
    canvas[top : top + rgba.shape[0], left : left + rgba.shape[1]] = rgba
    return canvas


def pen_seven(side, brush=0.1):
    """Draw a seven with round ends, `side` pixels tall."""
    ink = Image.new("L", (side * 2, side * 2))
    points = [(0.5, 0.5), (1.2, 0.5), (0.8, 1.5)]
    points = [(x * side, y * side) for x, y in points]
    pen = ImageDraw.Draw(ink)
    pen.line(points, fill=255, width=round(brush * side))
    for point in points:
        pen.circle(point, brush * side / 2, fill=255)
    return np.dstack([np.zeros((side * 2, side * 2, 3), np.uint8), np.asarray(ink)])


def test_an_empty_canvas_is_none():
    assert canvas_to_mnist(np.zeros((280, 280, 4), np.uint8)) is None


def test_a_canvas_without_pixels_is_none():
    assert canvas_to_mnist(np.zeros((0, 0, 4), np.uint8)) is None


def test_colour_without_alpha_is_not_ink():
    rgba = np.full((9, 9, 4), 255, np.uint8)
    rgba[..., 3] = 0
    assert canvas_to_mnist(rgba) is None


@pytest.mark.parametrize(
    ("rgba", "got"),
    [
        (np.zeros((28, 28), np.uint8), r"\(28, 28\) uint8"),
        (np.zeros((28, 28, 3), np.uint8), r"\(28, 28, 3\) uint8"),
        (np.zeros((28, 28, 4)), r"\(28, 28, 4\) float64"),
        ([[0]], "list"),
        (None, "NoneType"),
    ],
)
def test_anything_but_rgba_bytes_is_an_error_that_names_it(rgba, got):
    with pytest.raises(ValueError, match=got):
        canvas_to_mnist(rgba)


def test_the_bounding_box_includes_its_last_row_and_column(draw):
    ink = draw("......", "..##..", "..#...", "......")[..., 3]
    assert bounding_box(ink) == (slice(1, 3), slice(2, 4))


def test_the_result_is_float32_between_0_and_1(draw):
    image = canvas_to_mnist(draw(*SEVEN))
    assert (image.shape, image.dtype) == ((28, 28), np.float32)
    assert image.min() == 0
    assert image.max() == 1


def test_a_square_of_ten_becomes_a_square_of_twenty_in_the_middle():
    rgba = np.zeros((50, 50, 4), np.uint8)
    rgba[3:13, 30:40, 3] = 255
    expected = np.zeros((28, 28), np.float32)
    expected[4:24, 4:24] = 1  # its mass lies at 13.5, from where 14 is half a pixel away
    np.testing.assert_array_equal(canvas_to_mnist(rgba), expected)


def test_the_longer_side_becomes_twenty_and_the_aspect_ratio_stays(draw):
    assert extent(canvas_to_mnist(draw(*["####"] * 16))) == (20, 5)
    assert extent(canvas_to_mnist(draw(*["#" * 40] * 10))) == (5, 20)


def test_the_centre_of_mass_falls_within_half_a_pixel_of_fourteen(draw):
    row, column = centre_of_mass(canvas_to_mnist(draw(*SEVEN)))
    assert abs(row - 14) <= 0.5
    assert abs(column - 14) <= 0.5


def test_very_lopsided_ink_stays_inside_the_field():
    ink = np.full((20, 20), 0.001, np.float32)
    ink[0] = 1
    image = centre_by_mass(ink)
    assert image.sum() == pytest.approx(ink.sum())
    assert image[8].sum() == 20  # 14 − 0 would leave no room for 20 rows below


@pytest.mark.parametrize("corner", [(0, 0), (0, 200), (180, 0), (111, 57)])
def test_the_place_on_the_canvas_does_not_matter(draw, corner):
    seven = draw(*SEVEN)
    np.testing.assert_array_equal(
        canvas_to_mnist(place(seven, *corner, 280, 280)), canvas_to_mnist(seven)
    )


@pytest.mark.parametrize("size", [(6, 4), (28, 28), (300, 10), (1000, 2000)])
def test_the_size_of_the_canvas_does_not_matter(draw, size):
    seven = draw(*SEVEN)
    height, width = max(size[0], 6), max(size[1], 4)
    np.testing.assert_array_equal(
        canvas_to_mnist(place(seven, 0, 0, height, width)), canvas_to_mnist(seven)
    )


@pytest.mark.parametrize("side", [60, 100, 400])
def test_the_scale_of_the_drawing_hardly_matters(side):
    difference = canvas_to_mnist(pen_seven(side)) - canvas_to_mnist(pen_seven(200))
    assert np.abs(difference).mean() < 0.01


def test_pale_ink_reads_like_dark_ink(draw):
    np.testing.assert_allclose(
        canvas_to_mnist(draw(*SEVEN, alpha=51)), canvas_to_mnist(draw(*SEVEN)), atol=1e-6
    )


def test_paler_parts_of_a_drawing_stay_paler(draw):
    rgba = draw("##", "##")
    rgba[:, 1, 3] = 51
    image = canvas_to_mnist(rgba)
    columns = image.max(axis=0)
    assert columns.max() == 1
    assert columns[columns > 0].min() == pytest.approx(0.2, abs=0.01)


def test_a_dot_becomes_a_disc_of_twenty():
    assert extent(canvas_to_mnist(np.full((1, 1, 4), 255, np.uint8))) == (20, 20)


@pytest.mark.parametrize(("shape", "ink"), [((200, 1), (20, 1)), ((1, 200), (1, 20))])
def test_a_line_of_one_pixel_stays_a_line(shape, ink):
    image = canvas_to_mnist(np.full((*shape, 4), 255, np.uint8))
    assert extent(image) == ink
    assert image.max() == 1


def test_ink_that_touches_every_edge_is_kept_whole(draw):
    image = canvas_to_mnist(draw("#####", "#...#", "#...#", "#####"))
    assert extent(image) == (16, 20)


def test_a_full_canvas_becomes_a_full_box():
    image = canvas_to_mnist(np.full((280, 280, 4), 255, np.uint8))
    assert image.sum() == 400


def test_antialiasing_keeps_the_mean_ink_of_a_checkerboard():
    checkerboard = np.indices((200, 200)).sum(axis=0) % 2
    scaled = scale_to_box(checkerboard.astype(np.float32))
    np.testing.assert_allclose(scaled, 0.5, atol=0.02)


def test_the_input_is_left_as_it_was(draw):
    rgba = draw(*SEVEN)
    before = rgba.copy()
    canvas_to_mnist(rgba)
    np.testing.assert_array_equal(rgba, before)


def test_the_resized_canvas_keeps_the_place_of_the_ink():
    rgba = np.zeros((280, 280, 4), np.uint8)
    rgba[:100, :100, 3] = 255
    image = canvas_resized(rgba)
    assert image[:9, :9].min() == 1
    assert image[11:].max() == 0


def test_the_resized_empty_canvas_is_black():
    assert canvas_resized(np.zeros((0, 5, 4), np.uint8)).max() == 0


def test_mnist_itself_passes_through_unchanged(real_data):
    """The recipe is MNIST's own: its images, drawn on a canvas, come back as they were."""
    images = np.load(real_data / "mnist.npz")["x_test"][:500]
    same = 0
    for image in images:
        rgba = np.dstack([np.zeros((28, 28, 3), np.uint8), image])
        expected = image / np.float32(image.max())
        same += np.allclose(canvas_to_mnist(rgba), expected, atol=1e-6)
    assert same >= 498  # a few of MNIST's images are not quite by its recipe


def test_what_reads_photographs_can_be_imported_from_here():
    from preprocess import photo_ink, photo_to_mnist, picture_ink

    assert {each.__module__ for each in (photo_ink, photo_to_mnist, picture_ink)} == {
        "photo.pictures"
    }


def test_a_name_that_is_not_here_is_an_error():
    with pytest.raises(AttributeError, match="'preprocess' has no attribute 'photo_to_emnist'"):
        preprocess.photo_to_emnist  # noqa: B018


def test_importing_preprocess_does_not_import_scikit_image():
    code = "import sys, preprocess; sys.exit('skimage' in sys.modules or 'photo' in sys.modules)"
    subprocess.run([sys.executable, "-c", code], check=True, cwd=ROOT)
