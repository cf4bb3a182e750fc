"""The page learns its visitor's hand: without a browser, the network is a fake that can learn."""

import pytest
import streamlit as st
from sqlalchemy import create_engine
from streamlit.testing.v1 import AppTest

from history import Notebook, new_identity, prepare
from page.labels.component import FORGET, NONE
from server import network, notebooks
from tests.fake_networks import FakeClassifier, LearningClassifier
from tests.history_entries import entry
from tests.page.test_page import drawing, paragraphs, run_with

BAR, SHORTER_BAR, SQUARE = slice(40, 200), slice(40, 180), slice(100, 120)  # inked rows
LEARNT = "saved as 4. Learnt: this is one of your 4s."


def script():
    import runpy
    from pathlib import Path

    import streamlit as st

    import page
    from page.visit import Visit

    if "press" in st.session_state:
        Visit.current().take_label(st.session_state.pop("press"))
    app = Path(page.__file__).parents[1] / "webapp.py"
    runpy.run_path(str(app), run_name="__main__")


@pytest.fixture(autouse=True)
def database(tmp_path, monkeypatch):
    """Return an engine of the database that the page uses, and have its network read all as 5."""
    url = f"sqlite:///{tmp_path / 'history.db'}"
    monkeypatch.setenv("MNIST_DRAW_DATABASE", url)
    monkeypatch.setattr(network, "run_later", lambda *_: None)
    monkeypatch.setattr(notebooks, "run_later", lambda _, function: function())
    monkeypatch.setattr(network, "load_for_serving", lambda _: LearningClassifier(5, 0.97))
    st.cache_resource.clear()
    engine = create_engine(url)
    prepare(engine)
    yield engine
    engine.dispose()
    st.cache_resource.clear()


@pytest.fixture
def open_page():
    """Return a function that opens the page, with a notebook's address or without."""

    def open_with(notebook=None):
        page = AppTest.from_function(script, default_timeout=30)
        if notebook:
            page.query_params["notebook"] = notebook
        return page.run()

    return open_with


@pytest.fixture
def page(open_page):
    return open_page()


def draw(page, ink=BAR, shift=0):
    """Draw on the page, the strokes shifted; return what the answer says."""
    stroke = {"type": "Path", "path": [["M", 10 + shift, 10], ["L", 90 + shift, 90]]}
    run_with(page, drawing(stroke, ink=ink))
    return paragraphs(page, "prediction")


def press(page, label):
    """Say what the drawing was; return what the answer says."""
    page.session_state["press"] = label
    return draw(page)


def test_a_correction_is_learnt_at_once_and_said(page):
    assert draw(page) == ["5", "97 % sure"]
    assert press(page, 4) == ["4", f"99 % sure · {LEARNT}"]


def test_the_next_one_like_it_is_right_and_says_that_the_hand_decided(page):
    draw(page)
    press(page, 4)
    digit, says = draw(page, shift=5)
    assert digit == "4"
    assert says.startswith("as you write it · ")
    assert "kept" not in says


def test_one_unlike_it_is_read_as_before(page):
    draw(page)
    press(page, 4)
    assert draw(page, SQUARE, shift=50) == ["5", "97 % sure"]


def test_what_was_not_a_digit_is_learnt_too(page):
    draw(page)
    learnt = "Not a digit · saved as not a digit. Learnt: this is not a digit."
    assert press(page, NONE) == ["?", learnt]
    assert draw(page, shift=5) == ["?", "Not a digit, as you said of a similar one"]


def test_what_is_not_kept_after_all_is_unlearnt(page):
    draw(page)
    press(page, 4)
    press(page, FORGET)
    assert draw(page) == ["5", "97 % sure"]


def test_what_was_right_is_kept_and_nothing_is_said_to_be_learnt(page):
    draw(page)
    assert press(page, 5)[1].endswith("saved as 5")


def test_what_was_read_before_it_was_learnt_is_kept(page, database):
    draw(page)
    press(page, 4)
    press(page, 4)
    (kept,) = Notebook(database, page.session_state["visit"].notebook.identity).page(0, 10)
    assert (kept.prediction, kept.label) == (5, 4)


def test_a_drawing_that_is_cleared_is_a_confident_reading(page):
    draw(page, SHORTER_BAR, shift=5)
    notebook = page.session_state["visit"].notebook
    assert not notebook.reader(network.load_network_in_background()).memory.confident
    run_with(page, drawing())
    assert len(notebook.reader(network.load_network_in_background()).memory.confident) == 1


def test_two_visitors_with_opposite_habits_are_each_read_right(page, open_page):
    other = open_page()
    draw(page)
    press(page, 4)
    draw(other)
    press(other, 7)
    assert draw(page, shift=5)[0] == "4"
    assert draw(other, shift=5)[0] == "7"


def test_a_notebooks_address_brings_the_hand_back(page, open_page):
    draw(page)
    press(page, 4)
    identity = page.session_state["visit"].notebook.identity
    del page
    notebooks._opened.clear()  # as on another server
    digit, says = draw(open_page(identity), shift=5)
    assert digit == "4"
    assert says.startswith("as you write it")


def test_what_is_deleted_in_the_history_is_unlearnt_on_the_canvas_too(page):
    draw(page)
    press(page, 4)
    visit = page.session_state["visit"]
    visit.notebook.delete(visit.entry)
    assert draw(page)[0] == "5"


def test_without_a_database_a_hand_lives_for_the_session(open_page, monkeypatch, tmp_path):
    monkeypatch.setenv("MNIST_DRAW_DATABASE", f"sqlite:///{tmp_path}")  # a folder
    page = open_page()
    draw(page)
    assert press(page, 4)[1].endswith(
        "your answers will be saved later. Learnt: this is one of your 4s."
    )
    assert draw(page, shift=5)[0] == "4"


def test_another_network_learns_the_handwriting_again(page, monkeypatch):
    draw(page)
    press(page, 4)
    monkeypatch.setattr(network, "load_for_serving", lambda _: LearningClassifier(8, 0.97))
    monkeypatch.setattr(network, "model_version", lambda _: "another file")
    assert draw(page, shift=5)[0] == "4"
    assert draw(page, SQUARE, shift=50)[0] == "8"


def test_a_network_that_cannot_learn_keeps_and_promises_nothing(page, monkeypatch):
    monkeypatch.setattr(network, "load_for_serving", lambda _: FakeClassifier(5, 0.97))
    monkeypatch.setattr(network, "model_version", lambda _: "another file")
    draw(page)
    assert press(page, 4) == ["5", "97 % sure · saved as 4"]
    assert draw(page, shift=5) == ["5", "97 % sure"]


def test_a_hand_is_learnt_of_thousands_from_the_most_useful(database):
    identity = new_identity()
    right = [entry(number, 5, 5) for number in range(30)]
    Notebook(database, identity).save(entry(30, 5, 4), *right)
    kept = Notebook(database, identity).examples(10)
    assert [label for _, label, *_ in kept.values()] == [5] * 9 + [4]
