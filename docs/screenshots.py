"""Photograph and film the page for the README, drawn on by mouse in a real browser.

    python docs/screenshots.py

Writes docs/*.png and docs/learning.webp; docs/social.png is for a host that shows a picture beside
links to the project. Needs Chromium (apt-get install chromium-headless-shell) and
requirements-dev.txt.
"""

import argparse
import io
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

import numpy as np
from PIL import Image

from digit_model.rasterize import resample
from driving.browser import (
    PHONE,
    draw_by_mouse,
    expect,
    expect_answer,
    expect_invitation,
    positions,
    run_chromium,
    wait_for_canvas,
)
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
SLOPING_SEVEN = [(80, 105), (150, 60), (133, 150), (120, 228)]  # the network alone says 1
ANOTHER = [(86, 104), (154, 62), (138, 150), (127, 226)]
POINTER = """
const pointer = document.body.appendChild(document.createElement("div"))
pointer.style = `position: fixed; z-index: 1e9; pointer-events: none; width: 18px; height: 18px;
  margin: -9px; border-radius: 50%; background: #e8590c99; border: 2px solid #fff`
addEventListener("mousemove", event => {
  pointer.style.left = `${event.clientX}px`
  pointer.style.top = `${event.clientY}px`
}, true)
"""


def main():
    argparse.ArgumentParser(description=__doc__.split("\n")[0]).parse_args()
    with serve() as address, run_chromium() as browser:
        wide = {"viewport": {"width": 1120, "height": 720}, "color_scheme": "light"}
        phone = {**PHONE, "viewport": {"width": 390, "height": 850}, "color_scheme": "dark"}
        photograph(browser, address, "wide", SEVEN, "7", **wide, device_scale_factor=1.5)
        photograph(browser, address, "phone", FIVE, "5", **phone | {"device_scale_factor": 2})
        photograph(browser, address, "inside", SEVEN, "7", show_inside, **wide)
        card = {"viewport": {"width": 1280, "height": 640}, "color_scheme": "light"}
        photograph(browser, address, "social", SEVEN, "7", show_the_answer_alone, **card)
        film(browser, address, "learning", **wide)


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


def film(browser, address, name, **profile):
    """Film a digit that is misread, corrected and learnt, and the next one like it."""
    page = browser.new_context(**profile).new_page()
    page.goto(address)
    wait_for_canvas(page)
    page.evaluate(POINTER)
    frames = []

    def show(milliseconds):
        frames.append((page.screenshot(animations="disabled"), milliseconds))

    def point_at(*place, steps=5):
        page.mouse.move(*place, steps=steps)
        show(60)

    def draw(points):
        start, *others = positions(page, resample(np.array(points, float), 25))
        point_at(*start)
        page.mouse.down()
        for place in others:
            point_at(*place)
        page.mouse.up()

    show(800)
    draw(SLOPING_SEVEN)
    expect_answer(page, "1")
    show(1800)
    seven = page.get_by_role("button", name="7", exact=True)
    box = seven.bounding_box()
    point_at(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    show(600)
    seven.click()
    expect_answer(page, "7")
    show(2500)
    page.keyboard.press("Escape")
    expect_invitation(page)
    show(600)
    draw(ANOTHER)
    expect_answer(page, "7")
    show(3500)
    save_film(frames, FOLDER / f"{name}.webp")
    page.context.close()


def save_film(frames, file):
    """Save screenshots, (PNG's bytes, milliseconds), as one animated picture."""
    first, *others = [Image.open(io.BytesIO(png)).convert("RGB") for png, _ in frames]
    durations = [milliseconds for _, milliseconds in frames]
    first.save(file, save_all=True, append_images=others, duration=durations, loop=0, quality=70)


if __name__ == "__main__":
    main()
