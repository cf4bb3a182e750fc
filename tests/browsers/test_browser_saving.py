"""Keeping drawings as a person does, in a real browser: on SQLite and on PostgreSQL."""

import re

from driving.browser import (
    PHONE,
    draw_by_mouse,
    draw_by_touch,
    expect,
    expect_answer,
    expect_invitation,
)
from driving.browser import button as tool
from driving.drawings import ONE, THREE, TWO_WAVES
from tests.browsers.saving import button, clear, delete_newest, expect_note, keep, open_history

CLOSE_AND_PRESS = """async key => {
    const seen = () => document.querySelector("[role=dialog]")
    seen().querySelector("[aria-label=Close]").click()
    while (seen()) await new Promise(requestAnimationFrame)
    document.body.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true }))
}"""


def take_back(page):
    """Take back what the drawing was saved as, and see that nothing of it is left."""
    button(page, "Undo: do not save it").click()
    expect(page.locator(".prediction")).not_to_contain_text("saved")
    expect(open_history(page)).to_contain_text("Nothing is saved yet")


def test_a_key_keeps_the_drawing_and_another_one_corrects_it(page):
    keep(page, THREE, "3", "3")
    page.keyboard.press("5")
    expect_note(page, "saved as 5")
    expect(open_history(page)).to_contain_text("0 % of 1 read right")


def test_a_finger_keeps_the_drawing_with_one_tap(open_page):
    page = open_page(**PHONE)
    draw_by_touch(page, THREE)
    expect_answer(page, "3")
    button(page, "Yes").tap()
    expect_note(page, "saved as 3")
    assert page.evaluate("document.documentElement.scrollWidth") == 360


def label_places(page):
    boxes = "labels => labels.map(each => JSON.stringify(each.getBoundingClientRect()))"
    return page.locator(".ask .labels button").evaluate_all(boxes)


def test_on_a_phone_the_labels_stay_in_their_place_whatever_is_asked_and_kept(open_page):
    """Beside what follows an answer, "What is it?" took two lines; and its words took four."""
    page = open_page(**PHONE)
    draw_by_touch(page, ONE)
    expect_answer(page, "1")
    places = label_places(page)
    button(page, "Yes").tap()
    expect_note(page, "saved as 1")
    assert label_places(page) == places
    tool(page, "Clear").tap()
    expect_invitation(page)
    for wave in TWO_WAVES:
        draw_by_touch(page, wave)
    expect_note(page, "some of them not digits")
    assert label_places(page) == places
    button(page, "Not a digit").tap()
    expect_note(page, "saved as not a digit")
    assert label_places(page) == places


def test_what_was_kept_can_be_forgotten(page):
    keep(page, THREE, "3", "3")
    take_back(page)


def test_a_drawing_that_comes_back_by_undo_and_redo_is_kept_as_before(page):
    """Nothing said so, and it could not be forgotten."""
    keep(page, THREE, "3", "3")
    page.keyboard.press("Control+z")
    expect_invitation(page)
    page.keyboard.press("Control+y")
    expect_note(page, "saved as 3")
    take_back(page)


def test_a_drawing_that_comes_back_by_a_reload_is_saved_as_before(page):
    """The ink was there, but not what it was saved as, nor a way to take that back."""
    keep(page, THREE, "3", "5")
    page.wait_for_url("**/?notebook=*")
    page.reload()
    expect_note(page, "saved as 5")
    take_back(page)


def test_what_is_deleted_in_the_history_does_not_come_back_as_kept(page):
    keep(page, THREE, "3", "3")
    history = open_history(page)
    delete_newest(history)
    expect(history).to_contain_text("Nothing is saved yet")
    page.keyboard.press("Escape")
    page.keyboard.press("Control+z")
    expect_invitation(page)
    page.keyboard.press("Control+y")
    expect_answer(page, "3")
    expect(page.locator(".prediction")).not_to_contain_text("saved")


def test_keeping_is_no_step_of_the_browsers_own_history(page):
    """Back closed the history, and lost the notebook."""
    steps = page.evaluate("history.length")
    keep(page, THREE, "3", "3")
    page.wait_for_url("**/?notebook=*")
    assert page.evaluate("history.length") == steps


def test_keep_and_next_empties_the_canvas_and_what_was_kept_can_be_undone(page):
    for points, digit in ((THREE, "3"), (ONE, "1")):
        draw_by_mouse(page, points)
        expect_answer(page, digit)
        page.get_by_label("Save and clear").check()
        button(page, "Yes").click()
        expect_invitation(page)
        expect_note(page, f"saved as {digit}")
    expect(open_history(page)).to_contain_text("100 % of 2 read right")
    page.keyboard.press("Escape")
    button(page, "Undo: do not save it").click()
    expect(page.locator(".prediction")).not_to_contain_text("saved")
    expect(open_history(page)).to_contain_text("100 % of 1 read right")


def test_an_answer_right_after_a_dialog_does_not_bring_the_dialog_back(page):
    """It cut the run short that took the dialog off, and Streamlit opened it again."""
    keep(page, THREE, "3", "3")
    for key in "5353":  # it depends on which message comes first
        open_history(page)
        page.evaluate(CLOSE_AND_PRESS, key)
        expect_note(page, f"saved as {key}")
        expect(page.get_by_role("dialog")).to_have_count(0)


def test_the_labels_find_the_canvas_that_comes_later_than_they_do(page):
    """Now and then, Save and clear did not empty the canvas."""
    page.evaluate("mnistDraw = { ...mnistDraw, clear() { window.isCleared = true } }")
    draw_by_mouse(page, ONE)
    expect_answer(page, "1")
    page.get_by_label("Save and clear").check()
    page.keyboard.press("1")
    page.wait_for_function("window.isCleared")


def test_before_anything_is_drawn_a_key_keeps_nothing(page):
    page.keyboard.press("4")
    expect(open_history(page)).to_contain_text("Nothing is saved yet")
    assert "notebook" not in page.url


def test_the_address_brings_the_notebook_back(page, open_page):
    keep(page, THREE, "3", "3")
    page.wait_for_url("**/?notebook=*")
    again = open_page(page.url)
    expect(open_history(again)).to_contain_text("100 % of 1 read right")


def test_another_visitor_sees_nothing_of_it(page, open_page):
    keep(page, THREE, "3", "3")
    expect(open_history(open_page())).to_contain_text("Nothing is saved yet")


def test_a_made_up_notebook_is_not_taken(open_page, address):
    page = open_page(f"{address}/?notebook=mine")
    keep(page, THREE, "3", "3")
    expect(page).to_have_url(re.compile(r"notebook=[\w-]{32}$"))


def test_a_database_that_stops_and_starts_again_loses_nothing(
    open_page, postgresql, postgresql_address
):
    page = open_page(postgresql_address)
    keep(page, THREE, "3", "3")
    postgresql.stop()
    try:
        clear(page)
        draw_by_mouse(page, ONE)
        expect_answer(page, "1")
        page.keyboard.press("1")
        expect_note(page, "Database unavailable")
        expect(open_history(page)).to_contain_text("cannot be reached")
        page.keyboard.press("Escape")
        expect_note(page, "Database unavailable")
    finally:
        postgresql.start()
    expect_note(page, "saved as 1")
    expect(open_history(page)).to_contain_text("100 % of 2 read right")
