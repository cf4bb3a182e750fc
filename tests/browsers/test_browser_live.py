"""The answer while the pen moves: it follows the pen, and gives way to the final one."""

import json

import pytest

from driving.browser import (
    button,
    draw_by_mouse,
    expect,
    expect_answer,
    expect_invitation,
    position,
    positions,
)
from driving.drawings import ONE, THREE
from driving.server import serve
from tests.cheap_servers import STUB_PAGE

LIVE = ".prediction.live"
SWITCH = ("switch", {"name": "Answer while drawing"})

# Notes what a screen reader hears.
LISTEN = """status => {
  window.heard = []
  new MutationObserver(() => heard.push(status.textContent))
    .observe(status, {childList: true, characterData: true, subtree: true})
}"""


def begin(page, points):
    """Draw a stroke, and leave the pen down."""
    start, *others = positions(page, points)
    page.mouse.move(*start)
    page.mouse.down()
    for point in others:
        page.mouse.move(*point, steps=5)


def expect_live(page, text):
    """Wait until the answer while the pen moves is this."""
    expect(page.locator(f"{LIVE} p").first).to_have_text(text)


def expect_final(page, text):
    """Wait until the answer is this, and nothing of it will change."""
    expect(page.locator("section.live")).to_have_count(0)
    expect_answer(page, text)


def test_the_answer_follows_the_pen_and_stands_lighter_until_it_is_up(page):
    begin(page, THREE)
    expect_live(page, "3")
    expect(page.locator(".probabilities.live .winner b")).to_have_text("▸ 3")
    page.mouse.up()
    expect_final(page, "3")


def test_what_is_drawn_already_counts(page):
    draw_by_mouse(page, [(70, 60), (70, 220)])
    expect_final(page, "1")
    begin(page, [(x / 2 + 120, y) for x, y in THREE])
    expect_live(page, "13")
    page.mouse.up()
    expect_final(page, "13")


def test_a_stroke_that_changes_nothing_has_a_final_answer_too(page):
    """Streamlit does not show again what it has shown already."""
    for _ in range(3):
        begin(page, ONE)
        expect_live(page, "1")
        page.mouse.up()
        expect_final(page, "1")


def test_strokes_count_where_they_were_moved_to(open_page):
    sent = []
    page = open_page(prepare=lambda page: page.route_web_socket("**/live", watch(sent)))
    draw_by_mouse(page, ONE)
    expect_answer(page, "1")
    button(page, "Move").click()
    for _ in range(3):
        page.keyboard.press("ArrowLeft")
    button(page, "Move").click()
    begin(page, [(200, 60), (200, 220)])
    expect_live(page, "11")
    assert [round(x) for x, _ in json.loads(sent[-1])["strokes"][0]] == pytest.approx(
        [110] * len(json.loads(sent[-1])["strokes"][0]), abs=2
    )


def watch(sent):
    """Return a function that notes what a connection's page sends."""

    def connect(socket):
        server = socket.connect_to_server()
        socket.on_message(lambda message: (sent.append(message), server.send(message)))

    return connect


def test_an_answer_that_comes_after_the_pen_is_up_is_dropped(open_page):
    connections = []

    def hold(socket):
        connections.append(socket)
        socket.on_message(lambda message: None)

    page = open_page(prepare=lambda page: page.route_web_socket("**/live", hold))
    draw_by_mouse(page, THREE)
    expect_answer(page, "3")
    late = '<section class="prediction"><p class="digit">8</p><p>late</p></section>'
    connections[0].send(json.dumps({"html": late, "next": 0}))
    draw_by_mouse(page, ONE)
    expect(page.locator(LIVE)).to_have_count(0)
    assert "late" not in page.locator(".prediction").inner_text()


def test_a_screen_reader_hears_the_final_answer_only(page):
    page.locator(".status").evaluate(LISTEN)
    begin(page, [*ONE, (200, 220)])
    expect(page.locator(LIVE)).to_have_count(1)
    assert page.evaluate("heard") == []
    page.mouse.up()
    expect(page.locator("section.live")).to_have_count(0)
    page.wait_for_function("heard.length")


def test_moving_strokes_has_no_live_answer(page):
    draw_by_mouse(page, THREE)
    expect_final(page, "3")
    button(page, "Move").click()
    begin(page, [(145, 140), (105, 150), (105, 160)])
    expect(page.locator(LIVE)).to_have_count(0)
    page.mouse.up()
    expect_final(page, "3")


def test_who_turns_it_off_has_it_off_after_a_reload(page):
    page.get_by_role(SWITCH[0], **SWITCH[1]).uncheck()
    page.reload()
    switch = page.get_by_role(SWITCH[0], **SWITCH[1])
    expect(switch).not_to_be_checked()
    begin(page, THREE)
    page.mouse.up()
    expect_final(page, "3")
    assert page.evaluate("performance.getEntriesByType('resource').length") > 0
    switch.check()
    begin(page, [(200, 60), (200, 220)])
    expect(page.locator(LIVE)).to_have_count(1)
    page.mouse.up()


def test_a_server_without_the_route_offers_no_switch_and_the_page_works(open_page, monkeypatch):
    monkeypatch.setenv("MNIST_DRAW_LIVE", "off")
    with serve(STUB_PAGE) as address:
        page = open_page(address)
        said = []
        page.on("console", lambda message: said.append(message.text))
        draw_by_mouse(page, THREE)
        expect_answer(page, "3")
        expect(page.get_by_role(SWITCH[0], **SWITCH[1])).to_have_count(0)
        assert said == []


def test_where_a_proxy_cuts_the_connection_the_page_works(open_page):
    page = open_page(prepare=lambda page: page.route_web_socket("**/live", lambda ws: ws.close()))
    draw_by_mouse(page, THREE)
    expect_final(page, "3")
    page.keyboard.press("Escape")
    expect_invitation(page)


def test_with_less_motion_bars_do_not_glide(page):
    page.emulate_media(reduced_motion="reduce")
    begin(page, THREE)
    expect_live(page, "3")
    bar = page.locator(".probabilities.live .bar").first
    glide = "bar => getComputedStyle(bar, '::before').transitionProperty"
    assert bar.evaluate(glide) == "none"
    page.mouse.move(*position(page, THREE[0]))
    page.mouse.up()
    page.emulate_media(reduced_motion=None)
