import io

import numpy as np
import pytest
from PIL import Image

from page.canvas.drawing import (
    MAX_PNG_BYTES,
    SIDE,
    Drawing,
    DrawingError,
    decode_png,
    path_through,
    points_of,
)


def encode(image, file_format="PNG", **options):
    file = io.BytesIO()
    image.save(file, file_format, **options)
    return file.getvalue()


CANVAS = Image.new("RGBA", (SIDE, SIDE), (0, 0, 0, 0))


def test_a_picture_of_the_canvas_becomes_its_pixels():
    image = CANVAS.copy()
    image.putpixel((3, 5), (91, 108, 255, 200))
    pixels = decode_png(encode(image))
    assert (pixels.shape, pixels.dtype) == ((SIDE, SIDE, 4), np.uint8)
    assert pixels[5, 3].tolist() == [91, 108, 255, 200]


def test_a_drawings_box_is_that_of_its_ink_wherever_its_strokes_say_they_are():
    image = CANVAS.copy()
    image.putpixel((3, 5), (91, 108, 255, 200))
    image.putpixel((7, 6), (91, 108, 255, 1))
    assert Drawing([{"path": [["M", 100, 100]]}], encode(image)).box == (3, 5, 8, 7)


@pytest.mark.parametrize("size", [(281, 280), (1, 1), (280, 279)])
def test_another_size_is_an_error_that_names_it(size):
    with pytest.raises(DrawingError, match=f"{size[0]}×{size[1]}"):
        decode_png(encode(CANVAS.resize(size)))


@pytest.mark.parametrize("mode", ["RGB", "L", "P", "1", "I;16"])
def test_another_mode_is_an_error_that_names_it(mode):
    with pytest.raises(DrawingError, match=f"280×280 {mode.replace('I;16', 'I;16')}, not"):
        decode_png(encode(Image.new(mode, (SIDE, SIDE))))


def test_a_huge_picture_is_refused_before_its_pixels_are_decoded():
    header = encode(CANVAS)[:16] + (30_000).to_bytes(4) * 2
    with pytest.raises(DrawingError):
        decode_png(header + encode(CANVAS)[24:])


def test_a_large_picture_is_refused_before_pillow_sees_it():
    """Pillow warned of 10,000 × 10,000 pixels in the log, and raised nothing."""
    header = encode(CANVAS)[:16] + (10_000).to_bytes(4) * 2
    with pytest.raises(DrawingError, match="10000×10000"):
        decode_png(header + encode(CANVAS)[24:])


def test_too_many_bytes_are_refused_unread():
    with pytest.raises(DrawingError, match="at most 400000"):
        decode_png(encode(CANVAS) + bytes(MAX_PNG_BYTES))


@pytest.mark.parametrize("file_format", ["BMP", "GIF", "TIFF"])
def test_only_png_is_read(file_format):
    image = CANVAS if file_format == "TIFF" else CANVAS.convert("RGB")
    with pytest.raises(DrawingError, match="not a whole PNG"):
        decode_png(encode(image, file_format))


def test_eps_is_never_handed_to_an_interpreter():
    with pytest.raises(DrawingError, match="not a whole PNG"):
        decode_png(b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 280 280\nshowpage\n")


@pytest.mark.parametrize("keep", [0, 8, 20, 60])
def test_a_truncated_picture_is_an_error(keep):
    noise = np.random.default_rng(0).integers(0, 256, (SIDE, SIDE, 4), np.uint8)
    with pytest.raises(DrawingError, match="not a whole PNG"):
        decode_png(encode(Image.fromarray(noise))[:keep])


def test_a_picture_that_ends_half_way_is_an_error():
    noise = np.random.default_rng(0).integers(0, 256, (SIDE, SIDE, 4), np.uint8)
    png = encode(Image.fromarray(noise))
    with pytest.raises(DrawingError, match="not a whole PNG"):
        decode_png(png[: len(png) // 2])


def test_a_stroke_is_the_points_that_its_curves_lead_to():
    path = [["M", 10, 20.04], ["Q", 12, 20, 14.06, 30], ["L", 15, 31]]
    assert points_of([{"type": "Path", "path": path}]) == [[[10, 20], [14.1, 30], [15, 31]]]


@pytest.mark.parametrize("points", [[[1, 2], [30.5, 4.2]], [[1, 2], [9, 40], [80, 7], [3, 3]]])
def test_a_path_through_points_is_a_stroke_of_these_points(points):
    assert points_of([{"path": path_through(points)}]) == [points]


def test_a_path_through_points_is_smooth():
    _, first, second = path_through([(0, 0), (30, 30), (60, 0)])
    (_, before), turn, (_, after) = first[3:5], first[5:], second[1:3]
    assert before == after == turn[1] == 30  # it is level where it turns


def test_points_far_outside_are_brought_near_the_canvas():
    assert points_of([{"path": [["M", -1e9, 1e9]]}]) == [[[-SIDE, 2 * SIDE]]]


@pytest.mark.parametrize(
    "stroke",
    [
        {},
        {"path": None},
        {"path": 7},
        {"path": []},
        {"path": "MLQ"},
        {"path": [["M"]]},
        {"path": [["M", "x", 1]]},
        {"path": [["M", None, 1]]},
        {"path": [["M", [1], 1]]},
        {"path": [["M", 1e999, 1]]},
        {"path": [{"x": 1}]},
    ],
)
def test_a_stroke_of_another_form_is_an_error(stroke):
    with pytest.raises(DrawingError, match="The browser sent"):
        points_of([stroke])


def test_too_many_points_are_an_error():
    with pytest.raises(DrawingError, match="20,000 points"):
        points_of([{"path": [["M", 1, 1]] * 20_001}])
