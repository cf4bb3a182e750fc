"""The page without a browser: the canvas's value is set, the network is a fake."""

import base64
import io

import numpy as np
import pytest
import streamlit as st
from PIL import Image
from streamlit.testing.v1 import AppTest

import serving
from digit_model import ModelError

STROKE = {"type": "Path", "path": [["M", 10, 10], ["L", 90, 90]]}


def drawing(*strokes, ink=True, size=(280, 280)):
    """Return what the canvas sends: strokes as JSON and their picture."""
    pixels = np.zeros((*size, 4), np.uint8)
    if ink:
        pixels[40:200, 100:120] = 255
    file = io.BytesIO()
    Image.fromarray(pixels).save(file, "PNG")
    data = base64.b64encode(file.getvalue()).decode()
    return {"raw": {"objects": list(strokes)}, "data": f"data:image/png;base64,{data}"}


def run_with(page, value):
    """Run the page with a value that the browser has sent."""
    page.session_state["drawing"] = {"drawing": value, "backgroundFit": None}
    return page.run()


def texts(page, key):
    """Return the texts in a keyed container, in the order of the screen."""
    found = []

    def visit(block):
        for child in block.children.values():
            if hasattr(child, "children"):
                visit(child)
            else:
                value = getattr(child, "value", None) or child.proto.body
                found.append(value)

    visit(container(page, key))
    return found


def container(page, key):
    def search(block):
        for child in block.children.values():
            if hasattr(child, "children"):
                if child.proto.id.endswith(f"-{key}") or child.proto.id == key:
                    return child
                inside = search(child)
                if inside is not None:
                    return inside
        return None

    return search(page.main)


@pytest.fixture
def answer(monkeypatch, fake_classifier):
    """Return a function that says what the network will answer."""
    st.cache_resource.clear()
    monkeypatch.setattr(serving, "run_later", lambda *_: None)

    def will_be(digit=3, confidence=0.97):
        classifier = fake_classifier(digit, confidence)
        monkeypatch.setattr(serving, "load_for_serving", lambda _: classifier)

    yield will_be
    st.cache_resource.clear()


@pytest.fixture
def page():
    return AppTest.from_file("../webapp.py", default_timeout=30)


def test_x(page, answer):
    answer()
    page.run()
    print(page.main)
    run_with(page, drawing(STROKE))
    print(page.main)
    assert 0
