"""MNIST-Draw: draw a digit, and see what a small convolutional network makes of it."""

import hashlib
import json
from dataclasses import dataclass
from datetime import UTC, datetime

import numpy as np
import streamlit as st

from digit_model import ModelError, Prediction
from digit_model.classifier import Classifier
from history import RETRY, Database, Entry, WriteQueue, is_identity, new_identity
from page.canvas import SIDE, Drawing, DrawingError, points_of, sent_drawing, show_canvas
from page.canvas import show_tools as show_canvas_tools
from page.history_dialog import show_history
from page.inside import show_inside
from page.labels import FORGET, HISTORY, MODEL, NONE, PHOTO, RIGHT, read_answer, show_labels
from page.photo_dialog import show_photograph
from page.presentation import embed_image, format_digit, format_share
from preprocess import bounding_box, canvas_to_mnist
from server.network import load_first, load_network, prepare_server, warm_up_later
from server.routes import rest_routes

BRUSH_WIDTHS = (8, 20, 34)  # thinnest, default and thickest, in pixels
SMALL = 0.25  # of the canvas: below this a digit's parts run into one another
WARM_UP_DELAY = 1.5  # seconds: the page is painted before TensorFlow takes the processor

# The page is one grid, not columns in columns, its title comes with the style, and all of an
# answer is one element: each block and element costs server and browser time with every
# stroke, on the way to the answer.
HEAD = """
<style>
.stMainBlockContainer { padding-top: 3.75rem; padding-bottom: .5rem }
.stMainBlockContainer h1 { font-size: 1.5rem; line-height: 1.4; padding: 0 }
.st-key-page {
  display: grid; gap: 1rem 2rem; align-items: start;
  grid-template:
    "canvas     prediction    network_input" minmax(13rem, auto)
    "canvas     probabilities probabilities" auto
    "tools      probabilities probabilities" auto
    "brush      probabilities probabilities" 1fr
    "history    history       history      " auto
    "looking    looking       looking      " auto
    "inside     inside        inside       " auto / 280px 1fr 140px }
@media (max-width: 640px) { .st-key-page {
  grid-template:
    "canvas        canvas       " auto
    "prediction    network_input" minmax(13rem, auto)
    "tools         tools        " auto
    "history       history      " auto
    "probabilities probabilities" auto
    "brush         brush        " auto
    "looking       looking      " auto
    "inside        inside       " auto / 1fr 140px } }
.st-key-page > [data-testid="stLayoutWrapper"],
.st-key-page > * > [data-testid="stVerticalBlock"]:not([class*="st-key-"]),
.st-key-page > * > * > [data-testid="stLayoutWrapper"],
.st-key-page [data-testid="stElementContainer"]:has(> * > .prediction, > * > .probabilities),
.st-key-page .stHtml:has(> .prediction, > .probabilities) { display: contents }
.st-key-drawing { grid-area: canvas }
.st-key-tools { grid-area: tools }
.st-key-brush { grid-area: brush }
.prediction, .st-key-prediction,
.st-key-page [data-testid="stElementContainer"]:has(> .stSpinner) { grid-area: prediction }
.st-key-page:has(.stSpinner) :is(.prediction, .st-key-prediction) { display: none }
.network_input { grid-area: network_input }
.probabilities { grid-area: probabilities }
.st-key-history { grid-area: history }
.st-key-looking { grid-area: looking }
.st-key-inside { grid-area: inside }
.st-key-tools button { min-height: 44px; padding: 0 .5rem }
.st-key-tools kbd { font-size: .6rem }
@media (max-width: 640px), (pointer: coarse) { .st-key-tools kbd { display: none } }
@media (pointer: coarse) { .st-key-looking label, .st-key-brush [role="group"],
  .st-key-brush [role="group"] > div { min-height: 44px } }
.digit { font-size: 8rem; font-weight: 700; line-height: 1; margin: 0 0 .5rem }
.invitation { font-size: 1.5rem }
.network_input img { display: block; background: #000;
  width: 140px; height: 140px; border-radius: .25rem; image-rendering: pixelated }
.bar { display: grid; grid-template-columns: 2.25rem 1fr 3.5rem; align-items: center;
  gap: .5rem; margin: 0; line-height: 1.5rem; font-variant-numeric: tabular-nums;
  text-align: right }
.bar::before { content: ""; grid-area: 1 / 2; width: var(--share); height: .8rem;
  background: #8a8fa3; border-radius: .2rem; min-width: 2px }
.bar b { grid-column: 1; font-weight: inherit }
.bar.winner { font-weight: 700 }
.bar.winner::before { background: #5b6cff }
</style>
<h1>MNIST-Draw</h1>
"""


@st.cache_resource(show_spinner=False)
def open_write_queue():
    """Return the process's WriteQueue. It connects when it is first needed, not here."""
    secrets = st.secrets if st.secrets.load_if_toml_exists() else {}
    return WriteQueue(Database(secrets.get("connections", {}).get("history", {}).get("url")))


@dataclass(frozen=True)
class Reading:
    """What a network made of a drawing.

    Attributes:
        drawing: the Drawing.
        image: (28, 28) float32 in [0, 1], what the network saw of it.
        prediction: its Prediction.
        network: the Classifier. Its file may have been replaced since.
    """

    drawing: Drawing
    image: np.ndarray
    prediction: Prediction
    network: Classifier


def read(drawing):
    """Return the Reading of a Drawing, None if it shows no ink; the last one again if it can be.

    Raises:
        DrawingError, ModelError: with a message for the page.
    """
    if not drawing.strokes:
        return None
    network, last = load_network(), st.session_state.reading
    if last and last.drawing == drawing and last.network is network:
        return last
    image = canvas_to_mnist(drawing.pixels)
    return None if image is None else Reading(drawing, image, network.classify(image), network)


def keep_answer():
    """Keep the drawing with what its owner says it was, or forget it again."""
    state, answer = st.session_state, read_answer("labels")
    if answer in (None, PHOTO, HISTORY, MODEL):
        return
    try:
        # No run may have seen the drawing yet; or the page has been cleared since.
        remember(read(sent_drawing("drawing")) or state.reading)
        if answer == FORGET and state.entry:
            state.notebook.forget(state.entry.id)
            state.entry = None
        elif answer != FORGET and state.reading:
            state.entry = make_entry(state.reading, answer)
            state.notebook.keep(state.entry)
            st.query_params["notebook"] = state.notebook.identity
        state.trouble = ""
    except (DrawingError, ModelError, OverflowError) as error:
        state.entry, state.trouble = None, str(error)
    rerun_drawing()


def make_entry(reading, answer):
    """Return a Reading as an Entry.

    The same strokes in the same notebook are the same entry, also after a new start of
    the server: what is kept already is not kept twice.
    """
    state, points = st.session_state, points_of(reading.drawing.strokes)
    words = json.dumps([state.notebook.identity, points])
    return Entry(
        id=hashlib.sha256(words.encode()).hexdigest()[:32],
        time=state.entry.time if state.entry else datetime.now(UTC).replace(tzinfo=None),
        strokes=points,
        image=np.round(reading.image * 255).astype(np.uint8),
        prediction=reading.prediction.digit,
        confidence=reading.prediction.confidence,
        label={RIGHT: reading.prediction.digit, NONE: None}.get(answer, answer),
        model=reading.network.fingerprint,
    )


def remember(reading):
    """Note what can be kept. What was said of another drawing is not said of this one."""
    state = st.session_state
    strokes = [each and each.drawing.strokes for each in (state.reading, reading)]
    if strokes[0] != strokes[1]:
        state.entry, state.trouble = None, ""
    state.reading = reading


def rerun_drawing():
    """Run the fragment alone after a callback of a widget outside of it."""
    st.rerun("drawing")


def show_tools():
    """Show all that a stroke does not change: undo, redo, clear, brush, and what else to see."""
    with st.container(key="tools"):
        show_canvas_tools("undo_redo_clear")
    thinnest, _, thickest = BRUSH_WIDTHS
    st.slider("Brush width", thinnest, thickest, key="brush", on_change=rerun_drawing)
    with st.container(key="history"):
        show_labels("labels", keep_answer)
    wanted = read_answer("labels")
    if wanted == HISTORY:
        show_history(st.session_state.notebook.history, st.session_state.notebook)
    elif wanted == MODEL:
        show_network()
    elif wanted == PHOTO:
        show_photograph(load_network)
    st.toggle("Look inside", key="looking", on_change=rerun_drawing)


def show_network():
    """Show what the network is, in a dialog whose charts are loaded when it is wanted."""
    from page.model_dialog import show_model  # altair takes a moment to import

    try:
        show_model(load_network())
    except ModelError as error:
        st.error(str(error))


def write_prediction(reading):
    """Write the digit, very large, and how sure the network is; or what might help."""
    if reading is None:
        return write_text("invitation", "Draw a digit, 0 to 9")
    prediction = reading.prediction
    if prediction.digit is None:
        help_text = f"Not a digit. {advise(reading.drawing.pixels)}{tell_kept()}"
        return write_text("digit", "?", help_text)
    sure = f"{format_share(prediction.confidence)} sure"
    return write_text("digit", prediction.digit, f"{sure}{tell_kept()}")


def tell_kept():
    """Say whether this drawing is kept, and as what."""
    state = st.session_state
    if state.notebook.waiting:
        return " · saving is off, answers wait here"
    trouble = state.trouble or state.notebook.trouble
    if trouble or not state.entry:
        return f" · {trouble}" if trouble else ""
    return f" · kept as {format_digit(state.entry.label)}"


def advise(pixels):
    """Say what might help a (280, 280, 4) drawing that is no digit."""
    rows, columns = bounding_box(pixels[..., 3])
    longer_side = max(rows.stop - rows.start, columns.stop - columns.start)
    return "Draw larger." if longer_side < SMALL * SIDE else "One digit at a time."


def write_text(kind, first, second=""):
    """Write a first line in its kind's size and a second one below."""
    return f'<p class="{kind}">{first}</p><p>{second}</p>'


def write_probabilities(prediction):
    """Write ten bars in order 0–9; a triangle, bold type and colour mark the winner."""
    shares = np.zeros(10) if prediction is None else prediction.probabilities
    winner = None if prediction is None else prediction.digit
    texts = ["" if prediction is None else format_share(share) for share in shares]
    rows = [
        f'<p class="bar{" winner" * (digit == winner)}" style="--share: {share:.1%}">'
        f"<b>{'▸ ' * (digit == winner)}{digit}</b>{text}</p>"
        for digit, (share, text) in enumerate(zip(shares, texts, strict=True))
    ]
    label = ", ".join(f"{digit}: {text}" for digit, text in enumerate(texts) if text)
    return f'<div role="img" aria-label="Probabilities. {label}">{"".join(rows)}</div>'


def write_image(image):
    """Write 28×28 ink in [0, 1], black where there is none, to be seen pixel by pixel."""
    url = embed_image(np.zeros((28, 28)) if image is None else np.round(image * 255))
    return f'<img src="{url}" alt="What the network sees">'


@st.fragment(key="drawing")
def show_drawing():
    """Show the canvas and all that a stroke changes."""
    reading, problem = None, None
    try:
        reading = read(show_canvas(st.session_state.brush, key="drawing"))
    except (DrawingError, ModelError) as error:
        problem = str(error)
    remember(reading)
    prediction = reading and reading.prediction
    show_answer(
        prediction=None if problem else write_prediction(reading),
        network_input=write_image(reading and reading.image),
        probabilities=write_probabilities(prediction),
    )
    if problem:
        with st.container(key="prediction"):
            st.error(problem)
    if st.session_state.get("looking") and reading:
        with st.container(key="inside"):
            show_inside(reading.drawing.pixels, reading.image, prediction, reading.network)
    if st.session_state.notebook.waiting:
        await_database()


def show_answer(**sections):
    """Show sections of HTML as one element, each in its place; None for none.

    Nothing in them is a visitor's text, only what is written and encoded here.
    """
    st.html(
        "".join(
            f'<section class="{place}">{html}</section>'
            for place, html in sections.items()
            if html is not None
        )
    )


@st.fragment(run_every=RETRY)
def await_database():
    """Take the notice down once all that waits is saved."""
    if not st.session_state.notebook.waiting:
        st.rerun()


def show_page():
    """Show the page, for one run of a visitor's session."""
    prepare_server()
    st.set_page_config("MNIST-Draw", "✏️")

    state = st.session_state
    state.setdefault("brush", BRUSH_WIDTHS[1])
    state.setdefault("reading", None)  # of the drawing that is on the canvas
    state.setdefault("entry", None)  # what is kept of it
    state.setdefault("trouble", "")  # why it could not be kept
    if "notebook" not in state:
        address = st.query_params.get("notebook")
        identity = address if is_identity(address) else new_identity()
        state.notebook = open_write_queue().notebook(identity)

    st.html(HEAD)
    with st.container(key="page"):
        show_tools()
        show_drawing()
    warm_up_later(WARM_UP_DELAY)


if __name__ == "__main__":
    show_page()
else:  # what `streamlit run` imports: a server that loads the network before anybody comes
    app = st.App(__file__, lifespan=load_first, routes=rest_routes())
