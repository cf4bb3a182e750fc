"""Photographs as files, some of which nobody should send."""

import io
import struct
import zlib

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont

from photo.files import PhotographError, open_photograph, read_transparency, shrink_photograph
from photo.pictures import photo_to_mnist, picture_ink
from preprocess import bounding_box, canvas_to_mnist, ink_to_mnist
from tests.photographed_sheet import INK, SEVEN, assert_is_the_seven, sheet, write_seven


def save(image, kind="PNG", **options):
    file = io.BytesIO()
    image.save(file, kind, **options)
    return io.BytesIO(file.getvalue())


def rotated_by_exif(orientation):
    exif = Image.Exif()
    exif[0x0112] = orientation
    return exif


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
def test_a_photograph_is_upright_as_its_exif_says(kind):
    lying = write_seven(sheet()).transpose(Image.Transpose.ROTATE_90)
    upright = shrink_photograph(open_photograph(save(lying, kind, exif=rotated_by_exif(6))))
    assert_is_the_seven(upright)


@pytest.mark.parametrize(
    "mode", ["1", "L", "P", "RGB", "RGBA", "LA", "CMYK", "YCbCr", "I", "F", "I;16"]
)
def test_any_mode_is_read(mode):
    image = write_seven(sheet(paper=255), ink=0)
    if mode == "I;16":
        image = Image.fromarray(np.asarray(image.convert("L")).astype(np.uint16) * 257)
    else:
        image = image.convert(mode)
    assert image.mode == mode
    assert_is_the_seven(shrink_photograph(image))


@pytest.mark.parametrize("ink", [0, 255])
def test_ink_on_a_transparent_ground_is_found_be_it_dark_or_light(ink):
    transparent = Image.new("RGBA", (480, 480), (0, 0, 0, 0))
    mask = write_seven(sheet(paper=0), ink=255).convert("L")
    transparent.paste((ink, ink, ink, 255), mask=mask)
    assert_is_the_seven(shrink_photograph(transparent))


def transparent_ink(digit=SEVEN, width=200):
    """Return a drawing of a thick pen, cropped to its ink, which fills more than half of it."""
    ink = Image.new("L", (480, 480))
    ImageDraw.Draw(ink).line(digit, fill=255, width=width)
    drawing = Image.new("RGBA", ink.size, (90, 20, 20, 255))
    drawing.putalpha(ink)
    return drawing.crop(ink.getbbox())


def test_thick_ink_on_a_transparent_ground_is_the_drawing_itself():
    """It filled more than half, and was taken for a photograph without ink."""
    drawing = transparent_ink()
    assert np.mean(drawing.getchannel("A")) > 127
    ink = picture_ink(drawing)
    np.testing.assert_array_equal(ink_to_mnist(ink), canvas_to_mnist(np.asarray(drawing)))


@pytest.mark.parametrize("radius", [20, 60, 239])
@pytest.mark.parametrize(("paper", "ink"), [(220, 40), (60, 230), (220, 150)])
def test_a_photograph_with_rounded_corners_stays_one(radius, paper, ink):
    """Black corners, put where it was transparent, were taken for ink on light paper."""
    image = write_seven(sheet(paper=paper), ink)
    mask = Image.new("L", image.size)
    ImageDraw.Draw(mask).rounded_rectangle((0, 0, 479, 479), radius, fill=255)
    image.putalpha(mask)
    rows, columns = bounding_box(picture_ink(image))
    box = rows.start, rows.stop, columns.start, columns.stop
    assert box == pytest.approx((112, 338, 172, 309), abs=4)


def test_a_photograph_that_is_as_transparent_everywhere_stays_one():
    image = write_seven(sheet())
    image.putalpha(100)
    assert_is_the_seven(shrink_photograph(image))
    assert read_transparency(image) is None


def chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def declare_png(width, height, data=b"", colour=6):
    header = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, colour, 0, 0, 0))
    data = chunk(b"IDAT", zlib.compress(data))
    return b"\x89PNG\r\n\x1a\n" + header + data + chunk(b"IEND", b"")


def moving(kind):
    image = write_seven(sheet())
    return save(image, kind, save_all=True, append_images=[image.rotate(90)]).getvalue()


def noise():
    return Image.fromarray(np.random.default_rng(0).integers(0, 255, (99, 99, 3), np.uint8))


@pytest.mark.parametrize(
    ("file", "says"),
    [
        (b"", "not a picture in PNG, JPEG or WebP"),
        (b"PK\x03\x04" + bytes(99), "not a picture in PNG, JPEG or WebP"),
        (
            b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n",
            "not a picture in PNG, JPEG or WebP",
        ),
        (save(noise(), "GIF").getvalue(), "not a picture in PNG, JPEG or WebP"),
        (save(noise()).getvalue()[:4000], "broken or incomplete"),
        (save(noise(), "JPEG").getvalue()[:2000], "broken or incomplete"),
        (declare_png(99, 99, bytes(99 * 100), colour=3), "broken or incomplete"),  # no palette
        (declare_png(30_000, 30_000), "too large; at most 50 million are read"),
        (declare_png(9_000, 9_000), "has 81 million pixels; at most 50 million are read"),
        (declare_png(1, 2_000_000), "too narrow"),
        (moving("PNG"), "is animated; choose a still one"),
        (moving("WEBP"), "is animated; choose a still one"),
    ],
    ids=lambda value: value[:9] if isinstance(value, bytes) else "",
)
@pytest.mark.filterwarnings("ignore::PIL.Image.DecompressionBombWarning")
def test_a_file_that_cannot_be_read_is_refused_in_one_sentence(file, says):
    with pytest.raises(PhotographError, match=says):
        photo_to_mnist(open_photograph(io.BytesIO(file)))


def test_a_jpeg_of_many_scans_is_refused_before_it_is_decoded():
    """200 kB of them took 20 seconds, in which nobody else's photograph was read."""
    file = save(write_seven(sheet()), "JPEG", progressive=True).getvalue()
    assert_is_the_seven(shrink_photograph(open_photograph(io.BytesIO(file))))
    last_scan = file[file.rindex(b"\xff\xda") : -2]
    with pytest.raises(PhotographError, match="too long to read"):
        photo_to_mnist(open_photograph(io.BytesIO(file[:-2] + 50 * last_scan + b"\xff\xd9")))


@pytest.mark.parametrize(
    ("thing", "got"), [(None, "NoneType"), (np.zeros((5, 5)), r"\(5, 5\) float64"), (b"x", "bytes")]
)
def test_what_is_not_a_picture_is_named(thing, got):
    with pytest.raises(ValueError, match=f"expected a picture, got {got}"):
        photo_to_mnist(thing)


def test_pixels_in_an_array_are_a_picture_too():
    image = write_seven(sheet())
    np.testing.assert_array_equal(photo_to_mnist(np.asarray(image)), photo_to_mnist(image))


@pytest.mark.parametrize("digit", [0, *range(2, 10)])  # a printed 1 can be like a 7
def test_the_network_reads_a_printed_digit(committed_classifier, digit):
    image = sheet()
    font = ImageFont.load_default(260)
    ImageDraw.Draw(image).text((240, 240), str(digit), (INK, INK, INK), font, anchor="mm")
    assert committed_classifier.classify(photo_to_mnist(image)).digit == digit
