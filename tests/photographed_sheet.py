"""A sheet of paper with a seven on it, and whether that is the ink that is found."""

import numpy as np
import pytest
from PIL import Image, ImageDraw

from photo.ink import find_ink
from preprocess import bounding_box

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
