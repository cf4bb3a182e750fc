"""The page as a person meets it."""

import re

import pytest

from digit_model.report_file import REPORT_FILE, read_report
from driving.browser import (
    PHONE,
    button,
    draw_by_mouse,
    draw_by_touch,
    expect,
    expect_answer,
    expect_invitation,
    ink_at,
    position,
    wait_for_canvas,
)
from driving.drawings import ONE, SMALL_SEVEN, THREE, TWO_WAVES
from driving.server import serve
from page.canvas.examples import EXAMPLES

# Where the parts of the page are, all at one moment.
PLACES = """() => [".st-key-drawing", ".network_input", ".probabilities", ".st-key-tools"]
  .map(part => JSON.stringify(document.querySelector(part).getBoundingClientRect()))"""


BACKGROUND = "element => getComputedStyle(element).backgroundColor"

SCROLLED = ".stAppViewContainer > div:has(> .stMain)"


def test_a_three_drawn_by_mouse_is_read(open_page):
    page = open_page()
    expect_invitation(page)
    draw_by_mouse(page, THREE)
    expect_answer(page, "3")
    expect(page.locator(".prediction")).to_contain_text("% sure")
    expect(page.locator(".bar")).to_have_count(10)
    expect(page.locator(".bar.winner b")).to_have_text("▸ 3")


def test_a_small_seven_in_a_corner_drawn_by_touch_on_a_phone_is_read(open_page):
    page = open_page(**PHONE)
    draw_by_touch(page, SMALL_SEVEN)
    expect_answer(page, "7")


def test_touches_in_the_top_right_corner_draw_and_lose_nothing(open_page):
    """The canvas's own toolbar lay there, unseen, and took taps for undo and reset."""
    page = open_page(**PHONE)
    draw_by_touch(page, ONE)
    expect_answer(page, "1")
    for x in (272, 250, 225, 200, 170, 140):
        for y in (6, 16):
            draw_by_touch(page, [(x, y)])
    draw_by_touch(page, [(150, 10), (270, 12)])
    assert ink_at(page, (140, 140)) == 255
    assert ink_at(page, (265, 12)) == 255
    expect(page.locator(".dc-toolbar")).to_be_hidden()


def test_a_finger_on_the_canvas_does_not_scroll_the_page(open_page):
    page = open_page(**PHONE)
    draw_by_touch(page, [(140, 250), (140, 20)])
    expect_answer(page, "1")
    assert page.locator(SCROLLED).evaluate("page => page.scrollTop") == 0


def test_undo_and_redo_walk_through_the_strokes(open_page):
    page = open_page()
    draw_by_mouse(page, ONE)
    expect_answer(page, "1")
    draw_by_mouse(page, [(70, 60), (70, 220)])
    expect_answer(page, "11")
    button(page, "Undo").click()
    expect_answer(page, "1")
    assert ink_at(page, (70, 140)) == 0
    button(page, "Undo").click()
    expect_invitation(page)
    button(page, "Redo").click()
    expect_answer(page, "1")
    button(page, "Redo").click()
    expect_answer(page, "11")
    assert ink_at(page, (70, 140)) == 255


def test_the_keyboard_undoes_redoes_and_clears(open_page):
    page = open_page()
    draw_by_mouse(page, ONE)
    expect_answer(page, "1")
    page.keyboard.press("Control+z")
    expect_invitation(page)
    page.keyboard.press("Control+Shift+z")
    expect_answer(page, "1")
    page.keyboard.press("Escape")
    expect_invitation(page)


def test_several_quick_undos_each_take_a_stroke(open_page):
    page = open_page()
    for x in (60, 100, 140, 180):
        draw_by_mouse(page, [(x, 60), (x, 220)])
    for _ in range(3):
        page.keyboard.press("Control+z")
    expect_answer(page, "1")
    assert [ink_at(page, (x, 140)) for x in (60, 100, 140, 180)] == [255, 0, 0, 0]


def test_clear_clears_drawing_and_result_and_the_next_digit_is_read(open_page):
    page = open_page()
    draw_by_mouse(page, THREE)
    expect_answer(page, "3")
    button(page, "Clear").click()
    expect_invitation(page)
    expect(page.locator(".bar.winner")).to_have_count(0)
    assert ink_at(page, (150, 60)) == 0
    draw_by_mouse(page, ONE)
    expect_answer(page, "1")


def test_a_reload_brings_the_drawing_back_and_it_can_be_undone_and_drawn_on(open_page):
    page = open_page()
    draw_by_mouse(page, ONE)
    draw_by_mouse(page, [(70, 60), (70, 220)])
    page.keyboard.press("Control+z")
    expect_answer(page, "1")
    page.reload()
    expect_answer(page, "1")
    assert [ink_at(page, (x, 140)) for x in (70, 140)] == [0, 255]
    draw_by_mouse(page, [(70, 60), (70, 220)])
    expect_answer(page, "11")
    page.keyboard.press("Control+z")
    expect_answer(page, "1")
    page.keyboard.press("Control+z")
    expect_invitation(page)
    page.reload()
    expect_invitation(page)
    expect(page.locator(".upper-canvas")).to_be_visible()
    assert ink_at(page, (140, 140)) == 0


def test_whatever_else_a_tab_has_stored_a_reload_leaves_the_canvas_empty(open_page):
    page = open_page()
    for stored in ('{"a": 1}', "[", '[{"type": "Group"}]', "[7]"):
        page.evaluate("text => sessionStorage.setItem('mnist-draw', text)", stored)
        page.reload()
        wait_for_canvas(page)
        draw_by_mouse(page, ONE)
        expect_answer(page, "1")


def test_a_key_after_drawing_puts_no_frame_around_the_page(open_page):
    page = open_page()
    draw_by_mouse(page, ONE)
    expect_answer(page, "1")
    page.keyboard.press("1")
    expect(page.locator(".prediction")).to_contain_text("saved as 1")
    assert page.locator(".stMain:focus-visible").count() == 0
    expect(page.locator(".upper-canvas")).to_be_focused()


@pytest.mark.parametrize(("before", "theme"), [("light", "Dark"), ("dark", "Light")])
def test_switching_the_theme_keeps_the_drawing_and_its_answer(open_page, before, theme):
    page = open_page(color_scheme=before)
    paper = page.get_by_test_id("stApp")
    was = paper.evaluate(BACKGROUND)
    draw_by_mouse(page, THREE)
    expect_answer(page, "3")
    page.get_by_test_id("stMainMenu").get_by_role("button").click()
    page.get_by_role("menuitemradio", name=theme).click()
    expect(paper).not_to_have_css("background-color", was)
    expect_answer(page, "3")
    assert ink_at(page, (150, 60)) == 255
    page.keyboard.press("Escape")  # closes the menu
    page.keyboard.press("3")
    expect(page.locator(".prediction")).to_contain_text("saved as 3")
    assert ink_at(page, (150, 60)) == 255


def test_two_letters_are_not_a_number(open_page):
    page = open_page()
    for stroke in TWO_WAVES:
        draw_by_mouse(page, stroke)
    expect_answer(page, "?")
    expect(page.locator(".prediction")).to_contain_text("some of them not digits")
    expect(page.locator(".bar b")).to_have_count(10)
    expect(page.locator(".bar.winner")).to_have_count(0)


def test_looking_inside_opens_follows_the_drawing_and_closes(open_page):
    page = open_page()
    draw_by_mouse(page, THREE)
    expect_answer(page, "3")
    assert page.locator(".st-key-inside").count() == 0
    page.get_by_text("Look inside").click()
    expect(page.locator(".st-key-inside h3")).to_have_count(7)
    expect(page.locator(".st-key-inside")).to_contain_text("why 3?")
    assert ink_at(page, (150, 60)) == 255
    button(page, "Clear").click()
    expect(page.locator(".st-key-inside")).to_have_count(0)
    draw_by_mouse(page, ONE)
    expect(page.locator(".st-key-inside")).to_contain_text("why 1?")
    page.get_by_text("Look inside").click()
    expect(page.locator(".st-key-inside")).to_have_count(0)


def look_inside(page):
    """Draw a three and open Look inside; return the first layer."""
    draw_by_mouse(page, THREE)
    expect_answer(page, "3")
    page.get_by_text("Look inside").click()
    layer = page.locator(".layer").first
    expect(layer.locator(".choices label")).to_have_count(8)
    return layer


def test_a_map_is_enlarged_when_hovered_and_stays_so_when_chosen(open_page):
    layer = look_inside(open_page())
    seen = layer.locator(".look:visible")
    first = seen.inner_text()
    layer.locator("label").nth(4).hover()
    expect(seen).not_to_have_text(first)
    hovered = seen.inner_text()
    layer.page.mouse.move(0, 0)
    assert seen.inner_text() == first
    layer.locator("label").nth(4).click()
    layer.page.mouse.move(0, 0)
    assert seen.inner_text() == hovered
    layer.page.keyboard.press("ArrowLeft")
    expect(layer.get_by_role("radio").nth(3)).to_be_focused()
    expect(seen).to_have_count(1)
    assert seen.inner_text() not in (first, hovered)


def test_all_maps_are_there_on_request_and_stay_with_the_next_drawing(open_page):
    page = look_inside(open_page()).page
    sheets = page.locator(".sheet:visible")
    expect(sheets).to_have_count(0)
    page.get_by_text("All maps of each layer").click()
    expect(sheets).to_have_count(5)
    first = page.locator(".inside.drawn img").first
    before = first.get_attribute("src")
    draw_by_mouse(page, ONE)
    expect(first).not_to_have_attribute("src", before)
    expect(sheets).to_have_count(5)


def test_a_phone_looks_inside_without_scrolling_sideways(open_page):
    page = open_page(**PHONE)
    look_inside(page)
    page.get_by_text("All maps of each layer").click()
    expect(page.locator(".sheet:visible")).to_have_count(5)
    assert page.locator(SCROLLED).evaluate("page => page.scrollWidth") <= 360
    right = page.locator(".look:visible").evaluate_all(
        "looks => Math.max(...looks.map(look => look.getBoundingClientRect().right))"
    )
    assert right <= 360 - 16


def test_the_model_shows_its_report_and_examples_of_a_confusion_on_demand(open_page):
    page = open_page()
    page.get_by_role("button", name="Model").click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("16 layers")
    expect(dialog.locator(".three b")).to_have_count(3)
    zeros = read_report(REPORT_FILE)["confusion"][0][0]
    choice = dialog.get_by_role("radio", name=f"A 0, read as 0: {zeros}")
    expect(dialog.get_by_alt_text("A 0, read as 0").first).to_be_hidden()
    choice.locator("..").click()
    expect(dialog.get_by_alt_text("A 0, read as 0").first).to_be_visible()
    page.keyboard.press("ArrowRight")
    expect(dialog.get_by_alt_text("A 0, read as 0").first).to_be_hidden()
    expect(dialog.locator(".examples:visible")).to_have_count(1)
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()


def test_on_a_phone_nothing_of_the_model_is_cut(open_page):
    page = open_page(**PHONE)
    page.get_by_role("button", name="Model").click()
    model = page.locator(".model")
    expect(model).to_be_visible()
    for more in model.locator("summary").all():
        more.click()
    box = model.bounding_box()
    cut = """(model, right) => [...model.querySelectorAll("*")]
      .filter(part => part.checkVisibility() && part.getBoundingClientRect().right > right)
      .map(part => part.outerHTML.slice(0, 80))"""
    assert model.evaluate(cut, box["x"] + box["width"] + 1) == []


def test_nothing_moves_when_an_answer_comes(open_page):
    page = open_page()
    before = page.evaluate(PLACES)
    draw_by_mouse(page, THREE)
    expect_answer(page, "3")
    assert page.evaluate(PLACES) == before
    for stroke in TWO_WAVES:
        draw_by_mouse(page, stroke)
    expect_answer(page, "?")
    assert page.evaluate(PLACES) == before


# Phones on their side, a small laptop at 200 %, and a tiny window.
SHORT = [(667, 375), (640, 360), (640, 400), (844, 390), (320, 256)]


@pytest.mark.parametrize(("width", "height"), SHORT)
def test_a_short_window_has_room_for_canvas_and_tools_and_to_scroll_by(open_page, width, height):
    """The canvas filled the window and took every swipe."""
    page = open_page(viewport={"width": width, "height": height})
    paper = page.locator(".upper-canvas").bounding_box()
    tools = page.locator(".st-key-tools .tools").bounding_box()
    assert tools["y"] + tools["height"] - paper["y"] <= height
    assert paper["width"] <= width - 32
    page.mouse.move(width - 4, paper["y"] + 20)
    page.mouse.wheel(0, 200)
    page.wait_for_function(f"document.querySelector('{SCROLLED}').scrollTop > 50")
    menu = page.get_by_test_id("stMainMenu").bounding_box()
    assert menu["y"] < 0  # it lay over whatever was below it


@pytest.mark.parametrize(("width", "height"), [(1440, 900), (1280, 800), (667, 375), (360, 740)])
def test_nothing_moves_while_a_number_grows(open_page, width, height):
    """Six digits took two lines, and pushed Undo down by 117 pixels."""
    page = open_page(viewport={"width": width, "height": height})
    page.locator(".st-key-brush input").focus()
    page.keyboard.press("Home")
    page.wait_for_function("mnistDrawCanvas.component.data.strokeWidth === 8")
    page.locator(".upper-canvas").scroll_into_view_if_needed()
    undo = button(page, "Undo")
    place, label = undo.bounding_box(), page.locator(".ask .labels").bounding_box()
    for count in range(1, 7):
        draw_by_mouse(page, [(45 * count - 20, 90), (45 * count - 20, 180)])
        expect_answer(page, count * "1")
        assert undo.bounding_box() == place
        assert page.locator(".ask .labels").bounding_box() == label


def test_an_example_leaves_the_focus_on_the_canvas(open_page):
    """It fell to the page: the button that had it was gone."""
    page = open_page()
    page.get_by_role("button", name="A crossed seven").press("Enter")
    expect_answer(page, "7")
    paper = page.locator(".upper-canvas")
    assert paper.evaluate("paper => paper.getRootNode().activeElement === paper")


def test_one_screen_holds_the_whole_page(open_page):
    page = open_page()
    assert page.locator(SCROLLED).evaluate("page => page.scrollHeight <= page.clientHeight")


def test_a_phone_never_scrolls_sideways_and_its_buttons_fit_a_finger(open_page):
    page = open_page(**PHONE)
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    assert page.locator(SCROLLED).evaluate("page => page.scrollWidth") <= 360
    draw_by_touch(page, ONE)
    expect_answer(page, "1")
    buttons = (
        ".st-key-tools button:visible, nav.navigation button, "
        ".st-key-labels button:visible, .st-key-labels label"
    )
    targets = page.locator(f"{buttons}, .st-key-looking label, .st-key-brush [role=group]")
    boxes = [target.bounding_box() for target in targets.all()]
    assert len(boxes) == 4 + 4 + 12 + 1 + 2
    assert min(min(box["width"], box["height"]) for box in boxes) >= 44


@pytest.mark.parametrize("width", [320, 360])
def test_the_navigation_stands_in_one_row_with_room_for_wider_letters(open_page, width):
    page = open_page(**PHONE | {"viewport": {"width": width, "height": 780}})
    page.locator("nav.navigation").evaluate("bar => bar.style.letterSpacing = '.04em'")
    boxes = [each.bounding_box() for each in page.locator("nav.navigation button").all()]
    assert {box["y"] for box in boxes} == {boxes[0]["y"]}
    menu = page.locator("[data-testid=stMainMenu]").bounding_box()
    assert boxes[-1]["x"] + boxes[-1]["width"] <= menu["x"]


def test_a_phones_screen_holds_canvas_answer_and_labels(open_page):
    page = open_page(**PHONE | {"viewport": {"width": 360, "height": 780}})
    draw_by_touch(page, ONE)
    expect_answer(page, "1")
    page.keyboard.press("1")
    expect(page.get_by_role("button", name="Open the notebook")).to_be_visible()
    for part in (".upper-canvas", ".prediction", ".network_input img", ".st-key-labels label"):
        box = page.locator(part).bounding_box()
        assert box["y"] >= 0
        assert box["y"] + box["height"] <= 780


@pytest.mark.parametrize(("width", "side"), [(1920, 420), (1280, 420), (360, 328)])
def test_the_canvas_is_as_large_as_the_screen_allows_and_draws_where_the_pen_is(
    open_page, width, side
):
    page = open_page(viewport={"width": width, "height": 780})
    assert page.locator(".upper-canvas").bounding_box()["width"] == side
    draw_by_mouse(page, [(30, 30), (250, 30), (250, 250)])
    assert [ink_at(page, point) for point in ((30, 30), (250, 30), (250, 250))] == [255] * 3
    assert ink_at(page, (140, 140)) == 0


def test_a_newcomer_meets_a_digit_that_draws_itself_until_the_pen_is_down(open_page):
    page = open_page(reduced_motion="no-preference")
    expect(page.locator(".ghost")).to_be_visible()
    assert page.locator(".ghost path").evaluate("line => line.getAnimations().length") == 1
    expect(page.locator(".bar").first).to_be_hidden()
    page.mouse.move(*position(page, (140, 140)))
    page.mouse.down()
    expect(page.locator(".ghost")).to_be_hidden()
    expect(page.get_by_text("or try one of these")).to_be_hidden()


def test_with_reduced_motion_the_digit_stands_still(open_page):
    page = open_page()
    assert page.locator(".ghost path").evaluate("line => line.getAnimations().length") == 0
    draw_by_mouse(page, THREE)
    expect_answer(page, "3")
    assert page.evaluate("document.getAnimations().length") == 0


@pytest.mark.parametrize(("example", "digit"), [*zip(EXAMPLES, "071", strict=True)])
def test_an_example_is_a_drawing_that_is_read_undone_and_drawn_on(open_page, example, digit):
    page = open_page()
    page.get_by_role("button", name=example[0]).click()
    expect_answer(page, digit)
    expect(page.get_by_role("button", name=example[0])).to_be_hidden()
    draw_by_mouse(page, [(20, 250), (60, 250)])
    assert ink_at(page, (40, 250)) == 255
    page.keyboard.press("Control+z")
    assert ink_at(page, (40, 250)) == 0
    page.keyboard.press("Control+z")
    expect_invitation(page)


def test_there_are_labels_only_when_there_is_something_to_label(open_page):
    page = open_page()
    labels = page.get_by_role("group", name="Is it a 3?")
    expect(page.get_by_role("button", name="Not a digit")).to_be_hidden()
    draw_by_mouse(page, THREE)
    expect(labels.get_by_role("button", name="Yes")).to_be_visible()
    page.keyboard.press("Escape")
    for stroke in TWO_WAVES:
        draw_by_mouse(page, stroke)
    expect(page.get_by_role("group", name="What is it?")).to_be_visible()
    expect(page.get_by_role("button", name="Yes")).to_be_hidden()
    button(page, "Clear").click()
    expect(page.get_by_role("button", name="Not a digit")).to_be_hidden()


def test_the_labels_are_one_tab_stop_with_arrow_keys(open_page):
    page = open_page()
    draw_by_mouse(page, THREE)
    yes = page.get_by_role("button", name="Yes")
    yes.focus()
    page.keyboard.press("ArrowLeft")
    expect(page.get_by_role("button", name="Not a digit")).to_be_focused()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    expect(page.get_by_role("button", name="0", exact=True)).to_be_focused()
    page.keyboard.press("Tab")
    expect(page.get_by_role("checkbox", name="Save and clear")).to_be_focused()


def test_an_answer_is_told_to_a_screen_reader_once(open_page):
    page = open_page()
    draw_by_mouse(page, THREE)
    status = page.get_by_role("status").filter(has_text="sure")
    expect(status).to_have_text("3, > 99 % sure")
    page.keyboard.press("3")
    expect(status).to_have_text("3, > 99 % sure · saved as 3")


def test_the_digit_is_the_largest_text_on_the_page(open_page):
    page = open_page()
    draw_by_mouse(page, THREE)
    expect_answer(page, "3")
    sizes = page.evaluate(
        "[...document.querySelectorAll('h1, p, span, b, button')]"
        ".map(e => [parseFloat(getComputedStyle(e).fontSize), e.innerText])"
    )
    assert max(sizes) == [128, "3"]


def test_two_visitors_do_not_see_each_others_drawings(open_page):
    first, second = open_page(), open_page()
    first.bring_to_front()  # behind, it would draw one frame a second
    draw_by_mouse(first, THREE)
    expect_answer(first, "3")
    second.bring_to_front()
    draw_by_mouse(second, ONE)
    expect_answer(second, "1")
    expect_answer(first, "3")


def test_a_stroke_before_the_network_is_ready_is_answered_when_it_is(open_page):
    with serve(plain=True) as fresh_server:
        page = open_page(fresh_server)
        draw_by_mouse(page, THREE)
        expect(page.locator(".stSpinner")).to_have_text("Starting the network")
        expect(page.locator(".prediction")).to_be_hidden()
        expect(page.locator(".prediction .digit")).to_have_text("3")


def test_the_network_is_loaded_before_the_first_visitor_comes(shared_page):
    cache = 'cache_type="st_cache_resource",cache="server.network._load_model"'
    assert f"cache_memory_bytes{{{cache}}}" in shared_page.metrics


def test_the_page_has_an_icon_of_its_own(open_page):
    icon = open_page().locator("link[rel*=icon]")
    expect(icon).to_have_attribute("href", re.compile("^data:image/svg"))
    assert icon.evaluate("""async icon => {
      const image = Object.assign(new Image(), { src: icon.href })
      await image.decode()
      return image.width > 0
    }""")


def test_before_its_scripts_have_come_the_page_has_its_title_and_frame(chromium, address):
    """It was white until all was there: half a minute on a slow line."""
    with chromium.new_context() as context:
        page = context.new_page()
        page.route("**/static/js/**", lambda route: route.abort())
        page.goto(address)
        expect(page.get_by_role("heading", name="MNIST-Draw")).to_be_visible()
        assert page.locator("#frame > div").bounding_box()["width"] > 100
