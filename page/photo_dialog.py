"""A photograph of a digit or a number on the page: chosen, dropped, pasted or taken, then read."""

import hashlib

import streamlit as st

from digit_model import ModelError
from digit_model.numbers import read_number_ink
from page.answer import ADVICE, ONE_DIGIT, build_bars, build_lines, build_prediction
from page.html import element, picture, show_html
from page.inside import show_inside
from page.presentation import NO_DIGIT, format_share
from photo.files import PhotographError, open_photograph, shrink_photograph
from preprocess import photo_ink

# MIME types, because Streamlit ends a session over a file name that it does not like.
TYPES = ["image/png", "image/jpeg", "image/webp"]


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
    _show_answer(photograph, number)
    if number and len(number.digits) == 1:
        (image,), (prediction,) = number.images, number.digits
        _show_labels(image, prediction, network, keep)
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


def build_photographed(number):
    """Return what was read on a photograph, very large; or what might help."""
    if len(number.digits) == 1:
        return build_prediction(number.digits[0], ADVICE.get(number.reason, ONE_DIGIT))
    return build_lines("digit", number.text, f"{format_share(number.confidence)} sure")


def _show_answer(photograph, number):
    """Show the photograph, what the network sees of it, and its answer as that to a drawing."""
    bars = []
    if number is None:
        answer = [build_lines("digit", "?", "No digit found. Leave some paper around it.")]
    else:
        answer = [picture(each, "What the network sees", class_="seen") for each in number.images]
        answer.append(build_photographed(number))
        bars = [build_bars(each) for each in number.digits if len(number.digits) == 1]
    taken = picture(photograph, "The picture", class_="taken")
    show_html(element("div", taken, element("div", *answer), class_="photograph"), *bars)


def _show_labels(image, prediction, network, keep):
    """Ask what it is, and say whether it is kept."""
    seen = hashlib.sha256(image.tobytes()).hexdigest()
    key, notes = f"photograph_is_{seen}", st.session_state.setdefault("photograph_notes", {})

    def take():
        answer = st.session_state[key]
        if answer is not None:
            label = None if answer == NO_DIGIT else int(answer)
            trouble = keep(image, prediction, network, label)
            notes.clear()
            notes[key] = trouble or f"Saved in your notebook, kept as {answer}"

    st.pills("What is it?", [*map(str, range(10)), NO_DIGIT], key=key, on_change=take)
    if key in notes:
        st.write(notes[key])
