"""A person's hands in a real Chromium, mouse and touch, and what the person sees."""

from itertools import pairwise
from math import ceil, dist

from playwright.sync_api import expect

from page.canvas.component import SIDE

PHONE = {
    "viewport": {"width": 360, "height": 740},
    "device_scale_factor": 3,
    "is_mobile": True,
    "has_touch": True,
}

STEP = 30  # pixels of the page that a mouse goes from one event to the next
PATIENCE = 60_000  # ms: a small machine, busy with other things, and a network that must start
expect.set_options(timeout=PATIENCE)


def wait_for_canvas(page):
    """Wait until the canvas is there, and where it stays: it moves when the page's styles come."""
    page.locator(".upper-canvas").wait_for()
    page.wait_for_function("getComputedStyle(document.body).getPropertyValue('--ink')")


def position(page, point):
    """Return where on the page a point of the canvas lies."""
    return positions(page, [point])[0]


def positions(page, points):
    """Return where on the page points of the canvas lie."""
    box = page.locator(".upper-canvas").bounding_box()
    scale = box["width"] / SIDE
    return [(box["x"] + scale * x, box["y"] + scale * y) for x, y in points]


def draw_by_mouse(page, points):
    """Draw one stroke, in steps as long as a quick hand's."""
    start, *others = positions(page, points)
    page.mouse.move(*start)
    page.mouse.down()
    for one, other in pairwise([start, *others]):
        page.mouse.move(*other, steps=ceil(dist(one, other) / STEP) or 1)
    page.mouse.up()


def draw_by_touch(page, points):
    """Draw one stroke with one finger; a single point is a tap."""
    client = page.context.new_cdp_session(page)

    def send(kind, *touches):
        touches = [{"x": x, "y": y} for x, y in touches]
        client.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": touches})

    start, *others = positions(page, points)
    send("touchStart", start)
    for (x0, y0), (x1, y1) in pairwise([start, *others]):
        steps = ceil(dist((x0, y0), (x1, y1)) / STEP) or 1
        for step in range(1, steps + 1):
            send("touchMove", (x0 + step / steps * (x1 - x0), y0 + step / steps * (y1 - y0)))
    send("touchEnd")
    client.detach()


def ink_at(page, point):
    """Return the canvas's alpha at a point, 0–255, once what is due in the next frame is drawn."""
    return page.locator("canvas.dc-canvas.lower-canvas").evaluate(
        """async (canvas, [x, y]) => {
            await new Promise(requestAnimationFrame)
            return canvas.getContext("2d").getImageData(x, y, 1, 1).data[3]
        }""",
        point,
    )


def expect_answer(page, text):
    """Wait until the first text of the prediction is this."""
    first = page.locator(".prediction p").first
    expect(first).to_have_text(text)


def expect_invitation(page):
    expect_answer(page, "Draw a digit or a number")


def button(page, name):
    return page.locator(".st-key-tools").get_by_role("button", name=name)
