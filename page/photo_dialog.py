"""A photograph of a digit on the page: chosen, dropped, pasted or taken, then read."""

import streamlit as st

from digit_model import ModelError
from page.answer import build_lines
from page.html import element, picture, show_html
from page.presentation import format_share
from photo.files import PhotographError, open_photograph, shrink_photograph
from preprocess import photo_to_mnist

# MIME types, because Streamlit ends a session over a file name that it does not like.
TYPES = ["image/png", "image/jpeg", "image/webp"]


@st.dialog("Photo", width="medium", on_dismiss="rerun")
def show_photograph(load):
    """Read one digit from a picture.

    Args:
        load: function without arguments that returns the Classifier, or raises ModelError.
    """
    file = st.file_uploader(
        "A picture of one digit: choose, drop or paste it", TYPES, key="photograph"
    )
    if st.toggle("Camera", key="camera"):
        file = st.camera_input("Camera", label_visibility="collapsed") or file
    if file is None:
        return
    try:
        with st.spinner("Looking for the digit"):
            photograph = shrink_photograph(open_photograph(file))
            image = photo_to_mnist(photograph)
            prediction = None if image is None else load().classify(image)
    except (PhotographError, ModelError) as error:
        st.error(str(error))
        return
    _show_answer(photograph, image, prediction)


def _show_answer(photograph, image, prediction):
    """Show the photograph, what the network sees of it, and its answer."""
    seen = "" if image is None else picture(image, "What the network sees", class_="seen")
    if image is None:
        answer = "?", "No digit found. Leave some paper around it."
    elif prediction.digit is None:
        answer = "?", "Not a digit. One digit at a time."
    else:
        answer = prediction.digit, f"{format_share(prediction.confidence)} sure"
    taken = picture(photograph, "The picture", class_="taken")
    answer = element("div", seen, build_lines("digit", *answer))
    show_html(element("div", taken, answer, class_="photograph"))
