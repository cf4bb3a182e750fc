"""The drawing canvas with its undo, redo and clear, and what a browser sent of it.

canvas.js is the browser's side: it undoes, redoes and clears without the server, and sends a
drawing as soon as the pen is up. Whatever comes from a browser may be anything. It is checked
here, and only here.
"""

import base64
import functools
import io
import logging
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import streamlit as st
from PIL import Image

from preprocess import CANVAS as SIDE

INK = "#5b6cff"  # stands out from white and from black paper alike
MAX_POINTS = 20_000  # of a drawing; a minute of drawing makes about 5,000
PNG_BEGINS = b"\x89PNG\r\n\x1a\n"
MAX_PNG_BYTES = 400_000  # 280×280 RGBA pixels are 313,600 bytes before compression

# The component's own toolbar is invisible until hovered, yet takes clicks: on a touch
# screen it resets the drawing under a finger in the canvas's top right corner. Page
# styles do not reach into its shadow DOM, so these rules are added there; the second
# keeps a drawing finger from scrolling or zooming the page.
_RULES = """<style>
.attached .dc-toolbar { display: none !important }
.dc-container { touch-action: none }
</style>"""

# Sent with each stroke, so it is short: it loads the component's own module, and puts
# canvas.js, which was sent once, between Streamlit and it. If canvas.js fails, or comes
# later, the component works by itself.
_LOADER = """
export default async component => {
  const styles = component.parentElement.querySelector("link").href
  const { default: draw } = await import(new URL("%s", styles))
  globalThis.mnistDrawCanvas = { draw, component }
  try {
    return mnistDraw.attach(mnistDrawCanvas)
  } catch (error) {
    console.error(error)
    return draw(component)
  }
}"""

_TOOLS = [("undo", "Undo", "Ctrl+Z"), ("redo", "Redo", "Ctrl+Shift+Z"), ("clear", "Clear", "Esc")]
_TOOLS_HTML = "".join(
    f'<button type="button" value="{action}" aria-disabled="true" aria-label="{name}">{name}'
    f"<kbd>{keys}</kbd></button>"
    for action, name, keys in _TOOLS
)
_TOOLS_HTML = f'<div role="group" aria-label="Drawing">{_TOOLS_HTML}</div>'
# The colours are the theme's, light or dark. Keys are of no use to a finger.
_TOOLS_CSS = """
[role=group] { display: flex; gap: 4px }
button { flex: 1 1 auto; min-height: 44px; padding: 0; border: 1px solid var(--st-border-color);
  border-radius: .5rem; background: none; color: inherit; font: inherit; line-height: 1.2;
  cursor: pointer }
button:hover, button:focus-visible { border-color: var(--st-primary-color) }
button[aria-disabled=true] { opacity: .5; border-color: var(--st-border-color); cursor: default }
kbd { display: block; font: inherit; font-size: .65rem; opacity: .75 }
@media (max-width: 640px), (pointer: coarse) { kbd { display: none } }
"""


NO_DRAWING = "The browser sent something that is not a drawing."


class DrawingError(ValueError):
    """A browser message that is no drawing of ours; the message is for its sender."""


@dataclass(frozen=True)
class Drawing:
    """What is on the canvas.

    Attributes:
        strokes: the canvas's objects as JSON, in the order in which they were drawn.
        png: the canvas as a PNG file, None before the first stroke.
    """

    strokes: list
    png: bytes | None

    @functools.cached_property
    def pixels(self):
        """The drawing decoded: (280, 280, 4) uint8, the ink in the alpha channel.

        Raises:
            DrawingError: for anything but an RGBA PNG of that size.
        """
        if self.png is None:
            raise DrawingError("The drawing came without its picture.")
        return decode_png(self.png)


def show_canvas(brush, key):
    """Put the canvas on the page.

    Args:
        brush: width of new strokes in pixels.
        key: the widget's key in the session state.

    Returns:
        Drawing.

    Raises:
        DrawingError: if the browser sent something else. The canvas is on the page all
            the same.
    """
    st_canvas = _load_component()
    try:
        st_canvas(
            stroke_width=brush,
            stroke_color=INK,
            width=SIDE,
            height=SIDE,
            return_image_data=True,
            key=key,
        )
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        # st_canvas takes the browser's word for the form of what it sent.
        raise DrawingError(NO_DRAWING) from error
    return sent_drawing(key)


def show_tools(key):
    """Show Undo, Redo and Clear; once, outside of what runs with each stroke.

    Args:
        key: the widget's key in the session state.
    """
    _load_tools()(key=key)


def sent_drawing(key):
    """Return the Drawing that the browser sent last, even if no run has seen it yet.

    Args:
        key: the canvas's key in the session state.

    Raises:
        DrawingError: if it is not a drawing.
    """
    try:
        sent = (st.session_state.get(key) or {}).get("drawing") or {"raw": {"objects": []}}
        strokes, url = _check_strokes(sent["raw"]["objects"]), sent.get("data")
        png = None if url is None else base64.b64decode(url.partition(";base64,")[2])
    except DrawingError:
        raise
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise DrawingError(NO_DRAWING) from error
    return Drawing(strokes, png)


def points_of(strokes):
    """Read the points that the pen went through.

    Args:
        strokes: the canvas's objects, each with a path of curves as in SVG.

    Returns:
        A list of strokes, each a list of (x, y) in pixels, rounded to tenths.

    Raises:
        DrawingError: for anything else that a browser may have sent.
    """
    try:
        # Each command of a path ends in the point that it leads to.
        drawing = [[command[-2:] for command in s["path"]] for s in _check_strokes(strokes)]
        arrays = [np.array(stroke, float).reshape(-1, 2) for stroke in drawing]
    except DrawingError:
        raise
    except (KeyError, TypeError, ValueError, OverflowError) as error:
        raise DrawingError("The browser sent strokes of another form.") from error
    if not all(len(stroke) and np.isfinite(stroke).all() for stroke in arrays):
        raise DrawingError("The browser sent a stroke without points.")
    return [np.clip(stroke, -SIDE, 2 * SIDE).round(1).tolist() for stroke in arrays]


def _check_strokes(strokes):
    if not isinstance(strokes, list) or not all(isinstance(s, dict) for s in strokes):
        raise ValueError("the strokes are not a list of strokes")
    paths = [stroke.get("path") for stroke in strokes]
    if len(paths) + sum(len(path) for path in paths if isinstance(path, list)) > MAX_POINTS:
        raise DrawingError(f"The drawing has more than {MAX_POINTS:,} points.")
    return strokes


@functools.cache
def _load_component():
    """Import st_canvas, its component registered once more with our rules and our loader.

    Not before the first page is shown: only a running server knows where the package's
    own files lie.
    """
    import streamlit_drawable_canvas

    (module,) = Path(streamlit_drawable_canvas.__file__).parent.glob("frontend/build/index-*.js")
    registry = logging.getLogger("streamlit.components.v2.component_registry")
    registry.disabled = True  # it warns of names that are registered twice
    try:
        streamlit_drawable_canvas.out = st.components.v2.component(
            "streamlit-drawable-canvas.streamlit_drawable_canvas",
            js=_LOADER % module.name,
            css="index-*.css",
            html=f'<div class="canvas-root"></div>{_RULES}',
            isolate_styles=True,
        )
    finally:
        registry.disabled = False
    return streamlit_drawable_canvas.st_canvas


@functools.cache
def _load_tools():
    """Register the buttons and canvas.js once a server runs."""
    script = Path(__file__).with_suffix(".js").read_text("utf-8")
    return st.components.v2.component(
        "mnist_draw.tools", html=_TOOLS_HTML, css=_TOOLS_CSS, js=script
    )


def decode_png(png):
    """Decode a PNG of the canvas, checking length, format, size and mode before pixels.

    Args:
        png: bytes.

    Returns:
        (280, 280, 4) uint8.

    Raises:
        DrawingError: naming the first thing that is not as it should be.
    """
    if len(png) > MAX_PNG_BYTES:
        raise DrawingError(f"The picture has {len(png)} bytes; at most {MAX_PNG_BYTES} are read.")
    size = int.from_bytes(png[16:20]), int.from_bytes(png[20:24])
    if png.startswith(PNG_BEGINS) and len(png) >= 24 and size != (SIDE, SIDE):
        raise DrawingError(f"The picture is {size[0]}×{size[1]}, not {SIDE}×{SIDE}.")
    try:
        with Image.open(io.BytesIO(png), formats=["PNG"]) as image:
            if image.size != (SIDE, SIDE) or image.mode != "RGBA":  # a second header counts
                width, height = image.size
                raise DrawingError(
                    f"The picture is {width}×{height} {image.mode}, not {SIDE}×{SIDE} RGBA."
                )
            return np.array(image)
    except DrawingError:
        raise
    except Exception as error:  # Pillow raises whatever it stumbles over in a broken file
        raise DrawingError("The picture is not a whole PNG file.") from error
