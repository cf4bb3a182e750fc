"""The history's dialog without a browser, on a real SQLite file."""

from types import SimpleNamespace

import numpy as np
import pytest
from sqlalchemy import create_engine
from sqlalchemy.exc import OperationalError
from streamlit.testing.v1 import AppTest

from digit_model.hand_replay import Replay
from history import History, prepare
from tests.entries import entry


@pytest.fixture
def history(tmp_path):
    engine = create_engine(f"sqlite:///{tmp_path / 'history.db'}")
    prepare(engine)
    yield History(engine, "somebody")
    engine.dispose()


def run(open_history, gain=None):
    """Run a page that has nothing but the dialog; `gain` is what the hand is worth."""

    def script():
        import streamlit as st

        from page.history_dialog import show_history

        show_history(st.session_state.open_history, st.session_state.notebook)

    page = AppTest.from_function(script, default_timeout=30)
    page.session_state["open_history"] = open_history
    page.session_state["notebook"] = SimpleNamespace(gain=lambda: gain)
    return page.run()


def words(page):
    """Return all that is written, one text after another."""
    return " ".join(str(element.value) for element in [*page.markdown, *page.get("html")])


def test_an_empty_notebook_says_how_to_begin(history):
    assert "Draw a digit, then tap what it was." in words(run(lambda: history))


def test_running_accuracy_and_each_drawing_stand_there(history):
    history.save(entry(1), entry(2, prediction=None, label=8))
    text = words(run(lambda: history))
    assert "<b>50 %</b> of 2 read right" in text
    assert text.count("<img") == 2


def make_gain(before, after):
    """Return a Replay by what was wrong, "x", and right, "."."""
    wrong = (np.array([mark == "x" for mark in marks]) for marks in (before, after))
    return Replay(*wrong, corrections=None, probabilities=None)


def test_what_the_hand_is_worth_stands_there_as_two_numbers_and_a_curve(history):
    history.save(entry(1))
    text = words(run(lambda: history, make_gain(before="xx.x", after="x...")))
    assert "<b>3</b> of 4 right with your hand, <b>1</b> by the network alone" in text
    assert 'alt="How many were wrong so far"' in text


def test_a_hand_that_has_changed_nothing_is_not_mentioned(history):
    history.save(entry(1))
    assert "your hand" not in words(run(lambda: history, make_gain(before="x.", after="x.")))


def test_what_was_read_wrong_is_marked_by_more_than_colour(history):
    history.save(entry(1, prediction=None, label=8))
    assert "<b>✗ not a digit</b>" in words(run(lambda: history))


def test_every_picture_has_a_text_in_its_place(history):
    history.save(entry(1))
    assert 'alt="A drawing, read as 3"' in words(run(lambda: history))


def test_while_the_database_is_away_it_says_so_and_what_goes_on():
    def away():
        raise OperationalError("", {}, Exception("away"))

    page = run(away)
    assert not page.exception
    assert "Drawing goes on" in page.error[0].value
