"""Answers while the pen moves, on a running server."""

import json
import re
from contextlib import ExitStack

import pytest
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import connect

from driving.drawings import ONE, THREE
from page.answer.live import MOST_OF_ONE

DRAWING = json.dumps({"strokes": [THREE], "width": 20})


@pytest.fixture
def live(address):
    """Return a function that connects to the route, with options of `connect`."""
    return lambda **options: connect(f"{address.replace('http', 'ws', 1)}/live", **options)


def digit(answer):
    """Return the digit that an answer shows."""
    return re.search('class="digit">(.)<', json.loads(answer)["html"])[1]


def test_each_drawing_is_answered_and_the_server_says_when_it_takes_the_next(live):
    with live() as socket:
        for strokes, read in (([THREE], "3"), ([ONE], "1")):
            socket.send(json.dumps({"strokes": strokes}))
            answer = socket.recv()
            assert digit(answer) == read
            assert 0 < json.loads(answer)["next"] <= 2000


def test_the_page_itself_may_connect_and_no_other(live, address):
    with live(origin=address) as socket:
        socket.send(DRAWING)
        assert digit(socket.recv()) == "3"
    with pytest.raises(InvalidStatus), live(origin="https://elsewhere.example"):
        pass


@pytest.mark.parametrize("sent", ["{", b"\xff", DRAWING.encode(), '{"strokes": 7}', " " * 70_000])
def test_what_no_page_sends_ends_the_connection(live, sent):
    with live() as socket:
        socket.send(sent)
        with pytest.raises(ConnectionClosed):
            socket.recv()


def test_one_address_has_so_many_connections_and_no_more(live):
    with ExitStack() as stack:
        for _ in range(MOST_OF_ONE):
            last = stack.enter_context(live())
        with pytest.raises(InvalidStatus), live():
            pass
        last.send(DRAWING)
        assert digit(last.recv()) == "3"
