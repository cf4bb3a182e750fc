"""A photograph of a digit on the page: chosen, dropped, pasted or taken, then read."""

import streamlit as st

from digit_model import ModelError
from page.answer import build_lines, build_prediction
from page.html import element, picture, show_html
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
    if image is None:
        answer = [build_lines("digit", "?", "No digit found. Leave some paper around it.")]
    else:
        seen = picture(image, "What the network sees", class_="seen")
        answer = [seen, build_prediction(prediction)]
    taken = picture(photograph, "The picture", class_="taken")
    show_html(element("div", taken, element("div", *answer), class_="photograph"))
