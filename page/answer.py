"""The answer to a drawing, as HTML: all of it is made here, and whatever is put in is escaped."""

from html import escape

import numpy as np
import streamlit as st

from page.canvas import SIDE
from page.presentation import embed_image, format_share
from preprocess import bounding_box

SMALL = 0.25  # of the canvas: below this a digit's parts run into one another


def show_answer(reading, note, problem):
    """Show what was read, how sure the network is, and what it saw, as one element.

    Args:
        reading: a Reading, or None for an empty canvas.
        note: what else there is to say of the drawing, "" for nothing.
        problem: in place of an answer, why there is none; None if there is one.
    """
    prediction = reading and reading.prediction
    sections = {
        "prediction": None if problem else prediction_html(reading, note),
        "network_input": image_html(reading and reading.image),
        "probabilities": probabilities_html(prediction),
    }
    st.html(
        "".join(
            f'<section class="{place}">{html}</section>'
            for place, html in sections.items()
            if html is not None
        )
    )
    if problem:
        with st.container(key="prediction"):
            st.error(problem)


def prediction_html(reading, note):
    """Return the digit, very large, and how sure the network is; or what might help."""
    if reading is None:
        return text_html("invitation", "Draw a digit, 0 to 9")
    prediction = reading.prediction
    if prediction.digit is None:
        return text_html("digit", "?", f"Not a digit. {advice(reading.drawing.pixels)}", note)
    return text_html("digit", prediction.digit, f"{format_share(prediction.confidence)} sure", note)


def advice(pixels):
    """Return what might help a (280, 280, 4) drawing that is not a digit."""
    rows, columns = bounding_box(pixels[..., 3])
    longer_side = max(rows.stop - rows.start, columns.stop - columns.start)
    return "Draw larger." if longer_side < SMALL * SIDE else "One digit at a time."


def text_html(kind, first, *more):
    """Return a first line in its kind's size, and a second one of parts, empty ones left out."""
    second = " · ".join(part for part in more if part)
    return f'<p class="{kind}">{escape(str(first))}</p><p>{escape(second)}</p>'


def probabilities_html(prediction):
    """Return ten bars in order 0–9; a triangle, bold type and colour mark the winner."""
    shares = np.zeros(10) if prediction is None else prediction.probabilities
    winner = None if prediction is None else prediction.digit
    texts = ["" if prediction is None else format_share(share) for share in shares]
    rows = [
        f'<p class="bar{" winner" * (digit == winner)}" style="--share: {share:.1%}">'
        f"<b>{'▸ ' * (digit == winner)}{digit}</b>{escape(text)}</p>"
        for digit, (share, text) in enumerate(zip(shares, texts, strict=True))
    ]
    label = ", ".join(f"{digit}: {text}" for digit, text in enumerate(texts) if text)
    return f'<div role="img" aria-label="Probabilities. {escape(label)}">{"".join(rows)}</div>'


def image_html(image):
    """Return 28×28 ink in [0, 1], black where there is none, to be seen pixel by pixel."""
    url = embed_image(np.zeros((28, 28)) if image is None else np.round(image * 255))
    return f'<img src="{url}" alt="What the network sees">'
