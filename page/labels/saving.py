"""What a drawing really was, and what of it is kept in its visitor's notebook."""

import hashlib
import json
import secrets
from dataclasses import replace
from datetime import UTC, datetime

import streamlit as st

from digit_model import ModelError
from history import Entry, is_identity, new_identity
from page.answer.reading import read
from page.canvas.drawing import DrawingError, path_through, read_value, sent_drawing
from page.formatting import LEARNT, UNKNOWN, format_digit, format_mark, grey_levels
from page.labels.component import FORGET, NONE, RIGHT
from server.notebooks import learn_later
from server.notebooks import open_notebook as open_learning

MOST_KEPT = 500  # drawings that a session knows it has kept, for Undo and Redo
LEARNING_DELAY = 1.5  # seconds: the page is painted before its notebook is read


def open_notebook():
    """Prepare a new session's state, and open its notebook."""
    state = st.session_state
    state.setdefault("reading", None)  # of the drawing that is on the canvas
    state.setdefault("entry", None)  # what is kept of it
    state.setdefault("last", None)  # the Entry that was kept last, if nothing was drawn since
    state.setdefault("kept", {})  # by an Entry's id, what of it no drawing tells
    state.setdefault("trouble", "")  # why it could not be kept
    state.setdefault("taken", 0)  # the turn of the answer that was taken last
    if "notebook" not in state:
        address = st.query_params.get("notebook")
        is_new = not is_identity(address)
        state.notebook = open_learning(new_identity() if is_new else address, is_new)
        if not is_new:
            learn_later(state.notebook, LEARNING_DELAY)


def choose_digit(place):
    """Look at another digit of the number on the canvas."""
    reading = st.session_state.reading
    if reading and place in reading.places:
        remember(reading.at(place))


def remember(reading):
    """Note what can be kept, and what of it is kept already, as after Undo and Redo."""
    state = st.session_state
    digits = [each and (each.drawing.strokes, each.place) for each in (state.reading, reading)]
    if digits[0] != digits[1]:
        state.entry, state.trouble = find_kept(reading), ""
        state.last = None if reading else state.last
        if not reading and state.reading.number.text:  # who clears a drawing has finished it
            state.notebook.watch(state.reading.number.images)
    state.reading = reading


def find_kept(reading):
    """Return the Entry that this session has kept of a Reading or None; None without one."""
    kept = st.session_state.kept
    if not reading or not kept:
        return None
    try:
        entry = make_entry(reading)
    except DrawingError:  # it can be read, but not be kept
        return None
    return replace(entry, **kept[entry.id]) if entry.id in kept else None


def note_kept(entry_id, entry):
    """Note that the Entry with this id is now kept as this one; None: it is not kept."""
    state = st.session_state
    state.kept.pop(entry_id, None)
    if entry:
        kept = ("label", "prediction", "confidence", "probabilities", "time")
        state.kept[entry_id] = {name: getattr(entry, name) for name in kept}
    if len(state.kept) > MOST_KEPT:
        del state.kept[next(iter(state.kept))]
    state.entry = find_kept(state.reading)  # also if its deletion was undone
    if state.last and state.last.id == entry_id:
        state.last = entry


def forget_kept():
    """Note that nothing is kept any more."""
    state = st.session_state
    state.entry, state.last, state.kept = None, None, {}


def reopen(entry):
    """Have the next run of the page put a kept drawing on the canvas again."""
    paths = [path_through(stroke) for stroke in entry.strokes]
    st.session_state.opened = {"key": secrets.token_hex(8), "paths": paths}
    note_kept(entry.id, entry)


def keep_label(label, about=None):
    """Keep a drawing as what its owner says it was: 0–9, RIGHT or NONE; or FORGET it.

    Args:
        label: what was tapped or typed.
        about: the canvas's value at that moment, which may not have been read yet, and may have
            been cleared since; None for the drawing that was sent last.
    """
    state = st.session_state
    try:
        remember(read(read_value(about) if about else sent_drawing("drawing")))
        if label == FORGET and not state.reading and state.last:
            state.notebook.delete(state.last)
            note_kept(state.last.id, None)
        elif label == FORGET:
            forget_digits()
        elif state.reading:
            keep_digits(label)
            state.last = None if state.reading.is_number else state.entry
            st.query_params["notebook"] = state.notebook.identity
        state.trouble = ""
    except (DrawingError, ModelError, OverflowError) as error:
        state.entry, state.trouble = None, str(error)


def keep_digits(label):
    """Keep digits of the number on the canvas; of a single digit, that one.

    RIGHT is about all, and so is NONE if no digit was chosen. Otherwise the label is about one:
    the first, the next after that, or whichever was chosen. A number can be typed from the left.
    """
    state, reading = st.session_state, st.session_state.reading
    about_all = label == RIGHT or (label == NONE and not reading.is_chosen)
    place = reading.place if reading.is_chosen else 0
    for each in reading.places if about_all else [place]:
        keep_digit(reading.at(each), label)
    if reading.is_number and not about_all:
        state.reading = reading.at(min(place + 1, reading.places[-1]))
    state.entry = find_kept(state.reading)


def keep_digit(reading, label):
    """Keep the digit that is looked at in a Reading."""
    label = {RIGHT: reading.prediction.digit, NONE: None}.get(label, label)
    # What was read before anything was learnt of it counts.
    entry = replace(find_kept(reading) or make_entry(reading), label=label)
    st.session_state.notebook.save(entry)
    note_kept(entry.id, entry)


def forget_digits():
    """Delete what is kept of the drawing on the canvas."""
    state = st.session_state
    reading = state.reading
    for place in reading.places if reading else ():
        if entry := find_kept(reading.at(place)):
            state.notebook.delete(entry)
            note_kept(entry.id, None)


def make_entry(reading):
    """Return the digit that is looked at as an Entry, as if it had been read right.

    The same strokes in the same notebook are the same entry, also after the server has been
    restarted, so that no drawing is kept twice.
    """
    points, prediction = reading.strokes_at(reading.place), reading.prediction
    is_part = reading.is_number
    image = grey_levels(reading.image)
    return Entry(
        id=make_id(points),
        time=reading.time,
        strokes=points,
        image=image,
        prediction=prediction.digit,
        confidence=prediction.confidence,
        label=prediction.digit,
        model=reading.network.fingerprint,
        number=reading.number.text if is_part else None,
        place=reading.place if is_part else None,
        probabilities=prediction.probabilities,
    )


def make_id(content):
    """Return the id of an Entry by what was drawn: lists that JSON can hold."""
    words = json.dumps([st.session_state.notebook.identity, content])
    return hashlib.sha256(words.encode()).hexdigest()[:32]


def keep_photograph(image, prediction, network, label):
    """Keep a digit on a photograph as what its owner says it is.

    Args:
        image: (28, 28) float32 in [0, 1], what the network saw.
        prediction, network: its Prediction, and the Classifier.
        label: 0–9; None: not a digit.

    Returns:
        Why it cannot be kept, in words for its owner; "" if it is.
    """
    notebook, image = st.session_state.notebook, grey_levels(image)
    entry = Entry(
        id=make_id(image.tolist()),
        time=datetime.now(UTC).replace(tzinfo=None),
        strokes=[],
        image=image,
        prediction=prediction.digit,
        confidence=prediction.confidence,
        label=label,
        model=network.fingerprint,
        probabilities=prediction.probabilities,
    )
    try:
        notebook.save(entry)
    except OverflowError as error:
        return str(error)
    st.query_params["notebook"] = notebook.identity
    return ""


def note_on_drawing():
    """Return what this drawing is kept as, or why not; "" if there is nothing to say."""
    state, reading = st.session_state, st.session_state.reading
    if state.notebook.waiting:
        return f"saving is off, answers wait here{say_what_is_learnt()}"
    trouble = state.trouble or state.notebook.trouble
    kept = state.entry if reading else state.last
    if not trouble and reading and reading.is_number:
        return say_what_is_kept(reading)
    if trouble or not kept:
        return trouble
    return f"kept as {format_digit(kept.label)}{say_what_is_learnt()}"


def say_what_is_kept(reading):
    """Say what each digit of a number is kept as, a gap for what is not; "" if none is."""
    kept = [find_kept(reading.at(place)) for place in reading.places]
    if not any(kept):
        return ""
    marks = [UNKNOWN if each is None else format_mark(each.label) for each in kept]
    return f"kept as {''.join(marks)}{say_what_is_learnt()}"


def say_what_is_learnt():
    """Say what this drawing has taught, if the network alone reads something else in it."""
    entry, reading = st.session_state.entry, st.session_state.reading
    if not entry or reading.network.embedding is None or entry.label == reading.alone.digit:
        return ""
    meant = "this is not a digit" if entry.label is None else f"this is one of your {entry.label}s"
    return f". {LEARNT}{meant}."
