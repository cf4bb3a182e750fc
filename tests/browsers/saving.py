"""A person who saves drawings by key, and opens the notebook."""

from urllib.parse import parse_qs, urlsplit

from sqlalchemy import create_engine

from driving.browser import draw_by_mouse, expect, expect_answer, expect_invitation
from history import Notebook


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
    expect_note(page, f"saved as {key}")


def open_history(page):
    button(page, "History").click()
    # Keys reach a dialog only once it has the focus, some milliseconds after it is seen.
    page.wait_for_function("document.activeElement.closest('[role=dialog]')")
    return page.get_by_role("dialog")


def choose(history, number=0):
    """Choose the drawing with this number, the newest first, in the History dialog."""
    history.get_by_role("option").nth(number).click()


def delete_newest(history):
    choose(history)
    history.get_by_role("button", name="Delete", exact=True).click()


def drawings_kept_at(page, url):
    """Return the entries of a page's notebook, the oldest first."""
    page.wait_for_url("**/?notebook=*")
    identity = parse_qs(urlsplit(page.url).query)["notebook"][0]
    return list(Notebook(create_engine(url), identity).entries())
