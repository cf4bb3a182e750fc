"""Photograph the page for the README: docs/*.png, drawn by mouse in a real browser.

docs/social.png is shown beside links to the project, if its host is told to.

    python docs/screenshots.py

Needs Chromium (apt-get install chromium) and requirements-dev.txt.
"""

import argparse
import io
import shutil
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from PIL import Image
from playwright.sync_api import sync_playwright

from driving.browser import PHONE, draw_by_mouse, expect, expect_answer, wait_for_canvas
from driving.server import serve

FOLDER = Path(__file__).parent
ALONE = """
.stApp :is(.st-key-tools, .st-key-labels, .st-key-brush, .st-key-looking, .stAppHeader) {
  display: none !important }
.stApp .st-key-page header { grid-column: 1 / -1 }
.stApp .stMainBlockContainer { max-width: none; padding: 2.75rem 5rem }
.stApp .st-key-page { grid-template-columns: 420px 1fr 140px; gap: 1.5rem 4rem }
.stApp .st-key-page h1 { font-size: 2.75rem; line-height: 1.2 }
.stApp .st-key-page .claim { font-size: 1.375rem; margin-bottom: 1rem }
"""
COLOURS = 128  # a page has few; the files stay small
SEVEN = [
    [(70, 75), (130, 70), (205, 68), (185, 120), (160, 170), (140, 225)],
    [(115, 150), (160, 145), (205, 142)],
]
BELLY = [(108, 62), (103, 95), (98, 130), (112, 121), (130, 116), (150, 118), (168, 126)]
BELLY += [(182, 141), (189, 160), (188, 180), (180, 199), (165, 214), (146, 222), (126, 223)]
FIVE = [[(188, 58), (150, 62), (108, 62)], [*BELLY, (106, 217), (91, 205)]]


def main():
    argparse.ArgumentParser(description=__doc__.split("\n")[0]).parse_args()
    with serve() as address, sync_playwright() as driver:
        browser = driver.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox"]
        )
        wide = {"viewport": {"width": 1120, "height": 720}, "color_scheme": "light"}
        phone = {**PHONE, "viewport": {"width": 390, "height": 850}, "color_scheme": "dark"}
        photograph(browser, address, "wide", SEVEN, "7", **wide, device_scale_factor=1.5)
        photograph(browser, address, "phone", FIVE, "5", **phone | {"device_scale_factor": 2})
        photograph(browser, address, "inside", SEVEN, "7", show_inside, **wide)
        card = {"viewport": {"width": 1280, "height": 640}, "color_scheme": "light"}
        photograph(browser, address, "social", SEVEN, "7", show_the_answer_alone, **card)
        browser.close()


def photograph(browser, address, name, strokes, digit, prepare=None, **profile):
    """Open the page, draw a digit, and take a picture when it is read."""
    page = browser.new_context(**profile).new_page()
    page.goto(address)
    wait_for_canvas(page)
    for stroke in strokes:
        draw_by_mouse(page, stroke)
    expect_answer(page, digit)
    page.wait_for_timeout(1_000)  # it may have been the answer to the stroke before
    page.mouse.move(0, 0)
    clip = prepare(page) if prepare else None
    expect(page.get_by_test_id("stStatusWidget")).to_be_hidden()  # nothing is running any more
    page.wait_for_function("[...document.images].every(image => image.complete)")
    page.wait_for_function("document.getAnimations().every(each => each.playState !== 'running')")
    picture = Image.open(io.BytesIO(page.screenshot(clip=clip, animations="disabled")))
    picture.convert("RGB").quantize(COLOURS).save(FOLDER / f"{name}.png", optimize=True)
    page.context.close()


def show_inside(page):
    """Open Look inside; return where its first steps are."""
    page.set_viewport_size({"width": 1120, "height": 3000})
    page.get_by_text("Look inside").click()
    end = page.locator(".layer").nth(1).bounding_box()
    box = page.locator(".st-key-inside").bounding_box()
    return box | {"height": end["y"] + end["height"] - box["y"]}


def show_the_answer_alone(page):
    """Leave the drawing and its answer, larger: the picture is small beside a link."""
    page.add_style_tag(content=ALONE)


if __name__ == "__main__":
    main()
