"""Buttons that say what a drawing really was, and those that open the dialogs.

They are one component, not sixteen buttons: Streamlit handles every element of the page again with
each stroke, before the answer is seen.
"""

import functools

import streamlit as st

from digit_model.numbers import MOST_DIGITS
from page.html import button, element, join, read_asset

RIGHT, NONE, FORGET = "right", "none", "forget"
PHOTO, HISTORY, MODEL = "photo", "history", "model"
PLACES = [f"place-{place}" for place in range(MOST_DIGITS)]  # of a number's digits

ANSWERS = [
    (RIGHT, "✓", "The network was right"),
    *((str(digit), str(digit), f"It was a {digit}") for digit in range(10)),
    (NONE, "✗", "It was not a digit"),
    (FORGET, "↶", "Do not keep it after all"),
]
VIEWS = [
    (PHOTO, "Photo", "Read a photograph"),
    (HISTORY, "History", "History"),
    (MODEL, "Model", "Model"),
]
QUESTION = (
    "What was it? Tap or type it: the drawing, your answer and the time are kept under this "
    "page's address."
)


def _build_buttons(choices):
    return [button(value, face, title=says, aria_label=says) for value, face, says in choices]


@functools.cache
def _load_component():
    """Register the component once a server runs."""
    question = element("p", QUESTION, id="question", class_="question")
    answers = _build_buttons(ANSWERS)
    return st.components.v2.component(
        "mnist_draw.labels",
        html=join(
            element("div", question, *_build_buttons(VIEWS), class_="head"),
            element("div", *answers, class_="labels", role="group", aria_labelledby="question"),
        ),
        css=read_asset("buttons.css"),
        js=read_asset("labels.js"),
    )


def show_labels(key, on_answer):
    """Show the buttons; `on_answer` is called without arguments after a tap or a key."""
    _load_component()(key=key, on_answer_change=on_answer)


def read_answer(key):
    """Return what was tapped: 0–9, RIGHT, NONE, FORGET, a view, one of PLACES, or None."""
    answer = getattr(st.session_state.get(key), "answer", None)
    known = {value: int(value) if value.isdecimal() else value for value, *_ in ANSWERS + VIEWS}
    known |= {place: place for place in PLACES}
    return known.get(answer if isinstance(answer, str) else None)
