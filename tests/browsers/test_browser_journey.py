"""In the network's image, ink glides from where it was drawn to where the network sees it."""

import pytest

from driving.browser import draw_by_mouse, expect_answer, turn_live_answers_off
from driving.drawings import ONE

MOVING = {"reduced_motion": "no-preference"}
BASE = [(60, 220), (220, 220)]
AT_ITS_START = ".network_input img { animation-play-state: paused !important }"

# Where ink is seen: left, top, right and bottom, in shares of the image's place.
SEEN = """() => {
  const image = document.querySelector(".network_input img")
  const canvas = document.createElement("canvas")
  canvas.width = canvas.height = 28
  const context = canvas.getContext("2d")
  context.drawImage(image, 0, 0)
  const { data } = context.getImageData(0, 0, 28, 28)
  const inked = [...Array(28 * 28).keys()].filter(i => data[4 * i] > 40)
  const [columns, rows] = [inked.map(i => i % 28), inked.map(i => Math.floor(i / 28))]
  const [place, frame] = [image, image.parentElement].map(each => each.getBoundingClientRect())
  const x = column => (place.x - frame.x + place.width * column / 28) / frame.width
  const y = row => (place.y - frame.y + place.height * row / 28) / frame.height
  return [x(Math.min(...columns)), y(Math.min(...rows)),
    x(Math.max(...columns) + 1), y(Math.max(...rows) + 1)]
}"""


def shares(*pixels):
    return pytest.approx([pixel / 280 for pixel in pixels], abs=0.04)


def test_ink_starts_from_its_place_on_the_canvas(open_page):
    page = open_page(prepare=turn_live_answers_off, **MOVING)
    page.add_style_tag(content=AT_ITS_START)
    draw_by_mouse(page, [(60, 30), (60, 90)])
    expect_answer(page, "1")
    assert page.evaluate(SEEN) == shares(50, 20, 70, 100)


def test_when_a_stroke_is_added_what_was_there_starts_from_where_it_was(open_page):
    page = open_page(prepare=turn_live_answers_off, **MOVING)
    draw_by_mouse(page, ONE)
    expect_answer(page, "1")
    page.wait_for_function("document.getAnimations().length === 0")
    _, top, _, bottom = page.evaluate(SEEN)
    assert bottom - top == pytest.approx(20 / 28)
    page.add_style_tag(content=AT_ITS_START)
    source = page.locator(".network_input img").get_attribute("src")
    draw_by_mouse(page, BASE)
    page.wait_for_function(
        "before => document.querySelector('.network_input img').src !== before", arg=source
    )
    assert page.evaluate(SEEN)[1::2] == pytest.approx([top, bottom], abs=0.04)


def test_who_wants_less_motion_sees_a_still(open_page):
    page = open_page()
    page.add_style_tag(content=AT_ITS_START)
    draw_by_mouse(page, [(60, 30), (60, 90)])
    expect_answer(page, "1")
    _, top, _, bottom = page.evaluate(SEEN)
    assert bottom - top == pytest.approx(20 / 28)
    assert page.evaluate("document.getAnimations().length") == 0
