"""The history as a person uses it, in a real browser: on SQLite and on PostgreSQL."""

import csv

import numpy as np
from sqlalchemy import create_engine

from driving.browser import expect, expect_answer, ink_at
from driving.drawings import ONE, THREE
from history import History, new_identity
from tests.browsers.keeping import expect_note, keep, open_history
from tests.entries import entry


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
    history.get_by_role("button", name="Delete", exact=True).first.click()
    expect(history).to_contain_text("100 % of 1 read right")
    expect(history.get_by_role("button", name="was 1")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator(".prediction")).not_to_contain_text("kept")


def test_a_deletion_is_undone(page):
    keep(page, ONE, "1", "7")
    history = open_history(page)
    history.get_by_role("button", name="Delete", exact=True).click()
    expect(history).to_contain_text("Nothing is kept yet")
    history.get_by_role("button", name="Undo", exact=True).click()
    expect(history).to_contain_text("0 % of 1 read right")
    page.keyboard.press("Escape")
    expect_note(page, "kept as 7")


def test_a_kept_drawing_is_put_back_on_the_canvas_and_can_be_undone(page):
    keep(page, THREE, "3", "3")
    keep(page, ONE, "1", "1")
    open_history(page).get_by_role("button", name="Open", exact=True).last.click()
    expect_answer(page, "3")
    expect_note(page, "kept as 3")
    assert ink_at(page, (150, 60)) > 0
    page.keyboard.press("Control+z")
    expect_answer(page, "1")
    expect_note(page, "kept as 1")


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


def test_of_thousands_of_drawings_ten_are_shown_and_the_next_ten_on_demand(open_page, either):
    identity = new_identity()
    engine = create_engine(either[1])
    # Other tests keep drawings with lower numbers in the same database.
    History(engine, identity).save(*map(entry, range(1_000, 6_000)))
    engine.dispose()
    page = open_page(f"{either[0]}/?notebook={identity}")
    history = open_history(page)
    expect(history).to_contain_text("1–10 of 5,000")
    expect(history.get_by_role("img")).to_have_count(10)
    history.get_by_role("button", name="Next page").click()
    expect(history).to_contain_text("11–20 of 5,000")
