"""The page's icon: the digit that draws itself on an empty canvas, in white on the ink's colour."""

import functools

from markupsafe import Markup

from page.canvas.drawing import path_through
from page.canvas.examples import THREE
from page.html import INK, element
from preprocess import CANVAS

BROAD, ROUND = 38, 64  # pixels of the canvas: a line that is seen in 16 pixels, and corners


@functools.cache
def build_icon() -> Markup:
    """Return the icon as an SVG file's text."""
    line = " ".join(str(part) for command in path_through(THREE) for part in command)
    pen = {"stroke": "#fff", "stroke_width": BROAD, "stroke_linecap": "round", "fill": "none"}
    return element(
        "svg",
        element("rect", width=CANVAS, height=CANVAS, rx=ROUND, fill=INK),
        element("path", d=line, stroke_linejoin="round", **pen),
        xmlns="http://www.w3.org/2000/svg",
        viewBox=f"0 0 {CANVAS} {CANVAS}",
    )
