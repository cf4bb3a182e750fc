"""The REST interface on a running server: what programs send, and what they get."""

import base64
import io
from pathlib import Path

import numpy as np
import pytest
import requests
import schemathesis
from hypothesis import strategies as st
from PIL import Image
from sqlalchemy import create_engine

from digit_model import read_number
from driving.drawings import ONE, THREE, canvas_png
from history import Notebook, new_identity, prepare
from preprocess import BRUSH, canvas_to_mnist
from tests.history_entries import entry

DESCRIPTION = Path(__file__).parents[2] / "server" / "openapi.yaml"


@pytest.fixture
def predict(address):
    """Return a function that posts to /api/predict and returns the response."""
    return lambda **request: requests.post(f"{address}/api/predict", timeout=60, **request)


def png(*strokes):
    """Return the drawing of strokes as a file."""
    return canvas_png(strokes)


def moved(stroke, right, down):
    """Return a stroke half as large, and moved."""
    return np.array(stroke) / 2 + np.array((right, down))


def data_url(*strokes):
    """Return the drawing of strokes as a canvas's toDataURL gives it."""
    return f"data:image/png;base64,{base64.b64encode(png(*strokes)).decode()}"


def encode(image, kind="PNG"):
    file = io.BytesIO()
    image.save(file, kind)
    return file.getvalue()


def test_a_picture_gets_the_answer_that_the_page_gives(predict, committed_classifier):
    response = predict(data=png(THREE), headers={"Content-Type": "image/png"})
    image = canvas_to_mnist(np.array(Image.open(io.BytesIO(png(THREE)))))
    digit = committed_classifier.classify(image).as_json()
    assert response.json() == {
        **digit,
        "text": "3",
        "digits": [digit],
        "reason": None,
        "model": committed_classifier.fingerprint,
    }


def test_a_number_has_its_digits_from_left_to_right(predict):
    told = predict(data=png(moved(THREE, 110, 60), moved(ONE, 0, 60))).json()
    assert (told["text"], told["digit"]) == ("13", None)
    assert [each["digit"] for each in told["digits"]] == [1, 3]


def test_two_lines_are_declined_and_the_reason_is_told(predict):
    lines = [moved(stroke, x, y) for x, stroke in ((0, THREE), (90, ONE)) for y in (0, 140)]
    told = predict(data=png(*lines)).json()
    assert (told["text"], told["digits"]) == (None, [])
    assert told["reason"] == "more than one line"


@pytest.mark.parametrize(
    "request_",
    [
        {"data": png(ONE), "headers": {"Content-Type": "image/png"}},
        {"data": png(ONE), "headers": {"Content-Type": "application/octet-stream"}},
        {"data": png(ONE)},
        {"data": png(ONE), "headers": {"Content-Type": "application/x-www-form-urlencoded"}},
        {"files": {"image": png(ONE)}},
        {"json": {"image": data_url(ONE)}},
        {"json": {"image": data_url(ONE), "name": "what we do not know we pass over"}},
    ],
    ids=["raw", "bytes", "no type", "curl's type", "form", "data URL", "data URL and more"],
)
def test_a_picture_may_come_in_any_of_these_ways(predict, request_):
    response = predict(**request_)
    assert (response.status_code, response.json()["digit"]) == (200, 1)


def test_strokes_get_the_answer_that_python_gives(predict, committed_classifier):
    strokes = [moved(THREE, 110, 60), moved(ONE, 0, 60)]
    told = predict(json={"strokes": [stroke.tolist() for stroke in strokes], "width": 12}).json()
    number = read_number(committed_classifier, strokes, 12)
    assert told == {**number.as_json(), "model": committed_classifier.fingerprint}
    assert told["text"] == "13"


def test_strokes_without_a_width_are_drawn_with_the_pages_own_brush(predict):
    answers = [predict(json={"strokes": [ONE], **width}) for width in ({}, {"width": BRUSH})]
    assert answers[0].json() == answers[1].json()


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
def test_black_on_white_is_read_like_a_canvas(predict, kind):
    canvas = Image.open(io.BytesIO(png(THREE)))
    paper = Image.new("RGB", canvas.size, "white")
    paper.paste("black", mask=canvas.getchannel("A"))
    assert predict(data=encode(paper, kind)).json()["digit"] == 3


@pytest.mark.parametrize(
    "request_",
    [
        {"json": {"images": [data_url(THREE), data_url(ONE)]}},
        {"files": [("images", png(THREE)), ("images", png(ONE))]},
    ],
    ids=["JSON", "form"],
)
def test_a_batch_is_answered_in_its_order(predict, request_):
    predictions = predict(**request_).json()["predictions"]
    assert [each["digit"] for each in predictions] == [3, 1]


def test_a_batch_of_one_is_answered_as_a_batch(predict):
    assert len(predict(json={"images": [data_url(ONE)]}).json()["predictions"]) == 1


def test_what_is_not_a_digit_has_none(predict):
    scribble = [(40 + 25 * (i % 9), 40 + 200 * (i % 2)) for i in range(30)]
    assert predict(data=png(scribble, THREE, ONE)).json()["digit"] is None


def test_a_notebooks_hand_reads_on_request(predict, database):
    """The same picture once as it was taught, once by the network alone."""
    image = canvas_to_mnist(np.array(Image.open(io.BytesIO(png(ONE)))))
    engine, identity = create_engine(database), new_identity()
    prepare(engine)
    taught = entry(1, prediction=1, label=7, image=np.round(image * 255).astype(np.uint8))
    Notebook(engine, identity).save(taught)
    engine.dispose()
    answers = [predict(data=png(ONE), params=p).json() for p in ({"notebook": identity}, {})]
    assert [each["digit"] for each in answers] == [7, 1]
    assert [each.get("by_hand", False) for each in answers] == [True, False]


def test_a_notebooks_hand_reads_strokes_on_request(predict, database, committed_classifier):
    image = read_number(committed_classifier, [np.array(ONE)], BRUSH).images[0]
    engine, identity = create_engine(database), new_identity()
    prepare(engine)
    taught = entry(2, prediction=1, label=7, image=np.round(image * 255).astype(np.uint8))
    Notebook(engine, identity).save(taught)
    engine.dispose()
    told = predict(json={"strokes": [ONE]}, params={"notebook": identity}).json()
    assert (told["text"], told["by_hand"]) == ("7", True)


def test_a_notebook_that_cannot_be_one_is_a_problem(predict):
    assert predict(data=png(ONE), params={"notebook": "mine"}).status_code == 422


JSON = {"Content-Type": "application/json"}
BROKEN = {
    "no picture": ({"data": b"hello"}, 422),
    "nothing": ({"data": b""}, 422),
    "a picture cut short": ({"data": png(THREE)[:300]}, 422),
    "an empty canvas": ({"data": encode(Image.new("RGBA", (280, 280)))}, 422),
    "blank paper": ({"data": encode(Image.new("RGB", (280, 280), "white"))}, 422),
    "a picture too large": ({"data": encode(Image.new("1", (9000, 9000)))}, 413),
    "pictures too large together": (
        {"files": [("images", encode(Image.new("1", (6000, 6000), 1)))] * 2},
        413,
    ),
    "a file too large": ({"data": bytes(20_000_001)}, 413),
    "another type": ({"data": b"x", "headers": {"Content-Type": "text/html"}}, 422),
    "no JSON": ({"data": b"{", "headers": JSON}, 400),
    "deep JSON": ({"data": b"[" * 10**6, "headers": JSON}, 400),
    "JSON of no object": ({"json": [1]}, 422),
    "JSON without a picture": ({"json": {}}, 422),
    "JSON with both": ({"json": {"image": data_url(ONE), "images": []}}, 422),
    "a picture that is not a text": ({"json": {"image": 5}}, 422),
    "a URL of another kind": ({"json": {"image": "http://127.0.0.1/picture.png"}}, 422),
    "a URL that is not base64": ({"json": {"image": "data:image/png;base64,%%%"}}, 422),
    "JSON of a picture and strokes": ({"json": {"image": data_url(ONE), "strokes": [ONE]}}, 422),
    "strokes that are no list": ({"json": {"strokes": {}}}, 422),
    "no stroke": ({"json": {"strokes": []}}, 422),
    "a stroke without points": ({"json": {"strokes": [ONE, []]}}, 422),
    "a point of three numbers": ({"json": {"strokes": [[[1, 2, 3]]]}}, 422),
    "a point of texts": ({"json": {"strokes": [[["1", "2"]]]}}, 422),
    "a point of truth values": ({"json": {"strokes": [[[True, False]]]}}, 422),
    "a point that is no number": ({"data": b'{"strokes": [[[NaN, 1]]]}', "headers": JSON}, 422),
    "a point at infinity": ({"data": b'{"strokes": [[[1e999, 1]]]}', "headers": JSON}, 422),
    "a point far away": ({"json": {"strokes": [[[10**400, 1]]]}}, 422),
    "a brush without width": ({"json": {"strokes": [ONE], "width": 0}}, 422),
    "a brush of no number": ({"json": {"strokes": [ONE], "width": "20"}}, 422),
    "too many points": ({"json": {"strokes": [[[1, 2]] * 20_001]}}, 422),
    "an empty batch": ({"json": {"images": []}}, 422),
    "a batch too long": ({"json": {"images": [data_url(ONE)] * 101}}, 422),
    "a batch that is not a list": ({"json": {"images": {}}}, 422),
    "a form without a picture": ({"files": {"file": png(ONE)}}, 422),
    "a form with two": ({"files": [("image", png(ONE)), ("image", png(ONE))]}, 422),
    "a form of text": ({"data": {"image": "text"}, "files": {"more": b""}}, 400),
    "a form without its border": (
        {"data": b"x", "headers": {"Content-Type": "multipart/form-data"}},
        400,
    ),
}


@pytest.mark.parametrize(("request_", "status"), BROKEN.values(), ids=BROKEN)
def test_what_is_wrong_is_told_as_a_problem(predict, request_, status):
    response = predict(**request_)
    told = response.json()
    assert response.headers["Content-Type"] == "application/problem+json"
    assert (response.status_code, told["status"]) == (status, status)
    assert told["type"] == "about:blank"
    assert 10 < len(told["detail"]) < 100
    assert "Traceback" not in response.text


def test_a_batch_with_one_bad_picture_says_which(predict):
    broken = predict(json={"images": [data_url(ONE), "data:image/png;base64,AAAA"]}).json()
    assert broken["picture"] == 1


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [("GET", "predict", 405), ("DELETE", "model", 405), ("GET", "nothing", 404)],
)
def test_a_wrong_address_is_a_problem_too(address, method, path, status):
    response = requests.request(method, f"{address}/api/{path}", timeout=60)
    assert response.headers["Content-Type"] == "application/problem+json"
    assert response.status_code == status


def test_a_program_that_hangs_up_leaves_no_trace(address, predict):
    def interrupted():
        yield png(ONE)[:100]
        raise InterruptedError

    with pytest.raises(requests.exceptions.ConnectionError):
        predict(data=interrupted())
    assert predict(data=png(ONE)).json()["digit"] == 1


def test_the_model_tells_what_it_is_and_how_good(address, committed_classifier):
    told = requests.get(f"{address}/api/model", timeout=60).json()
    assert told["model"] == committed_classifier.fingerprint
    assert told["parameters"] == committed_classifier.parameters
    assert told["measured"][0]["data"] == "MNIST test"


def test_the_description_is_served(address):
    response = requests.get(f"{address}/api/openapi.yaml", timeout=60)
    assert response.text == DESCRIPTION.read_text()


@st.composite
def drawings(draw):
    """Draw a small picture that has ink, on nothing."""
    width, height = draw(st.integers(20, 60)), draw(st.integers(20, 60))
    image = Image.new("RGBA", (width, height))
    across, down = draw(st.integers(2, width // 2)), draw(st.integers(2, height // 2))
    image.paste("black", (1, 1, across, down))
    return encode(image)


for media_type in ("image/png", "image/jpeg", "image/webp", "application/octet-stream"):
    schemathesis.openapi.media_type(media_type, drawings())
schemathesis.openapi.format(
    "data-url",
    drawings().map(lambda file: f"data:image/png;base64,{base64.b64encode(file).decode()}"),
)
schema = schemathesis.openapi.from_path(DESCRIPTION)


@schema.include(method="POST").parametrize()
def test_the_server_answers_drawings_as_its_description_says(case, address):
    if isinstance(case.body, dict) and isinstance(case.body.get("images"), bytes):
        case.body["images"] = [case.body["images"]]  # one file, where a list is described
    case.call_and_validate(base_url=address)


@schema.exclude(method="POST").parametrize()
def test_the_server_does_all_else_as_its_description_says(case, address):
    case.call_and_validate(base_url=address)
