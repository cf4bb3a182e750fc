"""Keeping drawings as a person does, in a real browser: on SQLite and on PostgreSQL."""

import csv
import re

import numpy as np
import pytest
from sqlalchemy import create_engine

from driving.browser import (
    PHONE,
    draw_by_mouse,
    draw_by_touch,
    expect,
    expect_answer,
    expect_invitation,
)
from driving.drawings import ONE, THREE
from driving.server import serve
from history import History, new_identity
from tests.entries import entry


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def database(request, tmp_path_factory):
    if request.param == "postgresql":
        return request.getfixturevalue("postgresql").create_database()
    return f"sqlite:///{tmp_path_factory.mktemp('history') / 'history.db'}"


@pytest.fixture(scope="module")
def address(chromium, database):
    with serve(database=database) as url:
        yield url


@pytest.fixture
def page(open_page, address):
    return open_page(address)


def button(page, name):
    return page.get_by_role("button", name=name)


def expect_note(page, note):
    expect(page.locator(".prediction")).to_contain_text(note)


def clear(page):
    page.keyboard.press("Escape")
    expect_invitation(page)


def keep(page, points, digit, key):
    """Draw on an empty canvas, wait for the answer, and press a key."""
    if page.locator(".digit").count():
        clear(page)
    draw_by_mouse(page, points)
    expect_answer(page, digit)
    page.keyboard.press(key)
    expect_note(page, f"kept as {key}")


def open_history(page):
    button(page, "History").click()
    return page.get_by_role("dialog")


def test_a_key_keeps_the_drawing_and_another_one_corrects_it(page):
    keep(page, THREE, "3", "3")
    page.keyboard.press("5")
    expect_note(page, "kept as 5")
    expect(open_history(page)).to_contain_text("0 % of 1 read right")


def test_a_finger_keeps_the_drawing_with_one_tap(open_page, address):
    page = open_page(address, **PHONE)
    draw_by_touch(page, THREE)
    expect_answer(page, "3")
    button(page, "The network was right").tap()
    expect_note(page, "kept as 3")
    assert page.evaluate("document.documentElement.scrollWidth") == 360


def test_what_was_kept_can_be_forgotten(page):
    keep(page, THREE, "3", "3")
    button(page, "Do not keep it after all").click()
    expect(page.locator(".prediction")).not_to_contain_text("kept")
    expect(open_history(page)).to_contain_text("Nothing is kept yet")


def test_before_anything_is_drawn_a_key_keeps_nothing(page):
    page.keyboard.press("4")
    page.wait_for_timeout(500)
    expect(open_history(page)).to_contain_text("Nothing is kept yet")
    assert "notebook" not in page.url


def test_the_address_brings_the_notebook_back(page, open_page):
    keep(page, THREE, "3", "3")
    page.wait_for_url("**/?notebook=*")
    again = open_page(page.url)
    expect(open_history(again)).to_contain_text("100 % of 1 read right")


def test_another_visitor_sees_nothing_of_it(page, open_page, address):
    keep(page, THREE, "3", "3")
    expect(open_history(open_page(address))).to_contain_text("Nothing is kept yet")


def test_a_made_up_notebook_is_not_taken(open_page, address):
    page = open_page(f"{address}/?notebook=mine")
    keep(page, THREE, "3", "3")
    expect(page).to_have_url(re.compile(r"notebook=[\w-]{32}$"))


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
    expect(open_history(page)).to_contain_text("Nothing is kept yet")


def test_in_the_history_a_drawing_is_corrected_and_the_page_behind_says_so(page):
    keep(page, ONE, "1", "7")
    history = open_history(page)
    expect(history).to_contain_text("✗ 1, > 99 % sure")
    history.get_by_role("button", name="was 7").click()
    page.get_by_role("menuitem", name="1", exact=True).click()
    expect(history).to_contain_text("100 % of 1 read right")
    page.keyboard.press("Escape")
    expect_note(page, "kept as 1")


def test_in_the_history_a_drawing_is_deleted(page):
    keep(page, ONE, "1", "1")
    keep(page, THREE, "3", "3")
    history = open_history(page)
    history.get_by_role("button", name="was 3").click()
    page.get_by_role("menuitem", name="Delete the drawing").click()
    expect(history).to_contain_text("100 % of 1 read right")
    expect(history.get_by_role("button", name="was 1")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator(".prediction")).not_to_contain_text("kept")


def test_the_history_shows_what_was_read_wrong_alone(page):
    keep(page, ONE, "1", "7")
    keep(page, THREE, "3", "3")
    history = open_history(page)
    history.get_by_text("wrong", exact=True).click()
    expect(history.get_by_role("img")).to_have_count(1)
    expect(history.get_by_alt_text("A drawing, read as 1")).to_be_visible()


def test_closing_the_history_by_key_keeps_the_drawing(page):
    keep(page, THREE, "3", "3")
    history = open_history(page)
    expect(history).to_contain_text("of 1 read right")
    page.keyboard.press("5")
    page.keyboard.press("Escape")
    expect(history).to_be_hidden()
    expect_answer(page, "3")
    expect_note(page, "kept as 3")


def test_of_thousands_of_drawings_ten_are_shown_and_the_next_ten_on_demand(
    open_page, address, database
):
    identity = new_identity()
    engine = create_engine(database)
    History(engine, identity).save(*map(entry, range(5_000)))
    engine.dispose()
    page = open_page(f"{address}/?notebook={identity}")
    history = open_history(page)
    expect(history).to_contain_text("1–10 of 5,000")
    expect(history.get_by_role("img")).to_have_count(10)
    history.get_by_role("button", name="Next page").click()
    expect(history).to_contain_text("11–20 of 5,000")


def test_a_database_that_stops_and_starts_again_loses_nothing(open_page, postgresql):
    with serve(database=postgresql.create_database()) as url:
        page = open_page(url)
        keep(page, THREE, "3", "3")
        postgresql.stop()
        try:
            clear(page)
            draw_by_mouse(page, ONE)
            expect_answer(page, "1")
            page.keyboard.press("1")
            expect_note(page, "saving is off")
            expect(open_history(page)).to_contain_text("cannot be reached")
            page.keyboard.press("Escape")
            expect_note(page, "saving is off")
        finally:
            postgresql.start()
        expect_note(page, "kept as 1")
        expect(open_history(page)).to_contain_text("100 % of 2 read right")
