"""The page in Chromium, in Firefox, and in WebKit, which is Safari's engine."""

from functools import partial
from operator import eq

import pytest

from driving.drawings import ONE, THREE
from tests.browser_engines import start_chromium, start_firefox, start_webkit, wait_until

# Selenium 4.51 gives its own connection to WebKit the address in a way that it calls deprecated.
pytestmark = pytest.mark.filterwarnings("ignore:setting remote_server_addr:DeprecationWarning")

BESIDE_ONE = [(70, 60), (70, 220)]  # a second stroke, with which a one is not a digit any more
INVITATION = "Draw a digit or a number"
PACE = 16  # ms a step, as a person draws
WATCH = """() => {
  globalThis.live = []
  const note = () => live.push(document.querySelector(".prediction.live p")?.textContent)
  new MutationObserver(note).observe(document.body,
    { subtree: true, childList: true, characterData: true, attributes: true })
}"""
IS_FINAL = """() => !document.querySelector("section.live")"""
MOVES = """() => all("[value=move]")[0].ariaPressed === "true" """


@pytest.fixture(scope="module", params=["chromium", "firefox", "webkit"])
def browser(request):
    """Yield one running browser after another."""
    start = {
        "chromium": lambda: start_chromium(request.getfixturevalue("chromium")),
        "firefox": start_firefox,
        "webkit": start_webkit,
    }[request.param]
    with start() as engine:
        yield engine


@pytest.fixture
def page(browser, address):
    """Return the page as a new visitor meets it."""
    browser.open(address)
    expect_answer(browser, INVITATION)
    return browser


def expect_answer(page, text):
    # A number's digits are buttons: some engines tell them as lines of their own.
    wait_until(lambda: page.answer().replace("\n", ""), partial(eq, text))


def expect_ink(page, inked):
    """Wait until the canvas is as told: a dictionary from x, at half height, to 0 or 255."""
    wait_until(lambda: {x: page.ink_at((x, 140)) for x in inked}, partial(eq, inked))


def walk_through_the_strokes(page, undo, redo):
    """Take two strokes back, one by one, and do them again."""
    page.draw(ONE)
    expect_answer(page, "1")
    page.draw(BESIDE_ONE)
    expect_answer(page, "11")
    for step, answer, ink in (
        (undo, "1", {140: 255, 70: 0}),
        (undo, INVITATION, {140: 0, 70: 0}),
        (redo, "1", {140: 255, 70: 0}),
        (redo, "11", {140: 255, 70: 255}),
    ):
        step()
        expect_ink(page, ink)
        expect_answer(page, answer)


def clear_and_draw_on(page, clear):
    """Clear a three and draw a one."""
    page.draw(THREE)
    expect_answer(page, "3")
    expect_ink(page, {145: 255})
    clear()
    expect_ink(page, {145: 0})
    expect_answer(page, INVITATION)
    page.draw(ONE)
    expect_answer(page, "1")


def label_a_three(page, label):
    """Draw a three and say that it is one; its owner is told, and given an address to keep."""
    page.draw(THREE)
    expect_answer(page, "3")
    label()
    wait_until(partial(page.text, ".prediction"), lambda text: "saved as 3" in text)
    wait_until(partial(page.evaluate, "() => location.search"), lambda text: "notebook=" in text)


def test_a_three_drawn_by_mouse_is_read(page):
    page.draw(THREE)
    expect_answer(page, "3")


def test_the_answer_follows_the_pen_and_the_final_one_takes_its_place(page):
    page.evaluate(WATCH)
    page.draw([*THREE, *THREE[::-1]], PACE)
    wait_until(partial(page.evaluate, "() => live"), lambda seen: "3" in seen)
    wait_until(partial(page.evaluate, IS_FINAL), bool)
    expect_answer(page, "3")


def test_undo_and_redo_by_button_walk_through_the_strokes(page):
    walk_through_the_strokes(page, partial(page.click, "Undo"), partial(page.click, "Redo"))


def test_undo_and_redo_by_key_walk_through_the_strokes(page):
    undo, redo = partial(page.press, "Control+z"), partial(page.press, "Control+Shift+z")
    walk_through_the_strokes(page, undo, redo)


def test_clear_by_button_clears_drawing_and_answer_and_the_next_digit_is_read(page):
    clear_and_draw_on(page, partial(page.click, "Clear"))


def test_clear_by_key_clears_drawing_and_answer_and_the_next_digit_is_read(page):
    clear_and_draw_on(page, partial(page.press, "Escape"))


def test_a_drawing_is_moved_and_drawn_on(page):
    page.draw(THREE)
    expect_answer(page, "3")
    page.click("Move")
    wait_until(partial(page.evaluate, MOVES), bool)
    page.draw([(145, 140), (105, 150)])
    expect_ink(page, {145 - 40: 255, 180: 0})
    expect_answer(page, "3")
    page.press("Escape")
    page.draw([(230, 60), (230, 220)])
    expect_answer(page, "31")


def test_a_label_by_tap_is_kept(page):
    label_a_three(page, partial(page.click, "Yes"))


def test_a_label_by_key_is_kept(page):
    label_a_three(page, partial(page.press, "3"))
