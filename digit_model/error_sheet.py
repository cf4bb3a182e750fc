"""The most confident errors as one picture."""

import numpy as np
from PIL import Image, ImageDraw


def draw_errors(errors, count=60, columns=12, scale=3):
    """Draw the most confident errors, the worst first.

    Args:
        errors: list of (confidence, (28, 28) image in [0, 1], label, digit read).
        count: how many at most.
        columns: how many in a row.
        scale: pixels of the picture for each of an image.

    Returns:
        PIL.Image in mode L.
    """
    worst = sorted(errors, key=lambda error: -error[0])[:count]
    side, line = 28 * scale, 14
    rows = max(-(-len(worst) // columns), 1)
    sheet = Image.new("L", (columns * (side + 4), rows * (side + line)))
    pen = ImageDraw.Draw(sheet)
    for place, (confidence, image, label, read) in enumerate(worst):
        left, top = place % columns * (side + 4), place // columns * (side + line)
        picture = Image.fromarray(np.round(image * 255).astype(np.uint8))
        sheet.paste(picture.resize((side, side), Image.Resampling.NEAREST), (left, top))
        pen.text((left + 2, top + side), f"{label} > {read}  {confidence:.0%}", fill=255)
    return sheet
