"""Pictures of what the network gets wrong, the most confident first."""

import numpy as np
from PIL import Image, ImageDraw

SCALE = 3  # pixels of a picture for each of an image
LINE = 14  # pixels: the height of a line of text
COLUMNS = 12


def draw_errors(
    errors: list[tuple[float, np.ndarray, int, int]], count: int = 60, scale: int = SCALE
) -> Image.Image:
    """Draw the most confident errors, the worst first.

    Args:
        errors: (confidence, (28, 28) image in [0, 1], label, digit read) of each.
        count: the most that are drawn.
        scale: as SCALE.

    Returns:
        A picture in mode L.
    """
    worst = sorted(errors, key=lambda error: -error[0])[:count]
    tiles = [
        (image, f"{label} > {read}  {confidence:.0%}") for confidence, image, label, read in worst
    ]
    rows = [tiles[start : start + COLUMNS] for start in range(0, len(tiles), COLUMNS)]
    sheet = _blank(max(len(rows), 1), 28 * scale + LINE, scale)
    for place, row in enumerate(rows):
        _draw_row(sheet, row, place * (28 * scale + LINE), scale)
    return sheet


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
    kinds = {kind: sorted(each, key=lambda one: -one[0]) for kind, each in taken.items() if each}
    height = LINE + 28 * scale + LINE
    sheet = _blank(max(len(kinds), 1), height, scale)
    for place, (kind, each) in enumerate(kinds.items()):
        ImageDraw.Draw(sheet).text((2, place * height), kind, fill=255)
        tiles = [(image, f"{read}  {confidence:.0%}") for confidence, image, read in each[:COLUMNS]]
        _draw_row(sheet, tiles, place * height + LINE, scale)
    return sheet


def _blank(rows: int, height: int, scale: int) -> Image.Image:
    return Image.new("L", (COLUMNS * (28 * scale + 4), rows * height))


def _draw_row(
    sheet: Image.Image, tiles: list[tuple[np.ndarray, str]], top: int, scale: int
) -> None:
    """Draw (image, caption) after (image, caption), each caption below its image."""
    side = 28 * scale
    for column, (image, caption) in enumerate(tiles):
        left = column * (side + 4)
        picture = Image.fromarray(np.round(image * 255).astype(np.uint8))
        sheet.paste(picture.resize((side, side), Image.Resampling.NEAREST), (left, top))
        ImageDraw.Draw(sheet).text((left + 2, top + side), caption, fill=255)
