"""Pictures of what the network gets wrong, the most confident first."""

import numpy as np
from PIL import Image, ImageDraw

SCALE = 3  # pixels of a picture for each of an image
LINE = 14  # pixels: the height of a line of text
COLUMNS = 12

Tile = tuple[np.ndarray, str]  # a (28, 28) image in [0, 1], and its caption


def draw_errors(
    errors: dict[str, list[tuple[float, np.ndarray, int, int]]], count: int = 36, scale: int = SCALE
) -> Image.Image:
    """Draw the errors in each set of digits, the most confident first.

    Args:
        errors: by set, (confidence, (28, 28) image in [0, 1], label, digit read) of each.
        count: the most that are drawn of a set.
        scale: as SCALE.

    Returns:
        A picture in mode L.
    """
    return _draw_sheet(
        {
            f"{name.partition(',')[0]}: {len(each):,} errors": [
                (image, f"{label} > {read}  {confidence:.0%}")
                for confidence, image, label, read in sorted(each, key=lambda one: -one[0])[:count]
            ]
            for name, each in errors.items()
        },
        scale,
    )


def draw_taken(
    taken: dict[str, list[tuple[float, np.ndarray, int]]], scale: int = SCALE
) -> Image.Image:
    """Draw what is not a digit but was read as one: a row for each kind, the surest first.

    Args:
        taken: by kind, (confidence, (28, 28) image in [0, 1], digit read) of each.
        scale: as SCALE.

    Returns:
        A picture in mode L.
    """
    return _draw_sheet(
        {
            kind: [
                (image, f"{read}  {confidence:.0%}")
                for confidence, image, read in sorted(each, key=lambda one: -one[0])[:COLUMNS]
            ]
            for kind, each in taken.items()
        },
        scale,
    )


def _draw_sheet(sections: dict[str, list[Tile]], scale: int) -> Image.Image:
    """Draw titles, each above rows of its tiles; what has none is left out."""
    lines = [
        (title if start == 0 else "", tiles[start : start + COLUMNS])
        for title, tiles in sections.items()
        for start in range(0, len(tiles), COLUMNS)
    ]
    height = LINE + 28 * scale + LINE
    sheet = Image.new("L", (COLUMNS * (28 * scale + 4), max(len(lines), 1) * height))
    for place, (title, tiles) in enumerate(lines):
        ImageDraw.Draw(sheet).text((2, place * height), title, fill=255)
        _draw_row(sheet, tiles, place * height + LINE, scale)
    return sheet


def _draw_row(sheet: Image.Image, tiles: list[Tile], top: int, scale: int) -> None:
    """Draw (image, caption) after (image, caption), each caption below its image."""
    side = 28 * scale
    for column, (image, caption) in enumerate(tiles):
        left = column * (side + 4)
        picture = Image.fromarray(np.round(image * 255).astype(np.uint8))
        sheet.paste(picture.resize((side, side), Image.Resampling.NEAREST), (left, top))
        ImageDraw.Draw(sheet).text((left + 2, top + side), caption, fill=255)
