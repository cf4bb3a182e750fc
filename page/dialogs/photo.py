"""A photograph of a digit or a number on the page: chosen, dropped, pasted or taken, then read."""

import hashlib
from functools import partial

import streamlit as st

from digit_model import ModelError
from digit_model.numbers.reader import read_number_ink
from page.answer.answer import (
    ADVICE,
    ONE_DIGIT,
    build_bars,
    build_card,
    build_lines,
    build_prediction,
)
from page.formatting import NO_DIGIT, format_share
from page.html import element, join, picture, show_html
from page.look_inside.look_inside import show_inside
from photo.files import PhotographError, open_photograph, shrink_photograph
from photo.pictures import photo_ink

# MIME types, because Streamlit ends a session over a file name that it does not like.
TYPES = ["image/png", "image/jpeg", "image/webp"]
SAVED = "Saved in your notebook"


@st.dialog("Photo", width="medium", on_dismiss="rerun")
def show_photograph(load, keep):
    """Read one digit or one number from a picture.

    Args:
        load: function without arguments that returns the Classifier, or raises ModelError.
        keep: function of (image, Prediction, Classifier, label) that keeps a digit, and returns
            why it cannot be kept, or "".
    """
    file = st.file_uploader(
        "A picture of a digit or a number: choose, drop or paste it. "
        "PNG, JPEG or WebP, up to 20 MB",
        TYPES,
        key="photograph",
    )
    if st.toggle("Camera", key="camera"):
        file = st.camera_input("Camera", label_visibility="collapsed") or file
    if file is None:
        return
    try:
        photograph, number, network = _read(file, load)
    except (PhotographError, ModelError) as error:
        st.error(str(error))
        return
    if number is None or len(number.digits) > 1:
        _show_card(photograph, build_found(number))
        return
    (image,), (prediction,) = number.images, number.digits
    state = st.session_state
    key = f"photograph_is_{hashlib.sha256(image.tobytes()).hexdigest()}"
    note, says = state.setdefault("photograph_notes", {}).get(key, ("", ""))
    _show_card(photograph, build_digit(number, state.get("photograph_bars"), note))
    state.photograph_bars = prediction.probabilities
    _show_labels(key, partial(keep, image, prediction, network))
    if says:
        st.write(says)
    if st.toggle("Look inside", key="looking_into_photograph"):
        show_inside(None, image, prediction, network)


def _read(file, load):
    """Return what is on a photograph; from the session's state if it was read last.

    Returns:
        (photograph, Number, Classifier), the last two None if no ink is found.

    Raises:
        PhotographError, ModelError: with a message for the page.
    """
    last = st.session_state.get("photograph_read")
    if last and last[0] == file.file_id:
        return last[1]
    with st.spinner("Looking for the digit"):
        photograph = shrink_photograph(open_photograph(file))
        ink = photo_ink(photograph)
        network = None if ink is None else load()
        found = photograph, network and read_number_ink(network, ink), network
    st.session_state.photograph_read = file.file_id, found
    return found


def build_found(number):
    """Return the card of a Number of several digits; or, if it is None, what might help."""
    if number is None:
        advice = "No digit found. Leave some paper around it."
        return build_card([], build_lines("digit", "?", advice))
    text, sure = number.text, f"{format_share(number.confidence)} sure"
    digits = element("p", text, class_="digit", style=f"--digits: {len(text)}")
    return build_card(number.images, join(digits, element("p", sure)))


def build_digit(number, before, note):
    """Return the card of a Number of one digit, or of what is not a digit.

    Args:
        number: Number.
        before: the probabilities that were shown before, from which the bars glide; or None.
        note: what it is kept as, "" if it is not.
    """
    (prediction,) = number.digits
    answer = build_prediction(prediction, ADVICE.get(number.reason, ONE_DIGIT), note)
    return build_card(number.images, answer, build_bars(prediction, before))


def _show_card(photograph, card):
    """Show the photograph, and its card beside it."""
    taken = picture(photograph, "The picture", class_="taken")
    show_html(element("div", taken, card, class_="photograph"))


def _show_labels(key, keep):
    """Ask what it is, and keep it. What there is to say about that goes to the session's state."""
    notes = st.session_state.photograph_notes

    def take():
        answer = st.session_state[key]
        if answer is not None:
            trouble = keep(None if answer == NO_DIGIT else int(answer))
            notes.clear()
            notes[key] = ("", trouble) if trouble else (f"kept as {answer}", SAVED)

    st.pills("What is it?", [*map(str, range(10)), NO_DIGIT], key=key, on_change=take)
