"""Photographs made for measuring: handwriting on lit paper, and digits set in typefaces.

The network never learns from them: it knows drawings alone.
"""

import io
from collections.abc import Callable
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFilter, ImageFont, ImageOps
from scipy import ndimage

from digit_model.rasterize import draw
from digit_model.strokes.render import Strokes, fit_unit_box
from preprocess import bounding_box

MakeInk = Callable[[int], np.ndarray]  # longer side in pixels → (h, w) float32 coverage

SIDES = (480, 1000)  # of a photograph, in pixels
SIZES = (0.15, 0.6)  # longer side of a digit as a share of a photograph's shorter side
BRUSHES = (0.03, 0.12)  # of a pen as a share of the digit's longer side: ballpoint to marker
TYPE_SIDES = (24, 400)  # longer side of a digit on a screen, in pixels
CLOSE_SIDES, CLOSE_SIZES = (240, 400), (0.5, 0.75)  # of a picture cropped to its digit
CROPS = (24, 40)  # longer side of such a picture when it was made small, in pixels
PRESSURE = (0.15, 0.9)  # of a pencil that is hardly pressed: the ink it leaves of a pen's
FOCUS = (0.004, 0.015)  # blur of a picture out of focus, as a share of its shorter side
BLUE, BLACK, RED, PENCIL = (0.12, 0.16, 0.5), (0.08, 0.08, 0.1), (0.7, 0.1, 0.12), (0.4, 0.4, 0.42)

# Typefaces on Debian and most Linux systems; symbols and formula fonts have no plain digits.
FONT_FOLDER = Path("/usr/share/fonts")
NO_TEXT_FACES = ("Math", "Symbol", "Dingbats", "D050", "S050", "Initials", "_K")


def ink_of_strokes(strokes: Strokes, side: int, rng: np.random.Generator) -> np.ndarray:
    """Draw strokes with a pen of any width as (h, w) float32 coverage, `side` long."""
    brush = max(side * np.exp(rng.uniform(*np.log(BRUSHES))), 2)
    strokes = [stroke * side + brush for stroke in fit_unit_box(strokes)]
    columns, rows = np.ceil(np.concatenate(strokes).max(axis=0) + brush).astype(int)
    return draw(strokes, brush, int(columns), int(rows))[..., 3] / np.float32(255)


def ink_of_image(image: np.ndarray, side: int) -> np.ndarray:
    """Enlarge a (28, 28) uint8 image as if a pen had drawn it: smooth, with sharp edges."""
    ink = image[bounding_box(image)]
    scale = side / max(ink.shape)
    ink = np.pad(ink, 1) / np.float32(255)
    smooth = ndimage.zoom(ink, scale, order=3, mode="grid-constant", grid_mode=True)
    return np.clip((smooth - 0.5) * scale / 2 + 0.5, 0, 1)


def photograph(
    make_ink: MakeInk,
    rng: np.random.Generator,
    sides: tuple[int, int] = SIDES,
    sizes: tuple[float, float] = SIZES,
) -> bytes:
    """Take a photograph of a digit on a sheet of paper, or of chalk on a board.

    Light falls off over the sheet, half of the sheets lie partly in a shadow and half are
    ruled or squared; the camera is held askew, a little out of focus, and saves a JPEG or
    PNG, one in four rotated by EXIF.

    Args:
        make_ink: side → (h, w) float32 coverage of the digit, about `side` long.
        rng: decides everything else.
        sides: (least, most) pixels of either side.
        sizes: (least, most) longer side of the digit, as a share of the shorter side.

    Returns:
        An image file.
    """
    height, width = rng.integers(*sides, 2)
    ink = make_ink(int(min(height, width) * np.exp(rng.uniform(*np.log(sizes)))))
    angle = rng.normal(0, 3)
    margin = np.array([height, width]) // 20  # so that no part is turned out of sight
    top, left = rng.integers(margin, np.maximum([height, width] - margin - ink.shape, margin + 1))
    coverage = np.zeros((height, width), np.float32)
    coverage[top : top + ink.shape[0], left : left + ink.shape[1]] = ink
    turned = ndimage.rotate(coverage, angle, reshape=False, order=1)
    scene = _board(turned, rng) if rng.random() < 0.2 else _sheet(turned, angle, rng)
    return _develop(scene * _light(height, width, rng)[..., None], rng)


def photograph_faint(make_ink: MakeInk, rng: np.random.Generator) -> bytes:
    """Photograph a digit written with a pencil that was hardly pressed here and there."""

    def press_unevenly(side: int) -> np.ndarray:
        ink = make_ink(side)
        coarse = Image.fromarray(rng.uniform(0, 1, (4, 4)).astype(np.float32))
        pressure = np.asarray(coarse.resize(ink.shape[::-1], Image.Resampling.BICUBIC))
        least, most = PRESSURE
        grain = rng.normal(1, 0.2, ink.shape)
        return (ink * np.clip(least + (most - least) * pressure, least, most) * grain).astype("f4")

    return photograph(press_unevenly, rng)


def photograph_blurred(make_ink: MakeInk, rng: np.random.Generator) -> bytes:
    """Photograph a digit out of focus."""
    image = _open(photograph(make_ink, rng))
    return _save(image.filter(ImageFilter.GaussianBlur(min(image.size) * rng.uniform(*FOCUS))), rng)


def photograph_small(make_ink: MakeInk, rng: np.random.Generator) -> bytes:
    """Photograph a digit, crop the picture to it, and make that as small as an icon."""
    image = _open(photograph(make_ink, rng, CLOSE_SIDES, CLOSE_SIZES))
    side = int(rng.integers(*CROPS))
    return _save(ImageOps.contain(image, (side, side), Image.Resampling.BOX), rng)


def _open(file: bytes) -> Image.Image:
    return ImageOps.exif_transpose(Image.open(io.BytesIO(file)))


def _save(image: Image.Image, rng: np.random.Generator) -> bytes:
    """Save a picture as a JPEG or PNG file."""
    file = io.BytesIO()
    if rng.random() < 0.5:
        image.save(file, "JPEG", quality=int(rng.integers(75, 95)))
    else:
        image.save(file, "PNG")
    return file.getvalue()


def _sheet(coverage: np.ndarray, angle: float, rng: np.random.Generator) -> np.ndarray:
    """Lay ink on paper, (h, w, 3) reflectance in [0, 1]: white or tinted, plain or ruled."""
    paper = _texture(coverage.shape, rng, 0.02)[..., None] * rng.uniform([0.85, 0.82, 0.75], 1)
    if rng.random() < 0.5:
        colour = np.array([0.55, 0.65, 0.85]) * rng.uniform(0.8, 1.1)
        paper = _mix(paper, colour, _rules(coverage.shape, angle, rng) * rng.uniform(0.5, 1))
    colours = (BLUE, BLACK, RED, PENCIL)
    colour = np.array(colours[rng.integers(len(colours))])
    return _mix(paper, colour, coverage * np.clip(_texture(coverage.shape, rng, 0.1), 0, 1))


def _board(coverage: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Write in chalk on a dark board."""
    board = _texture(coverage.shape, rng, 0.08)[..., None] * rng.uniform(0.1, 0.3, 3)
    return _mix(board, np.array([0.9, 0.9, 0.88]), coverage * _texture(coverage.shape, rng, 0.15))


def _mix(under: np.ndarray, colour: np.ndarray, share: np.ndarray) -> np.ndarray:
    return under + np.clip(share, 0, 1)[..., None] * (colour - under)


def _texture(shape: tuple[int, int], rng: np.random.Generator, amount: float) -> np.ndarray:
    """Return an uneven surface about 1: noise of several grain sizes."""
    surface = np.ones(shape, np.float32)
    for grain in (1, 4, 16, 64):
        coarse = [max(side // grain, 4) for side in shape]
        noise = Image.fromarray(rng.normal(0, amount, coarse).astype(np.float32))
        surface += np.asarray(noise.resize(shape[::-1], Image.Resampling.BICUBIC)) / 2
    return surface


def _rules(shape: tuple[int, int], angle: float, rng: np.random.Generator) -> np.ndarray:
    """Rule a sheet, or square it, turned by `angle` degrees: (h, w) coverage."""
    height, width = shape
    spacing = int(min(shape) * rng.uniform(0.05, 0.15))
    thickness = rng.integers(1, 4)
    rules = np.zeros((2 * height, 2 * width), np.float32)
    squared = rng.random() < 0.4
    for start in range(thickness):
        rules[start::spacing] = 1
        if squared:
            rules[:, start::spacing] = 1
    turned = ndimage.rotate(rules, angle, reshape=False, order=1)
    return turned[height // 2 : height // 2 + height, width // 2 : width // 2 + width]


def _light(height: int, width: int, rng: np.random.Generator) -> np.ndarray:
    """Light a sheet from one side, half of the time with a shadow on it: (h, w)."""
    rows, columns = np.mgrid[-1 : 1 : height * 1j, -1 : 1 : width * 1j]
    direction = rng.uniform(0, 2 * np.pi)
    across = rows * np.sin(direction) + columns * np.cos(direction)
    light = 0.8 + rng.uniform(0, 0.25) * across - rng.uniform(0, 0.15) * (rows**2 + columns**2)
    if rng.random() < 0.5:
        direction, edge = rng.uniform(0, 2 * np.pi), rng.uniform(-0.7, 0.7)
        across = rows * np.sin(direction) + columns * np.cos(direction) - edge
        softness = np.exp(rng.uniform(*np.log([0.01, 0.3])))
        light *= 1 - rng.uniform(0.2, 0.5) / (1 + np.exp(-across / softness))
    return np.clip(light, 0.1, 1.1)


def _develop(scene: np.ndarray, rng: np.random.Generator) -> bytes:
    """Blur, add noise, and save (h, w, 3) as a JPEG or PNG file."""
    scene = ndimage.gaussian_filter(scene, (*[rng.uniform(0.5, 2)] * 2, 0))
    scene += rng.normal(0, rng.uniform(0.005, 0.025), scene.shape)
    image = _to_image(scene)
    file = io.BytesIO()
    if rng.random() < 0.25:  # the sensor lay on its side, and EXIF says so
        exif = Image.Exif()
        exif[0x0112] = 6
        image.transpose(Image.Transpose.ROTATE_90).save(file, "JPEG", quality=85, exif=exif)
    elif rng.random() < 0.5:
        image.save(file, "JPEG", quality=int(rng.integers(50, 95)))
    else:
        image.save(file, "PNG")
    return file.getvalue()


def find_typefaces(folder: Path = FONT_FOLDER) -> list[Path]:
    """Find the text faces that are installed: a sorted list of TrueType and OpenType files."""
    return sorted(
        path
        for path in Path(folder).rglob("*.[ot]tf")
        if not any(word in path.name for word in NO_TEXT_FACES) and _has_digits(path)
    )


def name_families(paths: list[Path]) -> set[str]:
    """Return the names of the families that faces belong to, without weights and slants."""
    return {str(ImageFont.truetype(path).getname()[0]) for path in paths}


def _has_digits(path: Path) -> bool:
    """Return whether a face can be read and draws ten different digits."""
    try:
        font = ImageFont.truetype(path, 32)
    except OSError:
        return False
    return len({bytes(font.getmask(digit)) for digit in "0123456789"}) == 10


def ink_of_type(path: Path, digit: str, side: int) -> np.ndarray:
    """Set a digit in a face as (h, w) float32 coverage, `side` pixels long."""
    font = ImageFont.truetype(path, 2 * side)
    ink = Image.new("L", (6 * side, 6 * side))
    ImageDraw.Draw(ink).text((3 * side, 3 * side), digit, fill=255, font=font, anchor="mm")
    ink = ink.crop(ink.getbbox())
    scale = side / max(ink.size)
    size = [max(round(length * scale), 1) for length in ink.size]
    return np.asarray(ink.resize(size, Image.Resampling.BOX)) / np.float32(255)


def typeset(path: Path, digit: str, rng: np.random.Generator) -> bytes:
    """Set a digit in a face, in two colours, as on a screen: bytes of a PNG file."""
    side = int(np.exp(rng.uniform(*np.log(TYPE_SIDES))))
    ink = ink_of_type(path, digit, side)
    margins = np.maximum(rng.uniform(0.1, 1, (2, 2)) * side, 2).astype(int)
    ink = np.pad(ink, margins)
    dark, light = rng.uniform(0, 0.35, 3), rng.uniform(0.65, 1, 3)
    paper, colour = (light, dark) if rng.random() < 0.6 else (dark, light)
    file = io.BytesIO()
    _to_image(_mix(np.broadcast_to(paper, (*ink.shape, 3)), colour, ink)).save(file, "PNG")
    return file.getvalue()


def _to_image(scene: np.ndarray) -> Image.Image:
    """Return (h, w, 3) reflectance in [0, 1] as a PIL.Image."""
    return Image.fromarray(np.round(np.clip(scene, 0, 1) * 255).astype(np.uint8))
