"""What the page remembers of a visitor: a state, an event, and the state after it."""

import math
from dataclasses import replace

import numpy as np
import pytest

from digit_model import Number, Prediction
from page import visit as module
from page.answer.reading import Reading
from page.canvas.drawing import Drawing
from page.labels.component import FORGET, NONE, RIGHT
from page.visit import LEAVING, Visit
from tests.fake_networks import FakeClassifier
from tests.history_entries import entry

FULL = "The notebook is full."
NETWORK = FakeClassifier(0, 0.9)


class FakeNotebook:
    """A notebook in memory, with room for some drawings."""

    identity, waiting, trouble = "somebody", 0, ""

    def __init__(self, room=100):
        self.room, self.labels, self.watched = room, {}, 0

    def save(self, entry):
        if len(self.labels) >= self.room:
            raise OverflowError(FULL)
        self.labels[entry.id] = entry.label

    def delete(self, entry):
        del self.labels[entry.id]

    def delete_all(self):
        self.labels = {}

    def watch(self, images, strokes):
        self.watched += len(images)


def read_as(text):
    """Return the Reading of a drawing of one stroke for each digit of a text, or of no digit."""
    strokes = [
        {"path": [["M", 20 * x, 9], ["L", 20 * x, ord(each)]]} for x, each in enumerate(text)
    ]
    digits = [
        Prediction(int(each) if each.isdecimal() else None, 0.9, np.full(10, 0.1, np.float32))
        for each in text
    ]
    images = [np.eye(28, dtype=np.float32)] * len(text)
    number = Number(
        text if text.isdecimal() else None,
        digits,
        images,
        [*range(len(text))],
        0.9,
        None,
        digits[0],
    )
    return Reading(Drawing(strokes, None), number, NETWORK, version=0, place=len(text) - 1)


@pytest.fixture
def live(monkeypatch):
    """Return a function that lets a Visit live through events: "draw 42", "say 7", "type 4"."""
    canvas = []
    monkeypatch.setattr(module, "sent_drawing", lambda key: canvas[-1])
    monkeypatch.setattr(Visit, "read", lambda visit, drawing: drawing)
    meanings = {"right": RIGHT, "none": NONE, "forget": FORGET}

    def live_through(*events, room=100):
        visit = Visit(FakeNotebook(room))
        for event in events:
            name, _, value = event.partition(" ")
            if name in ("draw", "clear"):
                canvas.append(read_as(value) if value else None)
                visit.show(canvas[-1])
            elif name == "learn":  # the same drawing, read otherwise
                canvas.append(replace(read_as(value), drawing=canvas[-1].drawing))
                visit.show(canvas[-1])
            elif name == "select":
                visit.select_digit(int(value))
                canvas[-1] = visit.reading
            else:
                label = meanings[value] if value in meanings else int(value)
                visit.take_label(label, is_typed=name == "type")
                canvas[-1] = visit.reading
        return visit

    return live_through


@pytest.mark.parametrize(
    ("events", "saved"),
    [
        (["draw 7"], ""),
        (["draw 7", "say 1"], "1"),
        (["draw 7", "say right"], "7"),
        (["draw 7", "say none"], NONE),
        (["draw ?", "say 4"], "4"),
        (["draw 7", "say 1", "say 2"], "2"),
        (["draw 7", "say 1", "clear"], "1"),  # it can still be taken back
        (["draw 7", "say 1", "clear", "draw 8"], ""),
        (["draw 7", "say 1", "clear", "draw 7"], "1"),  # as Undo brings it back
        (["draw 7", "say 1", "say forget"], ""),
        (["draw 7", "say 1", "clear", "say forget"], ""),
        (["clear", "say 1"], ""),
        (["draw 42", "say right"], "42"),
        (["draw 42", "say 7"], "_7"),  # what is marked, the digit written last
        (["draw 42", "type 4"], "4_"),
        (["draw 42", "type 4", "type 2"], "42"),  # from the left
        (["draw 42", "select 1", "type 7"], "_7"),
        (["draw 42", "select 1", "say 7"], "_7"),
        (["draw 42", "select 1", "say none"], "_✗"),
        (["draw 42", "say none"], "_✗"),
        (["draw 42", "say none", "learn ?"], "_✗"),  # said, though it is no number any more
        (["draw 42", "say none", "learn ?", "say forget"], ""),
        (["draw 42", "say right", "clear"], "42"),
        (["draw 42", "say right", "clear", "say forget"], ""),
        (["draw 42", "say right", "clear", "draw 7"], ""),
        (["draw 42", "say right", "say forget"], ""),
    ],
)
def test_what_is_saved_of_a_drawing_follows_from_what_happened(live, events, saved):
    assert live(*events).note().saved == saved


@pytest.mark.parametrize(
    ("events", "digits"),
    [
        (["draw 7", "clear"], 1),
        (["draw 42", "clear"], 2),
        (["draw ?", "clear"], 0),
        (["draw 7", "draw 78"], 0),  # not finished
        (["clear", "clear"], 0),
    ],
)
def test_a_drawing_is_finished_once_it_is_cleared(live, events, digits):
    assert live(*events).notebook.watched == digits


@pytest.mark.parametrize(("place", "selected"), [(0, 0), (1, 1), (2, 1), (-1, 1)])
def test_only_a_digit_that_is_there_can_be_selected(live, place, selected):
    assert live("draw 42", f"select {place}").reading.place == selected


def test_a_full_notebook_says_so_and_saves_nothing(live):
    visit = live("draw 7", "say 1", room=0)
    assert (visit.note().text, visit.note().saved) == (FULL, "")


def test_trouble_with_one_drawing_is_not_said_of_the_next(live):
    visit = live("draw 7", "say 1", "clear", "draw 8", room=0)
    assert visit.note().text == ""


def test_a_correction_is_said_and_can_be_undone():
    """A digit key on a tile relabelled it without a word, for good."""
    visit = Visit(FakeNotebook())
    visit.save_entry(entry(1, label=3))
    visit.correct([entry(1, label=3)], 8)
    assert (visit.notebook.labels, visit.change) == ({entry(1).id: 8}, "The drawing is saved as 8.")
    visit.undo_change()
    assert (visit.notebook.labels, visit.undoable) == ({entry(1).id: 3}, [])


def test_a_deletion_can_be_undone_once():
    visit = Visit(FakeNotebook())
    visit.save_entry(entry(1))
    visit.save_entry(entry(2))
    assert visit.delete([entry(1), entry(2)]) == ""
    assert visit.notebook.labels == {}
    visit.undo_change()
    visit.undo_change()
    assert len(visit.notebook.labels) == 2
    assert visit.undoable == []


def test_what_cannot_be_corrected_says_why():
    visit = Visit(FakeNotebook(room=0))
    assert visit.correct([entry(1)], 8) == FULL


def test_nothing_of_a_deleted_notebook_is_remembered(live):
    visit = live("draw 7", "say 1")
    visit.delete_all()
    assert visit.note().saved == ""


@pytest.mark.parametrize(
    ("dialogs", "gone"),
    [
        ([], 0),
        ([True], math.inf),
        ([True, False], 1 + LEAVING),
        ([True, False, False], 1 + LEAVING),
        ([True, False, True], math.inf),
    ],
)
def test_when_no_dialog_is_on_the_page_any_more(dialogs, gone):
    visit = Visit(FakeNotebook())
    for now, is_open in enumerate(dialogs):
        visit.note_dialog(is_open, now)
    assert visit.dialog_gone == gone


def test_the_link_is_new_once_something_is_saved(live):
    assert not live("draw 7").has_new_link
    assert live("draw 7", "say 7").has_new_link
