"""The history's dialog without a browser, on a real SQLite file."""

import json
from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest
from sqlalchemy import create_engine
from sqlalchemy.exc import OperationalError
from streamlit.testing.v1 import AppTest

from digit_model import Prediction
from digit_model.hand.gain import Replay
from history import Notebook, prepare
from page.answer.answer import build_bars, build_prediction
from page.answer.note import Note
from page.dialogs.history_grid import NO_BARS
from tests.history_entries import entry


@pytest.fixture
def history(tmp_path):
    engine = create_engine(f"sqlite:///{tmp_path / 'history.db'}")
    prepare(engine)
    yield Notebook(engine, "somebody")
    engine.dispose()


def run(open_notebook, gain=None):
    """Run a page that has nothing but the dialog; `gain` is what the hand is worth."""

    def script():
        import streamlit as st

        from page.dialogs.history import show_history

        show_history(st.session_state.visit)

    page = AppTest.from_function(script, default_timeout=30)
    notebook = SimpleNamespace(saved=open_notebook, gain=lambda: gain)
    page.session_state["visit"] = SimpleNamespace(notebook=notebook, undoable=[])
    return page.run()


def tiles(page):
    """Return what the grid is given to show."""
    return json.loads(page.get("bidi_component")[0].proto.json)["tiles"]


def words(page):
    """Return all that is written, one text after another."""
    return " ".join(str(element.value) for element in [*page.markdown, *page.get("html")])


def test_an_empty_notebook_says_how_to_begin(history):
    assert "Draw a digit, then tap what it is." in words(run(lambda: history))


def test_running_accuracy_and_each_drawing_stand_there(history):
    history.save(entry(1), entry(2, prediction=None, label=8))
    page = run(lambda: history)
    assert "<b>50 %</b> of 2 read right" in words(page)
    assert [tile["was"] for tile in tiles(page)] == ["8", "3"]


def test_of_many_drawings_a_curve_says_how_often_the_last_were_right(history):
    history.save(*(entry(number, label=3 if number > 5 else 8) for number in range(30)))
    says = "Right among the last 20: now 100 %, lowest 45 %"
    assert says in words(run(lambda: history))


def test_of_few_drawings_there_is_no_curve(history):
    history.save(*map(entry, range(9)))
    assert "Right among" not in words(run(lambda: history))


def make_gain(before, after):
    """Return a Replay by what was wrong, "x", and right, "."."""
    wrong = (np.array([mark == "x" for mark in marks]) for marks in (before, after))
    return Replay(*wrong, corrections=None, probabilities=None)


def test_what_the_hand_is_worth_stands_there_as_two_numbers_and_a_curve(history):
    history.save(entry(1))
    text = words(run(lambda: history, make_gain(before="xx.x", after="x...")))
    assert (
        "<b>3</b> of 4 right after learning your handwriting, <b>1</b> by the network alone" in text
    )
    assert 'alt="How often the page was right: ' in text


def test_what_the_hand_is_worth_takes_the_place_of_the_other_curve(history):
    history.save(*map(entry, range(30)))
    text = words(run(lambda: history, make_gain(before="xx.x" * 5, after="x..." * 5)))
    assert text.count("<img") == 1


def test_a_hand_that_has_changed_nothing_is_not_mentioned(history):
    history.save(entry(1))
    assert "your hand" not in words(run(lambda: history, make_gain(before="x.", after="x.")))


def test_what_was_read_wrong_is_marked_by_more_than_colour(history):
    history.save(entry(1, prediction=None, label=8))
    assert tiles(run(lambda: history))[0]["read"] == "✗ read as not a digit"


def test_every_drawing_has_a_name_that_says_it_all(history):
    history.save(replace(entry(1), number="42", place=1))
    name = "3, read as 3, 97 % sure, digit 2 of 42, 21 November 2026, 12:00 UTC"
    assert tiles(run(lambda: history))[0]["name"] == name


def test_a_number_is_one_tile_with_its_digits_from_left_to_right(history):
    """Its digits were three tiles in any order: 427 as 7, 2 and 4."""
    of_427 = [
        replace(
            entry(9 - place, prediction=int(digit), label=int(digit)), number="427", place=place
        )
        for place, digit in enumerate("427")
    ]
    history.save(*(replace(each, time=entry(1).time) for each in of_427), entry(20))
    single, number = tiles(run(lambda: history))
    assert (single["was"], number["was"], number["read"]) == ("3", "427", "read as 427")
    assert number["name"] == "427, read as 427, 21 November 2026, 12:00 UTC"
    assert number["id"] == of_427[0].id


def test_a_drawing_has_the_card_that_it_had_when_it_was_drawn(history):
    shares = np.zeros(10, np.float32)
    shares[[3, 8]] = 0.625, 0.375
    history.save(entry(1, confidence=0.625, label=8, probabilities=shares))
    card = tiles(run(lambda: history))[0]["card"]
    prediction = Prediction(3, 0.625, shares)
    assert build_prediction(prediction, note=Note("saved as 8")) in card
    assert build_bars(prediction) in card
    assert 'alt="What the network saw"' in card


def test_the_card_of_what_is_not_a_digit_says_so(history):
    shares = np.full(10, 0.1, np.float32)
    of_42 = replace(entry(1, prediction=None, probabilities=shares), number="42", place=1)
    history.save(of_42)
    card = tiles(run(lambda: history))[0]["card"]
    assert "<p>Not a digit · saved as 3 · digit 2 of 42</p>" in card
    assert 'class="bars quiet"' in card


def test_a_card_without_probabilities_tells_no_others(history):
    """They were not always kept."""
    history.save(entry(1, confidence=0.6))
    card = tiles(run(lambda: history))[0]["card"]
    assert "<p>60 % sure · saved as 3</p>" in card
    assert NO_BARS in card


def test_while_the_database_is_away_it_says_so_and_what_goes_on():
    def away():
        raise OperationalError("", {}, Exception("away"))

    page = run(away)
    assert not page.exception
    assert "You can go on drawing" in page.error[0].value
