"""Buttons that say what a drawing really was, and those that open the dialogs.

They are one component, not sixteen buttons: Streamlit handles every element of the page again with
each stroke, before the answer is seen.
"""

import functools

import streamlit as st

from digit_model.numbers.reasons import MOST_DIGITS
from page.html import button, element, join, read_asset

RIGHT, NONE, FORGET = "right", "none", "forget"
PHOTO, HISTORY, MODEL = "photo", "history", "model"
PLACES = [f"place-{place}" for place in range(MOST_DIGITS)]  # of a number's digits

DRAW = "draw"  # the page itself

ANSWERS = [
    (RIGHT, "Yes"),
    *((str(digit), str(digit)) for digit in range(10)),
    (NONE, "Not a digit"),
]
VIEWS = {PHOTO: "Photo", HISTORY: "History", MODEL: "Model"}  # in dialogs
KNOWN = {
    **{value: int(value) if value.isdecimal() else value for value, _ in ANSWERS},
    **{value: value for value in (FORGET, *VIEWS, *PLACES)},
}
WHAT_IS_KEPT = "Kept: the drawing, your answer, the time, under this page's address."


def build_ways():
    """Return the ways through the page; labels.js knows their buttons by value."""
    ways = [button(DRAW, "Draw", aria_current="page")]
    ways += [button(value, name, aria_haspopup="dialog") for value, name in VIEWS.items()]
    return element("nav", *ways, class_="ways", aria_label="Ways")


def build_question():
    """Return the question what a drawing was, its answers, and what comes after one."""
    after = element(
        "span",
        "Saved in your notebook",
        button(FORGET, "Undo", aria_label="Undo: do not keep it"),
        button(HISTORY, "Open", aria_label="Open the notebook", aria_haspopup="dialog"),
        class_="after",
    )
    question = element("div", element("p", "What is it?", id="question"), after, class_="question")
    answers = [button(value, name, aria_pressed="false") for value, name in ANSWERS]
    box = element("input", type="checkbox", class_="next")
    return element(
        "div",
        question,
        element("div", *answers, class_="labels", role="group", aria_labelledby="question"),
        element("label", box, "Keep and next", title="Keeping a drawing empties the canvas"),
        element("small", WHAT_IS_KEPT),
        class_="ask",
        data_state="none",
    )


@functools.cache
def _load_component():
    """Register the component once a server runs."""
    status = element("p", class_="status", role="status", aria_live="polite")
    return st.components.v2.component(
        "mnist_draw.labels",
        html=join(build_ways(), build_question(), status),
        css=read_asset("buttons.css") + read_asset("labels/labels.css"),
        js=read_asset("labels/labels.js"),
    )


def show_labels(key, on_answer):
    """Show the buttons; `on_answer` is called without arguments after a tap or a key."""
    _load_component()(key=key, on_answer_change=on_answer)


def read_answer(key):
    """Return what was tapped: 0–9, RIGHT, NONE, FORGET, a view, one of PLACES, or None."""
    answer = _sent_answer(key).get("value")
    return KNOWN.get(answer if isinstance(answer, str) else None)


def answered_drawing(key):
    """Return the canvas's value that the answer is about, as the browser sent it, or None."""
    return _sent_answer(key).get("drawing")


def answer_turn(key):
    """Return which of its browser's answers this is, counted from 1; 0 if it does not say."""
    turn = _sent_answer(key).get("turn")
    return turn if isinstance(turn, int) else 0


def _sent_answer(key):
    sent = getattr(st.session_state.get(key), "answer", None)
    return sent if isinstance(sent, dict) else {}
