"""How digits, shares and small images are written, wherever the page shows them."""

import base64
import io

import numpy as np
from PIL import Image

NO_DIGIT = "not a digit"


def format_share(share):
    """Write a probability in whole per cent, never claiming certainty."""
    if share > 0.99:
        return "> 99 %"
    return "< 1 %" if share < 0.01 else format_percentage(share)


def format_percentage(share):
    """Write a share in [0, 1] in whole per cent."""
    return f"{share:.0%}".replace("%", " %")


def format_digit(digit):
    """Write a digit 0–9, or what None means."""
    return NO_DIGIT if digit is None else str(digit)


def embed_image(image):
    """Return a picture, (h, w) or (h, w, 3) uint8, as the URL of a PNG inside of the page.

    A file of its own would come a moment later than the text around it.
    """
    file = io.BytesIO()
    Image.fromarray(np.asarray(image, np.uint8)).save(file, "PNG")
    return "data:image/png;base64," + base64.b64encode(file.getvalue()).decode()
