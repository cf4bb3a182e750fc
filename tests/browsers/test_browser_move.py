"""What was drawn is dragged, scaled, turned and removed, and read and saved as it is seen."""

import pytest

from driving.browser import (
    PHONE,
    button,
    draw_by_mouse,
    draw_by_touch,
    expect,
    expect_answer,
    expect_invitation,
    ink_at,
)
from driving.drawings import ONE
from tests.browsers.saving import drawings_kept_at

SEVEN = [(80, 60), (200, 60), (150, 140), (120, 230)]
BAR = [(110, 140), (190, 140)]

# Where handles are: around the ink, with a margin of nine pixels.
TOP_LEFT = (61, 41)
ABOVE = (140, 9)  # the one that turns, in reach


@pytest.fixture
def page(open_page):
    """Return a page with a seven on it, chosen to be moved."""
    page = open_page()
    draw_by_mouse(page, SEVEN)
    expect_answer(page, "7")
    move(page)
    return page


def move(page):
    """Switch from drawing to moving."""
    button(page, "Move").click()
    expect(button(page, "Move")).to_have_attribute("aria-pressed", "true")


def kept_on_ink(page, database, key="7"):
    """Keep the drawing; return its points, all of which are on ink."""
    page.keyboard.press(key)
    expect(page.locator(".prediction")).to_contain_text(f"saved as {key}")
    entry = drawings_kept_at(page, database)[-1]
    points = [point for stroke in entry.strokes for point in stroke]
    assert all(ink_at(page, point) > 200 for point in points)
    return points


def test_a_seven_that_is_dragged_into_a_corner_and_shrunk_is_still_a_seven(page, database):
    draw_by_mouse(page, [(140, 60), (180, 80)])
    draw_by_mouse(page, [(101, 61), (180, 160)])
    expect_answer(page, "7")
    assert ink_at(page, (140, 60)) == 0
    points = kept_on_ink(page, database)
    assert min(x for x, _ in points) > 170
    assert min(y for _, y in points) > 150


def test_a_seven_on_its_side_is_not_a_digit(page):
    draw_by_mouse(page, [ABOVE, (276, 145)])
    expect_answer(page, "?")


def test_what_is_turned_upside_down_is_kept_as_it_is_seen(page, database):
    draw_by_mouse(page, [ABOVE, (270, 145), (140, 275)])
    points = kept_on_ink(page, database)
    assert points[0][0] > points[-1][0]
    assert points[0][1] > points[-1][1]


def test_strokes_that_are_turned_and_squeezed_together_are_kept_as_they_are_seen(
    open_page, database
):
    """The canvas then says of each by itself how it is turned, scaled and skewed."""
    page = open_page()
    draw_by_mouse(page, SEVEN)
    draw_by_mouse(page, BAR)
    move(page)
    draw_by_mouse(page, [ABOVE, (210, 60), (238, 46)])  # by 45°
    button(page, "Move").click()
    move(page)
    page.keyboard.down("Shift")  # not in proportion
    draw_by_mouse(page, [(14, 19), (60, 40), (90, 50)])
    page.keyboard.up("Shift")
    kept_on_ink(page, database)
    skews = page.evaluate("JSON.parse(sessionStorage['mnist-draw']).map(stroke => stroke.skewX)")
    assert [abs(skew) > 5 for skew in skews] == [True, True]


def test_a_number_is_read_in_the_order_in_which_its_digits_are_seen(open_page):
    page = open_page()
    draw_by_mouse(page, [(40, 60), (40, 220)])
    draw_by_mouse(page, [(90, 60), (190, 60), (150, 130), (120, 220)])
    expect_answer(page, "17")
    move(page)
    draw_by_mouse(page, [(250, 20), (250, 20)])
    draw_by_mouse(page, [(40, 140), (40, 140)])
    draw_by_mouse(page, [(40, 140), (240, 140)])
    expect_answer(page, "71")


def test_a_stroke_among_others_is_chosen_by_a_click(open_page):
    page = open_page()
    draw_by_mouse(page, SEVEN)
    draw_by_mouse(page, [(40, 200), (60, 250)])
    move(page)
    page.keyboard.press("Escape")
    button(page, "Move").focus()
    page.keyboard.press("Enter")
    draw_by_mouse(page, [(20, 20), (20, 20)])  # beside all strokes: none is chosen any more
    expect(button(page, "Delete")).to_have_attribute("aria-disabled", "true")
    draw_by_mouse(page, [(50, 225), (50, 25)])
    assert [ink_at(page, point) for point in [(50, 225), (50, 25), (140, 60)]] == [0, 255, 255]


def test_delete_removes_what_is_chosen_and_undo_brings_it_back(open_page):
    page = open_page()
    draw_by_mouse(page, ONE)
    draw_by_mouse(page, [(40, 60), (40, 220)])
    expect_answer(page, "11")
    move(page)
    draw_by_mouse(page, [(250, 20), (250, 20)])
    draw_by_mouse(page, [(40, 140), (40, 140)])
    page.keyboard.press("Delete")
    assert (ink_at(page, (40, 100)), ink_at(page, (140, 100))) == (0, 255)
    expect_answer(page, "1")
    page.keyboard.press("Control+z")
    expect_answer(page, "11")
    expect(button(page, "Move")).to_have_attribute("aria-pressed", "true")
    page.keyboard.press("Backspace")  # what came back is chosen, all of it
    expect_invitation(page)
    expect(button(page, "Move")).to_have_attribute("aria-pressed", "false")
    expect(button(page, "Move")).to_have_attribute("aria-disabled", "true")


def test_a_move_is_one_step_and_choosing_is_none(page):
    draw_by_mouse(page, [(140, 60), (180, 80)])
    draw_by_mouse(page, [(20, 20), (20, 20)])
    draw_by_mouse(page, [(180, 80), (180, 80)])
    page.keyboard.press("Control+z")
    assert [ink_at(page, point) for point in [(140, 60), (90, 60)]] == [255, 255]
    page.keyboard.press("Control+y")
    assert [ink_at(page, point) for point in [(180, 80), (90, 60)]] == [255, 0]
    page.keyboard.press("Control+z")
    page.keyboard.press("Control+z")
    expect_invitation(page)


def test_arrow_keys_move_and_with_shift_turn_and_scale_what_is_chosen(page, database):
    for keys in ["ArrowRight"] * 3 + ["Shift+ArrowRight"] * 6 + ["Shift+ArrowDown"] * 2:
        page.keyboard.press(keys)
    expect_answer(page, "?")  # on its side
    for _ in range(6):
        page.keyboard.press("Shift+ArrowLeft")
    page.keyboard.press("ArrowUp")
    expect_answer(page, "7")
    (first, *_) = kept_on_ink(page, database)
    # From (80, 60): towards the middle of the ink, (140, 145), by 1.21, then moved.
    assert first == pytest.approx([140 - 60 / 1.21 + 30, 145 - 85 / 1.21 - 10], abs=2)
    page.keyboard.press("Control+z")
    page.keyboard.press("Control+z")
    expect_answer(page, "7")


def test_escape_goes_back_to_drawing(page):
    expect(page.locator(".hint")).to_be_visible()
    page.keyboard.press("Escape")
    expect(button(page, "Move")).to_have_attribute("aria-pressed", "false")
    expect(page.locator(".hint")).to_be_hidden()
    draw_by_mouse(page, [(40, 60), (40, 220)])
    assert [ink_at(page, point) for point in [(140, 60), (40, 140)]] == [255, 255]
    expect_answer(page, "17")


def test_with_keep_and_next_the_next_digit_is_drawn(page):
    page.get_by_label("Save and clear").check()
    page.keyboard.press("7")
    expect_invitation(page)
    expect(button(page, "Move")).to_have_attribute("aria-pressed", "false")
    draw_by_mouse(page, ONE)
    expect_answer(page, "1")


def test_a_finger_drags_and_shrinks_by_handles_larger_than_they_look(open_page, database):
    page = open_page(**PHONE)
    draw_by_touch(page, SEVEN)
    expect_answer(page, "7")
    button(page, "Move").tap()
    expect(page.locator(".hint")).to_be_visible()
    draw_by_touch(page, [(140, 60), (160, 80)])
    draw_by_touch(page, [(68, 48), (120, 120)])  # a fingertip beside the handle
    expect_answer(page, "7")
    assert [ink_at(page, point) for point in [(140, 60), (90, 80)]] == [0, 0]
    button(page, "Delete").tap()
    expect_invitation(page)
    button(page, "Undo").tap()
    expect_answer(page, "7")
    for is_on in ("true", "false"):
        button(page, "Move").tap()
        expect(button(page, "Move")).to_have_attribute("aria-pressed", is_on)
    draw_by_touch(page, [(30, 60), (30, 220)])
    expect_answer(page, "17")
    assert ink_at(page, (30, 140)) == 255


def test_without_anything_to_move_there_is_no_moving(open_page):
    page = open_page()
    button(page, "Move").dispatch_event("click")
    draw_by_mouse(page, ONE)
    expect_answer(page, "1")
    expect(button(page, "Move")).to_have_attribute("aria-pressed", "false")


def test_a_reload_brings_back_what_was_moved_where_it_was(page):
    draw_by_mouse(page, [(140, 60), (180, 80)])
    expect_answer(page, "7")
    page.reload()
    expect_answer(page, "7")
    assert [ink_at(page, point) for point in [(180, 80), (90, 60)]] == [255, 0]
