import re

import numpy as np
import pytest

from digit_model import Prediction
from digit_model.classifier import Looks
from digit_model.inspection.convolutions import Convolution
from page.look_inside.feature_maps import (
    AGAINST,
    COLUMNS,
    FOR,
    GLOW,
    SILENT,
    STRONGEST,
    build_layer,
    colour,
    rank,
    tile,
)
from page.look_inside.look_inside import (
    _tint,
    build_layer_steps,
    build_scores_step,
    build_stroke_steps,
)
from page.look_inside.pen_path import FIRST, LAST, MARGIN, RING_COLOUR, SIDE, draw_path


def test_maps_lie_row_by_row_in_the_order_of_their_numbers():
    maps = np.stack([np.full((2, 2), value) for value in range(1, COLUMNS + 2)], axis=2)
    tiles = tile(maps)
    assert tiles.shape == (4, 2 * COLUMNS)
    assert tiles[0, ::2].tolist() == list(range(1, COLUMNS + 1))
    assert tiles[2, ::2].tolist() == [COLUMNS + 1] + [0] * (COLUMNS - 1)


def test_the_strongest_map_is_the_one_that_varies_most():
    """A map that is bright everywhere says nothing of the drawing."""
    bright, varied, dark = np.full((2, 2), 9.0), np.eye(2), np.zeros((2, 2))
    assert rank(np.stack([bright, dark, varied], axis=2)).tolist() == [2, 0, 1]


def test_a_silent_place_is_black_and_the_strongest_white():
    assert GLOW[0].tolist() == [0, 0, 0]
    assert GLOW[-1].tolist() == [255, 255, 255]
    assert (np.diff(GLOW.astype(int).sum(axis=1)) >= 0).all()


def test_ink_is_tinted_by_what_it_speaks_for_and_the_rest_stays_black():
    image = np.array([[1.0, 1.0, 1.0, 0.0]])
    tinted = _tint(image, np.array([[2.0, -2.0, 0.0, 0.0]]))
    np.testing.assert_array_equal(tinted[0], [FOR, AGAINST, SILENT, [0, 0, 0]])


def test_what_speaks_for_is_lighter_and_what_speaks_against_darker_than_silent_ink():
    luminance = np.array([0.2126, 0.7152, 0.0722])  # of sRGB's primaries, ITU-R BT.709
    light, silent, dark = colour(np.array([[1.0, 0.0, -1.0]]))[0] @ luminance
    assert light > 1.3 * silent > 1.3 * 1.3 * dark


@pytest.fixture
def layer():
    """Return the HTML and CSS of a layer of 20 maps, the last of them strong in one place."""
    maps = np.zeros((14, 14, 20), np.float32)
    maps[0, 13, 19] = 1
    filters = np.ones((5, 5, 20), np.float32)
    return build_layer("layer-1", 1, maps, Convolution(filters, 1, first=-1, step=2, reach=5))


def test_a_layer_offers_its_strongest_maps_and_the_first_is_chosen(layer):
    html, _ = layer
    assert re.findall('aria-label="Map ([0-9]+)"', html) == ["20", *map(str, range(1, STRONGEST))]
    assert re.findall('aria-label="([^"]+)" checked', html) == ["Map 20"]


def test_a_choice_shows_its_part_of_the_layers_picture(layer):
    html, _ = layer
    assert "--columns: 16; --rows: 2; --shown: 8" in html
    assert "--row: 1; --column: 3; --at: 0" in html


def test_what_the_peak_of_a_map_sees_is_framed_inside_the_drawing(layer):
    """Its last column sees the pixels 25 to 29, of which there are 25 to 27."""
    html, _ = layer
    frames = re.findall(r'<s style="(.*?)">', html)
    assert frames == ["top: 0.00%; left: 89.29%; bottom: 85.71%; right: 0.00%"]


def test_a_layer_is_two_pictures_however_many_maps_it_has(layer):
    html, css = layer
    assert "url(" not in html
    assert re.findall(r"\.layer-1 (.\w+) { background-image: url\(data:image/png", css) == [
        ".map",
        ".filter",
    ]


@pytest.mark.parametrize(
    ("inputs", "says"), [(1, "its 3×3 weights<"), (48, "its 3×3 weights, the mean over 48 maps<")]
)
def test_the_weights_of_a_deeper_layer_are_a_mean_and_say_so(inputs, says):
    convolution = Convolution(np.ones((3, 3, 2), np.float32), inputs, 0, 1, 3)
    html, _ = build_layer("layer-2", 2, np.ones((7, 7, 2), np.float32), convolution)
    assert says in html


@pytest.mark.parametrize(
    ("count", "titles"),
    [
        (1, ["Edges"]),
        (2, ["Edges", "What is left"]),
        (5, ["Edges", "Shapes", "What is left"]),
    ],
)
def test_the_layers_are_told_in_as_many_steps_as_there_are_for_them(count, titles):
    layers = [(f"layer {number}", np.zeros((7, 7, 208))) for number in range(1, count + 1)]
    steps = build_layer_steps(layers)
    assert [title for title, *_ in steps] == titles
    assert [html for _, _, *shown in steps for html in shown] == [html for html, _ in layers]
    if count > 1:
        assert "10,192 numbers" in steps[-1][1]


def scores_of(*probabilities, digit=3):
    """Return what the last step says of these probabilities of 3, 8, and all others."""
    first, second, other = probabilities
    shares = np.full(10, other, np.float32)
    shares[[3, 8]] = first, second
    network = type("Network", (), {"predict": lambda _, images: np.tile(shares, (len(images), 1))})
    prediction = Prediction(digit, first, shares)
    return build_scores_step(np.ones((28, 28), np.float32), prediction, network())


def test_the_lead_over_the_runner_up_is_told_in_points_and_in_odds():
    title, says, *_ = scores_of(0.6, 0.3, 0.0125)
    assert title == "Ten scores"
    assert "A 3 is 0.7 points ahead of an 8, 2.0 times as likely." in says


def test_a_lead_beyond_all_doubt_has_no_figure():
    assert "more than 1,000 times as likely." in scores_of(0.9999, 0.00009, 0.00000125)[1]


def test_what_is_not_a_digit_says_so():
    assert scores_of(0.2, 0.1, 0.0875, digit=None)[1].endswith("no score stands out: not a digit.")


def test_the_scores_count_from_the_lowest_and_the_first_stands_out():
    scores = scores_of(0.6, 0.3, 0.0125)[-1]
    assert "points above the lowest score: 0: 0.0" in scores
    assert re.findall('class="first"><b>(.)</b>(.*?)</p>', scores) == [("3", "3.9")]


LINE = [np.array([[0, 5], [10, 5]], float)]


def test_the_second_look_is_one_step_that_says_what_it_reads():
    looks = Looks(np.eye(10)[7], np.eye(10)[3])
    ((title, says, figure),) = build_stroke_steps(LINE, Prediction(3, 0.6, looks[1], looks=looks))
    assert title == "How it was drawn"
    assert "It reads a 3, > 99 % sure; by the image alone it is a 7, > 99 % sure." in says
    assert "<img" in figure


def test_without_strokes_there_is_no_second_look():
    assert build_stroke_steps((), Prediction(3, 0.6, np.eye(10)[3])) == []


def test_the_way_of_the_pen_changes_its_colour_from_the_first_point_to_the_last():
    picture, middle = draw_path(LINE), SIDE // 2
    row = picture[middle].astype(int)
    np.testing.assert_allclose(row[MARGIN + 2], FIRST, atol=6)
    np.testing.assert_allclose(row[SIDE - MARGIN - 3], LAST, atol=6)
    assert not picture[: middle - MARGIN].any()


def test_rings_mark_where_the_pen_was_put_down():
    two = [np.array([[0, 0], [10, 0]], float), np.array([[0, 10], [10, 10]], float)]
    is_ring = (draw_path(two) == RING_COLOUR).all(axis=2)
    assert is_ring[:, : SIDE // 2].any()
    assert not is_ring[:, SIDE // 2 :].any()
    assert is_ring[: SIDE // 2].any()
    assert is_ring[SIDE // 2 :].any()
