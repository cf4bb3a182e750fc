"""A photograph of a digit or a number on the page: chosen, dropped, pasted or taken, then read."""

import hashlib
from collections.abc import Callable
from functools import partial

import numpy as np
import streamlit as st
from markupsafe import Markup
from PIL import Image
from streamlit.runtime.uploaded_file_manager import UploadedFile

from digit_model import ModelError, Number
from digit_model.classifier import Classifier
from digit_model.numbers.reader import read_number_ink
from page.answer.answer import (
    ADVICE,
    ONE_DIGIT,
    build_bars,
    build_card,
    build_lines,
    build_prediction,
)
from page.answer.note import NO_NOTE, Note
from page.formatting import NO_DIGIT, format_share
from page.html import element, join, picture, show_html
from page.look_inside.look_inside import show_inside
from page.visit import Photograph, Visit
from photo.files import PhotographError, open_photograph, shrink_photograph
from photo.pictures import picture_ink

# MIME types, because Streamlit ends a session over a file name that it does not like.
TYPES = ["image/png", "image/jpeg", "image/webp"]
NO_CAMERA = "No camera yet. Allow it if your browser asks; if there is none, choose a picture."
SAVED = "Saved in your notebook"


@st.dialog("Photo", width="medium", on_dismiss="rerun")
def show_photograph(visit: Visit, load: Callable[[], Classifier]) -> None:
    """Read one digit or one number from a picture.

    Args:
        visit: remembers what was read, and saves it.
        load: returns the Classifier, or raises ModelError.
    """
    file = st.file_uploader(
        "A picture of a digit or a number: choose, drop or paste it. "
        "PNG, JPEG or WebP, up to 20 MB",
        TYPES,
        key="photograph",
    )
    if st.toggle("Camera", key="camera"):
        with st.container(key="no_camera"):
            st.write(NO_CAMERA)
        file = st.camera_input("Camera", label_visibility="collapsed") or file
    if file is not None:
        with st.container(key="photographed"):
            _show_file(file, visit, load)


def _show_file(file: UploadedFile, visit: Visit, load: Callable[[], Classifier]) -> None:
    """Show what is read in a file, or why nothing is."""
    try:
        photograph = _read(file, visit, load)
    except (PhotographError, ModelError) as error:
        st.error(str(error))
        return
    number, network = photograph.number, photograph.network
    if number is None or network is None or len(number.digits) > 1:
        _show_card(photograph, build_found(number))
    else:
        _show_digit(photograph, number, network, visit)


def _read(file: UploadedFile, visit: Visit, load: Callable[[], Classifier]) -> Photograph:
    """Return the Photograph in a file; the visit's, if it was read last.

    Raises:
        PhotographError, ModelError: with a message for the page.
    """
    if visit.photograph and visit.photograph.file_id == file.file_id:
        return visit.photograph
    with st.spinner("Looking for the digit"):
        image = open_photograph(file)
        picture = shrink_photograph(image)
        ink = picture_ink(image if image.has_transparency_data else Image.fromarray(picture))
        number, network = None, None
        if ink is not None:
            network = load()
            number = read_number_ink(network, ink)
    visit.photograph = Photograph(file.file_id, picture, number, network)
    return visit.photograph


def _show_digit(photograph: Photograph, number: Number, network: Classifier, visit: Visit) -> None:
    """Show a Photograph of one digit, or of what is none, and ask what it is."""
    (image,), (prediction,) = number.images, number.digits
    card = build_digit(number, visit.photograph_bars, photograph.note)
    _show_card(photograph, card)
    visit.photograph_bars = prediction.probabilities
    _show_labels(photograph, image, partial(visit.save_photograph, image, prediction, network))
    if photograph.trouble or photograph.note.saved:
        st.write(photograph.trouble or SAVED)
    if st.toggle("Look inside", key="looking_into_photograph"):
        show_inside(None, image, prediction, network)


def build_found(number: Number | None) -> Markup:
    """Return the card of a Number of several digits; or, if it is None, what might help."""
    if number is None:
        advice = "No digit found. Leave some paper around it."
        return build_card([], build_lines("digit", "?", advice))
    text, sure = number.text or "", f"{format_share(number.confidence)} sure"
    digits = element("p", text, class_="digit", style=f"--digits: {len(text)}")
    return build_card(number.images, join(digits, element("p", sure)))


def build_digit(number: Number, before: np.ndarray | None, note: Note) -> Markup:
    """Return the card of a Number of one digit, or of what is not a digit.

    Args:
        number: of one digit.
        before: the (10,) probabilities that were shown before, from which the bars glide.
        note: what it is saved as.
    """
    (prediction,) = number.digits
    answer = build_prediction(prediction, ADVICE.get(number.reason or "", ONE_DIGIT), note)
    return build_card(number.images, answer, build_bars(prediction, before))


def _show_card(photograph: Photograph, card: Markup) -> None:
    """Show the photograph, and its card beside it."""
    taken = picture(photograph.picture, "The picture", class_="taken")
    show_html(element("div", taken, card, class_="photograph"))


def _show_labels(
    photograph: Photograph, image: np.ndarray, save: Callable[[int | None], None]
) -> None:
    """Ask what it is, and save the answer; the Photograph keeps what there is to say of that."""
    key = f"photograph_is_{hashlib.sha256(image.tobytes()).hexdigest()}"

    def take() -> None:
        answer = st.session_state[key]
        if answer is None:
            return
        photograph.note, photograph.trouble = NO_NOTE, ""
        try:
            save(None if answer == NO_DIGIT else int(answer))
            photograph.note = Note(f"saved as {answer}", answer)
        except OverflowError as error:
            photograph.trouble = str(error)

    st.pills("What is it?", [*map(str, range(10)), NO_DIGIT], key=key, on_change=take)
