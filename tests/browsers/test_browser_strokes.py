"""Strokes and steps at any speed and on any line: none is lost, none counts twice."""

from itertools import product

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
    position,
    positions,
    turn_live_answers_off,
    wait_for_canvas,
)
from driving.drawings import ONE, THREE
from driving.server import ROOT
from page.canvas.component import SIDE
from tests.browsers.saving import drawings_kept_at
from tests.slow_line import Line

SECOND = [(70, 60), (70, 220)]  # beside a ONE: together they are not a digit
INVITATION = "Draw a digit or a number"
SEND = "Update the app with this drawing"  # what the canvas calls the button

# Counts what a person sees change in the answer.
COUNT_ANSWERS = """() => {
  const text = () => document.querySelector(".prediction").innerText
  const image = () => document.querySelector(".network_input img").src
  const seen = () => text() + image()
  window.answers = 0
  let last = seen()
  new MutationObserver(() => {
    if (seen() === last) return
    last = seen()
    window.answers += 1
  }).observe(document.body, {subtree: true, childList: true, attributes: true})
}"""

COUNT_MESSAGES = """
  window.messages = 0
  const { send } = WebSocket.prototype
  WebSocket.prototype.send = function (message) {
    window.messages += 1
    return send.call(this, message)
  }"""

# Is over when whatever the canvas still meant to send, in a timer, has been sent.
OUTLAST_THE_CANVAS = "new Promise(done => setTimeout(done, 200))"

# Walks through steps in a table: actions on the left, what is on the canvas after them.
WALK = """async ([script, actions]) => {
  const {Steps} = await import(URL.createObjectURL(new Blob([script], {type: "text/javascript"})))
  const steps = new Steps()
  for (const action of actions)
    action in Steps.prototype ? steps[action]() : steps.add(action ? action.split(" ") : [])
  return [steps.drawing.join(" "), steps.canUndo, steps.canRedo]
}"""


@pytest.mark.parametrize(
    ("actions", "drawing", "can_undo", "can_redo"),
    [
        ([], "", False, False),
        (["a"], "a", True, False),
        (["a", "a"], "a", True, False),  # sent twice, noted once
        (["a", "undo"], "", False, True),
        (["a", "undo", "undo", "redo"], "a", True, False),
        (["a", "a b", "undo"], "a", True, True),
        (["a", "a b", "undo", "a c"], "a c", True, False),  # a new stroke ends what can be redone
        (["a", "a b", "", "undo"], "a b", True, True),  # after Clear the drawing comes back
        (["a", "a b", "", "c", "undo", "undo"], "a b", True, True),
        (["a", "", "undo", "undo", "redo", "redo", "redo"], "", True, False),
    ],
)
def test_steps_are_walked_through(chromium, actions, drawing, can_undo, can_redo):
    script = (ROOT / "page" / "canvas" / "steps.js").read_text("utf-8")
    with chromium.contexts[0].new_page() as page:
        assert page.evaluate(WALK, [script, actions]) == [drawing, can_undo, can_redo]


@pytest.fixture
def slow_page(request, open_page, address):
    """Yield the page, once it is open, at the end of a line that takes so many ms each way."""
    with Line(int(address.rsplit(":")[-1])) as line:
        page = open_page(line.address)
        line.delay = request.param / 1000
        yield page


def number_of_strokes(page, columns):
    """Return how many of the upright strokes at these x are on the canvas."""
    return sum(ink_at(page, (x, SIDE // 2)) > 0 for x in columns)


def draw_columns(page, columns):
    """Draw an upright stroke at each x as fast as the browser takes them."""
    tops, bottoms = (positions(page, [(x, y) for x in columns]) for y in (40, 240))
    for top, bottom in zip(tops, bottoms, strict=True):
        page.mouse.move(*top)
        page.mouse.down()
        page.mouse.move(*bottom)
        page.mouse.up()


def at_once(page, answer):
    """Go on before anything of a step has left the page, or while it leaves."""


def once_sent(page, answer):
    page.wait_for_function("messages > messagesBefore")


def once_answered(page, answer):
    expect_answer(page, answer)


def once_at_rest(page, answer):
    expect_answer(page, answer)
    expect(page.get_by_test_id("stApp")).to_have_attribute("data-test-script-state", "notRunning")


# When the next step follows: runs end before, while and after it.
MOMENTS = [at_once, once_sent, once_answered, once_at_rest]


def test_look_inside_follows_quick_drawings(open_page):
    """A run begun before the last one's messages were sent left parts without their whole."""
    page = open_page(prepare=lambda page: page.add_init_script(COUNT_MESSAGES))
    draw_by_mouse(page, THREE)
    page.get_by_text("Look inside").click()
    last_step = page.locator(".inside.drawn .step:last-child img")
    expect(last_step.first).to_be_visible()
    for after_clear, after_stroke in product(MOMENTS, MOMENTS):
        page.evaluate("window.messagesBefore = messages")
        page.keyboard.press("Escape")
        after_clear(page, INVITATION)
        page.evaluate("window.messagesBefore = messages")
        draw_by_mouse(page, THREE)
        after_stroke(page, "3")
    expect_answer(page, "3")
    expect(last_step.first).to_be_visible()


def test_sixty_quick_strokes_are_all_there_and_can_be_undone_and_redone(open_page, database):
    page = open_page()
    columns = [15 + 25 * (i % 11) for i in range(60)]
    draw_columns(page, columns)
    page.keyboard.press("8")
    expect(page.locator(".prediction")).to_contain_text("saved as 8")
    (kept,) = drawings_kept_at(page, database)
    firsts = [stroke[0][0] for stroke in kept.strokes]
    assert firsts == pytest.approx(columns, abs=1)  # the canvas is shown larger than it is
    for _ in range(50):
        page.keyboard.press("Control+z")
    assert number_of_strokes(page, columns[:11]) == 10
    for _ in range(9):
        page.keyboard.press("Control+z")
    assert number_of_strokes(page, columns[:11]) == 1
    expect_answer(page, "1")
    page.keyboard.press("Control+z")
    expect_invitation(page)
    for _ in range(65):
        page.keyboard.press("Control+y")
    assert number_of_strokes(page, columns[:11]) == 11
    expect_answer(page, "8")  # as was said of it
    expect(button(page, "Redo")).to_have_attribute("aria-disabled", "true")


def test_a_key_that_is_held_undoes_all_and_changes_the_canvas_at_once(open_page):
    page = open_page()
    columns = range(40, 260, 40)
    draw_columns(page, columns)
    page.keyboard.down("Control")
    for left in range(len(columns) - 1, -1, -1):
        page.keyboard.down("z")
        assert number_of_strokes(page, columns) == left
    page.keyboard.up("z")
    page.keyboard.up("Control")
    expect_invitation(page)


def test_undo_right_after_a_stroke_removes_that_stroke_and_no_other(open_page):
    page = open_page()
    draw_by_mouse(page, ONE)
    draw_by_mouse(page, SECOND)
    page.keyboard.press("Control+z")
    assert (ink_at(page, (140, 140)), ink_at(page, (70, 140))) == (255, 0)
    expect_answer(page, "1")


def test_an_answer_changes_once_for_each_stroke(open_page):
    page = open_page(prepare=turn_live_answers_off)
    draw_by_mouse(page, ONE)
    expect_answer(page, "1")
    page.evaluate(COUNT_ANSWERS)
    draw_by_mouse(page, SECOND)
    expect_answer(page, "11")
    page.keyboard.press("Control+z")
    expect_answer(page, "1")
    page.evaluate(OUTLAST_THE_CANVAS)
    draw_by_mouse(page, SECOND)  # answered after all that was sent before
    expect_answer(page, "11")
    assert page.evaluate("answers") == 3


@pytest.mark.parametrize("slow_page", [0, 150, 300], indirect=True)
def test_a_stroke_begun_in_the_moment_of_clear_is_whole(slow_page):
    page = slow_page
    draw_by_mouse(page, THREE)
    expect_answer(page, "3")
    page.keyboard.press("Escape")
    draw_by_mouse(page, ONE)
    page.keyboard.press("Escape")
    draw_by_mouse(page, SECOND)
    expect_answer(page, "1")
    page.evaluate(OUTLAST_THE_CANVAS)
    page.keyboard.press("1")
    expect(page.locator(".prediction")).to_contain_text("saved as 1")  # after all sent before
    inked = [ink_at(page, point) for point in ((150, 60), (140, 140), (70, 62), (70, 218))]
    assert inked == [0, 0, 255, 255]
    expect_answer(page, "1")


@pytest.mark.parametrize("slow_page", [300], indirect=True)
def test_on_a_slow_line_a_stroke_begun_before_the_last_ones_answer_is_whole(slow_page):
    page = slow_page
    draw_by_mouse(page, ONE)
    page.mouse.move(*position(page, SECOND[0]))
    page.mouse.down()
    expect(page.locator(".prediction p").first).to_have_text("1")
    page.mouse.move(*position(page, SECOND[1]), steps=5)
    page.mouse.up()
    expect_answer(page, "11")
    assert [ink_at(page, (70, y)) for y in (62, 140, 218)] == [255] * 3


def test_clear_can_be_undone_and_what_came_back_can_be_cleared_undone_and_drawn_on(open_page):
    page = open_page()
    draw_by_mouse(page, ONE)
    draw_by_mouse(page, SECOND)
    expect_answer(page, "11")
    button(page, "Clear").click()
    expect_invitation(page)
    button(page, "Undo").click()
    expect_answer(page, "11")
    button(page, "Undo").click()
    expect_answer(page, "1")
    draw_by_mouse(page, SECOND)
    expect_answer(page, "11")
    page.keyboard.press("Escape")
    expect_invitation(page)
    assert ink_at(page, (140, 140)) == 0


def test_undo_redo_and_clear_are_off_when_there_is_nothing_to_do(open_page):
    page = open_page()

    def off():
        return [
            button(page, name).get_attribute("aria-disabled") == "true"
            for name in ("Undo", "Redo", "Clear")
        ]

    assert off() == [True, True, True]
    draw_by_mouse(page, ONE)
    assert off() == [False, True, False]
    page.keyboard.press("Control+z")
    assert off() == [True, False, True]


def test_a_button_keeps_the_focus_when_nothing_is_left_to_do(open_page):
    page = open_page()
    draw_by_mouse(page, ONE)
    button(page, "Clear").focus()
    page.keyboard.press("Enter")
    expect_invitation(page)
    expect(button(page, "Clear")).to_be_focused()


def test_after_another_theme_a_tap_still_undoes_one_stroke(open_page):
    """Each tap counted twice: Streamlit had started the buttons' script again, and ended none."""
    page = open_page()
    draw_columns(page, [80, 200])
    expect_answer(page, "11")
    page.emulate_media(color_scheme="dark")
    light = "'rgb(255, 255, 255)'"
    page.wait_for_function(
        f"getComputedStyle(document.querySelector('.stApp')).backgroundColor !== {light}"
    )
    button(page, "Undo").click()
    expect_answer(page, "1")


def test_undo_waits_until_the_pen_is_up(open_page):
    page = open_page()
    draw_by_mouse(page, ONE)
    page.mouse.move(*position(page, SECOND[0]))
    page.mouse.down()
    page.mouse.move(*position(page, (70, 140)))
    page.keyboard.press("Control+z")
    page.mouse.move(*position(page, SECOND[1]))
    page.mouse.up()
    assert [ink_at(page, point) for point in ((140, 140), (70, 62), (70, 218))] == [255] * 3


def test_a_stroke_that_ends_outside_of_canvas_or_window_is_read(open_page):
    page = open_page()
    for end in [(400, 140), (-500, 140), (140, 2_000)]:
        draw_by_mouse(page, [(140, 140), end])
        expect(page.locator(".bar.winner, .prediction .digit").first).to_be_visible()
        page.keyboard.press("Control+z")
        expect_invitation(page)


def test_a_pen_draws_and_is_answered_at_once(open_page):
    page = open_page(prepare=stop_waiting)
    client = page.context.new_cdp_session(page)
    for kind, y in (("mousePressed", 60), ("mouseMoved", 140), ("mouseReleased", 220)):
        x, y = position(page, (140, y))
        pen = {"pointerType": "pen", "button": "left", "buttons": 1, "clickCount": 1}
        client.send("Input.dispatchMouseEvent", {"type": kind, "x": x, "y": y, **pen})
    expect_answer(page, "1")


def test_a_finger_that_the_system_takes_away_ends_its_stroke(open_page):
    page = open_page(**PHONE)
    client = page.context.new_cdp_session(page)
    for kind, y in (("touchStart", 60), ("touchMove", 140), ("touchMove", 220)):
        x, y = position(page, (140, y))
        point = {"x": x, "y": y}
        client.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": [point]})
    client.send("Input.dispatchTouchEvent", {"type": "touchCancel", "touchPoints": []})
    expect_answer(page, "1")


def test_a_new_brush_width_keeps_the_drawing_and_its_steps_and_draws_wider(open_page):
    """Streamlit ended the canvas and put up another one, an empty one."""
    page = open_page(prepare=lambda page: page.add_init_script(COUNT_MESSAGES))
    draw_by_mouse(page, ONE)
    expect_answer(page, "1")
    before = page.evaluate("messages")
    page.locator(".st-key-brush input").focus()
    for _ in range(14):
        page.keyboard.press("ArrowRight")
    expect(page.get_by_test_id("stSliderThumbValue")).to_have_text("34")
    page.wait_for_function("before => messages > before", arg=before)  # the slider has been sent
    page.evaluate(OUTLAST_THE_CANVAS)
    expect(page.get_by_test_id("stApp")).to_have_attribute("data-test-script-state", "notRunning")
    assert ink_at(page, (140, 140)) == 255
    expect_answer(page, "1")
    draw_by_mouse(page, SECOND)
    expect_answer(page, "11")
    assert ink_at(page, (70 + 14, 140)) == 255
    assert (ink_at(page, (140, 140)), ink_at(page, (140 + 14, 140))) == (255, 0)
    page.keyboard.press("Control+z")
    expect_answer(page, "1")
    page.keyboard.press("Control+z")
    expect_invitation(page)


@pytest.mark.parametrize(("key", "text"), [("7", "saved as 7"), ("Escape", "Draw a digit")])
def test_keys_are_for_the_drawing_while_the_slider_has_the_focus(open_page, key, text):
    page = open_page()
    draw_by_mouse(page, THREE)
    expect_answer(page, "3")
    page.locator(".st-key-brush input").focus()
    page.keyboard.press(key)
    expect(page.locator(".prediction")).to_contain_text(text)


def test_a_label_typed_in_the_moment_of_pen_up_belongs_to_the_drawing_as_it_is(open_page, database):
    """It was lost, or told of the drawing before the last stroke."""
    page = open_page()
    draw_by_mouse(page, THREE)
    page.keyboard.press("3")
    expect(page.locator(".prediction")).to_contain_text("saved as 3")
    draw_by_mouse(page, SECOND)
    page.keyboard.press("8")
    page.keyboard.press("Escape")
    expect_invitation(page)
    kept = drawings_kept_at(page, database)
    # Of the number that it is by then, a typed label is the left digit's.
    assert [(entry.label, entry.strokes[0][0][0] < 100) for entry in kept] == [
        (3, False),
        (8, True),
    ]


def rename_button(page):
    """Have the canvas call the button that sends at once by another name."""

    def change(route):
        script = route.fetch().text()
        assert script.count(SEND) == 1, "the canvas has another button: see page/canvas/relay.js"
        route.fulfill(body=script.replace(SEND, "Send"), content_type="text/javascript")

    page.route("**/*drawable_canvas/index-*.js", change)


def test_without_the_button_that_sends_at_once_answers_come_all_the_same(open_page):
    """A later release of the canvas may call it otherwise."""
    page = open_page(prepare=rename_button)
    draw_by_mouse(page, THREE)
    expect_answer(page, "3")
    page.keyboard.press("Control+z")
    expect_invitation(page)


def break_script(page):
    """Have relay.js fail on its way in."""
    page.add_init_script("Object.defineProperty(globalThis, 'mnistDraw', {get() {}})")


def test_without_the_pages_own_script_the_canvas_draws_answers_and_has_its_own_tools(open_page):
    page = open_page(prepare=break_script)
    draw_by_mouse(page, THREE)
    expect_answer(page, "3")
    page.locator(".upper-canvas").hover()
    page.locator(".dc-toolbar").get_by_title("Undo").click()
    expect_invitation(page)


def delay_script(page):
    """Have relay.js come later than the canvas's own script."""
    page.add_init_script(
        "Blob = class extends Blob { constructor([text, ...more], kind) {"
        "  const wait = 'await new Promise(go => setTimeout(go, 1000));';"
        "  super([text.includes?.('SEND_BUTTON') ? wait + text : text, ...more], kind)"
        "} }"
    )


def test_the_canvas_stays_as_it_appears_though_the_pages_script_comes_late(open_page):
    """The script makes it larger, which cut a stroke in two, or lost it."""
    page = open_page(prepare=delay_script)
    page.reload()
    wait_for_canvas(page)
    before = page.locator(".upper-canvas").bounding_box()
    page.wait_for_function("globalThis.mnistDraw")
    assert page.locator(".upper-canvas").bounding_box() == before
    draw_by_mouse(page, ONE)
    expect_answer(page, "1")


def stop_waiting(page):
    """Have what waits for 200 ms wait for ever: what the canvas sends by itself."""
    page.add_init_script(
        "const wait = setTimeout;"
        "setTimeout = (call, ms, ...more) => ms === 200 ? 0 : wait(call, ms, ...more)"
    )


def test_a_drawing_is_sent_when_the_pen_is_up_and_not_after_the_canvass_own_wait(open_page):
    page = open_page(prepare=stop_waiting)
    draw_by_mouse(page, ONE)
    expect_answer(page, "1")
    draw_by_mouse(page, SECOND)
    expect_answer(page, "11")


def test_a_drawing_that_has_left_does_not_leave_again(open_page):
    page = open_page(prepare=lambda page: page.add_init_script(COUNT_MESSAGES))
    draw_by_mouse(page, ONE)
    expect_answer(page, "1")
    before = page.evaluate("messages")
    assert page.evaluate("() => { mnistDraw.send(); return messages }") == before


def test_a_finger_is_answered_at_once_too(open_page):
    page = open_page(prepare=stop_waiting, **PHONE)
    draw_by_touch(page, ONE)
    expect_answer(page, "1")
