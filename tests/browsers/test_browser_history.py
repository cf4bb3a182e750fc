"""The history as a person uses it, in a real browser: on SQLite and on PostgreSQL."""

import csv
import re
import secrets
from dataclasses import replace

import numpy as np
import pytest
from sqlalchemy import create_engine

from driving.browser import PHONE, expect, expect_answer, ink_at
from driving.drawings import ONE, THREE
from history import Notebook, new_identity, prepare
from tests.browsers.saving import choose, delete_newest, expect_note, keep, open_history
from tests.history_entries import entry


def test_the_table_and_the_drawings_can_be_taken_home(page, tmp_path):
    keep(page, THREE, "3", "3")
    keep(page, ONE, "1", "7")
    history = open_history(page)
    for name in ("Table (CSV)", "Drawings (npz)"):
        with page.expect_download() as download:
            history.get_by_role("button", name=name).click()
        download.value.save_as(tmp_path / download.value.suggested_filename)
    with open(tmp_path / "drawings.csv", newline="") as lines:
        assert [row["label"] for row in csv.DictReader(lines)] == ["3", "7"]
    with np.load(tmp_path / "drawings.npz") as archive:
        assert archive["y"].tolist() == [3, 7]
        assert archive["x"].shape == (2, 28, 28)


def test_all_is_deleted_after_being_asked_once(page):
    keep(page, THREE, "3", "3")
    history = open_history(page)
    history.get_by_role("button", name="Delete all").click()
    page.get_by_role("button", name="Yes, delete all 1 drawings for good").click()
    expect(open_history(page)).to_contain_text("Nothing is saved yet")


def test_in_the_history_a_drawing_is_corrected_and_the_page_behind_says_so(page):
    keep(page, ONE, "1", "7")
    history = open_history(page)
    tile = history.get_by_role("option")
    expect(tile).to_have_accessible_name(re.compile("7, read as 1, > 99 % sure"))
    expect(tile).to_contain_text("✗ read as 1")
    tile.click()
    history.get_by_role("button", name="1", exact=True).click()
    expect(history).to_contain_text("100 % of 1 read right")
    expect(tile).not_to_contain_text("✗")
    page.keyboard.press("Escape")
    expect_note(page, "saved as 1")


def test_the_card_of_a_chosen_drawing_is_shown_and_nothing_else_moves(page):
    keep(page, THREE, "3", "3")
    keep(page, ONE, "1", "7")
    history = open_history(page)
    card = history.locator(".shown .card")
    expect(history.get_by_role("button", name="Table (CSV)")).to_be_visible()
    expect(history.get_by_role("option")).to_have_count(2)
    others = history.locator("[role=option], button:has-text('CSV')").all()
    places = [each.bounding_box() for each in others]
    choose(history)
    expect(card.locator(".digit")).to_have_text("1")
    expect(card).to_contain_text("> 99 % sure · saved as 7")
    expect(card.locator(".bar.winner b")).to_have_text("▸ 1")
    expect(card.get_by_alt_text("What the network saw")).to_be_visible()
    assert [each.bounding_box() for each in others] == places
    choose(history, 1)
    expect(card).to_be_hidden()
    choose(history, 0)
    expect(card.locator(".digit")).to_have_text("3")
    start = "bar => Number(bar.style.getPropertyValue('--from'))"
    assert card.locator(".bar").nth(1).evaluate(start) > 0.9  # as long as the last one's


def test_in_the_history_a_drawing_is_deleted(page):
    keep(page, ONE, "1", "1")
    keep(page, THREE, "3", "3")
    history = open_history(page)
    delete_newest(history)
    expect(history).to_contain_text("100 % of 1 read right")
    expect(history.get_by_role("option")).to_have_count(1)
    expect(history.get_by_role("option")).to_have_accessible_name(re.compile("^1, "))
    page.keyboard.press("Escape")
    expect(page.locator(".prediction")).not_to_contain_text("saved")


def test_a_deletion_is_undone(page):
    keep(page, ONE, "1", "7")
    history = open_history(page)
    delete_newest(history)
    expect(history).to_contain_text("Nothing is saved yet")
    history.get_by_role("button", name="Undo", exact=True).click()
    expect(history).to_contain_text("0 % of 1 read right")
    page.keyboard.press("Escape")
    expect_note(page, "saved as 7")


def test_several_are_corrected_deleted_and_brought_back_together(open_filled):
    history = open_history(open_filled(10))
    for number in (0, 2, 5):
        choose(history, number)
    expect(history).to_contain_text("3 selected")
    history.get_by_role("button", name="8", exact=True).click()
    expect(history).to_contain_text("70 % of 10 read right")
    for number in (0, 2, 5):
        choose(history, number)
    history.get_by_role("button", name="Delete", exact=True).click()
    expect(history).to_contain_text("100 % of 7 read right")
    expect(history).to_contain_text("3 drawings are deleted.")
    history.get_by_role("button", name="Undo", exact=True).click()
    expect(history).to_contain_text("70 % of 10 read right")
    expect(history).not_to_contain_text("are deleted")


def test_a_whole_page_of_drawings_is_deleted_at_once(open_filled):
    history = open_history(open_filled(30))
    expect(history.get_by_role("option")).to_have_count(24)
    history.get_by_role("button", name="Select all").click()
    history.get_by_role("button", name="Delete", exact=True).click()
    expect(history).to_contain_text("100 % of 6 read right")


def test_the_grid_is_one_stop_of_the_tab_key_and_keys_do_all(open_filled):
    page = open_filled(8)
    history = open_history(page)
    tiles = history.get_by_role("option")
    expect(history.locator(".grid [tabindex='0']")).to_have_count(1)
    tiles.first.focus()
    page.keyboard.press("ArrowRight")
    expect(tiles.nth(1)).to_be_focused()
    page.keyboard.press("ArrowDown")  # six in a row
    expect(tiles.nth(7)).to_be_focused()
    page.keyboard.press("Space")
    expect(tiles.nth(7)).to_have_attribute("aria-selected", "true")
    page.keyboard.press("5")
    expect(tiles.nth(7)).to_have_accessible_name(re.compile("^5, read as 3"))
    expect(tiles.nth(7)).to_be_focused()
    expect(history).to_contain_text("The drawing is saved as 5.")
    history.get_by_role("button", name="Undo", exact=True).click()
    expect(tiles.nth(7)).to_have_accessible_name(re.compile("^3, read as 3"))
    tiles.nth(7).focus()
    page.keyboard.press("Delete")
    expect(tiles).to_have_count(7)
    expect(tiles.nth(6)).to_be_focused()
    page.keyboard.press("Enter")
    expect(history).to_be_hidden()
    expect(page.locator(".digit")).to_be_visible()


def test_a_kept_drawing_is_put_back_on_the_canvas_and_can_be_undone(page):
    keep(page, THREE, "3", "3")
    keep(page, ONE, "1", "1")
    history = open_history(page)
    choose(history, 1)
    history.get_by_role("button", name="Open", exact=True).last.click()
    expect_answer(page, "3")
    expect_note(page, "saved as 3")
    assert ink_at(page, (150, 60)) > 0
    expect(history).to_be_hidden()  # until it is gone, it has the keys
    page.keyboard.press("Control+z")
    expect_answer(page, "1")
    expect_note(page, "saved as 1")


def test_the_history_shows_what_was_read_wrong_alone(page):
    keep(page, ONE, "1", "7")
    keep(page, THREE, "3", "3")
    history = open_history(page)
    history.get_by_text("wrong", exact=True).click()
    expect(history.get_by_role("option")).to_have_count(1)
    expect(history.get_by_role("option")).to_contain_text("✗ read as 1")


def test_a_phone_has_three_in_a_row_and_what_to_do_with_them_at_hand(open_filled):
    page = open_filled(30, **PHONE)
    history = open_history(page)
    tiles = history.get_by_role("option")
    tiles.nth(4).tap()
    tops = tiles.evaluate_all("tiles => tiles.map(tile => tile.offsetTop)")
    assert tops[0] == tops[1] == tops[2] < tops[3]
    for name in ("0", "Not a digit", "Delete"):
        expect(history.get_by_role("button", name=name, exact=True)).to_be_in_viewport(ratio=1)
    expect(tiles.nth(4)).to_be_in_viewport(ratio=1)
    assert history.evaluate("box => box.scrollWidth <= box.clientWidth")
    assert page.evaluate("document.documentElement.scrollWidth") <= 360


def test_closing_the_history_by_key_keeps_the_drawing(page):
    keep(page, THREE, "3", "3")
    history = open_history(page)
    expect(history).to_contain_text("of 1 read right")
    page.keyboard.press("5")
    page.keyboard.press("Escape")
    expect(history).to_be_hidden()
    expect_answer(page, "3")
    expect_note(page, "saved as 3")


def test_of_thousands_of_drawings_one_page_is_shown_and_the_next_on_demand(open_filled):
    history = open_history(open_filled(5_000))
    expect(history).to_contain_text("1–24 of 5,000")
    expect(history.get_by_role("option")).to_have_count(24)
    history.get_by_role("button", name="Next page").click()
    expect(history).to_contain_text("25–48 of 5,000")


@pytest.fixture
def open_filled(open_page, address, database):
    """Return a function that opens the page with a notebook of so many threes."""

    def visit(count, **profile):
        identity = new_identity()
        engine = create_engine(database)
        threes = [replace(entry(number), id=secrets.token_hex(16)) for number in range(count)]
        prepare(engine)
        for start in range(0, count, 500):  # other tests' visitors save in between
            Notebook(engine, identity).save(*threes[start : start + 500])
        engine.dispose()
        return open_page(f"{address}/?notebook={identity}", **profile)

    return visit
