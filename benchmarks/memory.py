"""What a server's memory is after each of the page's views, with several sessions, in a browser.

    python benchmarks/memory.py

Each visitor draws, saves the drawing, looks inside, and opens Model, History and Photo with a
photograph of twelve million pixels. "Of files" is TensorFlow's code, mostly, which the kernel may
drop and read again.
"""

import argparse
import re
import sys
import tempfile
import time
from functools import partial
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from PIL import Image, ImageDraw

from driving.browser import draw_by_mouse, expect_answer, run_chromium
from driving.drawings import THREE
from driving.server import run_server

VISITORS = 5
SETTLED = 3  # seconds until what a view took is there, or is freed
FORGOTTEN = 20  # seconds after the last visitor has left


def main():
    argparse.ArgumentParser(description=__doc__.split("\n")[0]).parse_args()
    print(f"{'':28}resident   of files")
    with (
        tempfile.TemporaryDirectory() as folder,
        run_server(output=sys.stderr) as (address, server),
        run_chromium() as browser,
    ):
        photograph = Path(folder, "three.jpg")
        draw_photograph().save(photograph)
        say = partial(report, server.pid)
        pages = [visit(browser, address, photograph, say)]
        while len(pages) < VISITORS:
            pages.append(visit(browser, address, photograph))
        say(f"{VISITORS} sessions")
        for page in pages:
            page.context.close()
        time.sleep(FORGOTTEN)
        say("all have left")


def draw_photograph():
    """Draw a large 3 in pencil on paper, as a telephone's camera takes it."""
    photograph = Image.new("RGB", (4000, 3000), (200, 200, 195))
    points = [(10 * x + 600, 10 * y + 300) for x, y in THREE]
    ImageDraw.Draw(photograph).line(points, fill=(40, 40, 50), width=90, joint="curve")
    return photograph


def visit(browser, address, photograph, say=lambda view: None):
    """Have a visitor do all that can be done, and say what memory is like after each of it."""
    page = browser.new_context(viewport={"width": 1280, "height": 800}).new_page()
    page.goto(address)
    draw_by_mouse(page, THREE)
    expect_answer(page, "3")
    settle(page, say, "first answer")
    page.keyboard.press("3")
    page.get_by_text("Look inside").click()
    settle(page, say, "Look inside")
    for view in ("Model", "History", "Photo"):
        page.get_by_role("button", name=view, exact=True).click()
        if view == "Photo":
            page.locator("input[type=file]").first.set_input_files(photograph)
        settle(page, say, view)
        page.keyboard.press("Escape")
    settle(page, say, "all views closed")
    return page


def settle(page, say, view):
    page.wait_for_timeout(SETTLED * 1000)
    say(view)


def report(pid, view):
    """Print a process's resident memory, and what part of it files could give back."""
    status = Path(f"/proc/{pid}/smaps_rollup").read_text()
    rss, anonymous = (
        int(re.search(rf"{key}:\s+(\d+)", status)[1]) / 1024 for key in ("Rss", "Anonymous")
    )
    print(f"{view:26}{rss:7.0f} MB {rss - anonymous:7.0f} MB", flush=True)


if __name__ == "__main__":
    main()
