"""MNIST-Draw: draw a digit, and see how a small convolutional network reads it."""

import math
import time

import streamlit as st

from digit_model import ModelError
from history import RETRY
from page.answer.answer import show_answer
from page.answer.reading import read
from page.canvas.component import show_canvas
from page.canvas.component import show_tools as show_canvas_tools
from page.canvas.drawing import DrawingError
from page.dialogs.history import show_history
from page.dialogs.model import show_model
from page.dialogs.photo import show_photograph
from page.html import INK, element, read_asset, show_html, style
from page.icon import build_icon
from page.labels.component import (
    HISTORY,
    MODEL,
    PHOTO,
    PLACES,
    VIEWS,
    answer_turn,
    answered_drawing,
    read_answer,
    show_labels,
)
from page.labels.saving import (
    choose_digit,
    keep_label,
    keep_photograph,
    note_on_drawing,
    open_notebook,
    remember,
)
from page.look_inside.look_inside import show_inside
from preprocess import BRUSH, BRUSHES
from server.network import load_first, load_network, warm_up_later
from server.patches import change_streamlit
from server.routes import rest_routes

CLAIM = "See at once how a small neural network reads your digits"
WARM_UP_DELAY = 1.5  # seconds: the page is painted before TensorFlow takes the processor
LEAVING = 1  # second that a dialog may take to go, on a slow machine


def show_page():
    """Show the page; once in each run of a visitor's session."""
    change_streamlit()
    st.set_page_config("MNIST-Draw", build_icon())
    st.session_state.setdefault("brush", BRUSH)
    st.session_state.setdefault("dialog_gone", 0)  # when no dialog is on the page any more
    open_notebook()
    css = f":root {{ --ink: {INK} }}" + read_asset("style.css") + read_asset("answer/card.css")
    title = element("h1", "MNIST-Draw"), element("p", CLAIM, class_="claim")
    with st.container(key="page"):
        show_html(style(css), element("header", *title))
        show_tools()
        show_drawing()
    warm_up_later(WARM_UP_DELAY)


def show_tools():
    """Show all that a stroke does not change: tools, labels, and ways to the dialogs."""
    show_canvas_tools("tools", st.session_state.get("opened"))
    st.slider("Brush width", *BRUSHES, key="brush", on_change=rerun_drawing)
    show_labels("labels", take_answer)
    wanted = read_answer("labels")
    note_dialog(wanted in VIEWS)
    if wanted == HISTORY:
        st.session_state.deleted = None
        show_history(st.session_state.notebook.saved, st.session_state.notebook)
    elif wanted == MODEL:
        show_network()
    elif wanted == PHOTO:
        show_photograph(load_network, keep_photograph)
    st.toggle("Look inside", key="looking", on_change=rerun_drawing)


def take_answer():
    """Keep what the drawing's owner says it was. The run that follows opens dialogs."""
    answer, st.session_state.taken = read_answer("labels"), answer_turn("labels")
    if answer is None or answer in VIEWS:
        return
    if answer in PLACES:
        choose_digit(PLACES.index(answer))
    else:
        keep_label(answer, answered_drawing("labels"))
    rerun_drawing()


def note_dialog(is_open):
    """Note when the dialog, if there is or was one, will have gone."""
    state = st.session_state
    if is_open:
        state.dialog_gone = math.inf
    elif state.dialog_gone == math.inf:
        state.dialog_gone = time.monotonic() + LEAVING


def rerun_drawing():
    """Rerun the fragment alone, from a callback of a widget outside it.

    Not while a dialog is going: if the run that takes it off is cut short, Streamlit 1.67 opens it
    again. The whole page then runs.
    """
    if time.monotonic() > st.session_state.dialog_gone:
        st.rerun("drawing")


def show_network():
    """Show the network in a dialog."""
    try:
        show_model(load_network())
    except ModelError as error:
        st.error(str(error))


@st.fragment(key="drawing")
def show_drawing():
    """Show the canvas and all that a stroke changes."""
    reading, problem, before = None, None, st.session_state.reading
    try:
        reading = read(show_canvas(st.session_state.brush, key="drawing"))
    except (DrawingError, ModelError) as error:
        problem = str(error)
    remember(reading)
    show_answer(reading, before, note_on_drawing(), problem, st.session_state.taken)
    if st.session_state.get("looking") and reading:
        with st.container(key="inside"):
            show_inside(reading.pixels, reading.image, reading.prediction, reading.network)
    if st.session_state.notebook.waiting:
        await_database()


@st.fragment(run_every=RETRY)
def await_database():
    """Take the notice down once all waiting answers are saved."""
    if not st.session_state.notebook.waiting:
        st.rerun()


if __name__ == "__main__":
    show_page()
else:  # `streamlit run` imports this: a server that loads the network before anybody comes
    app = st.App(__file__, lifespan=load_first, routes=rest_routes())
