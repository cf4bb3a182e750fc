"""The answer to a drawing."""

import numpy as np
import streamlit as st

from page.html import element, join, picture, show_html
from page.presentation import format_share
from preprocess import CANVAS, bounding_box

ONE_DIGIT = "One digit at a time."
SMALL = 0.25  # of the canvas: below this a digit's parts run into one another


def show_answer(reading, note, problem):
    """Show what was read, how sure the network is, and what it saw, as one element.

    Args:
        reading: a Reading, or None for an empty canvas.
        note: what else there is to say about the drawing, "" for nothing.
        problem: why there is no answer, None if there is one.
    """
    image = np.zeros((28, 28)) if reading is None else reading.image
    sections = {
        "network_input": picture(image, "What the network sees"),
        "probabilities": build_bars(reading and reading.prediction),
    }
    if not problem:
        sections = {"prediction": build_answer(reading, note), **sections}
    show_html(*(element("section", html, class_=place) for place, html in sections.items()))
    if problem:
        with st.container(key="prediction"):
            st.error(problem)


def build_answer(reading, note):
    """Return what was read and how sure the network is; or what might help."""
    if reading is None:
        return build_lines("invitation", "Draw a digit, 0 to 9")
    prediction = reading.prediction
    advice = advise(reading.drawing.pixels) if prediction.digit is None else ""
    return build_prediction(prediction, advice, note)


def advise(pixels):
    """Return what might help a (280, 280, 4) drawing that is not a digit."""
    rows, columns = bounding_box(pixels[..., 3])
    longer_side = max(rows.stop - rows.start, columns.stop - columns.start)
    return "Draw larger." if longer_side < SMALL * CANVAS else ONE_DIGIT


def build_prediction(prediction, advice=ONE_DIGIT, note=""):
    """Return the digit, very large, and how sure the network is; or advice if it is not one."""
    if prediction.digit is None:
        return build_lines("digit", "?", f"Not a digit. {advice}", note)
    confidence = format_share(prediction.confidence)
    return build_lines("digit", prediction.digit, f"{confidence} sure", note)


def build_lines(kind, first, *second):
    """Return a line of this CSS class, and one of all other parts that are not empty."""
    return join(element("p", first, class_=kind), element("p", " · ".join(filter(None, second))))


def build_bars(prediction):
    """Return ten bars in order 0–9; a triangle, bold type and colour mark the winner."""
    shares = np.zeros(10) if prediction is None else prediction.probabilities
    winner = None if prediction is None else prediction.digit
    texts = ["" if prediction is None else format_share(share) for share in shares]
    bars = [
        element(
            "p",
            element("b", "▸ " * (digit == winner), digit),
            text,
            class_="bar" + " winner" * (digit == winner),
            style=f"--share: {share:.1%}",
        )
        for digit, (share, text) in enumerate(zip(shares, texts, strict=True))
    ]
    label = ", ".join(f"{digit}: {text}" for digit, text in enumerate(texts) if text)
    return element("div", *bars, role="img", aria_label=f"Probabilities. {label}")
