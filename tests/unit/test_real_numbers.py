"""How numbers that people wrote are counted, by length and by mark."""

import pytest

from digit_model.data.samples import PenSample
from digit_model.evaluation import numbers as evaluation
from digit_model.evaluation.numbers import measure_real_numbers
from tests.unit_strokes import STEM

READ = {"12": "12", "34": "84", "567": None, "1/2": "112", "3.5": None, "7/8": "7/8"}


@pytest.fixture
def rows(monkeypatch):
    answers = iter(READ.values())
    monkeypatch.setattr(evaluation, "_read_line", lambda *_: next(answers))
    people = ("unipen-a-1", "unipen-a-2")
    samples = [PenSample(text, people[i % 2], STEM) for i, text in enumerate(READ)]
    return {row.data: row for row in measure_real_numbers(None, samples)}


def test_digits_alone_are_counted_by_length_and_numbers_with_marks_by_mark(rows):
    assert {name: row.numbers for name, row in rows.items()} == {
        "2 digits": 2,
        "3 digits": 1,
        "digits alone": 3,
        "with .": 1,
        "with /": 2,
        "with any mark": 3,
    }


def test_another_number_is_misread_and_none_is_declined(rows):
    shares = {name: (row.right, row.declined, row.misread) for name, row in rows.items()}
    assert shares["2 digits"] == (0.5, 0, 0.5)
    assert shares["3 digits"] == (0, 1, 0)
    assert shares["with /"] == (0.5, 0, 0.5)


def test_people_are_counted_once(rows):
    assert rows["with any mark"].people == 2
    assert rows["3 digits"].people == 1
