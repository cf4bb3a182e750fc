"""Photographs made of a few lines and rectangles, and files that nobody should send."""

import io
import struct
import zlib

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFilter, ImageFont
from scipy import ndimage

from photo.files import PhotographError, open_photograph, shrink_photograph
from photo.ink import find_ink
from preprocess import bounding_box, canvas_to_mnist, photo_to_mnist

PAPER, INK = 220, 40
SEVEN = [(180, 120), (300, 120), (230, 330)]


def sheet(width=480, height=480, paper=PAPER):
    return Image.new("RGB", (width, height), (paper, paper, paper))


def write_seven(image, ink=INK, brush=16):
    """Write a seven whose box, brush included, is 112–336 down and 172–308 across."""
    pen = ImageDraw.Draw(image)
    pen.line(SEVEN, fill=(ink, ink, ink), width=brush)
    for x, y in SEVEN:
        pen.circle((x, y), brush / 2, fill=(ink, ink, ink))
    return image


def extent(image):
    """Return the box of the ink that is found: top, bottom, left, right."""
    rows, columns = bounding_box(find_ink(np.asarray(image)))
    return rows.start, rows.stop, columns.start, columns.stop


def assert_is_the_seven(image):
    assert extent(image) == pytest.approx((112, 338, 172, 309), abs=4)


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


# --- Files -----------------------------------------------------------------------------------


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


# --- The committed network -------------------------------------------------------------------


@pytest.mark.parametrize("digit", [0, *range(2, 10)])  # a printed 1 can be like a 7
def test_the_network_reads_a_printed_digit(committed_classifier, digit):
    image = sheet()
    font = ImageFont.load_default(260)
    ImageDraw.Draw(image).text((240, 240), str(digit), (INK, INK, INK), font, anchor="mm")
    assert committed_classifier.classify(photo_to_mnist(image)).digit == digit
