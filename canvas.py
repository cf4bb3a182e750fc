"""The drawing canvas: the component without its toolbar, and what a browser sent of it.

Whatever comes from a browser may be anything. It is checked here, and only here.
"""

import functools
import io
import json
import logging
from dataclasses import dataclass

import numpy as np
import streamlit as st
from PIL import Image

SIDE = 280  # of the canvas, in pixels
INK = "#5b6cff"  # stands out from white and from black paper alike
MAX_POINTS = 20_000  # of a drawing; a minute of drawing makes about 5,000
PNG_BEGINS = b"\x89PNG\r\n\x1a\n"
MAX_JSON = 2_000_000  # characters of strokes; a browser sends no more, see .streamlit/config.toml
MAX_PNG_BYTES = 400_000  # 280×280 RGBA pixels are 313,600 bytes before compression

# The component's own toolbar is invisible until hovered, yet takes clicks: on a touch
# screen it resets the drawing under a finger in the canvas's top right corner. Page
# styles do not reach into its shadow DOM, so these rules are added there; the second
# keeps a drawing finger from scrolling or zooming the page.
_RULES = """<style>
.dc-toolbar { display: none !important }
.dc-container { touch-action: none }
</style>"""


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


def show_canvas(brush, initial_drawing, key):
    """Put the canvas on the page.

    Args:
        brush: width of new strokes in pixels.
        initial_drawing: `{"objects": [...], "gen": n}`, drawn in place of what is
            there whenever it changes.
        key: the widget's key in the session state.

    Returns:
        Drawing.

    Raises:
        DrawingError: for a browser message of another form. The canvas is on the
            page all the same.
    """
    st_canvas = _load_component()
    try:
        result = st_canvas(
            stroke_width=brush,
            stroke_color=INK,
            width=SIDE,
            height=SIDE,
            initial_drawing=initial_drawing,
            return_image_data=True,
            key=key,
        )
        return Drawing(_check_strokes(result.json_data["objects"]), result.image_bytes)
    except DrawingError:
        raise
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        # st_canvas and its result take the browser's word for its form.
        raise DrawingError("The browser sent something that is not a drawing.") from error


def sent_strokes(key):
    """Return the strokes that the browser sent last, even if no run has seen them yet.

    Args:
        key: the canvas's key in the session state.

    Returns:
        A list of the canvas's objects, or None where there is no drawing of ours.
    """
    try:
        return _check_strokes(st.session_state[key]["drawing"]["raw"]["objects"])
    except (KeyError, TypeError, ValueError):
        return None


def can_be_shown(strokes):
    """Say whether strokes fit into a message to the browser: 1e9 comes back as 1000000000.0."""
    return len(json.dumps(strokes)) <= MAX_JSON


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
    """Import st_canvas, its component registered once more with our rules.

    Not before the first page is shown: only a running server knows where the package's
    own files lie.
    """
    import streamlit_drawable_canvas

    registry = logging.getLogger("streamlit.components.v2.component_registry")
    registry.disabled = True  # it warns of names that are registered twice
    try:
        streamlit_drawable_canvas.out = st.components.v2.component(
            "streamlit-drawable-canvas.streamlit_drawable_canvas",
            js="index-*.js",
            css="index-*.css",
            html=f'<div class="canvas-root"></div>{_RULES}',
            isolate_styles=True,
        )
    finally:
        registry.disabled = False
    return streamlit_drawable_canvas.st_canvas


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
