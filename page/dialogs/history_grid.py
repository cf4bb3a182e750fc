"""Saved drawings as a grid, in which some are selected to be opened, corrected or deleted.

They are one component: a page of them would be a hundred of Streamlit's own buttons.
"""

import functools
from collections.abc import Callable
from typing import Any

import numpy as np
import streamlit as st
from markupsafe import Markup

from digit_model import Prediction
from history import Entry
from page.answer.answer import NO_DIGIT, build_bars, build_card, build_prediction
from page.answer.note import Note
from page.formatting import format_digit, format_mark, format_share, format_short_time, format_time
from page.html import button, element, join, picture_url, read_assets
from page.visit import Visit

OPEN, DELETE, CORRECT, UNDO, ALL = "open", "delete", "correct", "undo", "all"
CORRECT_NUMBER = "open it to correct its digits"
NO_BARS = "How likely the other digits were was not saved at that time."
LABELS = {**{str(digit): digit for digit in range(10)}, "none": None}


@functools.cache
def _load_component() -> Callable:
    """Register the component once a server runs."""
    says = element("p", class_="says", role="status")
    actions = [
        button(UNDO, "Undo"),
        button(ALL, "All", aria_label="Select all"),
        button(OPEN, "Open"),
        button(DELETE, "Delete"),
    ]
    labels = [button(label, "Not a digit" if label == "none" else label) for label in LABELS]
    shown = element("div", class_="shown")
    was = element("div", *labels, class_="labels", role="group", aria_label="What it is")
    return st.components.v2.component(
        "mnist_draw.grid",
        html=join(
            element(
                "div",
                class_="grid",
                role="listbox",
                aria_label="Drawings",
                aria_multiselectable="true",
            ),
            element(
                "div", shown, element("div", says, *actions, class_="actions"), was, class_="choice"
            ),
        ),
        css=read_assets("buttons.css", "answer/card.css", "dialogs/history_grid.css"),
        js=read_assets("dialogs/history_grid.js"),
    )


def show_grid(entries: list[Entry], visit: Visit, key: str = "grid") -> list[Entry]:
    """Show Entries to select from; return those of the drawing to be put on the canvas, if any.

    Args:
        entries: what to show.
        visit: makes the changes.
        key: the widget's key in the session state.
    """
    grouped = group_numbers(entries)
    tiles = [build_tile(*group) if len(group) == 1 else build_number(group) for group in grouped]
    change = functools.partial(make_change, key, grouped, visit)
    data = {"tiles": tiles, "changed": visit.change if visit.undoable else ""}
    _load_component()(key=key, data=data, on_change_change=change)
    what, selected, _ = read_change(key, grouped)
    is_open = what == OPEN and selected in grouped and all(entry.strokes for entry in selected)
    return selected if is_open else []


def group_numbers(entries: list[Entry]) -> list[list[Entry]]:
    """Return Entries in the same order, the digits of a number together."""
    groups: dict[object, list[Entry]] = {}
    for entry in entries:
        groups.setdefault(entry.id if entry.place is None else entry.time, []).append(entry)
    return [*groups.values()]


def build_number(digits: list[Entry]) -> dict[str, Any]:
    """Return what history_grid.js shows of a number's Entries: one tile."""
    was, number = (
        "".join(map(format_mark, each))
        for each in zip(*((digit.label, digit.prediction) for digit in digits), strict=True)
    )
    is_right, time, zone = all(each.right for each in digits), digits[0].time, st.context.timezone
    return {
        "id": digits[0].id,
        "src": picture_url(np.hstack([digit.image for digit in digits])),
        "was": was,
        "read": f"read as {number}" if is_right else f"✗ read as {number}",
        "when": ["", format_short_time(time, zone)],
        "name": f"{was}, read as {number}, {format_time(time, zone)}",
        "strokes": all(digit.strokes for digit in digits),
        "is_number": True,
        "card": build_card(
            [digit.image for digit in digits],
            join(
                element("p", number, class_="digit", style=f"--digits: {len(number)}"),
                element("p", f"saved as {was} · {CORRECT_NUMBER}"),
            ),
        ),
    }


def build_tile(entry: Entry) -> dict[str, Any]:
    """Return what history_grid.js shows of an Entry."""
    was, read = format_digit(entry.label), format_digit(entry.prediction)
    zone = st.context.timezone
    sure = "" if entry.prediction is None else f"{format_share(entry.confidence)} sure"
    part = name_part(entry)
    name = [was, f"read as {read}", sure, part, format_time(entry.time, zone)]
    return {
        "id": entry.id,
        "src": picture_url(entry.image),
        "was": was,
        "read": f"read as {read}" if entry.right else f"✗ read as {read}",
        "when": [part, format_short_time(entry.time, zone)],
        "name": ", ".join(filter(None, name)),
        "strokes": bool(entry.strokes),  # a photograph has none to be put on the canvas
        "card": build_saved(entry),
    }


def build_saved(entry: Entry) -> Markup:
    """Return the card of an Entry: what was read when it was drawn, and what it is saved as."""
    has_bars = entry.probabilities is not None
    shares = np.zeros(10, np.float32) if entry.probabilities is None else entry.probabilities
    prediction = Prediction(entry.prediction, entry.confidence, shares)
    parts = f"saved as {format_digit(entry.label)}", name_part(entry)
    note = Note(" · ".join(filter(None, parts)))
    answer = build_prediction(prediction, NO_DIGIT, note)
    bars = build_bars(prediction) if has_bars else element("p", NO_BARS, class_="bars")
    return build_card([entry.image], answer, bars)


def name_part(entry: Entry) -> str:
    """Write which digit of a number an Entry is; "" of none."""
    return "" if entry.place is None else f"digit {entry.place + 1} of {entry.number}"


def read_change(key: str, grouped: list[list[Entry]]) -> tuple[str | None, list[Entry], int | None]:
    """Return what was asked for: (OPEN, DELETE, CORRECT, UNDO or None, Entries, label).

    A browser may send anything. What is in none of these groups is ignored; so is a label for a
    number, whose digits are corrected on the canvas.
    """
    sent = getattr(st.session_state.get(key), "change", None)
    if not isinstance(sent, dict) or not isinstance(sent.get("ids"), list):
        return None, [], None
    what, label = sent.get("do"), str(sent.get("label"))
    if what == CORRECT and label not in LABELS:
        return None, [], None
    groups = [group for group in grouped if group[0].id in sent["ids"]]
    selected = [each for group in groups if what != CORRECT or len(group) == 1 for each in group]
    return what, selected, LABELS.get(label) if what == CORRECT else None


def make_change(key: str, grouped: list[list[Entry]], visit: Visit) -> None:
    """Delete or correct what was selected, or take the last change back; say what fails."""
    what, selected, label = read_change(key, grouped)
    trouble = ""
    if what == CORRECT:
        trouble = visit.correct(selected, label)
    elif what == DELETE:
        trouble = visit.delete(selected)
    elif what == UNDO:
        trouble = visit.undo_change()
    if trouble:
        st.toast(trouble)
