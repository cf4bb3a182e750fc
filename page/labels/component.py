"""Buttons that say what a drawing really was, and those that open the dialogs.

The labels are one component, not twelve buttons: Streamlit handles every element of the page again
with each stroke, before the answer is seen.
"""

import functools
from collections.abc import Callable
from typing import Any

import streamlit as st
from markupsafe import Markup

from digit_model.numbers.reasons import MOST_DIGITS
from page.html import button, element, join, read_assets

RIGHT, NONE, FORGET = "right", "none", "forget"
PHOTO, HISTORY, MODEL = "photo", "history", "model"
PLACES = [f"place-{place}" for place in range(MOST_DIGITS)]  # of a number's digits

DRAW = "draw"  # the page itself

LABELS = [
    (RIGHT, "Yes"),
    *((str(digit), str(digit)) for digit in range(10)),
    (NONE, "Not a digit"),
]
DIALOGS = {PHOTO: "Photo", HISTORY: "History", MODEL: "Model"}
KNOWN = {
    **{value: int(value) if value.isdecimal() else value for value, _ in LABELS},
    **{value: value for value in (FORGET, *DIALOGS, *PLACES)},
}
WHAT_IS_SAVED = "Saved under this page's link: drawing, answer, time"
SCRIPTS = [
    "labels/turns",
    "labels/question",
    "answer/select_digit",
    "answer/status",
    "connection",
    "look_inside/growth",
    "dialogs/focus",
    "dialogs/escape",
    "dialogs/paste",
    "labels/labels",
]


def build_navigation() -> Markup:
    """Return the buttons of the page and its dialogs, which stand before the canvas.

    labels.js knows them by value.
    """
    buttons = [button(DRAW, "Draw", aria_current="page")]
    buttons += [button(value, name, aria_haspopup="dialog") for value, name in DIALOGS.items()]
    return element("nav", *buttons, class_="navigation", aria_label="Main")


def build_question() -> Markup:
    """Return the question what a drawing was, its answers, and what comes after one."""
    after = element(
        "span",
        "Saved in your notebook",
        button(FORGET, "Undo", aria_label="Undo: do not save it"),
        button(HISTORY, "Open", aria_label="Open the notebook", aria_haspopup="dialog"),
        class_="after",
    )
    question = element("div", element("p", "What is it?", id="question"), after, class_="question")
    labels = [button(value, name, aria_pressed="false") for value, name in LABELS]
    box = element("input", type="checkbox", class_="next")
    return element(
        "div",
        question,
        element("div", *labels, class_="labels", role="group", aria_labelledby="question"),
        element("label", box, "Save and clear", title="Saving a drawing clears the canvas"),
        element("small", WHAT_IS_SAVED),
        class_="ask",
        data_state="none",
    )


@functools.cache
def _load_component() -> Callable:
    """Register the component once a server runs."""
    status = element("p", class_="status", role="status", aria_live="polite")
    connection = element("p", class_="connection", role="alert")
    return st.components.v2.component(
        "mnist_draw.labels",
        html=join(build_question(), status, connection),
        css=read_assets("buttons.css", "labels/labels.css"),
        js=read_assets(*(f"{name}.js" for name in SCRIPTS)),
    )


def show_labels(key: str, on_answer: Callable[[], None]) -> None:
    """Show the buttons; `on_answer` is called without arguments after a tap or a key."""
    _load_component()(key=key, on_answer_change=on_answer)


def read_answer(key: str) -> int | str | None:
    """Return what was tapped: 0–9, RIGHT, NONE, FORGET, a dialog, one of PLACES, or None."""
    answer = _sent_answer(key).get("value")
    return KNOWN.get(answer) if isinstance(answer, str) else None


def answered_drawing(key: str) -> dict | None:
    """Return the canvas's value that the answer is about, as the browser sent it, or None."""
    return _sent_answer(key).get("drawing")


def is_typed(key: str) -> bool:
    """Return whether the answer was typed, not tapped."""
    return _sent_answer(key).get("typed") is True


def answer_turn(key: str) -> int:
    """Return which of its browser's answers this is, counted from 1; 0 if it does not say."""
    turn = _sent_answer(key).get("turn")
    return turn if isinstance(turn, int) else 0


def _sent_answer(key: str) -> dict[str, Any]:
    sent = getattr(st.session_state.get(key), "answer", None)
    return sent if isinstance(sent, dict) else {}
