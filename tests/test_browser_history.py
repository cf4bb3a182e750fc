"""Keeping drawings as a person does, in a real browser: on SQLite and on PostgreSQL."""

import csv
import re

import numpy as np
import pytest

from tests.browser import (
    ONE,
    PHONE,
    THREE,
    draw_by_mouse,
    draw_by_touch,
    expect,
    expect_answer,
    serve,
)


@pytest.fixture(scope="module")
def database(tmp_path_factory):
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
    expect(page.locator(".st-key-prediction")).to_contain_text(note)


def keep(page, points, digit, key):
    """Draw, wait for the answer, and press a key."""
    page.keyboard.press("Escape")
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
    expect(open_history(page)).to_contain_text("0% of 1 read right")


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
    expect(page.locator(".st-key-prediction")).not_to_contain_text("kept")
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
    expect(open_history(again)).to_contain_text("100% of 1 read right")


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


def test_a_database_that_stops_and_starts_again_loses_nothing(open_page, postgresql):
    with serve(database=postgresql.create_database()) as url:
        page = open_page(url)
        keep(page, THREE, "3", "3")
        postgresql.stop()
        try:
            page.keyboard.press("Escape")
            draw_by_mouse(page, ONE)
            expect_answer(page, "1")
            page.keyboard.press("1")
            expect_note(page, "Saving is off")
        finally:
            postgresql.start()
        page.wait_for_timeout(4000)
        expect(open_history(page)).to_contain_text("100% of 2 read right")
