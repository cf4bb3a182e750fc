"""Time pen-up → answer on the page, in a real browser against a real server.

    python benchmarks/stroke_to_answer.py

Needs Chromium (apt-get install chromium) and requirements-dev.txt. The canvas itself
waits 200 ms after the pen is lifted before it sends anything; that is part of the time.
The answer counts as there in the first animation frame that shows it. Machines differ, and
a busy one from minute to minute: beside the page, stroke by stroke, a bare page is timed
that has the canvas and one picture and recognises nothing, and the page with "Look inside"
open, until the pictures inside are those of the new drawing.
"""

import contextlib
import shutil
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

import numpy as np
from playwright.sync_api import sync_playwright

from tests.browser import THREE, draw_by_mouse, expect_answer, serve

STROKES = 40
CANVAS_WAIT = 200  # ms, in the component's own code
SETTLE = 1000  # ms after clearing: the run and all that follows it are over

ANSWER = ".network_input img"
INSIDE = ".st-key-inside figure:last-child img"

# Notes when the pen is lifted, and the first frame after a picture or a text has changed.
WATCH = """selector => {
  window.answered = new Promise(resolve => addEventListener('pointerup', () => {
    const start = performance.now()
    const seen = () => {
      const element = document.querySelector(selector)
      return element?.src ?? element?.textContent
    }
    const before = seen()
    new MutationObserver((_, observer) => {
      if (seen() === before) return
      observer.disconnect()
      requestAnimationFrame(() => resolve(performance.now() - start))
    }).observe(document.body, {subtree: true, childList: true, attributes: true})
  }, {once: true, capture: true}))
}"""


def main():
    with contextlib.ExitStack() as stack:
        driver = stack.enter_context(sync_playwright())
        path = shutil.which("chromium")
        browser = driver.chromium.launch(executable_path=path, args=["--no-sandbox"])
        stack.callback(browser.close)
        page, bare, inside = (
            open_page(browser, stack.enter_context(serve(script)))
            for script in ("webapp.py", "benchmarks/bare_page.py", "webapp.py")
        )
        for each in (page, bare, inside):
            draw_by_mouse(each, THREE)
        for each in (page, inside):
            expect_answer(each, "3")
        inside.get_by_text("Look inside").click()
        inside.locator(INSIDE).wait_for()
        watched = ((page, ANSWER), (bare, ANSWER), (inside, INSIDE))
        times = np.array([[measure(*each) for each in watched] for _ in range(STROKES)])
    for name, column in zip(("this page", "a bare page", "Look inside"), times.T, strict=True):
        median, tail = np.median(column), np.quantile(column, 0.95)
        print(
            f"{name:11}: pen-up to answer, {STROKES} strokes: median {median:.0f} ms, "
            f"95 % {tail:.0f} ms; without the canvas's own wait {median - CANVAS_WAIT:.0f} ms"
        )
    print(f"this page beside a bare one, median: {np.median(times[:, 0] - times[:, 1]):+.0f} ms")


def open_page(browser, address):
    page = browser.new_page(viewport={"width": 1280, "height": 800})
    page.goto(address)
    page.locator(".upper-canvas").wait_for()
    return page


def measure(page, picture):
    """Draw a digit on an empty canvas; return the milliseconds until a picture changes."""
    page.bring_to_front()
    page.keyboard.press("Escape")
    page.wait_for_timeout(SETTLE)
    page.evaluate(WATCH, picture)
    draw_by_mouse(page, THREE)
    return page.evaluate("window.answered")


if __name__ == "__main__":
    main()
