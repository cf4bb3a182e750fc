"""All HTML of the page is made here, and everything that is put into it is escaped."""

import base64
import io
from pathlib import Path

import numpy as np
import streamlit as st
from markupsafe import Markup, escape
from PIL import Image

from page.formatting import grey_levels

# The page's colour, from .streamlit/config.toml: it stands out from white and from black paper.
INK = st.get_option("theme.light.primaryColor") or "gray"
GREY = "#8a8fa3"  # of what is beside it


def join(*parts: object) -> Markup:
    """Return parts one after another: HTML of this module as it is, anything else as text."""
    return Markup("".join(map(escape, parts)))  # noqa: S704  escaped here


def element(name: str, /, *content: object, **attributes: object) -> Markup:
    """Return an HTML element.

    Args:
        name: such as "p".
        content: what is in it, as for `join`.
        attributes: by name; `class_` is class, `aria_label` is aria-label.
    """
    html = f"<{name}"
    for key, value in attributes.items():
        html += f' {key.rstrip("_").replace("_", "-")}="{escape(value)}"'
    html += ">" + "".join(map(escape, content))
    return Markup(html if name in ("img", "input", "meta") else f"{html}</{name}>")  # noqa: S704  all of it is escaped


def button(value: str, *face: object, **attributes: object) -> Markup:
    """Return a button that a component's script knows by its value."""
    return element("button", *face, type="button", value=value, **attributes)


def picture(image: np.ndarray, alt: str, **attributes: object) -> Markup:
    """Return an <img> that contains its PNG: a separate file would arrive after the text.

    Args:
        image: (h, w) or (h, w, 3) uint8, or (h, w) float in [0, 1].
        alt: what it shows, in words.
        attributes: as for `element`.
    """
    return element("img", src=picture_url(image), alt=alt, **attributes)


def picture_url(image: np.ndarray) -> str:
    """Return an address that contains a picture, as for `picture`."""
    pixels = image if image.dtype == "uint8" else grey_levels(image)
    return png_url(Image.fromarray(pixels))


def png_url(picture: Image.Image, **options: object) -> str:
    """Return an address that contains a Pillow image as a PNG; options as Pillow has them."""
    file = io.BytesIO()
    picture.save(file, "PNG", **options)
    return data_url("image/png", file.getvalue())


def data_url(kind: str, content: bytes) -> str:
    """Return an address that contains a file of a media type: its bytes."""
    return f"data:{kind};base64,{base64.b64encode(content).decode()}"


def style(css: str) -> Markup:
    """Return CSS of ours as an element. It is not escaped: never put in what a visitor sent."""
    return Markup(f"<style>{css}</style>")  # noqa: S704


def read_assets(*names: str) -> str:
    """Return the texts of CSS or JavaScript files by their names in page/, "canvas/canvas.css"."""
    return "".join((Path(__file__).parent / name).read_text("utf-8") for name in names)


def show_html(*parts: object) -> None:
    """Show parts, as for `join`, as one element of the page."""
    st.html(join(*parts))
