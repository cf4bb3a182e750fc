"""Opens and decodes picture files, whatever is in them."""

import threading
from pathlib import Path
from typing import BinaryIO

import numpy as np
from PIL import Image, ImageOps

FORMATS = ("PNG", "JPEG", "WEBP")
MAX_PIXELS = 50_000_000  # as many as a phone's camera takes
MAX_SCANS = 50  # of a progressive JPEG, each of which decodes all pixels again; cameras make ten
NARROW = 20  # a picture more times as long as wide is refused
ONE_COLOUR = 24  # of 255, between the darkest and the lightest pixels of a drawing's ink
SIDE = 480  # longer side, in pixels, of the copy on which ink is looked for

BROKEN_FILE = "The picture's file is broken or incomplete."
# Pillow raises OSError and SyntaxError for a broken file, but also AssertionError for a palette, or
# struct.error for an EXIF tag that is not a number.
BROKEN = Exception

# Decoded pictures are large: only one at a time, however many visitors there are.
_decoding = threading.Lock()


class PhotographError(ValueError):
    """A picture that cannot be read; the message is for the person who chose it."""


def open_photograph(file: Path | str | BinaryIO) -> Image.Image:
    """Open a PNG, JPEG or WebP file, without decoding it.

    Raises:
        PhotographError: for anything else.
    """
    try:
        return Image.open(file, formats=FORMATS)
    except Image.DecompressionBombError as error:
        raise PhotographError(_too_large()) from error
    except BROKEN as error:
        raise PhotographError("This is not a picture in PNG, JPEG or WebP.") from error


def shrink_photograph(image: Image.Image) -> np.ndarray:
    """Decode a picture upright, its longer side at 480 pixels.

    Args:
        image: PIL.Image of any mode. Transparent parts become paper, on which ink stands out.

    Returns:
        (h, w, 3) uint8.

    Raises:
        PhotographError: if it is too large, too narrow, broken or animated.
    """
    _check(image)
    try:
        with _decoding:
            image.draft("RGB", (2 * SIDE, 2 * SIDE))  # a JPEG need not be decoded in full
            image = _on_paper(_reduce(image))
        image = ImageOps.contain(ImageOps.exif_transpose(image), (SIDE, SIDE))
    except BROKEN as error:
        raise PhotographError(BROKEN_FILE) from error
    return np.asarray(image)


def read_transparency(image: Image.Image) -> np.ndarray | None:
    """Read the ink of a drawing on a transparent canvas.

    Args:
        image: PIL.Image of any mode.

    Returns:
        (h, w, 4) uint8, the ink in the alpha channel; or None for a photograph: if all is as
        transparent, or if less than half is and the rest has several colours, such as paper and
        ink in a picture with rounded corners. Ink alone has one, however much it fills.

    Raises:
        PhotographError: as `shrink_photograph`.
    """
    _check(image)
    if not image.has_transparency_data:
        return None
    try:
        with _decoding:
            pixels = np.asarray(_reduce(image.convert("RGBA")))
    except BROKEN as error:
        raise PhotographError(BROKEN_FILE) from error
    return pixels if _is_ink_alone(pixels) else None


def _is_ink_alone(pixels: np.ndarray) -> bool:
    """Return whether all that is opaque in (h, w, 4) uint8 is ink."""
    alpha = pixels[..., 3]
    if not np.ptp(alpha) or alpha.mean() <= 127:
        return bool(np.ptp(alpha))
    # Compression changes a little, and a few pixels may be anything.
    extremes = np.percentile(pixels[alpha > 127, :3], (1, 99), axis=0)
    return bool(np.ptp(extremes, axis=0).max() <= ONE_COLOUR)


def _check(image: Image.Image) -> None:
    """Raise PhotographError for a picture that must not be decoded."""
    if image.width * image.height > MAX_PIXELS:
        raise PhotographError(_too_large(image.width * image.height))
    if max(image.size) > NARROW * min(image.size):
        raise PhotographError("The picture is too narrow for a digit.")
    if image.format != "MPO" and getattr(image, "is_animated", False):  # MPO: a JPEG and a preview
        raise PhotographError("The picture is animated; choose a still one.")
    if _count_scans(image) > MAX_SCANS:
        raise PhotographError("The picture's file would take too long to read.")


def _too_large(pixels: int | None = None) -> str:
    has = f"has {pixels / 1e6:,.0f} million pixels" if pixels else "is too large"
    return f"The picture {has}; at most {MAX_PIXELS // 10**6} million are read."


def _count_scans(image: Image.Image) -> int:
    """Count the scans in a JPEG file, without decoding it; 0 for any other picture."""
    file = getattr(image, "fp", None)
    if image.format not in ("JPEG", "MPO") or file is None:
        return 0
    file.seek(0)
    return file.read().count(b"\xff\xda")  # within a scan's data, 255 is followed by 0


def _reduce(image: Image.Image) -> Image.Image:
    """Decode a picture to 8 bits a channel, about twice as large as needed."""
    if image.mode.startswith("I;16"):
        image = Image.fromarray((np.asarray(image) >> 8).astype(np.uint8))
    elif image.mode in ("I", "F"):  # white can be any number
        deep = np.asarray(image, np.float32)
        share = (deep - deep.min()) / max(np.ptp(deep), 1)
        image = Image.fromarray(np.round(share * 255).astype(np.uint8))
    elif image.mode in ("1", "P", "PA"):
        image = image.convert("RGBA" if image.has_transparency_data else "RGB")
    return image.reduce(max(max(image.size) // (2 * SIDE), 1))


def _on_paper(image: Image.Image) -> Image.Image:
    """Convert to RGB, transparent parts to paper."""
    if not image.has_transparency_data:
        return image.convert("RGB")
    image = image.convert("RGBA")
    paper = Image.new("RGBA", image.size, _paper_colour(np.asarray(image)))
    paper.alpha_composite(image)
    return paper.convert("RGB")


def _paper_colour(pixels: np.ndarray) -> tuple[int, ...]:
    """Return what to put below transparent parts: white or black below ink, which stands out from
    it; in a photograph the colour of most, as its cut-out corners are no ink.
    """
    weights = np.maximum(pixels[..., 3], 1)
    if _is_ink_alone(pixels):
        is_light = np.average(pixels[..., :3].mean(axis=2), weights=weights) > 127
        return (0, 0, 0) if is_light else (255, 255, 255)
    return tuple(np.median(pixels[weights >= weights.mean(), :3], axis=0).astype(int))
