"""Draws on the page in a real Chromium, by mouse or touch, and waits for the answer."""

import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from itertools import pairwise
from math import ceil, dist
from typing import Any

from playwright.sync_api import Browser, Locator, Page, expect, sync_playwright

from page.canvas.component import SIDE

PHONE = {
    "viewport": {"width": 360, "height": 740},
    "device_scale_factor": 3,
    "is_mobile": True,
    "has_touch": True,
}

CHROMIUM = ["chromium-headless-shell", "chromium", "chromium-browser"]  # the lightest first
STEP = 30  # pixels of the page that a mouse goes from one event to the next
TIMEOUT = 60_000  # ms: a small machine, busy with other things, and a network that must start
expect.set_options(timeout=TIMEOUT)

Point = tuple[float, float]  # in pixels, of the canvas or the page


def find_chromium() -> str | None:
    """Return the path of an installed Chromium."""
    return next(filter(None, map(shutil.which, CHROMIUM)), None)


@contextmanager
def run_chromium() -> Iterator[Browser]:
    """Run an installed Chromium, or else Playwright's own."""
    with (
        sync_playwright() as driver,
        driver.chromium.launch(executable_path=find_chromium(), args=["--no-sandbox"]) as browser,
    ):
        yield browser


def wait_for_canvas(page: Page) -> None:
    """Wait until the canvas is there, and where it stays: it moves when the page's styles come."""
    page.locator(".upper-canvas").wait_for()
    page.wait_for_function("getComputedStyle(document.body).getPropertyValue('--ink')")


def position(page: Page, point: Point) -> Point:
    """Return where on the page a point of the canvas lies."""
    return positions(page, [point])[0]


def positions(page: Page, points: Iterable[Point]) -> list[Point]:
    """Return where on the page points of the canvas lie."""
    box: Any = page.locator(".upper-canvas").bounding_box()
    scale = box["width"] / SIDE
    return [(box["x"] + scale * x, box["y"] + scale * y) for x, y in points]


def draw_by_mouse(page: Page, points: Iterable[Point]) -> None:
    """Draw one stroke, in steps as long as a quick person's."""
    start, *others = positions(page, points)
    page.mouse.move(*start)
    page.mouse.down()
    for one, other in pairwise([start, *others]):
        page.mouse.move(*other, steps=ceil(dist(one, other) / STEP) or 1)
    page.mouse.up()


def draw_by_touch(page: Page, points: Iterable[Point]) -> None:
    """Draw one stroke with one finger; a single point is a tap."""
    client = page.context.new_cdp_session(page)

    def send(kind: str, *touches: Point) -> None:
        points = [{"x": x, "y": y} for x, y in touches]
        client.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

    start, *others = positions(page, points)
    send("touchStart", start)
    for (x0, y0), (x1, y1) in pairwise([start, *others]):
        steps = ceil(dist((x0, y0), (x1, y1)) / STEP) or 1
        for step in range(1, steps + 1):
            send("touchMove", (x0 + step / steps * (x1 - x0), y0 + step / steps * (y1 - y0)))
    send("touchEnd")
    client.detach()


def ink_at(page: Page, point: Point) -> int:
    """Return the canvas's alpha at a point, 0–255, once what is due in the next frame is drawn."""
    return page.locator("canvas.dc-canvas.lower-canvas").evaluate(
        """async (canvas, [x, y]) => {
            await new Promise(requestAnimationFrame)
            return canvas.getContext("2d").getImageData(x, y, 1, 1).data[3]
        }""",
        point,
    )


def expect_answer(page: Page, text: str) -> None:
    """Wait until the first text of the prediction is this, and no pen can change it."""
    first = page.locator(".prediction:not(.live) p").first
    expect(first).to_have_text(text)


def expect_invitation(page: Page) -> None:
    """Wait until the page invites to draw."""
    expect_answer(page, "Draw a digit or a number")


def button(page: Page, name: str) -> Locator:
    """Return a button of the canvas, such as "Undo"."""
    return page.locator(".st-key-tools").get_by_role("button", name=name)


def turn_live_answers_off(page: Page) -> None:
    """Have a page, before it is opened, answer when the pen is up alone."""
    page.add_init_script("localStorage.setItem('mnist-draw-live', 'off')")
