"""All changes to the canvas's package, streamlit-drawable-canvas 0.13.0, and to Fabric 7 in it.

| what | where | why | until |
|---|---|---|---|
| its toolbar is hidden | canvas.css | on touch screens it takes taps, unseen | an option |
| relay.js stands before it | canvas_loader.js | it waits 200 ms before it sends | an option |
| its toolbar is clicked | relay.js, fabric.js | to send, and to move strokes | methods |
| `_groupSelector` is set | fabric.js | to select all strokes | Fabric has a method |

Tests: tests/browsers/test_browser.py (the toolbar), test_browser_strokes.py, test_browser_move.py,
and benchmarks/stroke_to_answer.py, where an answer would take those 200 ms longer.
"""

import functools
import logging
from collections.abc import Callable
from pathlib import Path

import streamlit as st

from page.html import button, element, join, read_assets, style

REGISTERED = "streamlit-drawable-canvas.streamlit_drawable_canvas"
BLOCKED = (  # its file; canvas_loader.js shows this
    element("p", "The canvas did not load. Check your connection, or let this page's scripts run."),
    button("reload", "Reload"),
)


@functools.cache
def load_canvas() -> Callable:
    """Import st_canvas, and register its component again with our styles and our loader.

    Call this in a running server: no other knows where the package's files are.

    canvas.css hides the component's toolbar. Unseen until hovered, it takes clicks all the same:
    on a touch screen, a finger in the canvas's top right corner resets the drawing. It also keeps
    a drawing finger from scrolling the page, whose own styles do not reach into the shadow DOM.

    canvas_loader.js loads the component's module, and puts relay.js between Streamlit and it.
    If relay.js fails, or comes later, the component works by itself. Both files are sent with
    each stroke, so they are short.
    """
    import streamlit_drawable_canvas

    (module,) = Path(streamlit_drawable_canvas.__file__).parent.glob("frontend/build/index-*.js")
    registry = logging.getLogger("streamlit.components.v2.component_registry")
    registry.disabled = True  # it warns of names that are registered twice
    try:
        streamlit_drawable_canvas.out = st.components.v2.component(
            REGISTERED,
            js=read_assets("canvas/canvas_loader.js"),
            css="index-*.css",
            html=join(
                element("div", class_="canvas-root", data_module=module.name),
                element("div", *BLOCKED, class_="blocked", role="alert", hidden="hidden"),
                style(read_assets("canvas/canvas.css")),
            ),
            isolate_styles=True,
        )
    finally:
        registry.disabled = False
    return streamlit_drawable_canvas.st_canvas
