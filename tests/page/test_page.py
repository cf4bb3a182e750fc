"""The page without a browser: the canvas's value is set, the network is a fake."""

import base64
import io
import re
from html import escape
from itertools import count
from types import SimpleNamespace

import numpy as np
import pytest
import streamlit as st
from PIL import Image
from streamlit.testing.v1 import AppTest

from digit_model import ModelError
from driving.visitor import SECTION
from server import network
from tests.fake_networks import FakeClassifier

LOOP = [(140, 120), (100, 199), (60, 120), (100, 40)]
ROUND = {"type": "Path", "path": [["M", 100, 40], *(["L", x, y] for x, y in LOOP)]}
ZIGZAG = [(90 + 9 * (i % 3), 40 + 80 * (i % 2)) for i in range(20)]
SCRIBBLE = {"type": "Path", "path": [["M", 90, 40], *(["L", x, y] for x, y in ZIGZAG)]}
BESIDE = {"type": "Path", "path": [["M", 200, 10], ["L", 200, 90]]}
STROKE = {"type": "Path", "path": [["M", 10, 10], ["L", 90, 90]]}
INKED = {"type": "Path", "path": [["M", 110, 50], ["L", 110, 190]]}  # where `drawing` has ink


def drawing(*strokes, ink=slice(40, 200), size=(280, 280)):
    """Return what the canvas sends: strokes as JSON and their picture, inked in these rows."""
    pixels = np.zeros((*size, 4), np.uint8)
    if ink:
        pixels[ink, 100:120] = 255
    file = io.BytesIO()
    Image.fromarray(pixels).save(file, "PNG")
    data = base64.b64encode(file.getvalue()).decode()
    return {"raw": {"objects": list(strokes)}, "data": f"data:image/png;base64,{data}"}


def run_with(page, value):
    """Run the page with a value that the browser has sent."""
    page.session_state["drawing"] = {"drawing": value, "backgroundFit": None}
    return page.run()


def section(page, name):
    """Return the HTML of a section of the answer."""
    (answer,) = [html.value for html in page.get("html") if "<section" in html.value]
    return dict(re.findall(SECTION, answer))[name]


def inside(page):
    """Return the HTML of the pictures from inside of the network."""
    _, *story = page.container("inside").get("html")
    return "".join(each.value for each in story)


def see(seen, get_maps):
    """Return a function that gets a network's maps, and notes that."""
    return lambda *args: seen.append("maps") or get_maps(*args)


def paragraphs(page, name):
    """Return the texts of the paragraphs in a section of the answer."""
    return re.findall("<p.*?>(.+?)</p>", section(page, name))


@pytest.fixture
def answer(monkeypatch, fake_classifier):
    """Return a function that says what the network will answer."""
    st.cache_resource.clear()
    monkeypatch.setattr(network, "run_later", lambda *_: None)

    def will_be(digit=3, confidence=0.97):
        classifier = fake_classifier(digit, confidence)
        monkeypatch.setattr(network, "load_for_serving", lambda _: classifier)

    yield will_be
    st.cache_resource.clear()


@pytest.fixture
def page():
    return AppTest.from_file("../../webapp.py", default_timeout=30)


def test_an_empty_canvas_invites_to_draw(page, answer):
    answer()
    assert paragraphs(page.run(), "prediction") == ["Draw a digit or a number"]
    assert "%" not in section(page, "probabilities").replace('--share: 0.0%"', "")


def test_a_drawing_shows_its_digit_first_and_then_the_confidence(page, answer):
    answer(digit=3, confidence=0.97)
    run_with(page, drawing(STROKE))
    assert paragraphs(page, "prediction") == ["3", "97 % sure"]


def test_bars_glide_from_where_they_were(page, answer):
    answer(digit=3, confidence=0.91)
    first = section(run_with(page, drawing(STROKE)), "probabilities")
    second = section(run_with(page, drawing(STROKE, ROUND)), "probabilities")
    assert '--from: 0.000; --share: 91.0%"' in first
    assert '--from: 0.910; --share: 91.0%"' in second


def test_ten_bars_stand_in_order_and_the_winner_is_marked(page, answer):
    answer(digit=3, confidence=0.91)
    bars = section(run_with(page, drawing(STROKE)), "probabilities")
    rows = re.findall(r'class="bar( winner)?"[^>]*><b>(▸ )?(\d)</b>(.*?)</p>', bars)
    assert [int(digit) for _, _, digit, _ in rows] == list(range(10))
    marked = [(digit, text) for winner, mark, digit, text in rows if winner and mark]
    assert marked == [("3", "91 %")]


@pytest.mark.parametrize(
    ("strokes", "ink", "says"),
    [
        ([ROUND], slice(40, 90), "Too small to tell: draw larger"),
        ([ROUND, BESIDE], slice(40, 200), "Several shapes, some of them not digits"),
        ([SCRIBBLE], slice(40, 200), "A scribble"),
        ([ROUND], slice(40, 200), "Doesn&#39;t look like any digit"),
        ([{"type": "Path"}], slice(40, 200), "Not a digit: try one digit or one number"),
    ],
    ids=["small", "several", "scribble", "one", "a stroke without points"],
)
def test_what_is_not_a_digit_is_a_question_mark_and_says_what_is_seen(
    page, answer, strokes, ink, says
):
    """A scribble was advised to be one digit at a time."""
    answer(digit=3, confidence=0.2)
    run_with(page, drawing(*strokes, ink=ink))
    assert paragraphs(page, "prediction") == ["?", says]


def test_what_is_not_a_digit_has_quiet_bars_without_figures(page, answer):
    """A "?" had a bar of 70 % for a zero."""
    answer(digit=3, confidence=0.7)
    bars = section(run_with(page, drawing(ROUND)), "probabilities")
    assert 'class="bars quiet"' in bars
    assert "--share: 70.0%" in bars
    assert "winner" not in bars
    assert " %" not in bars.replace("--share: ", "")


@pytest.mark.parametrize(
    ("share", "text"), [(1.0, "> 99 %"), (0.994, "> 99 %"), (0.85, "85 %"), (0.001, "< 1 %")]
)
def test_a_share_is_written_in_whole_per_cent_and_never_as_certainty(page, answer, share, text):
    answer(digit=3, confidence=share)
    bars = section(run_with(page, drawing(STROKE)), "probabilities")
    assert f"</b>{escape(text)}</p>" in bars


def test_the_page_shows_what_the_network_saw(page, answer):
    answer()
    html = section(run_with(page, drawing(STROKE)), "network_input")
    png = base64.b64decode(re.search(r"base64,([^\"]+)", html)[1])
    image = np.asarray(Image.open(io.BytesIO(png)))
    assert image.shape == (28, 28)
    rows = np.flatnonzero(image.any(axis=1))
    assert np.ptp(rows) + 1 == 20
    assert 'alt="What the network sees"' in html


def test_ink_comes_into_the_image_from_its_place_on_the_canvas(page, answer):
    answer()
    # Of 280 pixels, 160 become 20, from row 40 to row 4 and from column 100 to column 14.
    html = section(run_with(page, drawing(INKED)), "network_input")
    assert 'style="--x: -4.3%; --y: 2.9%; --scale: 0.800"' in html


def test_strokes_that_were_all_undone_invite_to_draw_again(page, answer):
    answer()
    run_with(page, drawing(STROKE))
    run_with(page, drawing(ink=slice(0)))
    assert paragraphs(page, "prediction") == ["Draw a digit or a number"]


def test_invisible_strokes_invite_to_draw(page, answer):
    answer()
    run_with(page, drawing(STROKE, ink=slice(0)))
    assert paragraphs(page, "prediction") == ["Draw a digit or a number"]


def test_a_drawing_that_was_read_is_not_read_again(page, answer, monkeypatch, fake_classifier):
    answer(digit=3)
    read, predict = [], fake_classifier.predict
    monkeypatch.setattr(fake_classifier, "predict", lambda *args: read.append(1) or predict(*args))
    run_with(page, drawing(STROKE))
    run_with(page, drawing(STROKE))
    assert len(read) == 1
    assert paragraphs(page, "prediction")[0] == "3"


@pytest.mark.parametrize(
    ("sent_next", "is_kept"),
    [
        (drawing(STROKE), True),
        (drawing(STROKE, {**STROKE, "left": 5}), False),
        (drawing(ink=slice(0)), False),
        ({"raw": None, "data": None}, False),
    ],
    ids=["the same drawing", "another stroke", "an empty canvas", "a broken message"],
)
def test_what_was_said_of_a_drawing_is_said_of_no_other(page, answer, sent_next, is_kept):
    answer()
    run_with(page, drawing(STROKE))
    page.session_state["visit"].entry = SimpleNamespace(label=7)
    run_with(page, sent_next)
    assert (page.session_state["visit"].entry is not None) == is_kept


def test_the_brush_width_leaves_the_drawing_alone(page, answer):
    answer(digit=3)
    run_with(page, drawing(STROKE))
    page.slider[0].set_value(30).run()
    assert paragraphs(page, "prediction")[0] == "3"


def test_looking_inside_shows_nothing_until_it_is_wanted(page, answer):
    answer()
    run_with(page, drawing(STROKE))
    with pytest.raises(KeyError):
        page.container("inside")


def test_looking_inside_shows_the_drawings_way_the_reasons_and_the_maps(page, answer):
    answer(digit=3, confidence=0.97)
    run_with(page, drawing(STROKE))
    page.toggle[0].set_value(True).run()
    html = inside(page)
    captions = re.findall("<figcaption>(.*?)</figcaption>", html)
    assert captions[:2] == ["drawn so far", "what the network sees"]
    assert captions[3:7] == ["drawn", "cropped", "20 × 20", "centred by mass"]
    assert captions[7] == "just shrunk: <b>3</b>, 97 % sure"
    assert captions[8:10] == ["why 3?", "why 3 and not 0?"]
    titles = re.findall("<h3><i>(.*?)</i>(.*?)</h3>", html)
    assert [number for number, _ in titles] == ["1", "2", "3", "4"]
    assert [title for _, title in titles] == [
        "How the answer came about",
        "The image",
        "Edges",
        "Ten scores",
    ]
    assert html.count('type="radio"') == 8


def test_the_answer_is_sent_before_the_network_is_looked_into(page, answer, monkeypatch):
    answer()
    sent = []
    monkeypatch.setattr(
        "page.look_inside.look_inside.send_what_is_shown", lambda: sent.append("answer")
    )
    monkeypatch.setattr(FakeClassifier, "feature_maps", see(sent, FakeClassifier.feature_maps))
    run_with(page, drawing(STROKE))
    page.toggle[0].set_value(True).run()
    assert sent == ["answer", "answer", "maps"]  # the drawing's course does not wait either


def test_every_picture_inside_has_a_text_in_its_place(page, answer):
    answer()
    run_with(page, drawing(STROKE))
    page.toggle[0].set_value(True).run()
    html = inside(page)
    assert all(re.findall('<img [^>]*alt="(.*?)"', html))
    assert html.count("<img") == 8
    assert html.count('role="img"') == html.count('role="img" aria-label="') == 2


def test_the_model_is_loaded_once_and_again_when_its_file_is_replaced(page, answer, monkeypatch):
    answer()
    loaded, load = [], network.load_for_serving
    monkeypatch.setattr(network, "load_for_serving", lambda path: loaded.append(1) or load(path))
    run_with(page, drawing(STROKE))
    run_with(page, drawing(STROKE, {**STROKE, "left": 5}))
    assert len(loaded) == 1
    monkeypatch.setattr(network, "model_version", lambda _: "another file")
    run_with(page, drawing(STROKE))
    assert len(loaded) == 2


def test_a_model_that_is_replaced_during_a_run_does_not_change_its_answer(
    page, answer, monkeypatch, fake_classifier
):
    """What one network had read was kept, and looked into, as the next one's."""
    answer()
    networks = [fake_classifier(digit, 0.97) for digit in (3, 8, 8, 8)]
    for number, classifier in enumerate(networks):
        classifier.fingerprint = str(number)
    replaced, versions = iter(networks), count()
    monkeypatch.setattr(network, "load_for_serving", lambda _: next(replaced))
    monkeypatch.setattr(network, "model_version", lambda _: next(versions))
    page.session_state["looking"] = True
    run_with(page, drawing(STROKE))
    assert paragraphs(page, "prediction")[0] == "3"
    assert page.session_state["visit"].reading.network.fingerprint == "0"
    assert "just shrunk: <b>3</b>" in inside(page)


def test_the_page_and_programs_share_one_network(answer):
    answer()
    assert network.load_network_in_background() is network.load_network()


def test_without_a_model_the_page_says_what_to_do(page, answer, monkeypatch):
    answer()

    def fail(path):
        raise ModelError(f"There is no model file {path}. Train it.")

    monkeypatch.setattr(network, "load_for_serving", fail)
    run_with(page, drawing(STROKE))
    assert "There is no model file" in page.error[0].value
    assert not page.exception


PNG = "data:image/png;base64,"


@pytest.mark.parametrize(
    "value",
    [
        drawing(STROKE, size=(280, 281)),
        {"raw": {"objects": [STROKE]}, "data": PNG + "not base64!"},
        {"raw": {"objects": [STROKE]}, "data": PNG + base64.b64encode(b"no PNG").decode()},
        {"raw": {"objects": [STROKE]}, "data": "no data URL"},
        {"raw": {"objects": [STROKE]}, "data": 7},
        {"raw": {"objects": [STROKE]}, "data": None},
        {"raw": {"objects": [STROKE]}},
        {"raw": {"objects": "strokes"}, "data": None},
        {"raw": {"objects": 5}, "data": None},
        {"raw": {"objects": [1, None]}, "data": None},
        {"raw": {}, "data": None},
        {"raw": None, "data": None},
        {"raw": [STROKE], "data": None},
        {"data": None},
        [1],
        "text",
        3.5,
        {"raw": {"objects": [STROKE]}, "data": "<script>alert(1)</script>"},
    ],
)
def test_a_broken_message_gets_a_short_answer_and_no_traceback(page, answer, value):
    answer()
    run_with(page, value)
    assert not page.exception
    (message,) = [error.value for error in page.error]
    assert len(message) < 100
    assert "script" not in message


def test_after_a_broken_message_the_next_drawing_is_answered(page, answer):
    answer(digit=8)
    run_with(page, {"raw": None, "data": None})
    run_with(page, drawing(STROKE))
    assert paragraphs(page, "prediction")[0] == "8"
