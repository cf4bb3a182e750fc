"""How the answer came about: a drawing read while its ink grows."""

import json
import re
from html import unescape

import numpy as np
import pytest

from digit_model import Prediction
from driving.drawings import ONE, THREE
from page.look_inside.growth import MOMENTS, build_growth, follow_growth, say_when_settled
from preprocess import BRUSH

TWO = [np.array(ONE, float), np.array([(40, 60), (40, 140)], float)]


def prediction(digit):
    probabilities = np.zeros(10, np.float32)
    probabilities[digit or 0] = 1
    return Prediction(digit, 1.0, probabilities)


def follow(strokes, image=None, answer=None):
    """Follow strokes; the network reads how many of ten rows of the image have ink."""

    def classify_all(images, strokes):
        assert len(strokes) == len(images)
        return [prediction(min(int(each.any(axis=1).sum()) // 3, 9)) for each in images]

    image = np.ones((28, 28), np.float32) if image is None else image
    return follow_growth(strokes, BRUSH, classify_all, image, answer or prediction(8))


def test_ink_only_grows_and_grows_at_every_moment():
    ink = follow(TWO).inks.reshape(MOMENTS, -1) > 0
    assert (ink[1:] >= ink[:-1]).all()
    assert (np.diff(ink.sum(axis=1)) > 0).all()


def test_the_last_moment_is_what_the_page_shows():
    image, answer = np.full((28, 28), 0.5, np.float32), prediction(8)
    growth = follow(TWO, image, answer)
    assert growth.predictions[-1] is answer
    assert (growth.images[-1] == image).all()
    assert len(growth.images) == len(growth.predictions) == MOMENTS


def test_a_stroke_begins_when_the_one_before_is_drawn():
    lengths = np.array([160 + BRUSH, 80 + BRUSH])
    assert follow(TWO).starts == pytest.approx([0, lengths[0] / lengths.sum()])


def test_dots_are_ink_too():
    dots = [np.array([[x, 140.0]]) for x in (40, 140, 240)]
    growth = follow(dots)
    assert growth.starts == pytest.approx([0, 1 / 3, 2 / 3])
    assert growth.inks[0].any()


def test_a_scribble_of_many_points_is_followed_by_few():
    rng = np.random.default_rng(0)
    assert follow([rng.uniform(0, 280, (20_000, 2))]).inks.shape[0] == MOMENTS


@pytest.mark.parametrize(
    ("digits", "says"),
    [
        ([4, 4, 4, 4], "A 4 from the first bit of ink on."),
        ([9, 9, 4, 4], "From 75 % of the ink on a 4; before that a 9."),
        ([9, 9, None, 4], "From 100 % of the ink on a 4; before that a 9."),
        ([4, 9, 4, 4], "From 75 % of the ink on a 4; before that a 9."),
        ([None, None, 8, 8], "From 75 % of the ink on an 8; before that no digit."),
        ([4, None, 4, 4], "From 75 % of the ink on a 4; before that no digit."),
        ([3, 3, None, None], "From 75 % of the ink on no digit; before that a 3."),
    ],
)
def test_it_is_said_from_when_on_the_answer_was_settled(digits, says):
    assert say_when_settled([prediction(digit) for digit in digits]) == says


def test_the_slider_stands_at_the_end_and_knows_all_moments():
    html = build_growth(follow([np.array(THREE, float)]))
    moments = json.loads(unescape(re.search('data-moments="(.*?)"', html)[1]))
    assert [len(moment["shares"]) for moment in moments] == [10] * MOMENTS
    assert moments[-1] == {
        "says": "100 % of the ink: an 8, > 99 % sure",
        "digit": 8,
        "shares": [0, 0, 0, 0, 0, 0, 0, 0, 100, 0],
    }
    assert f'value="{MOMENTS - 1}"' in html
