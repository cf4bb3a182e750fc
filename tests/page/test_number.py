"""A number on the page: its digits, which one is selected, and what is saved of them."""

import base64
import re

import numpy as np
import pytest
import streamlit as st
from sqlalchemy import create_engine
from streamlit.testing.v1 import AppTest

from driving.drawings import canvas_value
from history import Notebook, prepare
from page.answer.reading import read_strokes
from page.canvas.drawing import Drawing
from page.labels.component import FORGET, NONE, RIGHT
from server import network
from tests.fake_networks import FakeClassifier
from tests.page.test_page import paragraphs, run_with, section


def stem(x, top=80, bottom=180):
    return [(x, top), (x, bottom)]


def ring(x, y=130):
    angles = np.linspace(0, 2 * np.pi, 30)
    return np.stack([x + 28 * np.cos(angles), y + 50 * np.sin(angles)], axis=1)


class WidthReader(FakeClassifier):
    """A network to which thin ink is a 1, wider ink a 0, and a whole number neither."""

    def __init__(self):
        super().__init__(1, 0.97)

    def predict(self, images):
        return np.array([self._read(image) for image in images])

    @staticmethod
    def _read(image):
        width = np.ptp(np.flatnonzero(image.any(axis=0)))
        shares = np.full(10, 0.1, np.float32)
        if width < 16:
            shares[:] = 0.003
            shares[1 if width < 8 else 0] = 0.973
        return shares


def script():
    import runpy
    from pathlib import Path

    import streamlit as st

    import page
    from page.visit import Visit

    visit = Visit.current()
    acts = {
        "press": visit.take_label,
        "type": lambda label: visit.take_label(label, is_typed=True),
        "tap": visit.select_digit,
    }
    for name, act in acts.items():
        if name in st.session_state:
            act(st.session_state.pop(name))
    app = Path(page.__file__).parents[1] / "webapp.py"
    runpy.run_path(str(app), run_name="__main__")


@pytest.fixture
def history(tmp_path, monkeypatch):
    """Return a function that opens a page's Notebook."""
    url = f"sqlite:///{tmp_path / 'history.db'}"
    monkeypatch.setenv("MNIST_DRAW_DATABASE", url)
    engine = create_engine(url)
    prepare(engine)
    yield lambda page: Notebook(engine, page.session_state["visit"].notebook.identity)
    engine.dispose()


@pytest.fixture
def page(history, monkeypatch):
    monkeypatch.setattr(network, "run_later", lambda *_: None)
    monkeypatch.setattr(network, "load_for_serving", lambda _: WidthReader())
    st.cache_resource.clear()
    yield AppTest.from_function(script, default_timeout=30).run()
    st.cache_resource.clear()


def draw(page, *strokes, brush=12):
    run_with(page, canvas_value(strokes, brush)["drawing"])
    return page


def act(page, **acts):
    """Act on the drawing that is on the canvas, one after another."""
    for name, value in acts.items():
        page.session_state[name] = value
        page.run()
    return page


def digits(page):
    """Return a number's digits, the selected one in brackets."""
    found = re.findall('aria-pressed="(.+?)" title=".+?">(.)</button>', section(page, "prediction"))
    return "".join(f"[{digit}]" if pressed == "true" else digit for pressed, digit in found)


def winner(page):
    (digit,) = re.findall('class="bar winner"[^>]*><b>▸ (.)</b>', section(page, "probabilities"))
    return digit


def kept(history, page):
    """Return (label, what was read, number, place) of what is kept."""
    entries = Notebook.page(history(page), 0, 10)
    return sorted((e.place, e.label, e.prediction, e.number) for e in entries)


def test_a_number_is_shown_digit_by_digit_with_its_own_confidence(page):
    draw(page, stem(60), ring(200))
    assert digits(page) == "1[0]"
    assert paragraphs(page, "prediction")[1] == "95 % sure"


def test_the_digit_written_last_is_the_one_that_is_looked_at(page):
    draw(page, ring(200), stem(60))
    assert (digits(page), winner(page)) == ("[1]0", "1")


def test_another_digit_is_looked_at_when_it_is_tapped(page):
    act(draw(page, stem(60), ring(200)), tap=0)
    assert (digits(page), winner(page)) == ("[1]0", "1")
    image = base64.b64decode(re.search('base64,(.+?)"', section(page, "network_input"))[1])
    act(page, tap=1)
    assert winner(page) == "0"
    assert image not in base64.b64decode(
        re.search('base64,(.+?)"', section(page, "network_input"))[1]
    )


def test_what_was_taken_for_a_digit_is_marked_below_it(page):
    draw(page, stem(60), ring(200))
    lefts = [float(share) for share in re.findall(r"left: ([\d.]+)%", section(page, "marks"))]
    assert lefts == pytest.approx([100 * 54 / 280, 100 * 166 / 280], abs=0.3)


def test_the_mark_of_a_digit_drawn_over_the_edge_ends_at_the_edge(page):
    draw(page, stem(60), ring(260))
    ends = re.findall(r"left: ([\d.]+)%; width: ([\d.]+)%", section(page, "marks"))
    assert sum(map(float, ends[-1])) == pytest.approx(100, abs=0.2)


def test_a_single_digit_has_no_marks_and_nothing_to_tap(page):
    draw(page, stem(60))
    assert paragraphs(page, "prediction")[0] == "1"
    with pytest.raises(KeyError):
        section(page, "marks")


def test_a_number_that_was_right_is_kept_as_its_digits(page, history):
    act(draw(page, stem(60), ring(200)), press=RIGHT)
    assert kept(history, page) == [(0, 1, 1, "10"), (1, 0, 0, "10")]
    assert paragraphs(page, "prediction")[1] == "95 % sure · saved as 10"


def test_its_digits_are_kept_with_the_same_time_and_each_with_its_strokes(page, history):
    act(draw(page, stem(60), ring(200)), press=RIGHT)
    one, other = history(page).page(0, 10)
    assert one.time == other.time
    assert len(one.strokes) == len(other.strokes) == 1
    assert one.strokes != other.strokes


def test_a_number_can_be_typed_from_the_left(page, history):
    draw(page, stem(60), ring(200))
    act(page, type=7)
    assert (digits(page), paragraphs(page, "prediction")[1]) == ("1[0]", "95 % sure · saved as 7_")
    act(page, type=6)
    assert kept(history, page) == [(0, 7, 1, "10"), (1, 6, 0, "10")]


def test_one_digit_is_corrected_where_it_was_tapped(page, history):
    act(draw(page, stem(60), ring(130), stem(210)), tap=1, press=6)
    assert kept(history, page) == [(1, 6, 0, "101")]
    assert digits(page) == "10[1]"


def test_a_label_is_about_the_digit_that_is_marked_and_about_no_other(page, history):
    """The 7 for the 2 of 42 went to the 4; and "Not a digit" to both."""
    act(draw(page, stem(60), ring(200)), press=NONE)
    assert kept(history, page) == [(1, None, 0, "10")]
    assert paragraphs(page, "prediction")[1] == "95 % sure · saved as _✗"


def test_a_number_is_forgotten_as_a_whole(page, history):
    act(draw(page, stem(60), ring(200)), press=RIGHT)
    act(page, press=FORGET)
    assert kept(history, page) == []
    assert paragraphs(page, "prediction")[1] == "95 % sure"


def test_a_digit_kept_by_itself_is_the_same_drawing_when_it_becomes_part_of_a_number(page, history):
    act(draw(page, stem(60)), press=RIGHT)
    draw(page, stem(60), ring(200))
    assert paragraphs(page, "prediction")[1] == "95 % sure · saved as 1_"
    act(page, press=RIGHT)
    assert len(kept_labels := [e.label for e in history(page).page(0, 10)]) == 2
    assert sorted(kept_labels) == [0, 1]


def test_several_lines_are_declined_with_what_helps(page):
    draw(page, ring(60, 70), ring(220, 70), ring(60, 210), ring(220, 210))
    assert paragraphs(page, "prediction")[1] == ("Several lines: write one number, on one line")


def test_a_thinner_brush_is_offered_if_there_is_little_room(page):
    draw(page, stem(60), ring(200), brush=30)
    assert paragraphs(page, "prediction")[1].endswith("a thinner brush leaves room for more")


def test_where_the_points_of_a_certain_digit_are_seen_is_not_asked():
    drawing = Drawing([{}, {}], png=None)
    number = read_strokes(FakeClassifier(4, 0.9999), drawing, np.ones((28, 28), np.float32))
    assert (number.text, "points" in vars(drawing)) == ("4", False)
