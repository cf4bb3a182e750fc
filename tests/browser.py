"""A real server, a real Chromium, and a person's hands in it: mouse and touch."""

import os
import shutil
import subprocess
import sys
import time
import urllib.request
from contextlib import contextmanager
from itertools import pairwise
from pathlib import Path

import pytest

from tests.programs import find_free_port, give_up

playwright = pytest.importorskip("playwright.sync_api")
expect = playwright.expect
expect.set_options(timeout=20_000)  # a small machine, and a network that must start

ROOT = Path(__file__).parents[1]
PHONE = {
    "viewport": {"width": 360, "height": 740},
    "device_scale_factor": 3,
    "is_mobile": True,
    "has_touch": True,
}

THREE = [(100, 80), (150, 60), (180, 90), (140, 130), (185, 170), (150, 215), (95, 195)]
SMALL_SEVEN = [(10, 200), (60, 200), (45, 235), (32, 268)]
ONE = [(140, 60), (140, 220)]
TWO_ROOFS = ([(20, 250), (60, 30), (100, 250)], [(150, 100), (200, 30), (250, 100), (200, 200)])


def find_chromium():
    """Return the path of an installed Chromium; skip, or fail where CI demands one."""
    found = next(filter(None, map(shutil.which, ("chromium", "chromium-browser"))), None)
    if found is None:
        give_up("no Chromium here: apt-get install chromium")
    return found


@contextmanager
def serve(*page, **options):
    """Run a page in a process of its own; yield its address. Args as `start_server`."""
    with run_server(*page, **options) as (address, _):
        yield address


@contextmanager
def run_server(*page, **options):
    """Run a page; yield its address and its process. Args as `start_server`."""
    with start_server(*page, **options) as (address, server):
        wait_for(server, f"{address}/_stcore/health")
        yield address, server


@contextmanager
def start_server(
    script="webapp.py",
    database="sqlite://",
    output=None,
    folder=ROOT,
    port=None,
    prefix=(),
    plain=False,
):
    """Start a page; yield its address and its process, before it answers.

    Args:
        script, folder: the page's file, and the folder to start it in.
        database: its SQLAlchemy URL; None for the page's own choice.
        output: an open file for what the server writes.
        port: to listen on; a free one by default.
        prefix: the command that runs the server's own.
        plain: start it as a host does that knows of no `st.App`.
    """
    port = port or find_free_port()
    options = {"server_port": port, "server_address": "127.0.0.1", "server_headless": True}
    if plain:
        start = f"b.load_config_options({options}); b.run({script!r}, False, [], {options})"
        command = ["-c", f"import streamlit.web.bootstrap as b; {start}"]
    else:
        told = [f"--{name.replace('_', '.')}={value}" for name, value in options.items()]
        command = ["-m", "streamlit", "run", script, *told]
    with subprocess.Popen(
        [*prefix, sys.executable, *command],
        cwd=folder,
        env=os.environ | ({"MNIST_DRAW_DATABASE": database} if database else {}),
        stdout=output,
        stderr=output and subprocess.STDOUT,
    ) as server:
        try:
            yield f"http://127.0.0.1:{port}", server
        finally:
            server.terminate()


def wait_for(server, url, seconds=60):
    """Wait until a server answers."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        assert server.poll() is None, "the server ended"
        try:
            with urllib.request.urlopen(url, timeout=5):
                return
        except OSError:
            time.sleep(0.1)
    pytest.fail(f"no answer from {url} within {seconds} seconds")


def position(page, point):
    """Return where on the page a point of the canvas lies."""
    box = page.locator(".upper-canvas").bounding_box()
    return box["x"] + point[0], box["y"] + point[1]


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
    expect_answer(page, "Draw a digit, 0 to 9")


def button(page, name):
    return page.locator(".st-key-tools").get_by_role("button", name=name)
