"""Digits to begin with: three to try, and one that the page draws itself, faintly."""

import json

from markupsafe import Markup

from page.canvas.drawing import path_through
from page.html import button, element
from preprocess import BRUSH, CANVAS

# How some people write, and many networks misread: (x, y) in pixels of the canvas.
RING = [(148, 58), (112, 68), (90, 108), (86, 152), (98, 196), (134, 218), (172, 204), (192, 162)]
RING += [(192, 114), (178, 76), (150, 58)]
EXAMPLES = [
    ("A slashed zero", [RING, [(196, 72), (142, 138), (84, 210)]]),
    (
        "A crossed seven",
        [
            [(78, 74), (108, 72), (150, 70), (204, 66), (182, 112), (160, 164), (146, 224)],
            [(112, 148), (152, 144), (196, 142)],
        ],
    ),
    (
        "A one with a rising stroke",
        [[(94, 132), (118, 110), (140, 84), (156, 58), (154, 112), (152, 166), (150, 224)]],
    ),
]
THREE = [(92, 86), (116, 62), (154, 60), (178, 84), (166, 114), (132, 132), (168, 142), (186, 172)]
THREE += [(174, 206), (136, 222), (98, 210), (84, 188)]


def build_start() -> list[Markup]:
    """Return what a newcomer sees in place of an answer: a digit that draws itself, and examples.

    tools.js shows it while the canvas is empty.
    """
    ghost = _build_drawing([path_through(THREE)], class_="ghost", pathLength=1)
    examples = []
    for name, strokes in EXAMPLES:
        paths = [path_through(stroke) for stroke in strokes]
        face = _build_drawing(paths)
        examples.append(
            button("example", face, aria_label=name, title=name, data_paths=json.dumps(paths))
        )
    invitation = element("p", "or try one of these")
    return [ghost, element("div", invitation, *examples, class_="start", hidden="hidden")]


def _build_drawing(
    paths: list[list[list]], class_: str = "drawing", **attributes: object
) -> Markup:
    """Return paths as a picture that a screen reader passes over."""
    lines = [
        element("path", d=" ".join(str(part) for command in path for part in command), **attributes)
        for path in paths
    ]
    view = {"viewBox": f"0 0 {CANVAS} {CANVAS}", "aria_hidden": "true", "stroke_width": BRUSH}
    return element("svg", *lines, class_=class_, **view)
