"""A page that learns its visitor's hand, in a real browser with the real network."""

import pytest

from driving.browser import draw_by_mouse, expect, expect_answer
from tests.browsers.saving import button, clear, delete_newest, expect_note, open_history

LIGHTNING = [(180, 50), (110, 90), (170, 140), (100, 230)]  # a 4 that may as well be a 5
ANOTHER = [(178, 54), (110, 92), (168, 142), (102, 228)]
THIRD = [(182, 50), (112, 92), (170, 144), (102, 232)]


@pytest.fixture
def page(open_page):
    return open_page()


def draw(page, points):
    """Draw on an empty canvas; return what it is read as."""
    page.bring_to_front()  # behind another, it would draw one frame a second
    if page.locator(".digit").count():
        clear(page)
    draw_by_mouse(page, points)
    final = page.locator(".prediction:not(.live) .digit")
    expect(final).to_be_visible()
    return final.inner_text()


def teach(page, digit):
    """Say what the drawing was, and wait until that is learnt."""
    page.keyboard.press(digit)
    expect_note(page, f"Learnt: this is one of your {digit}s.")
    expect_answer(page, digit)


def other_than(*digits):
    """Return the 4 that was meant, or the 5 or 6 that it may be if these are the network's."""
    return next(digit for digit in "456" if digit not in digits)


def test_a_digit_corrected_once_is_right_until_that_is_deleted(page):
    third_alone = draw(page, THIRD)
    alone = draw(page, LIGHTNING)
    meant = other_than(alone, third_alone)
    teach(page, meant)
    draw(page, ANOTHER)
    expect_answer(page, meant)
    expect_note(page, "as you write it")
    history = open_history(page)
    delete_newest(history)
    expect(history).to_contain_text("Nothing is saved yet")
    page.keyboard.press("Escape")
    expect(page.locator(".digit")).not_to_have_text(meant)
    draw(page, THIRD)
    expect_answer(page, third_alone)
    expect(page.locator(".prediction")).not_to_contain_text("as you write it")


def test_two_visitors_with_opposite_habits_are_each_read_as_they_write(page, open_page):
    other = open_page()
    alone = draw(page, LIGHTNING)
    meant = other_than(alone)
    teach(page, meant)
    draw(other, LIGHTNING)
    other.keyboard.press(alone)
    expect_note(other, f"saved as {alone}")
    for visitor, digit in ((page, meant), (other, alone)):
        draw(visitor, ANOTHER)
        expect_answer(visitor, digit)


def test_a_hand_comes_back_with_its_address_and_is_shown_in_the_history(page, open_page):
    meant = other_than(draw(page, LIGHTNING))
    teach(page, meant)
    page.wait_for_url("**/?notebook=*")
    again = open_page(page.url)
    draw(again, ANOTHER)
    expect_answer(again, meant)
    expect_note(again, "as you write it")
    button(again, "Yes").click()
    expect_note(again, f"saved as {meant}")
    history = open_history(again)
    expect(history).to_contain_text(
        "1 of 2 right after learning your handwriting, 0 by the network alone"
    )
    expect(history.get_by_alt_text("How often the page was right")).to_be_visible()
