"""The drawing canvas with its Undo, Redo, Clear and Move.

tools.js has the buttons and keys, steps.js what they undo, relay.js sends drawings as soon as the
pen is up; move.js and fabric.js move what was drawn.
"""

import functools
from collections.abc import Callable

import streamlit as st
from markupsafe import Markup

from page.canvas.drawing import NO_DRAWING, Drawing, refusing, sent_drawing
from page.canvas.examples import build_start
from page.canvas.patches import load_canvas
from page.html import INK, button, element, join, read_assets
from preprocess import CANVAS as SIDE

HINT = ["Drag, scale or turn it", ", also by (Shift+) arrow keys", ". Move again to draw."]
TOOLS = [
    ("undo", "Undo", "Ctrl+Z"),
    ("redo", "Redo", "Ctrl+Shift+Z"),
    ("clear", "Clear", "Esc"),
    ("remove", "Delete", "Del"),  # in place of Clear while strokes are moved
    ("move", "Move", "Esc"),
]
SCRIPTS = ["steps", "restore", "fabric", "move", "relay", "live", "pen", "tools"]
LIVE = "Answer while drawing"


def show_canvas(brush: int, key: str) -> Drawing:
    """Put the canvas on the page, and return what is on it.

    Args:
        brush: width of new strokes in pixels.
        key: the widget's key in the session state.

    Raises:
        DrawingError: if the browser sent something else. The canvas is still on the page.
    """
    st_canvas = load_canvas()
    # st_canvas trusts the browser to send the right types.
    with refusing(NO_DRAWING, AttributeError, KeyError, TypeError, ValueError):
        st_canvas(
            stroke_width=brush,
            stroke_color=INK,
            width=SIDE,
            height=SIDE,
            return_image_data=True,
            key=key,
        )
    return sent_drawing(key)


def show_tools(key: str, opened: dict | None = None, is_live: bool = False) -> None:
    """Show Undo, Redo, Clear, Move and the examples; once, outside what runs with each stroke.

    Args:
        key: the widget's key in the session state.
        opened: what to put on the canvas, once for each key, as {"key": …, "paths": […]}; None for
            nothing.
        is_live: whether the server answers while the pen moves.
    """
    _load_tools()(key=key, data={"opened": opened, "live": is_live})


@functools.cache
def _load_tools() -> Callable:
    """Register the buttons and their script once a server runs."""
    more = {"move": {"aria_pressed": "false", "aria_describedby": "hint"}}
    tools = [
        button(action, name, _build_key(keys), aria_disabled="true", **more.get(action, {}))
        for action, name, keys in TOOLS
    ]
    by_hand, by_keys, back = HINT
    words = by_hand, element("kbd", by_keys), back
    hint = element("p", *words, class_="hint", id="hint", hidden="hidden")
    switch = element("input", type="checkbox", role="switch")
    return st.components.v2.component(
        "mnist_draw.tools",
        html=join(
            *build_start(),
            element("div", *tools, class_="tools", role="group", aria_label="Drawing"),
            hint,
            element("label", switch, LIVE, class_="live", hidden="hidden"),
        ),
        css=read_assets("buttons.css", "canvas/tools.css"),
        js=read_assets(*(f"canvas/{name}.js" for name in SCRIPTS)),
    )


def _build_key(keys: str) -> Markup:
    """Return a button's keys, which are no part of its name."""
    return element("kbd", keys, aria_hidden="true")
