"""Thirty visitors draw, and one of three servers is killed.

nginx with the configuration of deploy/compose.yaml, three servers and PostgreSQL, as processes on
loopback. Two of the visitors are real browsers, on different servers.
"""

import asyncio
import contextlib
import http.client
import io
import json
import re
import threading
import time
import urllib.error
import urllib.request
from types import SimpleNamespace
from urllib.parse import parse_qs, urlsplit

import numpy as np
import pytest
from PIL import Image
from sqlalchemy import create_engine
from websockets.exceptions import WebSocketException

from driving.browser import (
    button,
    draw_by_mouse,
    expect,
    expect_answer,
    expect_invitation,
    ink_at,
    wait_for_canvas,
)
from driving.drawings import ONE, THREE, canvas_value
from driving.server import start_server, wait_for
from driving.visitor import Visitor
from history import Notebook
from tests.cheap_servers import STUB_PAGE
from tests.docker_image import copy_image
from tests.nginx_proxy import proxy

SERVERS, GUESTS = 3, 28
BACK = 10  # seconds after the kill until everybody is answered again
DRAWING = json.dumps(canvas_value([THREE]))


@pytest.fixture(scope="module")
def town(postgresql, chromium, tmp_path_factory):
    """Yield three servers behind nginx, from the image's files alone, and their database."""
    folder, image = tmp_path_factory.mktemp("nginx"), tmp_path_factory.mktemp("image")
    copy_image(image)
    database = postgresql.create_database()
    with contextlib.ExitStack() as stack:
        starting = [
            start_server(STUB_PAGE, database=database, folder=image) for _ in range(SERVERS)
        ]
        servers = [stack.enter_context(each) for each in starting]
        for address, process in servers:
            wait_for(process, f"{address}/_stcore/health")
        hosts = [urlsplit(address).netloc for address, _ in servers]
        front, log = stack.enter_context(proxy(folder, hosts))
        yield SimpleNamespace(servers=servers, front=front, log=log, database=database)


@pytest.fixture(scope="module")
def accident(town, chromium):
    """Have everybody draw, kill one server in the middle, and tell what happened to them."""
    with contextlib.ExitStack() as stack:
        unlucky, doomed = open_browser(stack, chromium, town)
        lucky = open_browser(stack, chromium, town, elsewhere=doomed)[0]
        before = sessions(town, doomed)
        guests = [Guest(town.front, number) for number in range(GUESTS)]
        closing_time = threading.Event()
        crowd = threading.Thread(target=asyncio.run, args=[draw_all(guests, closing_time)])
        crowd.start()
        stack.callback(crowd.join)
        stack.callback(closing_time.set)
        for browser in (unlucky, lucky):
            draw_by_mouse(browser.page, ONE)
            expect_answer(browser.page, "1")
            button(browser.page, "Clear").click()
            expect_invitation(browser.page)
            draw_by_mouse(browser.page, THREE)
            expect_answer(browser.page, "3")
            browser.page.get_by_role("button", name="Yes").click()
            expect(browser.page.locator(".prediction")).to_contain_text("saved as 3")
        wait_until(lambda: all(len(guest.answers) >= 2 for guest in guests))
        concerned = sessions(town, doomed) - before

        with unlucky.page.expect_event("websocket", timeout=60_000):  # it has come back
            town.servers[doomed][1].kill()
            killed = time.monotonic()
        ink = ink_at(unlucky.page, THREE[3])
        for browser in (unlucky, lucky):
            button(browser.page, "Clear").click()
            expect_invitation(browser.page)
            draw_by_mouse(browser.page, ONE)
            expect_answer(browser.page, "1")
            browser.answered = time.monotonic()
        wait_until(lambda: all(guest.answers[-1] > lucky.answered for guest in guests))
        yield SimpleNamespace(**locals())


class Browser:
    """A visitor with a real browser, and the WebSockets that its page opened and lost."""

    def __init__(self, page):
        self.page, self.opened, self.lost = page, 0, 0
        page.on("websocket", self.note)

    def note(self, socket):
        if not socket.url.endswith("/live"):  # that one comes and goes
            self.opened += 1
            socket.on("close", self.note_loss)

    def note_loss(self, _):
        self.lost += 1


class Guest(Visitor):
    """A visitor without a browser, who comes back as a browser does.

    Attributes:
        answers: when an answer was there.
        losses: when the connection was lost.
        waits: the seconds until each answer.
        wrong: whatever was shown instead of the digit that was drawn.
    """

    def __init__(self, front, number):
        super().__init__(front)
        self.front, self.rng = front, np.random.default_rng(number)
        self.answers, self.losses, self.waits, self.wrong = [], [], [], []

    async def visit(self, closing_time):
        """Draw, keep the first drawing, and draw again, until closing time."""
        self.headers = await asyncio.to_thread(self.load_page)
        await self.connect()
        await self.run()
        await self.draw_three()
        await self.label(3)
        while not closing_time.is_set():
            await asyncio.sleep(self.rng.uniform(1, 2))
            try:
                await self.draw_three()
            except (WebSocketException, ConnectionError):
                self.losses.append(time.monotonic())
                await self.come_back()
        await self.disconnect()

    async def draw_three(self):
        start = time.monotonic()
        await self.send(DRAWING)
        self.answers.append(time.monotonic())
        self.waits.append(self.answers[-1] - start)
        if ">3<" not in self.shown["prediction"] or self.errors:
            self.wrong.append((self.shown["prediction"], *self.errors))

    async def come_back(self):
        """Do what Streamlit's page does: wait a little, ask for health, connect, run."""
        await self._listener
        for attempt in range(8):
            await asyncio.sleep(min(4, 0.5 * 2**attempt) * self.rng.uniform(0.5, 1))
            with contextlib.suppress(OSError, WebSocketException):
                await asyncio.to_thread(self.load_page, "/_stcore/health")
                await self.connect()
                await self.run()
                await self.draw_three()
                return

    def load_page(self, path="/"):
        """Load something; return the headers that a browser sends from then on."""
        request = urllib.request.Request(self.front + path, headers=self.headers or {})
        with urllib.request.urlopen(request, timeout=10) as response:
            cookie = response.headers["Set-Cookie"]
        return {"Cookie": cookie.partition(";")[0]}


async def draw_all(guests, closing_time):
    """Have all guests draw at once."""
    await asyncio.gather(*(guest.visit(closing_time) for guest in guests))


def open_browser(stack, chromium, town, elsewhere=None):
    """Open the page in a browser; return it, and the number of its server.

    Args:
        elsewhere: number of a server that it shall not be on.
    """
    while True:
        context = stack.enter_context(contextlib.closing(chromium.new_context()))
        before = [sessions(town, number) for number in range(SERVERS)]
        browser = Browser(context.new_page())
        browser.page.goto(town.front)
        wait_for_canvas(browser.page)
        after = [sessions(town, number) for number in range(SERVERS)]
        [number] = [n for n in range(SERVERS) if after[n] > before[n]]
        if number != elsewhere:
            return browser, number


def sessions(town, number):
    """Ask a server how many visitors it has."""
    address, _ = town.servers[number]
    with urllib.request.urlopen(f"{address}/_stcore/metrics?families=active_sessions") as answer:
        lines = answer.read().decode().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("active_sessions "))


def wait_until(condition, seconds=180):
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it took too long"
        time.sleep(0.1)


def notebook(query):
    """Return the identity in an address or its query."""
    return parse_qs(urlsplit(query).query or query)["notebook"][0]


def test_the_killed_servers_visitors_are_answered_elsewhere_within_ten_seconds(accident):
    lost = [guest for guest in accident.guests if guest.losses]
    assert 0 < len(lost) == accident.concerned
    for guest in lost:
        back = next(moment for moment in guest.answers if moment > guest.losses[0])
        assert back - accident.killed < BACK
    assert accident.unlucky.answered - accident.killed < BACK


def test_the_others_notice_nothing(accident):
    others = [guest for guest in accident.guests if not guest.losses]
    assert max(max(guest.waits[2:]) for guest in others) < BACK / 2
    assert (accident.lucky.opened, accident.lucky.lost) == (1, 0)


def test_nobody_sees_an_error_or_a_wrong_digit(accident):
    assert [guest.wrong for guest in accident.guests if guest.wrong] == []


def test_a_browser_keeps_its_drawing_while_it_changes_servers(accident):
    assert (accident.unlucky.opened, accident.unlucky.lost) == (2, 1)
    assert accident.ink == 255


def test_drawings_kept_before_are_still_in_the_history(accident, town):
    engine = create_engine(town.database)
    for guest in accident.guests:
        assert Notebook(engine, notebook(guest.query)).count() == (1, 1)
    engine.dispose()
    page = accident.unlucky.page
    page.get_by_role("button", name="History").click()
    expect(page.get_by_role("dialog")).to_contain_text("100 % of 1 read right")
    page.keyboard.press("Escape")


@pytest.mark.parametrize("who", ["lucky", "unlucky"])
def test_a_photograph_goes_to_the_server_of_its_visitors_session(accident, who):
    page = getattr(accident, who).page
    page.get_by_role("button", name="Photo").click()
    file = io.BytesIO()
    Image.new("L", (40, 40), 255).save(file, "PNG")
    picture = {"name": "paper.png", "mimeType": "image/png", "buffer": file.getvalue()}
    page.locator("[data-testid=stFileUploaderDropzoneInput]").set_input_files(picture)
    expect(page.get_by_role("dialog")).to_contain_text("No digit found")


def test_an_uploads_token_counts_on_every_server(town):
    (one, _), (other, _), *_ = [each for each in town.servers if each[1].poll() is None]
    with urllib.request.urlopen(f"{one}/_stcore/health") as response:
        cookie = response.headers["Set-Cookie"].partition(";")[0]
    headers = {"Cookie": cookie, "X-Xsrftoken": cookie.partition("=")[2]}
    upload = urllib.request.Request(
        f"{other}/_stcore/upload_file/nobody/1", b"", headers, method="PUT"
    )
    with pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.urlopen(upload)
    refused.value.close()
    assert (refused.value.code, refused.value.reason) == (400, "Bad Request")  # not 403


def test_a_visitor_has_one_server_and_visitors_have_several(town):
    for visitor in range(12):
        for _ in range(4):
            ask(town, "GET", f"/visitor-{visitor}", {"Cookie": f"visitor={visitor}"})
    wait_until(lambda: town.log.read_text().count("/visitor-11 ") == 4)
    found = re.findall(r"GET (/visitor-\S+) \d+ (?:\S+, )*(\S+) ", town.log.read_text())
    assert len(set(found)) == 12
    assert len({server for _, server in found}) > 1


def test_the_servers_metrics_are_not_public(town):
    assert ask(town, "GET", "/_stcore/metrics") == 404


def test_a_body_larger_than_a_photograph_never_reaches_a_server(town):
    assert ask(town, "PUT", "/_stcore/upload_file/a/1", {"Content-Length": str(22 << 20)}) == 413
    assert ask(town, "POST", "/", {"Content-Length": str(2 << 20)}) == 413


def test_one_address_opens_no_more_sessions_at_once_than_a_class(town):
    upgrade = {
        "Connection": "Upgrade",
        "Upgrade": "websocket",
        "Sec-WebSocket-Version": "13",
        "Sec-WebSocket-Key": "AAAAAAAAAAAAAAAAAAAAAA==",
    }
    statuses = [ask(town, "GET", "/_stcore/stream", upgrade, source="127.0.0.2") for _ in range(90)]
    assert 60 <= statuses.count(101) < 90
    assert statuses.count(101) + statuses.count(429) == 90


def test_the_proxys_log_has_no_notebooks(town):
    ask(town, "GET", "/?notebook=secret")
    wait_until(lambda: " GET / 200" in town.log.read_text())
    assert "notebook" not in town.log.read_text()


def ask(town, method, path, headers=None, source="127.0.0.1"):
    """Send a request's head from an address of this machine; return the answer's status."""
    host = urlsplit(town.front).netloc
    connection = http.client.HTTPConnection(host, timeout=10, source_address=(source, 0))
    with contextlib.closing(connection):
        connection.request(method, path, headers=headers or {})
        return connection.getresponse().status
