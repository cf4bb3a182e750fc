"""A photograph of a digit on the page: chosen, dropped, pasted or taken, then read."""

import streamlit as st

from digit_model import ModelError
from page.presentation import embed_image, format_share
from photo.files import PhotographError, open_photograph, shrink_photograph
from preprocess import photo_to_mnist

# By MIME type, as Streamlit takes a session down for a file name that it does not like.
TYPES = ["image/png", "image/jpeg", "image/webp"]

STYLE = """
<style>
.stDialog button, .stDialog label:has([type=checkbox]) { min-height: 44px; min-width: 44px }
.photograph { display: grid; grid-template-columns: fit-content(60%) 140px; gap: 1rem 2rem;
  align-items: start; min-height: 15rem }
.photograph img { border-radius: .25rem }
.photograph .taken { max-width: 100%; max-height: 15rem }
.photograph .seen { width: 140px; height: 140px; background: #000; image-rendering: pixelated;
  margin-bottom: 1rem }
.photograph p { margin: 0 }
</style>
"""


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
    st.html(STYLE)
    if file is None:
        return
    try:
        with st.spinner("Looking for the digit"):
            picture = shrink_photograph(open_photograph(file))
            image = photo_to_mnist(picture)
            prediction = None if image is None else load().classify(image)
    except (PhotographError, ModelError) as error:
        st.error(str(error))
        return
    _show_answer(picture, image, prediction)


def _show_answer(picture, image, prediction):
    """Show the photograph, what the network sees of it, and its answer."""
    digit, seen = "?", ""
    if image is None:
        says = "No digit found. Leave some paper around it."
    else:
        seen = f'<img class="seen" src="{embed_image(image * 255)}" alt="What the network sees">'
        if prediction.digit is None:
            says = "Not a digit. One digit at a time."
        else:
            digit, says = prediction.digit, f"{format_share(prediction.confidence)} sure"
    st.html(
        f'<div class="photograph"><img class="taken" src="{embed_image(picture)}" '
        f'alt="The picture">'
        f'<div>{seen}<p class="digit">{digit}</p><p>{says}</p></div></div>'
    )
