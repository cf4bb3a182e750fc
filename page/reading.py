"""How a visitor's drawing was read, what it really was, and what is kept."""

import hashlib
import json
from dataclasses import dataclass, replace
from datetime import UTC, datetime

import numpy as np
import streamlit as st

from digit_model import ModelError, Prediction
from digit_model.classifier import Classifier
from history import Entry, is_identity, new_identity
from page.drawing import Drawing, DrawingError, points_of, sent_drawing
from page.labels import FORGET, NONE, RIGHT
from page.presentation import format_digit, grey_levels
from preprocess import canvas_to_mnist
from server.network import load_network
from server.notebooks import learn_later
from server.notebooks import open_notebook as open_learning

MOST_KEPT = 500  # drawings that a session knows it has kept, for Undo and Redo
LEARNING_DELAY = 1.5  # seconds: the page is painted before its notebook is read


def open_notebook():
    """Prepare a new session's state, and open its notebook."""
    state = st.session_state
    state.setdefault("reading", None)  # of the drawing that is on the canvas
    state.setdefault("entry", None)  # what is kept of it
    state.setdefault("kept", {})  # by an Entry's id, what of it no drawing tells
    state.setdefault("trouble", "")  # why it could not be kept
    if "notebook" not in state:
        address = st.query_params.get("notebook")
        is_new = not is_identity(address)
        state.notebook = open_learning(new_identity() if is_new else address, is_new)
        if not is_new:
            learn_later(state.notebook, LEARNING_DELAY)


@dataclass(frozen=True)
class Reading:
    """What a network made of a drawing.

    Attributes:
        drawing: the Drawing.
        image: (28, 28) float32 in [0, 1], what the network saw of it.
        prediction: its Prediction.
        network: the Classifier. Its file may have been replaced since.
        version: of the notebook whose hand it was read with.
    """

    drawing: Drawing
    image: np.ndarray
    prediction: Prediction
    network: Classifier
    version: int

    @property
    def alone(self):
        """The Prediction of the network alone."""
        return self.prediction.alone or self.prediction


def read(drawing):
    """Return the Reading of a Drawing, or None if it shows no ink. Reuse the last one if possible.

    Raises:
        DrawingError, ModelError: with a message for the page.
    """
    if not drawing.strokes:
        return None
    network, notebook, last = load_network(), st.session_state.notebook, st.session_state.reading
    version = notebook.follow(network)
    if last and last.drawing == drawing and (last.network, last.version) == (network, version):
        return last
    image = canvas_to_mnist(drawing.pixels)
    if image is None:
        return None
    prediction = notebook.reader(network).classify(image)
    return Reading(drawing, image, prediction, network, version)


def remember(reading):
    """Note what can be kept, and what of it is kept already, as after Undo and Redo."""
    state = st.session_state
    strokes = [each and each.drawing.strokes for each in (state.reading, reading)]
    if strokes[0] != strokes[1]:
        state.entry, state.trouble = find_kept(reading), ""
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
        kept = ("label", "prediction", "confidence", "time")
        state.kept[entry_id] = {name: getattr(entry, name) for name in kept}
    if len(state.kept) > MOST_KEPT:
        del state.kept[next(iter(state.kept))]
    if state.entry and state.entry.id == entry_id:
        state.entry = entry


def keep_label(label):
    """Keep the drawing as what its owner says it was: 0–9, RIGHT or NONE; or FORGET it."""
    state = st.session_state
    try:
        # The latest drawing may not have been read yet, or may have been cleared since.
        remember(read(sent_drawing("drawing")) or state.reading)
        if label == FORGET and state.entry:
            state.notebook.forget(state.entry)
            note_kept(state.entry.id, None)
        elif label != FORGET and state.reading:
            label = {RIGHT: state.reading.prediction.digit, NONE: None}.get(label, label)
            # What was read before anything was learnt of it counts.
            state.entry = replace(state.entry or make_entry(state.reading), label=label)
            state.notebook.keep(state.entry)
            note_kept(state.entry.id, state.entry)
            st.query_params["notebook"] = state.notebook.identity
        state.trouble = ""
    except (DrawingError, ModelError, OverflowError) as error:
        state.entry, state.trouble = None, str(error)


def make_entry(reading):
    """Return a Reading as an Entry, as if it had been read right.

    The same strokes in the same notebook are the same entry, also after the server has been
    restarted, so that no drawing is kept twice.
    """
    points, prediction = points_of(reading.drawing.strokes), reading.prediction
    words = json.dumps([st.session_state.notebook.identity, points])
    return Entry(
        id=hashlib.sha256(words.encode()).hexdigest()[:32],
        time=datetime.now(UTC).replace(tzinfo=None),
        strokes=points,
        image=grey_levels(reading.image),
        prediction=prediction.digit,
        confidence=prediction.confidence,
        label=prediction.digit,
        model=reading.network.fingerprint,
    )


def note_on_drawing():
    """Return what this drawing is kept as, or why not; "" if there is nothing to say."""
    state = st.session_state
    if state.notebook.waiting:
        return f"saving is off, answers wait here{say_what_is_learnt()}"
    trouble = state.trouble or state.notebook.trouble
    if trouble or not state.entry:
        return trouble
    return f"kept as {format_digit(state.entry.label)}{say_what_is_learnt()}"


def say_what_is_learnt():
    """Say what this drawing has taught, if the network alone reads something else in it."""
    entry, reading = st.session_state.entry, st.session_state.reading
    if not entry or reading.network.embedding is None or entry.label == reading.alone.digit:
        return ""
    meant = "this is not a digit" if entry.label is None else f"this is one of your {entry.label}s"
    return f". Learnt: {meant}."
