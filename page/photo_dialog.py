"""A photograph of a digit or a number on the page: chosen, dropped, pasted or taken, then read."""

import streamlit as st

from digit_model import ModelError
from digit_model.numbers import read_number_ink
from page.answer import ADVICE, ONE_DIGIT, build_lines, build_prediction
from page.html import element, picture, show_html
from page.presentation import format_share
from photo.files import PhotographError, open_photograph, shrink_photograph
from preprocess import photo_ink

# MIME types, because Streamlit ends a session over a file name that it does not like.
TYPES = ["image/png", "image/jpeg", "image/webp"]


@st.dialog("Photo", width="medium", on_dismiss="rerun")
def show_photograph(load):
    """Read one digit or one number from a picture.

    Args:
        load: function without arguments that returns the Classifier, or raises ModelError.
    """
    file = st.file_uploader(
        "A picture of a digit or a number: choose, drop or paste it", TYPES, key="photograph"
    )
    if st.toggle("Camera", key="camera"):
        file = st.camera_input("Camera", label_visibility="collapsed") or file
    if file is None:
        return
    try:
        with st.spinner("Looking for the digit"):
            photograph = shrink_photograph(open_photograph(file))
            ink = photo_ink(photograph)
            number = None if ink is None else read_number_ink(load(), ink)
    except (PhotographError, ModelError) as error:
        st.error(str(error))
        return
    _show_answer(photograph, number)


def build_photographed(number):
    """Return what was read on a photograph, very large; or what might help."""
    if len(number.digits) == 1:
        return build_prediction(number.digits[0], ADVICE.get(number.reason, ONE_DIGIT))
    return build_lines("digit", number.text, f"{format_share(number.confidence)} sure")


def _show_answer(photograph, number):
    """Show the photograph, what the network sees of it, and its answer."""
    if number is None:
        answer = [build_lines("digit", "?", "No digit found. Leave some paper around it.")]
    else:
        answer = [picture(each, "What the network sees", class_="seen") for each in number.images]
        answer.append(build_photographed(number))
    taken = picture(photograph, "The picture", class_="taken")
    show_html(element("div", taken, element("div", *answer), class_="photograph"))
