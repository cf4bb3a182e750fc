"""How the load of benchmarks/many_visitors.py is made, and its answers counted."""

import json

import numpy as np
import pytest

from benchmarks.many_visitors import CLEARED, Person, prepare

ANSWERS = {"one": ("image 1", "1"), "two": ("image 2", "7"), CLEARED: ("none", "Draw")}


@pytest.fixture
def person():
    """Return somebody who has sent two strokes."""
    person = Person("http://nowhere", False, np.random.default_rng(0))
    person.answers = ANSWERS
    person.awaited = [("one", 0.0), ("two", 0.0)]
    return person


def run(person, network_input, prediction):
    picture = f'<img src="{network_input}" style="--x: {person.answered}%">'  # as it comes there
    answer = f"<p><b>{prediction}</b></p><p>9{person.answered} % sure</p>"
    person.shown = {"network_input": picture, "prediction": answer}
    person.note_run()


def test_a_stroke_takes_a_hundredth_of_a_second_a_point():
    strokes = [np.zeros((30, 2)), np.ones((12, 2))]
    digit = prepare(strokes, np.random.default_rng(0))
    assert [stroke.seconds for stroke in digit] == [0.3, 0.12]


def test_a_drawing_has_all_strokes_so_far():
    strokes = [np.zeros((3, 2)), np.ones((3, 2)), np.eye(2)]
    digit = prepare(strokes, np.random.default_rng(0))
    values = [json.loads(stroke.drawing)["drawing"]["raw"]["objects"] for stroke in digit]
    assert [len(value) for value in values] == [1, 2, 3]


def test_each_stroke_is_answered_by_the_run_that_has_read_it(person):
    run(person, "image 1", "1")
    assert person.awaited == [("two", 0.0)]
    run(person, "image 2", "7")
    assert (person.awaited, person.answered, len(person.times), person.wrong) == ([], 2, 2, 0)


def test_a_shared_run_answers_all_strokes_that_it_has_read(person):
    run(person, "image 2", "7")
    assert (person.awaited, person.answered, len(person.times), person.wrong) == ([], 2, 2, 0)


def test_clearing_does_not_count_as_a_stroke(person):
    person.awaited.append((CLEARED, 0.0))
    run(person, "none", "Draw")
    assert (person.answered, len(person.times)) == (3, 2)


def test_another_answer_than_an_idle_servers_is_an_error(person):
    run(person, "image 2", "1")
    assert person.wrong == 1


def test_an_answer_to_anothers_drawing_is_an_error_and_answers_nothing(person):
    run(person, "image 3", "3")
    assert (len(person.awaited), person.wrong) == (2, 1)


def test_a_run_without_its_answer_is_no_error(person):
    run(person, "image 1", "1")
    run(person, "image 1", "1")
    assert (len(person.awaited), person.wrong) == (1, 0)
