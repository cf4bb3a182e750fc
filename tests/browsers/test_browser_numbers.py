"""Numbers in a real browser: written by mouse and by finger, selected, corrected."""

import re

import numpy as np
import pytest

from driving.browser import (
    PHONE,
    draw_by_mouse,
    draw_by_touch,
    expect,
    expect_answer,
    expect_invitation,
)
from preprocess import CANVAS
from tests.browsers.saving import expect_note, open_history
from tests.written_numbers import WRITTEN

LOOKED_AT = ".number [aria-pressed=true]"
NARROW = 12  # pixels, a brush


def choose_brush(page):
    """Choose a narrow brush."""
    page.locator(".st-key-brush input").focus()
    page.keyboard.press("Home")
    for _ in range(4):
        page.keyboard.press("ArrowRight")
    page.wait_for_function(f"mnistDrawCanvas.component.data.strokeWidth === {NARROW}")
    page.locator(".upper-canvas").scroll_into_view_if_needed()


def write(page, name, draw=draw_by_mouse):
    """Write a number, and wait until it is read."""
    text, strokes, _ = WRITTEN[name]
    for stroke in strokes:
        draw(page, stroke.tolist())
    expect_answer(page, text)


@pytest.mark.parametrize("name", WRITTEN)
def test_a_number_written_by_mouse_is_read(open_page, name):
    page = open_page()
    choose_brush(page)
    write(page, name)
    expect(page.locator(".marks i")).to_have_count(len(WRITTEN[name][0]))


@pytest.mark.parametrize("name", WRITTEN)
def test_a_number_written_by_finger_is_read(open_page, name):
    page = open_page(**PHONE)
    choose_brush(page)
    write(page, name, draw_by_touch)


@pytest.mark.parametrize("profile", [{}, PHONE], ids=["wide", "phone"])
def test_a_mark_lies_below_its_digit_on_the_canvas(open_page, profile):
    page = open_page(**profile)
    choose_brush(page)
    write(page, "42", draw_by_touch if profile else draw_by_mouse)
    paper, mark = (
        page.locator(part).first.bounding_box() for part in (".upper-canvas", ".marks i")
    )
    strokes = np.concatenate(WRITTEN["42"][1][:2])
    (left, _), (right, bottom) = strokes.min(axis=0), strokes.max(axis=0)
    scale = paper["width"] / CANVAS
    assert (mark["x"] - paper["x"]) / scale == pytest.approx(left - 6, abs=6)
    assert mark["width"] / scale == pytest.approx(right - left + 12, abs=6)
    assert 0 < (mark["y"] - paper["y"]) / scale - bottom < 16


def test_a_tap_and_the_arrow_keys_choose_the_digit_that_is_looked_at(open_page):
    page = open_page()
    choose_brush(page)
    write(page, "2026")
    expect(page.locator(LOOKED_AT)).to_have_text("6")
    page.locator(".number button").nth(1).click()
    expect(page.locator(LOOKED_AT)).to_have_text("0")
    expect(page.locator(".bar.winner b")).to_have_text("▸ 0")
    page.keyboard.press("ArrowLeft")
    expect(page.locator(LOOKED_AT)).to_have_text("2")
    expect(page.locator(".bar.winner b")).to_have_text("▸ 2")


def test_a_number_that_is_typed_is_kept_digit_by_digit(open_page):
    page = open_page()
    choose_brush(page)
    write(page, "42")
    expect(page.get_by_role("group", name="Is it 42?")).to_be_visible()
    for key, kept in (("9", "saved as 9_"), ("2", "saved as 92")):
        page.keyboard.press(key)
        expect(page.locator(".prediction")).to_contain_text(kept)
    history = open_history(page)
    expect(history.get_by_role("option")).to_have_accessible_name(re.compile("^92, read as 42"))
    history.get_by_role("option").click()
    history.get_by_role("button", name="Open", exact=True).last.click()
    expect_note(page, "saved as 92")


def test_two_keys_that_are_typed_at_once_are_both_kept(open_page):
    page = open_page()
    choose_brush(page)
    write(page, "42")
    page.keyboard.type("92")
    expect(page.locator(".prediction")).to_contain_text("saved as 92")


def test_a_tapped_label_is_about_the_digit_whose_bars_are_shown(open_page):
    """It went to the first digit."""
    page = open_page()
    choose_brush(page)
    write(page, "42")
    expect(page.locator(LOOKED_AT)).to_have_text("2")
    page.get_by_role("button", name="7", exact=True).click()
    expect_note(page, "saved as _7")


def test_not_a_digit_is_offered_for_one_digit_and_can_be_taken_back(open_page):
    """For 42 it was saved of both, without a word."""
    page = open_page()
    choose_brush(page)
    write(page, "42")
    none = page.get_by_role("button", name="Not a digit")
    expect(none).to_be_hidden()
    page.locator(".number button").last.click()
    none.click()
    expect_note(page, "saved as _✗")
    page.get_by_role("button", name="Undo: do not save it").click()
    expect_answer(page, "42")


NAME_FOCUS = """() => {
    let at = document.activeElement
    while (at.shadowRoot?.activeElement) at = at.shadowRoot.activeElement
    return at.ariaLabel ?? at.textContent
}"""


def test_the_tab_key_goes_as_the_screen_is_read(open_page):
    """Canvas and digits came last, after all that is below them and beside."""
    page = open_page()
    choose_brush(page)
    write(page, "42")
    page.get_by_role("button", name="Model").focus()
    stops = []
    for _ in range(4):
        page.keyboard.press("Tab")
        stops.append(page.evaluate(NAME_FOCUS))
    assert stops[:3] == ["Drawing area", "4", "2"]
    assert stops[3].startswith("Undo")


def test_skip_to_main_leads_to_the_canvas(open_page):
    page = open_page()
    page.get_by_text("Skip to main content").press("Enter")
    assert page.evaluate(NAME_FOCUS) == "Drawing area"


def test_save_and_clear_clears_a_number_once_all_of_it_is_saved(open_page):
    """Yes left nothing to take back, and typing its digits left the number."""
    page = open_page()
    choose_brush(page)
    write(page, "42")
    page.get_by_label("Save and clear").check()
    page.get_by_role("button", name="Yes").click()
    expect_invitation(page)
    expect_note(page, "saved as 42")
    page.get_by_role("button", name="Undo: do not save it").click()
    expect(page.locator(".prediction")).not_to_contain_text("saved")
    write(page, "42")
    page.keyboard.type("42")
    expect_invitation(page)
    expect_note(page, "saved as 42")
