"""HTML is made in one place, which escapes; and the page's colour stands in one place."""

import base64
import io
from pathlib import Path

import numpy as np
import pytest
import streamlit as st
from PIL import Image

from page.html import INK, element, join, picture

ROOT = Path(__file__).parents[2]
PRODUCT = [
    file
    for pattern in ("*.py", "page/*", "server/*", "photo/*", "history/*", "digit_model/**/*.py")
    for file in ROOT.glob(pattern)
    if file.suffix in (".py", ".css", ".js")
]


def test_text_and_attributes_are_escaped():
    html = element("p", "<b>1 & 2</b>", title='"><script>')
    assert html == '<p title="&#34;&gt;&lt;script&gt;">&lt;b&gt;1 &amp; 2&lt;/b&gt;</p>'


def test_elements_inside_of_an_element_stay_elements():
    assert element("p", element("b", 7), " < 8") == "<p><b>7</b> &lt; 8</p>"


def test_text_added_to_html_is_escaped():
    assert join(element("b", 7) + "<i>") == "<b>7</b>&lt;i&gt;"


def test_attributes_may_have_names_that_python_has_taken():
    assert element("i", class_="bar", aria_label="x") == '<i class="bar" aria-label="x"></i>'


@pytest.mark.parametrize(("ink", "grey"), [(0.999, 255), (0.5, 128), (0.001, 0)])
def test_a_picture_of_ink_is_rounded_to_the_nearest_grey(ink, grey):
    """The photograph's was cut off: one level too dark."""
    png = base64.b64decode(picture(np.full((2, 2), ink), "ink").split("base64,")[1].split('"')[0])
    assert np.asarray(Image.open(io.BytesIO(png))).tolist() == [[grey] * 2] * 2


@pytest.mark.parametrize("words", ["st.html(", "unsafe_allow_html", "Markup(", "import escape"])
def test_html_is_made_in_one_place(words):
    found = {file.name for file in PRODUCT if words in file.read_text("utf-8")}
    assert found <= {"html.py"}


def test_the_colour_stands_in_the_settings_alone():
    assert st.get_option("theme.dark.primaryColor") == INK
    assert INK in (ROOT / ".streamlit" / "config.toml").read_text()
    assert [file.name for file in PRODUCT if INK in file.read_text("utf-8").lower()] == []
