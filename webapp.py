"""MNIST-Draw: draw a digit, and see how a small convolutional network reads it."""

import time

import streamlit as st
from starlette.middleware import Middleware

from digit_model import ModelError
from history import RETRY
from page.answer.answer import show_answer
from page.answer.live import is_served, live_routes
from page.canvas.component import show_canvas
from page.canvas.component import show_tools as show_canvas_tools
from page.canvas.drawing import DrawingError
from page.dialogs.history import show_history
from page.dialogs.model import show_model
from page.dialogs.photo import show_photograph
from page.front_page import CLAIM, TITLE, front_routes
from page.html import INK, element, read_assets, show_html, style
from page.icon import build_icon
from page.labels.component import (
    DIALOGS,
    HISTORY,
    MODEL,
    PHOTO,
    PLACES,
    answer_turn,
    answered_drawing,
    build_navigation,
    is_typed,
    read_answer,
    show_labels,
)
from page.look_inside.look_inside import show_inside
from page.visit import Visit
from preprocess import BRUSH, BRUSHES
from server.hashed_files import HashedFiles
from server.network import load_first, load_network, warm_up_later
from server.patches import change_streamlit
from server.routes import rest_routes

WARM_UP_DELAY = 1.5  # seconds: the page is painted before TensorFlow takes the processor


def show_page() -> None:
    """Show the page; once in each run of a visitor's session."""
    change_streamlit()
    st.set_page_config(TITLE, build_icon())
    st.session_state.setdefault("brush", BRUSH)
    css = f":root {{ --ink: {INK} }}" + read_assets("style.css", "answer/card.css")
    title = element("h1", TITLE), element("p", CLAIM, class_="claim")
    with st.container(key="page"):
        show_html(style(css), element("header", *title), build_navigation())
        show_drawing()
        show_tools(Visit.current())
    warm_up_later(WARM_UP_DELAY)


def show_tools(visit: Visit) -> None:
    """Show all that a stroke does not change: tools, labels, and the dialog that was opened."""
    show_canvas_tools("tools", visit.opened, is_served())
    show_labels("labels", take_answer)
    st.slider("Brush width", *BRUSHES, key="brush", on_change=rerun_drawing)
    wanted = read_answer("labels")
    visit.note_dialog(wanted in DIALOGS, time.monotonic())
    if wanted == HISTORY:
        visit.undoable = []
        show_history(visit)
    elif wanted == MODEL:
        show_network()
    elif wanted == PHOTO:
        show_photograph(visit, load_network)
    st.toggle("Look inside", key="looking", on_change=rerun_drawing)


def take_answer() -> None:
    """Take a label, or select a digit. The run that follows opens dialogs."""
    visit, answer = Visit.current(), read_answer("labels")
    visit.turn = answer_turn("labels")
    if answer is None or answer in DIALOGS:
        return
    if answer in PLACES:
        visit.select_digit(PLACES.index(answer))
    else:
        visit.take_label(answer, answered_drawing("labels"), is_typed("labels"))
    rerun_drawing()


def rerun_drawing() -> None:
    """Rerun the fragment alone, from a callback of a widget outside it.

    Not while a dialog is going: if the run that takes it off is cut short, Streamlit 1.67 opens it
    again. The whole page then runs.
    """
    if time.monotonic() > Visit.current().dialog_gone:
        st.rerun("drawing")


def show_network() -> None:
    """Show the network in a dialog."""
    try:
        show_model(load_network())
    except ModelError as error:
        st.error(str(error))


@st.fragment(key="drawing")
def show_drawing() -> None:
    """Show the canvas and all that a stroke changes."""
    visit, reading, problem = Visit.current(), None, None
    before = visit.reading
    try:
        reading = visit.read(show_canvas(st.session_state.brush, key="drawing"))
    except (DrawingError, ModelError) as error:
        problem = str(error)
    visit = Visit.current()
    visit.show(reading)
    show_answer(reading, before, visit.note(), problem, visit.turn)
    if st.session_state.get("looking") and reading:
        with st.container(key="inside"):
            strokes = reading.pen_strokes_at(reading.place)
            inside = reading.pixels, reading.image, reading.prediction, reading.network, strokes
            show_inside(*inside, visit.growth_of(reading))
    visit.show_link()
    if visit.notebook.waiting:
        await_database()


@st.fragment(run_every=RETRY)
def await_database() -> None:
    """Take the notice down once all waiting answers are saved."""
    if not Visit.current().notebook.waiting:
        st.rerun()


if __name__ == "__main__":
    show_page()
else:  # `streamlit run` imports this: a server that loads the network before anybody comes
    routes = [*front_routes(), *rest_routes(), *live_routes()]
    middleware = [Middleware(HashedFiles)]
    app = st.App(__file__, lifespan=load_first, routes=routes, middleware=middleware)
