"""Time pen-up → answer on the page, in a real browser against a real server.

    python benchmarks/stroke_to_answer.py

Needs Chromium (apt-get install chromium-headless-shell) and requirements-dev.txt. An answer is
there in the first animation frame that shows it. Machines differ, and a busy one from minute to
minute, so all of these are timed in turn, stroke by stroke: the page by mouse; on a phone, by
touch; a bare page, with the canvas and one picture, that recognises nothing; the page with "Look
inside" open, until the answer is there, and until the pictures inside are those of the new
drawing; and the fourth digit of a number, beside the same digit alone.

In the end a digit is drawn at a person's pace: how far is the answer behind the pen that moves,
from a pointer's event to the first frame with the answer to all that it had drawn by then?
"""

import argparse
import contextlib
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

import numpy as np

from digit_model.rasterize import resample
from driving.browser import (
    PHONE,
    draw_by_mouse,
    draw_by_touch,
    expect_answer,
    positions,
    run_chromium,
)
from driving.drawings import THREE
from driving.server import serve

STROKES = 40
WIDE = {"viewport": {"width": 1280, "height": 800}}
SETTLE = 1000  # ms after what was done before: the run and all that follows it are over
SEVEN = [(205, 70), (250, 70), (225, 210)]
NUMBER = [*([(x / 3 + left, y) for x, y in THREE] for left in (-15, 45, 105)), SEVEN]  # 3337

ANSWER = ".network_input img"
INSIDE = ".inside.drawn .step:last-child img"
FRAME, STEP = 16, 6  # ms and pixels of the canvas between two events of a person's pointer
DIGITS = 10  # drawn at a person's pace

# Notes when the pen is lifted, and the first frame after a picture or a text has changed.
WATCH = """selector => {
  window.answered = new Promise(resolve => addEventListener('pointerup', () => {
    const start = performance.now()
    const seen = () => {
      const element = document.querySelector(selector)
      return [element?.src ?? element?.textContent, document.querySelector('section.live')].join()
    }
    const before = seen()
    new MutationObserver((_, observer) => {
      if (seen() === before) return
      observer.disconnect()
      requestAnimationFrame(() => resolve(performance.now() - start))
    }).observe(document.body, {subtree: true, childList: true, attributes: true})
  }, {once: true, capture: true}))
}"""


# Notes how old each answer is that is shown while the pen moves, and how many come.
WATCH_LIVE = """() => {
  window.live = { ages: [], answers: 0, drawn: 0 }
  let down, moved, asked
  addEventListener('mousemove', event => (moved = event.timeStamp), { capture: true })
  addEventListener('mousedown', event => (down = event.timeStamp), { capture: true })
  addEventListener('mouseup', event => (live.drawn += event.timeStamp - down), { capture: true })
  const { send } = WebSocket.prototype
  WebSocket.prototype.send = function (message) {
    if (this.url.endsWith('/live')) {
      asked = moved
      live.answers += 1
    }
    return send.call(this, message)
  }
  new MutationObserver(() => {
    if (!asked || !document.querySelector('section.live')) return
    const start = asked
    asked = undefined
    requestAnimationFrame(() => live.ages.push(performance.now() - start))
  }).observe(document.body, {subtree: true, childList: true, attributes: true, characterData: true})
}"""


def main():
    argparse.ArgumentParser(description=__doc__.split("\n")[0]).parse_args()
    with contextlib.ExitStack() as stack:
        browser = stack.enter_context(run_chromium())
        address = stack.enter_context(serve())
        bare_address = stack.enter_context(serve("benchmarks/bare_page.py"))
        inside = look_inside(open_page(browser, address, WIDE))
        page = open_page(browser, address, WIDE)
        watched = {
            "this page": (page, ANSWER, draw_by_mouse),
            "by touch, on a phone": (open_page(browser, address, PHONE), ANSWER, draw_by_touch),
            "a bare page": (open_page(browser, bare_address, WIDE), ANSWER, draw_by_mouse),
            "… with Look inside": (inside, ANSWER, draw_by_mouse),
            "Look inside": (inside, INSIDE, draw_by_mouse),
            "a narrow digit": (page, ANSWER, draw_by_mouse, [SEVEN]),
            "the fourth digit": (page, ANSWER, draw_by_mouse, NUMBER),
        }
        times = [[measure(*each) for each in watched.values()] for _ in range(STROKES + 1)]
        ages, rate = measure_live(open_page(browser, address, WIDE))
    times = dict(zip(watched, np.transpose(times[1:]), strict=True))  # the first one warms up
    for name, column in times.items():
        median, tail = np.median(column), np.quantile(column, 0.95)
        print(f"{name:20}: {STROKES} strokes: median {median:.0f} ms, 95 % {tail:.0f} ms")
    ours = np.median(times["this page"] - times["a bare page"])
    print(f"this page beside a bare one, median: {ours:+.0f} ms")
    fourth = np.median(times["the fourth digit"] - times["a narrow digit"])
    print(f"the fourth digit beside one alone, median: {fourth:+.0f} ms")
    median, tail = np.median(ages), np.quantile(ages, 0.95)
    print(f"pen to live answer: median {median:.0f} ms, 95 % {tail:.0f} ms, {rate:.0f} a second")


def open_page(browser, address, profile):
    page = browser.new_context(**profile).new_page()
    page.goto(address)
    page.locator(".upper-canvas").wait_for()
    return page


def look_inside(page):
    draw_by_mouse(page, THREE)
    expect_answer(page, "3")
    page.get_by_text("Look inside").click()
    page.locator(INSIDE).first.wait_for()
    return page


def measure(page, picture, draw, strokes=(THREE,)):
    """Draw strokes on an empty canvas; return the ms from the last until a picture changes."""
    page.bring_to_front()
    page.keyboard.press("Escape")
    *before, last = strokes
    for stroke in before:
        draw(page, stroke)
    page.wait_for_timeout(SETTLE)
    page.evaluate(WATCH, picture)
    draw(page, last)
    return page.evaluate("window.answered")


def measure_live(page):
    """Draw digits at a person's pace; return the ms that answers are behind, and their rate."""
    page.bring_to_front()
    page.wait_for_timeout(SETTLE)
    page.evaluate(WATCH_LIVE)
    for _ in range(DIGITS):
        page.keyboard.press("Escape")
        page.wait_for_timeout(SETTLE)
        start, *others = positions(page, resample(np.array(THREE, float), STEP).tolist())
        page.mouse.move(*start)
        page.mouse.down()
        for point in others:
            page.wait_for_timeout(FRAME)
            page.mouse.move(*point)
        page.mouse.up()
    live = page.evaluate("live")
    return live["ages"], 1000 * live["answers"] / live["drawn"]


if __name__ == "__main__":
    main()
