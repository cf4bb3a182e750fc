"""What learning a handwriting is worth to people who draw stems and rings, if 1 is read."""

from types import SimpleNamespace

import numpy as np
import pytest

from digit_model.data.samples import PenSample
from digit_model.evaluation.handwriting import FEWEST, contradict, measure_handwriting
from digit_model.evaluation.tables import format_tables
from digit_model.strokes.people import draw_people
from tests.fake_networks import ImageNetwork, sure
from tests.unit_strokes import RING, STEM

ONES = [PenSample(1, "easy", STEM)] * FEWEST
ZEROS = [PenSample(0, "difficult", RING)] * FEWEST
FEW = [PenSample(0, "hasty", RING)] * (FEWEST - 1)


def embed(features):
    return features / np.linalg.norm(features, axis=1, keepdims=True)


class SaysOne(ImageNetwork):
    """A network to which everything is a one."""

    thresholds = np.zeros(10)
    embedding = SimpleNamespace(embed=embed, alike=0.5, strength=10)

    def features(self, images):
        return sure([1] * len(images), 0.9), images.reshape(len(images), -1)


CLASSIFIER = SaysOne()


@pytest.fixture(scope="module")
def measured():
    return measure_handwriting(CLASSIFIER, ONES + ZEROS + FEW)


def test_people_with_enough_digits_are_measured_one_by_one(measured):
    easy, difficult = measured["people"]
    assert easy == {"writer": "easy", "digits": FEWEST, "before": 0, "after": 0, "broken": 0}
    assert (difficult["writer"], difficult["before"]) == ("difficult", FEWEST)
    assert difficult["after"] < 5


def test_errors_are_counted_by_the_corrections_before_them(measured):
    first, second, *_ = measured["corrections"]
    assert (first["from"], first["people"], first["digits"]) == (0, 2, FEWEST + 1)
    assert (first["before"], first["after"]) == (1, 1)
    assert second["people"] == 1


def test_each_way_of_teaching_has_a_row(measured):
    rows = {row["data"]: row for row in measured["teaching"]}
    assert len(rows) == 8
    assert rows["errors corrected"]["later_before"] == FEWEST // 2
    assert rows["errors corrected"]["later_after"] < 3
    assert rows["everything confirmed or corrected"]["broken"] == 0


def test_nobody_with_enough_digits_is_nothing_measured():
    assert measure_handwriting(CLASSIFIER, FEW) is None


def test_what_contradicts_is_other_peoples():
    own, other = [p.seen_by(CLASSIFIER, CLASSIFIER.embedding) for p in draw_people(ONES + ZEROS)]
    assert len(contradict([own, other], own).labelled) == FEWEST
    assert not contradict([own], own).labelled


def test_the_tables_tell_errors_per_hundred_digits(measured):
    tables = format_tables({"handwriting": measured})
    assert "| errors corrected | 2 | 50.00 |" in tables
    assert "| 0 | 2 | 21 |" in tables
    assert "| 30 |" not in tables
