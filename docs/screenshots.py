"""Photograph the page for the README: docs/*.png, drawn by mouse in a real browser.

    python docs/screenshots.py

Needs Chromium (apt-get install chromium) and requirements-dev.txt.
"""

import io
import shutil
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from PIL import Image
from playwright.sync_api import sync_playwright

from driving.browser import PHONE, draw_by_mouse, expect, expect_answer
from driving.server import serve

FOLDER = Path(__file__).parent
COLOURS = 128  # a page has few; the files stay small
SEVEN = [
    [(70, 75), (130, 70), (205, 68), (185, 120), (160, 170), (140, 225)],
    [(115, 150), (160, 145), (205, 142)],
]
BELLY = [(108, 62), (103, 95), (98, 130), (112, 121), (130, 116), (150, 118), (168, 126)]
BELLY += [(182, 141), (189, 160), (188, 180), (180, 199), (165, 214), (146, 222), (126, 223)]
FIVE = [[(188, 58), (150, 62), (108, 62)], [*BELLY, (106, 217), (91, 205)]]


def main():
    with serve() as address, sync_playwright() as driver:
        browser = driver.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox"]
        )
        wide = {"viewport": {"width": 1120, "height": 720}, "color_scheme": "light"}
        phone = {**PHONE, "viewport": {"width": 390, "height": 850}, "color_scheme": "dark"}
        photograph(browser, address, "wide", SEVEN, "7", **wide, device_scale_factor=1.5)
        photograph(browser, address, "phone", FIVE, "5", **phone | {"device_scale_factor": 2})
        photograph(browser, address, "inside", SEVEN, "7", show_inside, **wide)
        browser.close()


def photograph(browser, address, name, strokes, digit, prepare=None, **profile):
    """Open the page, draw a digit, and take a picture when it is read."""
    page = browser.new_context(**profile).new_page()
    page.goto(address)
    page.locator(".upper-canvas").wait_for()
    for stroke in strokes:
        draw_by_mouse(page, stroke)
    expect_answer(page, digit)
    page.mouse.move(0, 0)
    clip = prepare(page) if prepare else None
    expect(page.get_by_test_id("stStatusWidget")).to_be_hidden()  # nothing is running any more
    page.wait_for_function("[...document.images].every(image => image.complete)")
    picture = Image.open(io.BytesIO(page.screenshot(clip=clip, animations="disabled")))
    picture.convert("RGB").quantize(COLOURS).save(FOLDER / f"{name}.png", optimize=True)
    page.context.close()


def show_inside(page):
    """Open Look inside; return where its first rows are."""
    page.set_viewport_size({"width": 1120, "height": 1700})
    page.get_by_text("Look inside").click()
    page.locator(".st-key-inside figure:last-child img").wait_for()
    return page.locator(".st-key-inside").bounding_box() | {"height": 762}


if __name__ == "__main__":
    main()
