"""Kept drawings as a grid, on which some are chosen to be opened, corrected or deleted.

They are one component: a page of them would be a hundred of Streamlit's own buttons.
"""

import functools
from dataclasses import replace

import streamlit as st

from digit_model import Prediction
from page.answer.answer import build_bars, build_card, build_prediction
from page.formatting import format_digit, format_share, format_short_time, format_time
from page.html import button, element, join, picture_url, read_asset
from page.labels.saving import note_kept

OPEN, DELETE, CORRECT, UNDO, ALL = "open", "delete", "correct", "undo", "all"
NO_BARS = "How likely the other digits were was not kept yet."
LABELS = {**{str(digit): digit for digit in range(10)}, "none": None}


@functools.cache
def _load_component():
    """Register the component once a server runs."""
    says = element("p", class_="says", role="status")
    ways = [
        button(UNDO, "Undo"),
        button(ALL, "All", aria_label="Choose all"),
        button(OPEN, "Open"),
        button(DELETE, "Delete"),
    ]
    labels = [button(label, "Not a digit" if label == "none" else label) for label in LABELS]
    shown = element("div", class_="shown")
    was = element("div", *labels, class_="labels", role="group", aria_label="What it was")
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
            element("div", shown, element("div", says, *ways, class_="ways"), was, class_="choice"),
        ),
        css=read_asset("buttons.css")
        + read_asset("answer/card.css")
        + read_asset("dialogs/history_grid.css"),
        js=read_asset("dialogs/history_grid.js"),
    )


def show_grid(entries, notebook, key="grid"):
    """Show drawings to choose from.

    Args:
        entries: the Entries to show.
        notebook: as for `show_history`.
        key: the widget's key in the session state.

    Returns:
        The Entry that is to be put on the canvas, or None.
    """
    deleted = st.session_state.get("deleted") or []
    data = {"tiles": [build_tile(entry) for entry in entries], "deleted": len(deleted)}
    change = functools.partial(make_change, key, entries, notebook)
    _load_component()(key=key, data=data, on_change_change=change)
    what, chosen, _ = read_change(key, entries)
    is_open = what == OPEN and len(chosen) == 1 and chosen[0].strokes
    return chosen[0] if is_open else None


def build_tile(entry):
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
        "card": build_kept(entry),
    }


def build_kept(entry):
    """Return the card of an Entry: what was read when it was drawn, and what it is kept as."""
    prediction = Prediction(entry.prediction, entry.confidence, entry.probabilities)
    note = f"kept as {format_digit(entry.label)}", name_part(entry)
    answer = build_prediction(prediction, "", " · ".join(filter(None, note)))
    has_bars = entry.probabilities is not None
    bars = build_bars(prediction) if has_bars else element("p", NO_BARS, class_="bars")
    return build_card([entry.image], answer, bars)


def name_part(entry):
    """Write which digit of a number an Entry is; "" of none."""
    return f"digit {entry.place + 1} of {entry.number}" if entry.number else ""


def read_change(key, entries):
    """Return what was asked for: (OPEN, DELETE, CORRECT, UNDO or None, Entries, label).

    A browser may send anything. What is none of these Entries is ignored.
    """
    sent = getattr(st.session_state.get(key), "change", None)
    if not isinstance(sent, dict) or not isinstance(sent.get("ids"), list):
        return None, [], None
    what, label = sent.get("do"), sent.get("label")
    if what == CORRECT and not (isinstance(label, str) and label in LABELS):
        return None, [], None
    chosen = [entry for entry in entries if entry.id in sent["ids"]]
    return what, chosen, LABELS.get(label) if what == CORRECT else None


def make_change(key, entries, notebook):
    """Delete or correct what was chosen, or take the last deletion back."""
    what, chosen, label = read_change(key, entries)
    state = st.session_state
    if what == CORRECT:
        _tell(notebook.save, [replace(entry, label=label) for entry in chosen])
    elif what == DELETE:
        gone = _tell(notebook.delete, chosen)
        for entry in gone:
            note_kept(entry.id, None)
        state.deleted = gone or state.get("deleted")
    elif what == UNDO and state.get("deleted"):
        back = _tell(notebook.save, state.deleted)
        state.deleted = state.deleted[len(back) :]


def _tell(change, entries):
    """Have the notebook change Entries; return those that it does. If not all, say why."""
    changed = []
    for entry in entries:
        try:
            change(entry)
        except OverflowError as error:
            st.toast(str(error))
            break
        note_kept(entry.id, entry)
        changed.append(entry)
    return changed
