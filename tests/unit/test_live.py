"""The answer while the pen moves, without a server."""

import asyncio
import json
import re

import numpy as np
import pytest

from digit_model.rasterize import draw
from driving.drawings import ONE, SMALL_SEVEN, THREE
from page.answer import live
from page.answer.answer import build_sections
from page.answer.live import build_live_answer, live_routes
from page.answer.note import NO_NOTE
from page.answer.reading import Reading
from page.canvas.drawing import Drawing
from preprocess import BRUSH, CANVAS, canvas_to_mnist
from server.strokes import SentDrawing
from tests.fake_networks import FakeClassifier

IDENTITY = "a" * 32


@pytest.fixture
def network(monkeypatch):
    """Have a network that always reads a sure 3."""
    fake = FakeClassifier(3, 0.98)
    monkeypatch.setattr(live, "load_network_in_background", lambda: fake)
    return fake


def message(*strokes, **more):
    return json.dumps({"strokes": strokes, **more})


def text_of(html):
    return re.sub("<.*?>", " ", html)


def test_a_live_answer_is_made_as_the_final_one_is(network):
    drawn = draw([np.array(THREE)], BRUSH, CANVAS, CANVAS)
    drawing = Drawing([{}], None)
    vars(drawing)["pixels"] = drawn
    number = live.read_strokes(network, drawing, canvas_to_mnist(drawn))
    final = build_sections(Reading(drawing, number, network, 0, 0), None, NO_NOTE)
    answer = build_live_answer(message(THREE))
    assert final["prediction"] in answer
    assert final["probabilities"] in answer


def test_a_number_is_read_and_nothing_is_marked_below_it(monkeypatch, committed_classifier):
    monkeypatch.setattr(live, "load_network_in_background", lambda: committed_classifier)
    narrow = [[(x / 2 + 110, y) for x, y in THREE], [(x / 2, y) for x, y in ONE]]
    html = build_live_answer(message(*narrow, width=12))
    assert text_of(html).split()[:2] == ["1", "3"]
    assert "marks" not in html


def test_nobody_gets_advice_before_a_drawing_is_done(monkeypatch):
    monkeypatch.setattr(live, "load_network_in_background", lambda: FakeClassifier(3, 0.2))
    html = build_live_answer(message(SMALL_SEVEN[:2]))
    assert "Not a digit" in html
    assert "draw larger" not in html


def test_strokes_beside_the_canvas_have_no_answer(network):
    assert build_live_answer(message([[900, 900], [910, 900]])) == ""


@pytest.mark.parametrize(
    "text",
    ["", "{", "[]", "7", "{}", '{"strokes": [[]]}', '{"strokes": [[[NaN, 1]]]}', "[" * 50_000],
)
def test_what_is_no_drawing_is_refused(network, text):
    with pytest.raises((ValueError, RecursionError)):
        build_live_answer(text)


class OpenNotebook:
    """A notebook whose handwriting reads a sure 7."""

    def ready_reader(self, network):
        return FakeClassifier(7, 0.98)


def test_the_handwriting_of_an_open_notebook_reads(network, monkeypatch):
    monkeypatch.setattr(live, "find_notebook", {IDENTITY: OpenNotebook()}.get)
    answers = [text_of(build_live_answer(message(THREE, notebook=n))) for n in (IDENTITY, "b" * 32)]
    assert [answer.split()[0] for answer in answers] == ["7", "3"]


@pytest.mark.parametrize("identity", [None, 7, ["a"], "", "../" * 20, "a" * 31])
def test_what_is_no_notebook_is_not_looked_for(network, monkeypatch, identity):
    monkeypatch.setattr(live, "find_notebook", lambda _: pytest.fail("looked for"))
    assert text_of(build_live_answer(message(THREE, notebook=identity))).split()[0] == "3"


def test_the_route_is_beside_the_page_and_can_be_turned_off(monkeypatch):
    monkeypatch.delenv("MNIST_DRAW_LIVE", raising=False)
    assert [route.path for route in live_routes()] == ["/live"]
    monkeypatch.setenv("MNIST_DRAW_LIVE", "off")
    assert live_routes() == []


class Socket:
    """A connection on which somebody sends these, and then nothing."""

    def __init__(self, *texts):
        self.texts, self.sent = [*texts], []

    async def receive_text(self):
        return self.texts.pop(0) if self.texts else await asyncio.Event().wait()

    async def send_json(self, answer):
        self.sent.append(answer)


def test_a_connection_on_which_nothing_comes_ends(network, monkeypatch):
    monkeypatch.setattr(live, "IDLE", 0)
    assert asyncio.run(live._answer_all(Socket(), "address")) == live.DONE


def test_a_message_that_is_too_long_ends_its_connection(network):
    socket = Socket(message(THREE) + " " * live.LONGEST)
    assert asyncio.run(live._answer_all(socket, "address")) == live.TOO_LONG
    assert socket.sent == []


def test_a_busy_server_answers_nothing_and_says_when_to_ask_again(network, monkeypatch):
    class Busy(live.Pace):
        def refuse(self, address):
            return 1e-9

    monkeypatch.setattr(live, "_pace", Busy)
    socket = Socket(message(THREE), message(THREE), " " * (live.LONGEST + 1))
    asyncio.run(live._answer_all(socket, "address"))
    assert socket.sent == [{"html": "", "next": 0}] * 2


def test_points_become_the_drawing_that_the_canvas_has():
    drawing = live.LiveDrawing([{}], None, SentDrawing([np.array(ONE, float)], 20.0))
    assert drawing.points == [[list(map(float, point)) for point in ONE]]
    assert (drawing.brush, drawing.box) == (20.0, (130, 50, 151, 231))
