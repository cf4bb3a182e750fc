"""Time pen-up → answer on the page, in a real browser against a real server.

    python benchmarks/stroke_to_answer.py

Needs Chromium (apt-get install chromium) and requirements-dev.txt. The canvas itself
waits 200 ms after the pen is lifted before it sends anything; that is part of the time.
The answer counts as there in the first animation frame that shows it.
"""

import shutil
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

import numpy as np
from playwright.sync_api import sync_playwright

from tests.test_browser import THREE, button, draw_by_mouse, expect_answer, expect_invitation, serve

STROKES = 60
CANVAS_WAIT = 200  # ms, in the component's own code

# Notes when the pen is lifted, and when the picture of what the network saw next changes.
WATCH = """() => {
  window.answered = new Promise(resolve => addEventListener('pointerup', () => {
    const start = performance.now()
    const seen = () => document.querySelector('.st-key-network_input img')?.src
    const before = seen()
    const look = () => seen() === before
      ? requestAnimationFrame(look) : resolve(performance.now() - start)
    look()
  }, {once: true, capture: true}))
}"""


def main():
    with serve() as address, sync_playwright() as driver:
        path = shutil.which("chromium")
        browser = driver.chromium.launch(executable_path=path, args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 1280, "height": 800})
        page.goto(address)
        draw_by_mouse(page, THREE)
        expect_answer(page, "3")
        times = [measure(page) for _ in range(STROKES)]
        browser.close()
    median, tail = np.median(times), np.quantile(times, 0.95)
    print(f"pen-up to answer, {STROKES} strokes: median {median:.0f} ms, 95 % {tail:.0f} ms,")
    print(f"of which the canvas waits {CANVAS_WAIT} ms: ours {median - CANVAS_WAIT:.0f} ms")


def measure(page):
    """Draw a digit on an empty canvas and return the milliseconds until its answer."""
    button(page, "Clear").click()
    expect_invitation(page)
    page.wait_for_timeout(400)
    page.evaluate(WATCH)
    draw_by_mouse(page, THREE)
    return page.evaluate("window.answered")


if __name__ == "__main__":
    main()
