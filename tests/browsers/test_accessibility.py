"""WCAG 2.2 AA by axe-core, in each state of the page and of its dialogs, in three colour schemes.

And what axe-core cannot see: where the focus is, and what can be seen in a reader's own colours.
"""

import pytest
from axe_playwright_python.sync_playwright import Axe
from sqlalchemy import create_engine

from driving.browser import draw_by_mouse, expect, expect_answer, expect_invitation
from driving.drawings import ONE, THREE, TWO_WAVES
from history import Notebook, new_identity, prepare
from tests.browsers.saving import choose, expect_note, open_history
from tests.browsers.test_browser_photo import choose as choose_photograph
from tests.browsers.test_browser_photo import expect_three, open_dialog, photograph_of_a_three
from tests.history_entries import entry

TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
NAMES = "label-content-name-mismatch"  # that names match what is written: not yet one of these
SCHEMES = {
    "light": {"color_scheme": "light", "forced_colors": "none"},
    "dark": {"color_scheme": "dark", "forced_colors": "none"},
    "forced": {"color_scheme": "dark", "forced_colors": "active"},
}


def show_nothing(page):
    """Show the page as a newcomer meets it."""


def show_an_answer(page):
    draw_by_mouse(page, THREE)
    expect_answer(page, "3")


def show_what_is_no_digit(page):
    for wave in TWO_WAVES:
        draw_by_mouse(page, wave)
    expect_answer(page, "?")


def show_a_number(page):
    for stroke in (ONE, [(x + 80, y) for x, y in ONE]):
        draw_by_mouse(page, [(x - 40, y) for x, y in stroke])
    expect_answer(page, "11")


def show_what_is_saved(page):
    show_an_answer(page)
    page.keyboard.press("3")
    expect_note(page, "saved as 3")


def show_what_is_moved(page):
    show_an_answer(page)
    page.get_by_role("button", name="Move").click()
    expect(page.locator(".hint")).to_be_visible()


def show_inside(page):
    show_an_answer(page)
    page.get_by_text("Look inside").click()
    expect(page.locator(".st-key-inside img").last).to_be_visible()


def show_no_history(page):
    expect(open_history(page)).to_contain_text("Nothing is saved yet")


def show_history(page):
    history = open_history(page)
    expect(history.get_by_role("option")).to_have_count(24)
    history.get_by_text("right", exact=True).click()
    choose(history, 1)
    expect(history.get_by_role("button", name="Delete", exact=True)).to_be_visible()


def show_photo(page):
    open_dialog(page)


def show_a_photograph(page):
    dialog = open_dialog(page)
    choose_photograph(dialog, photograph_of_a_three())
    expect_three(dialog)
    dialog.get_by_role("radio", name="3", exact=True).click()
    expect(dialog).to_contain_text("saved as 3")


def show_model(page):
    page.get_by_role("button", name="Model").click()
    expect(page.locator(".model")).to_be_visible()


DRAWN = [
    show_nothing,
    show_an_answer,
    show_what_is_no_digit,
    show_a_number,
    show_inside,
    show_what_is_saved,
]
DIALOGS = [show_no_history, show_photo, show_a_photograph, show_model]


@pytest.fixture(scope="module")
def notebook(address, database):
    """Return the address of the page with a notebook of thirty drawings."""
    identity, engine = new_identity(), create_engine(database)
    prepare(engine)
    Notebook(engine, identity).save(*map(entry, range(30_000, 30_030)))
    engine.dispose()
    return f"{address}/?notebook={identity}"


def violations(page):
    """Return what axe-core has against the page as it is now."""
    page.wait_for_function("document.getAnimations().every(each => each.playState !== 'running')")
    options = {"runOnly": TAGS, "rules": {NAMES: {"enabled": True}}}
    return [
        (rule["id"], node["html"], node["failureSummary"])
        for rule in Axe().run(page, options=options).response["violations"]
        for node in rule["nodes"]
    ]


def faults(page, show):
    """Return what axe-core has against a state of the page in any colours, by the state's name."""
    show(page)
    found = []
    for colours in SCHEMES.values():
        page.emulate_media(**colours)
        found += violations(page)
    return {show.__name__: found} if found else {}


def test_axe_core_finds_nothing_in_any_dialog(open_page):
    page = open_page()
    for show in DIALOGS:
        assert faults(page, show) == {}
        page.keyboard.press("Escape")
        expect(page.get_by_role("dialog")).to_be_hidden()


def test_axe_core_finds_nothing_whatever_is_drawn(open_page):
    page = open_page()
    for show in DRAWN:
        assert faults(page, show) == {}
        page.keyboard.press("Escape")
        expect_invitation(page)


def test_axe_core_finds_nothing_while_strokes_are_moved(open_page):
    assert faults(open_page(), show_what_is_moved) == {}


def test_axe_core_finds_nothing_in_a_full_notebook(open_page, notebook):
    assert faults(open_page(notebook), show_history) == {}


def test_bars_are_seen_in_a_readers_own_colours(open_page):
    """They were backgrounds, which such colours replace."""
    page = open_page(viewport={"width": 1280, "height": 800}, forced_colors="active")
    show_an_answer(page)
    colour = "bar => getComputedStyle(bar, '::before').backgroundColor"
    for bar in (page.locator(".bar").first, page.locator(".bar.winner")):
        assert bar.evaluate(colour) != page.locator("body").evaluate(
            "body => getComputedStyle(body).backgroundColor"
        )


@pytest.mark.parametrize("name", ["Photo", "History", "Model"])
def test_the_focus_goes_into_a_dialog_and_returns_to_the_button_that_opened_it(open_page, name):
    page = open_page()
    button = page.get_by_role("button", name=name, exact=True)
    button.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog")).to_be_visible()
    page.wait_for_function("document.activeElement.closest('[role=dialog]')")
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_be_hidden()
    expect(button).to_be_focused()


@pytest.mark.parametrize("role", ["slider", "switch"])
def test_a_digit_is_a_label_while_the_slider_or_the_switch_has_the_focus(open_page, role):
    page = open_page()
    show_an_answer(page)
    page.get_by_role(role).first.focus()
    page.keyboard.press("5")
    expect_note(page, "saved as 5")
