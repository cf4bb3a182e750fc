"""The page as a person meets it: a real server, a real Chromium, mouse and touch."""

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from contextlib import closing, contextmanager
from itertools import pairwise
from pathlib import Path

import pytest

playwright = pytest.importorskip("playwright.sync_api")
expect = playwright.expect
expect.set_options(timeout=20_000)  # a small machine, and a network that must start

ROOT = Path(__file__).parents[1]
PHONE = {
    "viewport": {"width": 360, "height": 740},
    "device_scale_factor": 3,
    "is_mobile": True,
    "has_touch": True,
}

THREE = [(100, 80), (150, 60), (180, 90), (140, 130), (185, 170), (150, 215), (95, 195)]
SMALL_SEVEN = [(10, 200), (60, 200), (45, 235), (32, 268)]
ONE = [(140, 60), (140, 220)]
TWO_ROOFS = ([(20, 250), (60, 30), (100, 250)], [(150, 100), (200, 30), (250, 100), (200, 200)])


def find_chromium():
    """Return the path of an installed Chromium; skip, or fail where CI demands one."""
    found = next(filter(None, map(shutil.which, ("chromium", "chromium-browser"))), None)
    if found is None:
        message = "no Chromium here: apt-get install chromium"
        pytest.fail(message) if os.environ.get("REQUIRE_BROWSER") else pytest.skip(message)
    return found


@contextmanager
def serve(script="webapp.py", database="sqlite://"):
    """Run a page on a free port, in a process of its own; yield its address."""
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    address = f"http://127.0.0.1:{port}"
    options = [f"--server.port={port}", "--server.address=127.0.0.1", "--server.headless=true"]
    with subprocess.Popen(
        [sys.executable, "-m", "streamlit", "run", script, *options],
        cwd=ROOT,
        env=os.environ | {"MNIST_DRAW_DATABASE": database},
    ) as server:
        try:
            wait_for(server, f"{address}/_stcore/health")
            yield address
        finally:
            server.terminate()


def wait_for(server, url, seconds=60):
    """Wait until a server answers."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        assert server.poll() is None, "the server ended"
        try:
            with urllib.request.urlopen(url, timeout=5):
                return
        except OSError:
            time.sleep(0.1)
    pytest.fail(f"no answer from {url} within {seconds} seconds")


@pytest.fixture(scope="session")
def chromium():
    path = find_chromium()
    with playwright.sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def address(chromium):
    with serve() as url:
        yield url


@pytest.fixture
def open_page(chromium, address):
    """Return a function that opens the page as a new visitor."""
    contexts = []

    def visit(url=address, **profile):
        profile = profile or {"viewport": {"width": 1280, "height": 800}}
        contexts.append(chromium.new_context(**profile))
        page = contexts[-1].new_page()
        page.goto(url)
        expect(page.locator(".upper-canvas")).to_be_visible()
        return page

    yield visit
    for context in contexts:
        context.close()


def position(page, point):
    """Return where on the page a point of the canvas lies."""
    box = page.locator(".upper-canvas").bounding_box()
    return box["x"] + point[0], box["y"] + point[1]


def draw_by_mouse(page, points):
    """Draw one stroke."""
    page.mouse.move(*position(page, points[0]))
    page.mouse.down()
    for point in points[1:]:
        page.mouse.move(*position(page, point), steps=8)
    page.mouse.up()


def draw_by_touch(page, points):
    """Draw one stroke with one finger; a single point is a tap."""
    client = page.context.new_cdp_session(page)

    def send(kind, point=None):
        touches = []
        if point:
            x, y = position(page, point)
            touches = [{"x": x, "y": y}]
        client.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": touches})

    send("touchStart", points[0])
    for (x0, y0), (x1, y1) in pairwise(points):
        for share in (0.25, 0.5, 0.75, 1):
            send("touchMove", (x0 + share * (x1 - x0), y0 + share * (y1 - y0)))
    send("touchEnd")


def ink_at(page, point):
    """Return the canvas's alpha at a point, 0–255."""
    return page.locator("canvas.dc-canvas.lower-canvas").evaluate(
        "(canvas, [x, y]) => canvas.getContext('2d').getImageData(x, y, 1, 1).data[3]", point
    )


def expect_answer(page, text):
    """Wait until the first text of the prediction is this."""
    first = page.locator(".st-key-prediction p").first
    expect(first).to_have_text(text)


def expect_invitation(page):
    expect_answer(page, "Draw a digit, 0 to 9")


def button(page, name):
    return page.locator(".st-key-tools").get_by_role("button", name=name)


def test_a_three_drawn_by_mouse_is_read(open_page):
    page = open_page()
    expect_invitation(page)
    draw_by_mouse(page, THREE)
    expect_answer(page, "3")
    expect(page.locator(".st-key-prediction")).to_contain_text("% sure")
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
    assert page.locator(".stMain").evaluate("main => main.scrollTop") == 0


def test_undo_and_redo_walk_through_the_strokes(open_page):
    page = open_page()
    draw_by_mouse(page, ONE)
    expect_answer(page, "1")
    draw_by_mouse(page, [(70, 60), (70, 220)])
    expect_answer(page, "?")
    button(page, "Undo").click()
    expect_answer(page, "1")
    assert ink_at(page, (70, 140)) == 0
    button(page, "Undo").click()
    expect_invitation(page)
    button(page, "Redo").click()
    expect_answer(page, "1")
    button(page, "Redo").click()
    expect_answer(page, "?")
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
        page.wait_for_timeout(400)
    for _ in range(3):
        page.keyboard.press("Control+z")
        page.wait_for_timeout(100)
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


def test_a_new_brush_width_keeps_the_drawing_and_draws_wider(open_page):
    """A slider in motion made Streamlit put up a new canvas, an empty one."""
    page = open_page()
    draw_by_mouse(page, ONE)
    expect_answer(page, "1")
    page.locator(".st-key-brush input").focus()
    for _ in range(14):
        page.keyboard.press("ArrowRight")
    expect(page.get_by_test_id("stSliderThumbValue")).to_have_text("34")
    page.wait_for_timeout(500)
    assert ink_at(page, (140, 140)) == 255
    expect_answer(page, "1")
    draw_by_mouse(page, [(50, 60), (50, 220)])
    expect_answer(page, "?")
    assert ink_at(page, (50 + 14, 140)) == 255
    assert ink_at(page, (140 + 14, 140)) == 0


@pytest.mark.parametrize("theme", ["Dark", "Light"])
def test_switching_the_theme_keeps_the_drawing_and_its_answer(open_page, theme):
    page = open_page()
    draw_by_mouse(page, THREE)
    expect_answer(page, "3")
    page.get_by_test_id("stMainMenu").get_by_role("button").click()
    page.get_by_role("menuitemradio", name=theme).click()
    page.wait_for_timeout(500)
    expect_answer(page, "3")
    assert ink_at(page, (150, 60)) == 255


def test_two_figures_at_once_are_no_digit(open_page):
    page = open_page()
    for stroke in TWO_ROOFS:
        draw_by_mouse(page, stroke)
    expect_answer(page, "?")
    expect(page.locator(".st-key-prediction")).to_contain_text("Not a digit")
    expect(page.locator(".bar b")).to_have_count(10)
    expect(page.locator(".bar.winner")).to_have_count(0)


def test_the_comparison_opens_and_follows_the_drawing(open_page):
    page = open_page()
    draw_by_mouse(page, THREE)
    expect_answer(page, "3")
    assert page.locator(".st-key-resized_input").count() == 0
    page.get_by_text("Also without cropping and centring").click()
    expect(page.locator(".st-key-resized_input img")).to_be_visible()
    assert ink_at(page, (150, 60)) == 255
    button(page, "Clear").click()
    expect(page.locator(".st-key-resized_input")).to_have_count(0)


def test_nothing_moves_when_an_answer_comes(open_page):
    page = open_page()
    parts = [".st-key-canvas", ".st-key-network_input", ".st-key-probabilities", ".st-key-tools"]
    before = [page.locator(part).bounding_box() for part in parts]
    draw_by_mouse(page, THREE)
    expect_answer(page, "3")
    assert [page.locator(part).bounding_box() for part in parts] == before
    for stroke in TWO_ROOFS:
        draw_by_mouse(page, stroke)
    expect_answer(page, "?")
    assert [page.locator(part).bounding_box() for part in parts] == before


def test_one_screen_holds_the_whole_page(open_page):
    page = open_page()
    main = page.locator(".stMain")
    assert main.evaluate("main => main.scrollHeight <= main.clientHeight")


def test_a_phone_never_scrolls_sideways_and_its_buttons_fit_a_finger(open_page):
    page = open_page(**PHONE)
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    assert page.locator(".stMain").evaluate("main => main.scrollWidth") <= 360
    for name in ("Undo", "Redo", "Clear"):
        box = button(page, name).bounding_box()
        assert min(box["width"], box["height"]) >= 44


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
    draw_by_mouse(first, THREE)
    expect_answer(first, "3")
    draw_by_mouse(second, ONE)
    expect_answer(second, "1")
    expect_answer(first, "3")


def test_a_stroke_before_the_network_is_ready_is_answered_when_it_is(open_page):
    with serve() as fresh_server:
        page = open_page(fresh_server)
        draw_by_mouse(page, THREE)
        expect(page.locator(".st-key-prediction .digit")).to_have_text("3", timeout=60_000)
