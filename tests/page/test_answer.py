from types import SimpleNamespace

import numpy as np
import pytest

from digit_model import Prediction
from digit_model.classifier import Looks
from page.answer.answer import build_journey, build_lines, build_prediction


def test_whatever_is_put_into_an_answer_stays_text():
    html = build_lines("digit", "<b>7</b>", "1 & 2", "<script>")
    assert html == ('<p class="digit">&lt;b&gt;7&lt;/b&gt;</p><p>1 &amp; 2 · &lt;script&gt;</p>')


def test_parts_with_nothing_to_say_are_left_out():
    assert build_lines("digit", 7, "99 % sure", "") == '<p class="digit">7</p><p>99 % sure</p>'


@pytest.mark.parametrize(
    ("share", "says"),
    [(0.65, "an 8, perhaps a 1 · 65 % sure"), (0.75, "75 % sure")],
)
def test_in_doubt_the_second_digit_is_named_too(share, says):
    probabilities = np.zeros(10, np.float32)
    probabilities[[8, 1]] = share, 1 - share
    assert build_prediction(Prediction(8, share, probabilities)) == build_lines("digit", 8, says)


def test_looks_that_disagree_are_told_apart():
    shares = np.full(10, 0.05, np.float32)
    shares[3] = 0.55
    looks = Looks(np.eye(10)[7], np.eye(10)[3])
    html = build_prediction(Prediction(3, 0.55, shares, looks=looks))
    assert html == build_lines("digit", 3, "by its shape a 7, by how it was drawn a 3 · 55 % sure")


def test_looks_that_agree_are_not_mentioned():
    shares = np.eye(10)[3]
    html = build_prediction(Prediction(3, 1.0, shares, looks=Looks(shares, shares)))
    assert html == build_lines("digit", 3, "> 99 % sure")


# A canvas pixel is an eighth, a tenth, and a fifth of the image's.
MIDDLE, WHOLE, CORNER = (
    SimpleNamespace(frame=frame) for frame in [(1.5, -1, 0.125), (0, 0, 0.1), (-35, 2.8, 0.2)]
)


@pytest.mark.parametrize(
    ("reading", "before", "start"),
    [
        (WHOLE, None, "--x: 0.0%; --y: 0.0%; --scale: 1.000"),
        (MIDDLE, None, "--x: -4.3%; --y: 2.9%; --scale: 0.800"),
        (CORNER, None, "--x: 62.5%; --y: -5.0%; --scale: 0.500"),
        (CORNER, CORNER, "--x: 0.0%; --y: 0.0%; --scale: 1.000"),
        (WHOLE, CORNER, "--x: -125.0%; --y: 10.0%; --scale: 2.000"),
        (None, CORNER, "animation: none"),
    ],
)
def test_ink_comes_from_where_it_was_on_the_canvas_or_in_the_image_before(reading, before, start):
    assert build_journey(reading, before) == start
