"""A connection that is lost and comes back: the drawing stays, and gets its answer."""

import pytest

from driving.browser import (
    button,
    draw_by_mouse,
    expect,
    expect_answer,
    expect_invitation,
    ink_at,
    position,
    wait_for_canvas,
)
from driving.drawings import ONE, THREE
from driving.server import find_free_port, run_server
from tests.cheap_servers import STUB_PAGE
from tests.slow_line import Line


@pytest.fixture
def line(address):
    """Yield a Line to the running page."""
    with Line(int(address.rsplit(":")[-1])) as line:
        yield line


CONNECTION = "data-test-connection-state"

FORGET_SESSION = """globalThis.WebSocket = class extends WebSocket {
    constructor(url, [kind, token]) { super(url, [kind, token]) }
}"""

CLEAR_WHEN_BACK = f"""() => {{
    const app = document.querySelector("[data-testid=stApp]")
    const escape = new KeyboardEvent("keydown", {{ key: "Escape", bubbles: true }})
    new MutationObserver(() => {{
        if (app.getAttribute("{CONNECTION}") === "CONNECTED") app.dispatchEvent(escape)
    }}).observe(app, {{ attributeFilter: ["{CONNECTION}"] }})
}}"""


NOTE_DIALOGS = """() => new MutationObserver(() => {
    globalThis.dialogCame ||= document.querySelector(".stDialog") !== null
}).observe(document.body, { childList: true })"""


def go_elsewhere(page):
    """Have each connection of a page begin a session, as when another server answers."""
    page.add_init_script(FORGET_SESSION)


def expect_no_connection(page):
    expect(page.get_by_test_id("stApp")).not_to_have_attribute(CONNECTION, "CONNECTED")


def begin_stroke(page, points):
    """Put the pen down and draw, without lifting it."""
    page.mouse.move(*position(page, points[0]))
    page.mouse.down()
    for point in points[1:]:
        page.mouse.move(*position(page, point), steps=8)


def test_a_connection_that_is_cut_during_a_stroke_costs_neither_drawing_nor_answer(open_page, line):
    page = open_page(line.address)
    draw_by_mouse(page, ONE)
    expect(page.locator(".digit")).to_have_text("1")
    begin_stroke(page, [(70, 60), (70, 220)])
    line.cut()
    page.mouse.up()
    expect_no_connection(page)
    assert [ink_at(page, (x, 140)) for x in (70, 140)] == [255, 255]
    line.repair()
    expect_answer(page, "11")
    assert [ink_at(page, (x, 140)) for x in (70, 140)] == [255, 255]
    page.keyboard.press("Control+z")
    expect_answer(page, "1")


@pytest.mark.parametrize("prepare", [lambda page: None, go_elsewhere], ids=["same", "other"])
def test_a_stroke_without_a_connection_is_answered_once_there_is_one(open_page, line, prepare):
    """The first stroke was not; by another server, none ever."""
    page = open_page(line.address, prepare)
    line.cut()
    expect_no_connection(page)
    draw_by_mouse(page, THREE)
    line.repair()
    expect_answer(page, "3")


def test_a_lost_connection_is_said_and_keeps_nobody_from_drawing(open_page, line):
    """A dialog said how to restart Streamlit in a terminal, and lay over the canvas."""
    page = open_page(line.address)
    note = page.get_by_text("Connection lost. Your drawing is safe; reconnecting…")
    page.evaluate(NOTE_DIALOGS)
    line.cut()
    expect(note).to_be_visible()
    page.wait_for_function("globalThis.dialogCame")
    expect(page.get_by_role("dialog")).to_be_hidden()
    draw_by_mouse(page, THREE)
    assert ink_at(page, THREE[3]) == 255
    line.repair()
    expect_answer(page, "3")
    expect(note).to_be_hidden()


def block_canvas(page):
    page.route("**/bidi-components/**/*.js", lambda route: route.abort())


def test_a_canvas_that_is_blocked_says_what_to_do_and_reload_brings_it(chromium, address):
    """It was a red "BidiComponent Error" with the address of a script."""
    with chromium.new_context() as context:
        page = context.new_page()
        block_canvas(page)
        page.goto(address)
        expect(page.get_by_role("alert").first).to_contain_text("The canvas did not load.")
        page.unroute_all()
        page.get_by_role("button", name="Reload").click()
        wait_for_canvas(page)


def test_clear_just_as_another_server_is_there_takes_the_answer_away(open_page, line):
    """The server did not know the canvas yet, and ignored the message: the answer stayed."""
    page = open_page(line.address, go_elsewhere)
    draw_by_mouse(page, THREE)
    expect_answer(page, "3")
    line.cut()
    expect_no_connection(page)
    page.evaluate(CLEAR_WHEN_BACK)
    line.repair()
    expect_invitation(page)
    assert ink_at(page, THREE[3]) == 0


def test_a_server_that_is_started_again_during_a_stroke_costs_neither_drawing_nor_answer(
    open_page, tmp_path
):
    """Once Undo, Clear or the brush had been used, the new server emptied the canvas; and
    what had been kept before was kept twice when it was labelled again.
    """
    port, database = find_free_port(), f"sqlite:///{tmp_path / 'history.db'}"
    note = ".prediction"
    with run_server(STUB_PAGE, port=port, database=database) as (address, _):
        page = open_page(address)
        for points in (ONE, [(70, 60), (70, 220)]):
            draw_by_mouse(page, points)
        button(page, "Undo").click()
        expect(page.locator(".digit")).to_have_text("1")
        page.keyboard.press("7")
        expect(page.locator(note)).to_contain_text("saved as 7")
        begin_stroke(page, [(210, 60), (210, 220)])
    page.mouse.up()
    with run_server(STUB_PAGE, port=port, database=database):
        expect(page.locator(".digit")).to_have_text("11")
        assert [ink_at(page, (x, 140)) for x in (70, 140, 210)] == [0, 255, 255]
        button(page, "Undo").click()
        expect_answer(page, "7")  # the page has learnt what it was told
        page.keyboard.press("1")
        expect(page.locator(note)).to_contain_text("saved as 1")
        page.get_by_role("button", name="History").click()
        expect(page.get_by_role("dialog")).to_contain_text("100 % of 1 read right")
