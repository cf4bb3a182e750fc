"""A person's hands in a real Chromium, mouse and touch, and what the person sees."""

from itertools import pairwise

from playwright.sync_api import expect

from page.canvas import SIDE

PHONE = {
    "viewport": {"width": 360, "height": 740},
    "device_scale_factor": 3,
    "is_mobile": True,
    "has_touch": True,
}

PATIENCE = 60_000  # ms: a small machine, busy with other things, and a network that must start
expect.set_options(timeout=PATIENCE)


def position(page, point):
    """Return where on the page a point of the canvas lies."""
    box = page.locator(".upper-canvas").bounding_box()
    scale = box["width"] / SIDE
    return box["x"] + scale * point[0], box["y"] + scale * point[1]


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
    first = page.locator(".prediction p").first
    expect(first).to_have_text(text)


def expect_invitation(page):
    expect_answer(page, "Draw a digit or a number")


def button(page, name):
    return page.locator(".st-key-tools").get_by_role("button", name=name)
