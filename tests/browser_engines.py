"""A person's hands and eyes in three browsers: Chromium, Firefox and WebKit.

Playwright drives Debian's Chromium, but only its own builds of Firefox and WebKit. Debian's are
driven by the protocols that they speak themselves: Firefox by WebDriver BiDi, WebKit by WebDriver.
"""

import json
import os
import shutil
import subprocess
import tempfile
import time
from contextlib import contextmanager
from functools import partial
from itertools import pairwise

from selenium import webdriver
from selenium.webdriver.remote.command import Command
from selenium.webdriver.webkitgtk.service import Service
from websockets.sync.client import connect

from driving.server import find_free_port, wait_for
from page.canvas.component import SIDE
from tests.installed_programs import give_up

# Finds elements inside open shadow roots too, as Playwright does.
ALL = """const all = (selector, root = document) =>
  [...root.querySelectorAll("*")].flatMap(element => [
    ...(element.matches(selector) ? [element] : []),
    ...(element.shadowRoot ? all(selector, element.shadowRoot) : []),
  ])"""
TEXT = 'selector => all(selector)[0]?.innerText ?? ""'
CANVAS_BOX = """() => {
  const canvas = all(".upper-canvas")[0]
  canvas?.scrollIntoView({ block: "center" })
  const box = canvas?.getBoundingClientRect()
  return box?.width && [box.x, box.y, box.width]
}"""
INK = """(x, y) => all("canvas.dc-canvas.lower-canvas")[0]
  ?.getContext("2d").getImageData(x, y, 1, 1).data[3]"""
# The canvas's own toolbar has buttons of the same names; they are hidden.
BUTTON_CENTRE = """name => {
  const button = all("button:enabled:not([aria-disabled=true])").find(button =>
    button.offsetWidth && getComputedStyle(button).visibility === "visible" &&
    (button.ariaLabel ?? button.innerText).includes(name))
  button?.scrollIntoView({ block: "center" })
  const box = button?.getBoundingClientRect()
  return box && [box.x + box.width / 2, box.y + box.height / 2]
}"""

STEPS = 8  # of the mouse between two points
KEYS = {"Control": "\ue009", "Shift": "\ue008", "Escape": "\ue00c"}  # as WebDriver types them


def wait_until(read, wanted, seconds=60):
    """Wait until `wanted(read())` is true; return what was read."""
    deadline = time.monotonic() + seconds
    while not wanted(found := read()):
        assert time.monotonic() < deadline, f"after {seconds} seconds still {found!r}"
        time.sleep(0.02)
    return found


class Engine:
    """A browser with one page.

    A subclass has `go(url)`; `run(expression)`, which returns the text that a JavaScript
    expression evaluates to; `drag(points, pace)`, which presses the mouse at the first (x, y) in
    pixels of the window, takes `pace` ms to each other, and releases it at the last; and
    `press(keys)`, such as "Control+z".
    """

    def open(self, url):
        """Open the page as a new visitor, without the drawing of the one before."""
        self.evaluate("() => { try { sessionStorage.clear() } catch {} }")
        self.go(url)
        wait_until(partial(self.evaluate, CANVAS_BOX), bool)

    def evaluate(self, function, *arguments):
        """Return what a JavaScript function returns, None for undefined."""
        call = f"({function})({', '.join(map(json.dumps, arguments))})"
        return json.loads(self.run(f"(() => {{ {ALL}; return JSON.stringify({call} ?? null) }})()"))

    def draw(self, points, pace=0):
        """Draw one stroke by mouse through (x, y) in pixels of the canvas, `pace` ms a step."""
        left, top, width = self.evaluate(CANVAS_BOX)
        stroke = [
            (x0 + step / STEPS * (x1 - x0), y0 + step / STEPS * (y1 - y0))
            for (x0, y0), (x1, y1) in pairwise(points)
            for step in range(STEPS + 1)
        ]
        self.drag([(left + x * width / SIDE, top + y * width / SIDE) for x, y in stroke], pace)

    def click(self, name):
        """Click the button with this in its accessible name, once it can be clicked."""
        self.drag([wait_until(partial(self.evaluate, BUTTON_CENTRE, name), bool)])

    def text(self, selector):
        """Return the text of the first such element, "" without one."""
        return self.evaluate(TEXT, selector)

    def answer(self):
        """Return the digit, "?", or the invitation to draw; "" while the pen moves."""
        return self.text(".prediction:not(.live) p")

    def ink_at(self, point):
        """Return the canvas's alpha at a point, 0–255."""
        return self.evaluate(INK, *point)


class Chromium(Engine):
    """Chromium by Playwright."""

    def __init__(self, page):
        self.go, self.run, self.press = page.goto, page.evaluate, page.keyboard.press
        self.mouse, self.pause = page.mouse, page.wait_for_timeout

    def drag(self, points, pace=0):
        self.mouse.move(*points[0])
        self.mouse.down()
        for point in points[1:]:
            self.pause(pace)
            self.mouse.move(*point)
        self.mouse.up()


class WebDriver(Engine):
    """A browser that is driven as the WebDriver standard has it.

    A subclass has `perform(device)`, which takes what the mouse or the keyboard is to do.
    """

    def drag(self, points, pace=0):
        first, *rest = [
            {"type": "pointerMove", "x": round(x), "y": round(y), "duration": pace}
            for x, y in points
        ]
        down, up = ({"type": kind, "button": 0} for kind in ("pointerDown", "pointerUp"))
        self.perform({"type": "pointer", "id": "mouse", "actions": [first, down, *rest, up]})

    def press(self, keys):
        keys = [KEYS.get(key, key) for key in keys.split("+")]
        down = [{"type": "keyDown", "value": key} for key in keys]
        up = [{"type": "keyUp", "value": key} for key in reversed(keys)]
        self.perform({"type": "key", "id": "keyboard", "actions": down + up})


class Firefox(WebDriver):
    """Firefox by WebDriver BiDi."""

    def __init__(self, socket):
        self.socket = socket
        self.send("session.new", capabilities={})
        self.context = self.send("browsingContext.getTree")["contexts"][0]["context"]

    def send(self, method, **parameters):
        """Send a command; return its result. No events come between: none is subscribed to."""
        self.socket.send(json.dumps({"id": 1, "method": method, "params": parameters}))
        reply = json.loads(self.socket.recv(timeout=60))
        assert reply["type"] == "success", reply
        return reply["result"]

    def go(self, url):
        self.send("browsingContext.navigate", context=self.context, url=url, wait="complete")

    def run(self, expression):
        target = {"context": self.context}
        reply = self.send(
            "script.evaluate", expression=expression, target=target, awaitPromise=False
        )
        assert reply["type"] == "success", reply
        return reply["result"]["value"]

    def perform(self, device):
        self.send("input.performActions", context=self.context, actions=[device])


class WebKit(WebDriver):
    """WebKitGTK by Selenium."""

    def __init__(self, driver):
        self.driver = driver
        self.go = driver.get

    def run(self, expression):
        return self.driver.execute_script(f"return {expression}")

    def perform(self, device):
        self.driver.execute(Command.W3C_ACTIONS, {"actions": [device]})


def find(program, package):
    """Return a program's path; skip, or fail if CI demands it."""
    return shutil.which(program) or give_up(f"no {program} here: apt-get install {package}")


@contextmanager
def running(*command, **options):
    """Run a program until its user is done; yield its process. Options as `subprocess.Popen`."""
    with subprocess.Popen(command, stderr=subprocess.DEVNULL, **options) as process:
        try:
            yield process
        finally:
            process.terminate()


@contextmanager
def start_chromium(browser):
    """Open a window of the Chromium that Playwright has started."""
    with browser.new_context(viewport={"width": 1280, "height": 800}) as context:
        yield Chromium(context.new_page())


@contextmanager
def start_firefox():
    """Start a Firefox that nobody has used before, without a window."""
    path, port = find("firefox-esr", "firefox-esr"), find_free_port()
    # Its helpers may still write there when it has ended itself.
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as home:
        options = ["--headless", "--no-remote", f"--remote-debugging-port={port}"]
        own = os.environ | {"HOME": home}  # as root, Firefox refuses a home that is not root's
        with running(path, *options, "--profile", home, env=own) as browser:
            wait_for(browser, f"http://127.0.0.1:{port}")
            with connect(f"ws://127.0.0.1:{port}/session") as socket:
                yield Firefox(socket)


@contextmanager
def start_screen():
    """Start an X server that shows nothing; yield its display's name."""
    options = ["-displayfd", "1", "-screen", "0", "1280x1024x24"]
    with running(find("Xvfb", "xvfb"), *options, stdout=subprocess.PIPE, text=True) as screen:
        yield f":{screen.stdout.readline().strip()}"


@contextmanager
def start_webkit():
    """Start the small browser that comes with WebKitGTK, on a screen that shows nothing."""
    path = find("WebKitWebDriver", "webkit2gtk-driver")
    with start_screen() as display:
        service = Service(path, env=os.environ | {"DISPLAY": display})
        with webdriver.WebKitGTK(service=service) as driver:
            yield WebKit(driver)
