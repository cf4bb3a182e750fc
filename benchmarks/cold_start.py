"""Time the first visitor of a server that has just started, in a real browser; and its memory.

    python benchmarks/cold_start.py

For webapp.py as README starts it, which loads the network before it serves; and for the same page
on a host that knows of no `st.App`, where nothing runs before somebody comes. Each round starts
new servers. The last rows are resident memory after the first answer and after a thousand strokes
of one visitor, without the REST interface and with it.
"""

import argparse
import asyncio
import os
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

import numpy as np

from benchmarks.many_visitors import memory, processor_seconds
from benchmarks.stroke_to_answer import WATCH
from driving.browser import draw_by_mouse, expect_answer, run_chromium
from driving.drawings import ONE, THREE
from driving.server import run_server
from driving.visitor import Visitor

ROUNDS = 3
LATER = 8  # seconds until the second visitor draws
STROKES = 1000


def main():
    argparse.ArgumentParser(description=__doc__.split("\n")[0]).parse_args()
    with run_chromium() as browser:
        print(first_visit(browser))
        print(f"{'':36}page   stroke at once   stroke 8 s later")
        for page, plain in (("webapp.py", False), ("the same, without st.App", True)):
            times = np.array([measure(browser, plain) for _ in range(ROUNDS)])
            rows = {"median": np.median(times, axis=0), "most": times.max(axis=0)}
            for name, (opened, at_once, later) in rows.items():
                print(f"{page:26} {name:8} {opened:4.2f} s {at_once:14.2f} s {later:16.2f} s")
    for rest in ("off", "on"):
        os.environ["MNIST_DRAW_REST"] = rest
        first, last = asyncio.run(measure_memory())
        print(
            f"REST {rest}: {first:.0f} MB after the first answer, {last:.0f} MB after {STROKES} "
            f"strokes ({last / first - 1:+.1%})"
        )


def measure(browser, plain):
    """Return the seconds until the canvas is there, an answer at once, and an answer later."""
    with run_server(output=sys.stderr, plain=plain) as (address, _):
        page, opened = open_page(browser, address)
        at_once = timed_stroke(page)
    with run_server(output=sys.stderr, plain=plain) as (address, _):
        page, _ = open_page(browser, address)
        page.wait_for_timeout(LATER * 1000)
        return opened, at_once, timed_stroke(page)


def first_visit(browser):
    """Say what a browser that was never here costs: over the network, and the server."""
    with run_server(output=sys.stderr) as (address, server):
        for _ in range(3):  # the server's own first visit costs it more
            used, sizes = processor_seconds(server.pid), []
            page = browser.new_context().new_page()
            network = page.context.new_cdp_session(page)
            network.send("Network.enable")
            network.on(
                "Network.loadingFinished", lambda e, s=sizes: s.append(e["encodedDataLength"])
            )
            page.goto(address)
            page.locator(".upper-canvas").wait_for()
            page.wait_for_load_state("networkidle")
            page.context.close()
            used = processor_seconds(server.pid) - used
    return (
        f"a first visit: {len(sizes)} requests, {sum(sizes) / 1e6:.1f} MB, "
        f"{1000 * used:.0f} ms of the server's processor"
    )


def open_page(browser, address):
    """Open the page as a new visitor; return it, and the seconds until its canvas is there."""
    page = browser.new_context(viewport={"width": 1280, "height": 800}).new_page()
    start = time.perf_counter()
    page.goto(address)
    page.locator(".upper-canvas").wait_for()
    return page, time.perf_counter() - start


def timed_stroke(page):
    """Draw a three; return the seconds from pen-up to its answer."""
    page.evaluate(WATCH, ".digit")
    draw_by_mouse(page, THREE)
    milliseconds = page.evaluate("window.answered")
    expect_answer(page, "3")
    page.context.close()
    return milliseconds / 1000


async def measure_memory():
    """Return the server's resident megabytes after one answer, and after many."""
    with run_server(output=sys.stderr) as (address, server):
        async with Visitor(address) as visitor:
            await visitor.draw([ONE])
            first = memory(server.pid)
            for number in range(STROKES):
                await visitor.draw([THREE, ONE][: 1 + number % 2])
            return first, memory(server.pid)


if __name__ == "__main__":
    main()
