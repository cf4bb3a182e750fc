"""What no browser sends: each case over a real WebSocket, beside a visitor who only draws.

Whatever comes, the page says one short sentence at most, the session goes on, nobody waits,
and nothing of it reaches the log.
"""

import asyncio
import base64
import contextlib
import io
import json
import re
import struct
import time
import urllib.error
import urllib.parse
import urllib.request
import zlib
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from streamlit.proto.BackMsg_pb2 import (
    BackendOperationRequest,
    BackMsg,
    DeferredFileRequestPayload,
    InstallSkillsRequestPayload,
)
from streamlit.proto.ClientState_pb2 import ClientState
from streamlit.proto.Common_pb2 import FileUploaderState
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed, InvalidStatus

from driving.drawings import ONE, THREE, canvas_value
from driving.server import run_server
from driving.visitor import Visitor
from history import is_identity
from page.answer.live import MOST_OF_ONE
from page.canvas.component import SIDE
from page.canvas.fabric_transform import UNMOVED
from server.patches import RUNS, RUNS_PER_SECOND

MARK = "Zaphod"  # in whatever a case may hold, and nowhere else
SECONDS = 10  # an answer takes no longer, however busy the machine is with other things
GOOD = {"1": json.dumps(canvas_value([ONE])), "3": json.dumps(canvas_value([THREE]))}
GROWTH = 100e6  # bytes that a case may cost at any moment


class Server:
    """A running page, its log and its memory."""

    def __init__(self, address, process, log):
        self.address, self._process, self._log = address, process, log

    def log(self):
        """Return what the server wrote since it was asked last."""
        self._log.flush()
        return self._log.read().decode()

    def memory(self, most=False):
        """Return the resident memory in bytes, or the most there was since `forget_most`."""
        status = Path(f"/proc/{self._process.pid}/status").read_text()
        return 1024 * int(re.search(r"VmHWM:\s+(\d+)" if most else r"VmRSS:\s+(\d+)", status)[1])

    def libraries(self):
        """Return the files that are mapped into the server's memory, code above all."""
        return Path(f"/proc/{self._process.pid}/maps").read_text()

    def forget_most(self):
        """Forget the memory's peak."""
        Path(f"/proc/{self._process.pid}/clear_refs").write_text("5")


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    """Yield a running page whose network is loaded."""
    folder = tmp_path_factory.mktemp("server")
    database = f"sqlite:///{folder / 'history.db'}"
    with (
        open(folder / "log", "wb") as output,
        open(folder / "log", "rb") as log,
        run_server(database=database, output=output) as (address, process),
    ):
        yield Server(address, process, log)


@pytest.fixture(scope="module")
def attack(server):
    """Return a function that has a hostile visitor do something, and claims that it harms nobody.

    Hostile is always the same one: a session outlives all that is sent in it.
    """
    with asyncio.Runner() as runner:
        hostile = runner.run(open_page(Hostile(server.address)))
        other = runner.run(open_page(Visitor(server.address)))

        def run(case, seconds=SECONDS, traceback=False):
            growth, said = runner.run(run_beside(case, hostile, other, server, seconds))
            log = server.log()
            assert hostile.errors == other.errors == []
            assert len(re.sub("<.*?>", "", said)) < 100
            assert MARK not in said + log + "".join(hostile.shown.values())
            assert traceback or "Traceback" not in log
            assert len(log) < 2000
            assert growth < GROWTH

        yield run
        runner.run(hostile.disconnect())
        runner.run(other.disconnect())


class Hostile(Visitor):
    """One who sends anything, but presses no more often than the server lets anybody.

    The server counts the runs of the whole page alone; so does this, with some to spare. Bytes
    are sent without counting: none are left afterwards.
    """

    left, since = RUNS / 2, 0.0

    async def post(self, message):
        if not isinstance(message, BackMsg):
            self.left, self.since = 0, time.monotonic()
        elif message.WhichOneof("type") == "rerun_script" and not message.rerun_script.fragment_id:
            await self.take_a_run()
        await super().post(message)

    async def take_a_run(self):
        """Wait until the server lets the whole page run once more."""
        rate, now = RUNS_PER_SECOND / 2, time.monotonic()
        self.left = min(self.left + (now - self.since) * rate, RUNS / 2)
        if self.left < 1:
            await asyncio.sleep((1 - self.left) / rate)
            self.left, now = 1, time.monotonic()
        self.left, self.since = self.left - 1, now


async def open_page(visitor):
    await visitor.connect()
    await visitor.run()
    await visitor.send(GOOD["1"])
    return visitor


async def run_beside(case, hostile, other, server, seconds):
    """Run a case while another visitor draws; return the bytes it took and what its page says."""
    hostile.errors.clear()
    before = server.memory()
    server.forget_most()
    run = asyncio.create_task(asyncio.wait_for(case(hostile), seconds))
    waits = []
    while not (run.done() and waits):
        drawn = "3" if len(waits) % 2 else "1"
        waits.append(await other.send(GOOD[drawn]))
        assert digit(other) == drawn
    await run
    growth, said = server.memory(most=True) - before, hostile.shown["prediction"]
    assert max(waits) < SECONDS
    del hostile.shown["prediction"]
    await show(hostile, "3")
    return growth, said


async def show(visitor, drawn, seconds=SECONDS):
    """Draw a digit and wait until the page shows it, after all that it was asked before."""
    async with asyncio.timeout(seconds):
        await visitor.send(GOOD[drawn])
        while digit(visitor) != drawn:
            await asyncio.sleep(0.05)


def digit(visitor):
    """Return the digit on a visitor's page."""
    found = re.search('class="digit">(.)<', visitor.shown.get("prediction", ""))
    return found and found[1]


# --- Memory ----------------------------------------------------------------------------------


@pytest.mark.parametrize("library", ["pandas", "pyarrow"])
def test_no_drawing_makes_the_server_load_data_frames(server, attack, library):
    """It cost 63 MB. Keras and Streamlit would both import them."""

    async def draw(hostile):
        await hostile.send(GOOD["3"])

    attack(draw)
    assert library not in server.libraries()


# --- The canvas's value ----------------------------------------------------------------------


def value(raw=None, png=None, url=None):
    """Return the canvas's value as text, a good drawing's but for what is given."""
    drawing = json.loads(GOOD["3"])["drawing"]
    if raw is not None:
        drawing["raw"] = raw
    if png is not None:
        url = "data:image/png;base64," + base64.b64encode(png).decode()
    if url is not None:
        drawing["data"] = url
    return json.dumps({"drawing": drawing})


def strokes(*objects, **more):
    """Return the canvas's value with these for its strokes."""
    return value(raw={"version": "7.4.0", "objects": list(objects), **more})


def stroke(**changes):
    return json.loads(GOOD["3"])["drawing"]["raw"]["objects"][0] | changes


def path(*points):
    return stroke(path=[["M", *points[0]], *(["L", *point] for point in points[1:])])


def encode(image, **options):
    file = io.BytesIO()
    image.save(file, "PNG", **options)
    return file.getvalue()


def chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def declare(width, height, *chunks, pixels=b"", depth=8, colour=6):
    """Return a PNG whose header says what its pixels may not keep."""
    header = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, 0))
    data = chunk(b"IDAT", pixels if pixels is BOMB else zlib.compress(pixels))
    return b"\x89PNG\r\n\x1a\n" + header + b"".join(chunks) + data + chunk(b"IEND", b"")


BOMB = zlib.compress(bytes(150_000_000))  # 150 kB


def nested(depth, opening="[", closing="]", inside="1"):
    return opening * depth + inside + closing * depth


BLANK = Image.new("RGBA", (SIDE, SIDE))
NOISE = Image.fromarray(np.random.default_rng(0).integers(0, 256, (SIDE, SIDE, 4), np.uint8))
TEXTS = [
    "<img src=x onerror=alert(1)>",
    "‮right to left⁦",
    "e" + "\u0301" * 5000,
    "\0\x07\x1b[2J\u2028",
    "\ud800",
    "𝔘𝔫𝔦𝔠𝔬𝔡𝔢 🏳️‍🌈 ﷽ ٣",
    "%s{0}$(reboot)`id`'; DROP TABLE drawings;--",
    "../../../../etc/passwd",
]

VALUES = {
    "nothing": "",
    "not JSON": f"[1,2 {MARK}",
    "half a value": value()[:5000],
    "a number": "5",
    "null": "null",
    "true": "true",
    "a text": json.dumps(MARK),
    "JSON in a text": json.dumps(value()),
    "a list": f'["{MARK}"]',
    "an empty object": "{}",
    "other keys": json.dumps({MARK: MARK, "backgroundFit": 7}),
    "a fit without its parts": json.dumps({**json.loads(value()), "backgroundFit": {}}),
    "no drawing": '{"drawing": null}',
    "a drawing that is a number": '{"drawing": 7}',
    "a drawing that is a text": json.dumps({"drawing": MARK}),
    "a drawing that is a list": '{"drawing": [1]}',
    "no strokes and no picture": '{"drawing": {}}',
    "no picture": json.dumps({"drawing": {"raw": {"objects": [stroke()]}}}),
    "a picture that is a number": '{"drawing": {"raw": {"objects": [{}]}, "data": 7}}',
    "a picture without strokes": json.dumps({"drawing": {"data": "data:image/png;base64,"}}),
    "strokes that are a text": value(raw={"objects": MARK}),
    "strokes that are numbers": strokes(1, None, 2.5),
    "strokes of nothing": strokes(*[{}] * 5),
    "raw that is a list": value(raw=[stroke()]),
    "not base64": value(url=f"data:image/png;base64,{MARK}!§$%&"),
    "no data URL": value(url=f"https://{MARK}.example/"),
    "no PNG": value(png=MARK.encode()),
    "EPS": value(png=f"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n%{MARK}\n".encode()),
    "SVG": value(png=f"<svg><script>{MARK}</script></svg>".encode()),
    "a JPEG": value(png=b"\xff\xd8\xff\xe0" + bytes(500)),
    "a truncated PNG": value(png=encode(NOISE)[:100_000]),
    "a PNG's first bytes": value(png=encode(NOISE)[:20]),
    "a PNG with a wrong checksum": value(png=encode(NOISE).replace(b"IDAT", b"IDAT\0", 1)),
    "a PNG of another size": value(png=encode(BLANK.resize((281, 280)))),
    "a PNG of no size": value(png=declare(0, 0)),
    "a PNG that declares 10,000 × 10,000": value(png=declare(10_000, 10_000)),
    "a PNG that declares 13,000 × 13,000": value(png=declare(13_000, 13_000)),
    "a PNG that declares 30,000 × 30,000": value(png=declare(30_000, 30_000)),
    "a PNG that declares 2³¹ × 2³¹": value(png=declare(2**31 - 1, 2**31 - 1)),
    "a bomb of pixels": value(png=declare(13_000, 13_000, pixels=BOMB)),
    "a bomb behind 280 × 280": value(png=declare(SIDE, SIDE, pixels=BOMB)),
    "a bomb of texts": value(
        png=declare(
            SIDE,
            SIDE,
            *[chunk(b"zTXt", b"a\0\0" + zlib.compress(bytes(1_000_000)))] * 300,
            pixels=bytes(SIDE * (4 * SIDE + 1)),
        )
    ),
    "a bomb of colours": value(
        png=declare(
            SIDE,
            SIDE,
            chunk(b"iCCP", b"a\0\0" + BOMB),
            pixels=bytes(SIDE * (4 * SIDE + 1)),
        )
    ),
    "a 16-bit PNG": value(png=encode(Image.new("I;16", (SIDE, SIDE)))),
    "a 16-bit RGBA PNG": value(
        png=declare(SIDE, SIDE, depth=16, pixels=bytes(SIDE * (8 * SIDE + 1)))
    ),
    "a palette PNG": value(png=encode(Image.new("P", (SIDE, SIDE)))),
    "a palette PNG without palette": value(png=declare(SIDE, SIDE, colour=3)),
    "a greyscale PNG": value(png=encode(Image.new("L", (SIDE, SIDE)))),
    "an animated PNG": value(png=encode(BLANK, save_all=True, append_images=[NOISE] * 3)),
    "a PNG of noise": value(png=encode(NOISE)),
    "300,000 points": strokes({"path": [[9]] * 300_000}),
    "numbers that come back longer": strokes(*[stroke(junk=[1e15] * 100_000)] * 2).replace(
        "1000000000000000.0", "1e15"
    ),
    "20,001 points": strokes(path(*[[1, 1]] * 20_001)),
    "100,000 strokes": strokes(*[{}] * 100_000),
    "NaN": strokes(path([float("nan"), 1], [2, 2])),
    "infinity": strokes(path([float("inf"), 1], [-float("inf"), 2])),
    "a number with 10,000 digits": strokes(path([1, 2])).replace("1,", "1" + "0" * 10_000 + ",", 1),
    "1e999": strokes(path([1, 2])).replace("1, 2", "1e999, 2"),
    "negative and huge": strokes(path([-1e300, 1e300], [-5, 10**300])),
    **{
        f"a stroke moved by {text}": strokes(
            stroke(path=[["M", 1, 1], ["L", 9, 9]], **dict.fromkeys(UNMOVED, "X"))
        ).replace('"X"', text)
        for text in ("NaN", "1e308", "-1e999", "null", "[]", f'"{MARK}"')
    },
    "unknown objects": strokes({"type": "Image", "src": f"https://{MARK}.example"}, {"type": MARK}),
    "a stroke's path in words": strokes(stroke(path=f"M 0 0 L {MARK}")),
    "deep nesting": nested(100_000),
    "deep nesting in strokes": strokes(stroke(path="DEEP")).replace('"DEEP"', nested(900)),
    "nesting that is just deep enough": nested(150, '{"drawing": ', "}"),
    "wide nesting": '{"drawing": [' + "[]," * 600_000 + "[]]}",
    "many keys": json.dumps({f"{MARK}{i}": i for i in range(50_000)}),
    **{f"text {i}": strokes(stroke(stroke=MARK + t, type=t, label=t)) for i, t in enumerate(TEXTS)},
    "half a character": strokes(stroke(type="DC")).replace("DC", "\\udc00"),
}


@pytest.mark.parametrize("text", VALUES.values(), ids=VALUES)
def test_a_canvas_value_that_no_browser_sends_harms_nobody(attack, text):
    attack(lambda hostile: hostile.send(text))


@pytest.mark.parametrize(
    "name",
    [
        "strokes of nothing",
        "100,000 strokes",
        "300,000 points",
        "numbers that come back longer",
        "NaN",
        "negative and huge",
        "a number with 10,000 digits",
        "unknown objects",
        "deep nesting in strokes",
        "text 3",
        "half a character",
        "not JSON",
    ],
)
def test_all_that_can_be_pressed_after_such_a_value_harms_nobody(attack, name):
    async def press(hostile):
        await hostile.send(VALUES[name])
        for label in (3, "right", "none", "forget", "history"):
            await hostile.label(label)
        await hostile.draw([])  # as the canvas does when it is cleared

    attack(press)


# --- Other widgets, and what is not a widget -------------------------------------------------


def add(message, name, **value):
    """Add a widget's value of any kind to a message."""
    state = message.rerun_script.widget_states.widgets.add(id=name)
    for kind, content in value.items():
        if isinstance(content, list):
            getattr(state, kind).data.extend(content)
        elif kind == "file_uploader_state_value":
            state.file_uploader_state_value.CopyFrom(content)
        else:
            setattr(state, kind, content)


def widget(key, **value):
    """Return a case that sends a widget's value of any kind along with a good drawing."""

    def case(hostile):
        message = hostile.message(hostile.fragments.get(key))
        add(message, hostile.widgets.get(key, key), **value)
        return hostile.deliver(message)

    return case


def aggregator(visitor, component="labels"):
    """Return the name under which a browser sends what was tapped."""
    return f"$$STREAMLIT_INTERNAL_KEY_{visitor.widgets[component]}__events"


def events(text):
    """Return a case that sends what was tapped, as text."""

    def case(hostile):
        return widget(aggregator(hostile), json_trigger_value=text)(hostile)

    return case


def rerun(**changes):
    """Return a case that has the page run with something odd beside its widgets."""

    def case(hostile):
        message = hostile.message()
        for name, content in changes.items():
            setattr(message.rerun_script, name, content)
        return hostile.deliver(message)

    return case


def odd_context(hostile):
    message = hostile.message()
    context = message.rerun_script.context_info
    context.timezone = context.locale = context.url = MARK * 1000
    context.timezone_offset = -(2**31)
    return hostile.deliver(message)


def many_widgets(hostile):
    message = hostile.message()
    for i in range(30_000):
        message.rerun_script.widget_states.widgets.add(id=f"$$ID-{MARK}-{i}", json_value="[1,")
    return hostile.deliver(message)


def many_hashes(hostile):
    message = hostile.message()
    message.rerun_script.cached_message_hashes.extend(f"{MARK}{i}" for i in range(100_000))
    return hostile.deliver(message)


TAP = {"event": "answer", "value": {"value": "3"}}


def tap(**changes):
    """Return a tap on an answer as text, with something odd about it."""
    return json.dumps([TAP | {"value": TAP["value"] | changes}])


MESSAGES = {
    "a brush of 1e308": widget("brush", double_array_value=[1e308]),
    "a brush of NaN": widget("brush", double_array_value=[float("nan")]),
    "a brush of no width": widget("brush", double_array_value=[-5.0]),
    "a brush of many widths": widget("brush", double_array_value=[8.0] * 100_000),
    "a brush in words": widget("brush", string_value=MARK),
    "a brush as JSON": widget("brush", json_value="[1,2"),
    "a brush that is true": widget("brush", bool_value=True),
    "a brush of nothing": widget("brush"),
    "looking in words": widget("looking", string_value=MARK),
    "looking as JSON": widget("looking", json_value=MARK),
    "a drawing that is a number": widget("drawing", int_value=7),
    "a drawing in bytes": widget("drawing", bytes_value=MARK.encode()),
    "a drawing as an event": widget("drawing", json_trigger_value=json.dumps(TAP)),
    "a drawing as a list": widget("drawing", string_array_value=[MARK] * 9),
    "a drawing of nothing": widget("drawing"),
    "labels in words": widget("labels", string_value=MARK),
    "labels as broken JSON": widget("labels", json_value="{"),
    "labels with an answer of their own": widget("labels", json_value=f'{{"answer": "{MARK}"}}'),
    "an invalid press": widget("Undo", json_value=MARK),
    "unknown widgets": widget(f"$$ID-{MARK}-drawing", json_value="[1,"),
    "a widget without a name": widget("", json_value="[1,"),
    "a widget with a long name": widget(MARK * 100_000, int_value=1),
    "a tap that is not JSON": events(f"[{MARK}"),
    "a tap that is a number": events("7"),
    "a tap on nothing": events('[{"event": null}]'),
    "a tap on what is not there": events(f'[{{"event": "{MARK}", "value": 1}}]'),
    "a tap with an odd answer": events(f'[{{"event": "answer", "value": ["{MARK}"]}}]'),
    "a tap with an odd digit": events(tap(value=[MARK])),
    "a tap with an odd turn": events(tap(turn=[MARK])),
    "a tap with a large turn": events(tap(turn=10**4000)),
    "a tap about no drawing": events(tap(drawing=MARK)),
    "a tap about a list": events(tap(drawing=[MARK])),
    "a tap about strokes of nothing": events(tap(drawing={"raw": {"objects": [None, MARK]}})),
    "a tap about a broken picture": events(tap(drawing={"raw": {"objects": [{}]}, "data": MARK})),
    "a tap about a deep drawing": events(tap(drawing=json.loads(nested(900)))),
    "a deep tap": events(nested(100_000)),
    "1,000 taps": events(json.dumps([TAP] * 1000)),
    "90,000 taps": events("[" + ",".join(['{"event":"answer"}'] * 90_000) + "]"),
    "a query of 1 MB": rerun(query_string="notebook=" + MARK * 150_000),
    "a query of many parts": rerun(query_string="&".join(f"{i}={MARK}" for i in range(90_000))),
    "an invalid query": rerun(query_string=f"%ff%00&&==\0{MARK}"),
    "a page that is not there": rerun(page_name=MARK, page_script_hash=MARK),
    "an invalid time zone": odd_context,
    "many widgets": many_widgets,
    "hashes of nothing": many_hashes,
}


@pytest.mark.parametrize("case", MESSAGES.values(), ids=MESSAGES)
def test_a_widget_value_that_no_browser_sends_harms_nobody(attack, case):
    attack(case)


def dialog(view, key, **value):
    """Return a case that opens a dialog and sends a value of a widget in it, twice."""

    async def case(hostile):
        await hostile.send(GOOD["1"])
        await hostile.label(3)
        await hostile.label(view)
        await widget(key, **value)(hostile)
        message = hostile.message()
        add(message, hostile.widgets[key], **value)
        add(
            message,
            aggregator(hostile),
            json_trigger_value=json.dumps([TAP | {"value": {"value": view}}]),
        )
        await hostile.deliver(message)

    return case


def grid(change):
    """Return a case that opens the History and asks for a change of drawings there."""

    async def case(hostile):
        await hostile.send(GOOD["1"])
        await hostile.label(3)
        await hostile.label("history")
        message = hostile.message()
        happened = [{"event": "change", "value": change}]
        add(message, aggregator(hostile, "grid"), json_trigger_value=json.dumps(happened))
        await hostile.deliver(message)

    return case


def uploaded(name, file_id):
    state = FileUploaderState()
    state.uploaded_file_info.add(name=name, file_id=file_id, size=1)
    return state


DIALOGS = {
    "a filter in words": dialog("history", "filter_label", string_value=f"<b>{MARK}</b>"),
    "a filter as a number": dialog("history", "filter_label", int_value=3),
    "a filter of another digit": dialog("history", "filter_label", string_value="٣"),
    "a filter of a large number": dialog("history", "filter_label", string_value="9" * 5000),
    "right in words": dialog("history", "filter_right", string_array_value=[MARK] * 3),
    "right as JSON": dialog("history", "filter_right", json_value=f'"{MARK}"'),
    "a change in words": grid(MARK),
    "a change of nothing": grid({}),
    "a change of ids in words": grid({"do": "delete", "ids": MARK}),
    "a change of odd ids": grid({"do": "delete", "ids": [None, 7, [MARK], {MARK: 1}]}),
    "a change of another notebook": grid({"do": "delete", "ids": ["0" * 32]}),
    "an odd change": grid({"do": [MARK], "ids": []}),
    "a correction to an odd label": grid({"do": "correct", "ids": [], "label": [MARK]}),
    "a correction to no digit": grid({"do": "correct", "ids": [], "label": "٣"}),
    "opening nothing": grid({"do": "open", "ids": []}),
    "bringing nothing back": grid({"do": "undo", "ids": []}),
    "a file that is not there": dialog(
        "photo", "photograph", file_uploader_state_value=uploaded(f"{MARK}.png", MARK)
    ),
    "a file name with a zero": dialog(
        "photo", "photograph", file_uploader_state_value=uploaded(f"\0{MARK}.png", MARK)
    ),
    "files as words": dialog("photo", "photograph", string_value=MARK),
    "a camera in words": dialog("photo", "camera", string_value=MARK),
}


@pytest.mark.parametrize("case", DIALOGS.values(), ids=DIALOGS)
def test_a_dialog_value_that_no_browser_sends_harms_nobody(attack, case):
    attack(case)


# --- Uploads ---------------------------------------------------------------------------------


def upload(server, hostile, content, file_id, name=f"{MARK}.png"):
    """Send a file as the page does; return the answer's status."""
    with urllib.request.urlopen(f"{server.address}/_stcore/health") as page:
        token = re.search("_streamlit_xsrf=([^;]+)", page.headers["Set-Cookie"])[1]
    form = f"--{MARK}\r\nContent-Disposition: form-data; name=f; filename={name}\r\n\r\n"
    body = form.encode() + content + f"\r\n--{MARK}--\r\n".encode()
    headers = {
        "Content-Type": f"multipart/form-data; boundary={MARK}",
        "Cookie": f"_streamlit_xsrf={token}",
        "X-Xsrftoken": token,
    }
    url = f"{server.address}/_stcore/upload_file/{hostile.session}/{file_id}"
    request = urllib.request.Request(url, body, headers, method="PUT")
    try:
        with urllib.request.urlopen(request, timeout=SECONDS) as answer:
            return answer.status
    except urllib.error.HTTPError as error:
        error.close()
        return error.code
    except urllib.error.URLError:  # hung up on
        return 413


FILES = {
    "no picture": MARK.encode(),
    "EPS": b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n",
    "a PNG that declares 30,000 × 30,000": declare(30_000, 30_000),
    "a bomb of pixels": declare(1_000, 1_000, pixels=BOMB),
    "a truncated PNG": encode(NOISE)[:100_000],
}


@pytest.mark.parametrize("content", FILES.values(), ids=FILES)
def test_an_upload_that_no_camera_makes_harms_nobody(server, attack, content):
    async def send(hostile):
        assert await asyncio.to_thread(upload, server, hostile, content, "file") == 204
        state = uploaded(f"{MARK}.png", "file")
        await dialog("photo", "photograph", file_uploader_state_value=state)(hostile)

    attack(send)


def test_uploads_do_not_pile_up(server, attack):
    """Each file of 20 MB stayed in memory for as long as its session, shown or not."""

    async def send(hostile):
        for i in range(10):
            content = bytes(15_000_000)
            assert await asyncio.to_thread(upload, server, hostile, content, f"file-{i}") == 204

    attack(send)


def test_an_upload_beyond_the_limit_is_refused(server, attack):
    async def send(hostile):
        assert await asyncio.to_thread(upload, server, hostile, bytes(21_000_000), "file") == 413

    attack(send)


# --- Messages of other kinds, too large, and too many ----------------------------------------


def developer(**content):
    """Return a case that sends what only a page's developer has a button for."""

    async def send(hostile):
        await hostile.post(BackMsg(**content))

    return send


OTHERS = {
    "empty the caches": developer(clear_cache=True),
    "list the repository": developer(load_git_info=True),
    "run on save": developer(set_run_on_save=True),
    "stop the server": developer(debug_shutdown_runtime=True),
    "nothing at all": developer(),
    "a fragment that is not there": developer(rerun_script=ClientState(fragment_id=MARK * 9)),
    "a download that is not there": developer(
        backend_operation_request=BackendOperationRequest(
            request_id=MARK, deferred_file=DeferredFileRequestPayload(file_id=MARK)
        )
    ),
    "install something": developer(
        backend_operation_request=BackendOperationRequest(
            request_id=MARK, install_skills=InstallSkillsRequestPayload()
        )
    ),
}


@pytest.mark.parametrize("case", OTHERS.values(), ids=OTHERS)
def test_a_message_that_no_visitor_sends_harms_nobody(attack, case):
    """One message emptied the caches of all visitors: the network was loaded again."""
    attack(case)


FRAMES = {"bytes that are not a message": b"\xff" * 500, "too many bytes": bytes(2_500_000)}


@pytest.mark.parametrize("frame", FRAMES.values(), ids=FRAMES)
def test_a_frame_that_is_not_a_message_ends_the_connection_but_not_the_session(attack, frame):
    async def send(hostile):
        await hostile.post(frame)
        await hostile.disconnect()
        await hostile.connect()
        await hostile.run()

    attack(send, traceback=True)  # Streamlit's, of its own code: nothing of the frame is in it


@pytest.mark.parametrize("part", ["drawing", None], ids=["of the drawing", "of the page"])
def test_ten_thousand_messages_in_a_burst_starve_nobody(attack, part):
    async def burst(hostile):
        await hostile.send("{}")
        message = hostile.message(hostile.fragments.get(part)).SerializeToString()
        for _ in range(10_000):
            await hostile.post(message)
        await show(hostile, "3", seconds=30)  # of its 1s, the cases before have taught other things
        hostile.left, hostile.since = 0, time.monotonic()  # the server has only now counted them
        await hostile.label("forget")

    attack(burst, seconds=30)


# --- The answer while the pen moves ----------------------------------------------------------

LINE = [[140, y] for y in range(60, 220, 4)]
KNOT = [[[(37 * i * j) % 280, (53 * i + 71 * j) % 280] for i in range(90)] for j in range(1, 25)]


@contextlib.asynccontextmanager
async def connect_live(hostile):
    """Connect to the route, which has no session, once cases before have left it."""
    while True:
        with contextlib.suppress(InvalidStatus):
            async with connect_to_route(hostile) as socket:
                yield socket
                return
        await asyncio.sleep(0.05)


def connect_to_route(hostile):
    return connect(hostile.address.replace("_stcore/stream", "live"))


def sent_live(*messages):
    """Return a case that sends messages while the pen moves, each on a connection of its own."""

    async def send(hostile):
        for message in messages:
            with contextlib.suppress(ConnectionClosed):
                async with connect_live(hostile) as socket:
                    await socket.send(message)
                    await socket.recv()

    return send


LIVE = {
    "no JSON": sent_live("{" + MARK),
    "a text": sent_live(json.dumps(MARK)),
    "bytes": sent_live(MARK.encode() * 9000, b""),
    "strokes of texts": sent_live(json.dumps({"strokes": [[[MARK, MARK]]]})),
    "strokes far away": sent_live(json.dumps({"strokes": [[[1e6, 1e6], [-1e6, -1e6]]]})),
    "a huge brush": sent_live(json.dumps({"strokes": [LINE], "width": 1000})),
    "a brush in words": sent_live(json.dumps({"strokes": [LINE], "width": MARK})),
    "a knot of strokes": sent_live(*[json.dumps({"strokes": KNOT}, separators=(",", ":"))] * 3),
    "many dots": sent_live(json.dumps({"strokes": [[[i % 280, i // 9]] for i in range(2500)]})),
    "a notebook of an odd kind": sent_live(json.dumps({"strokes": [LINE], "notebook": [MARK]})),
    "notebooks that nobody has": sent_live(
        *(json.dumps({"strokes": [LINE], "notebook": f"{MARK}{i:026}"}) for i in range(50))
    ),
    "deep JSON": sent_live("[" * 50_000),
    "3 MB": sent_live(MARK * 500_000),
    "more than the server takes": sent_live(MARK * 1_000_000),
}


@pytest.mark.parametrize("case", LIVE.values(), ids=LIVE)
def test_a_live_message_that_no_page_sends_harms_nobody(attack, case):
    attack(case)


def test_a_flood_on_a_live_connection_harms_nobody(attack):
    async def flood(hostile):
        drawing = json.dumps({"strokes": [LINE]})
        async with connect_live(hostile) as flooding, connect_live(hostile) as other:
            sending = asyncio.create_task(send_all(flooding, [drawing] * 100_000))
            await flooding.recv()
            await other.send(drawing)
            assert "next" in json.loads(await other.recv())  # "" on a busy machine: it says when
            assert not sending.done()  # what comes too soon waits on the line
            sending.cancel()
            flooding.transport.abort()

    attack(flood)


def test_a_hundred_connections_with_knots_harm_nobody(attack):
    async def send(hostile):
        knot = json.dumps({"strokes": KNOT}, separators=(",", ":"))
        async with contextlib.AsyncExitStack() as stack:
            sockets = [
                await stack.enter_async_context(connect_live(hostile)) for _ in range(MOST_OF_ONE)
            ]
            for socket in sockets:
                await socket.send(knot)
            waits = [json.loads(await socket.recv())["next"] for socket in sockets]
        assert waits[-1] > 1000  # and this one was not computed

    attack(send, seconds=3 * SECONDS)


async def ask(socket, drawing):
    """Return the answer's HTML, once the server has one: cases before may not be paid for yet."""
    html = ""
    while not html:
        await socket.send(drawing)
        html = json.loads(await socket.recv())["html"]
    return html


async def send_all(socket, messages):
    for message in messages:
        await socket.send(message)


def test_connections_on_which_nothing_is_sent_harm_nobody(attack):
    async def connect_often(hostile):
        async with contextlib.AsyncExitStack() as stack:
            for _ in range(MOST_OF_ONE):
                await stack.enter_async_context(connect_live(hostile))
            with pytest.raises(InvalidStatus):
                await connect_to_route(hostile)

    attack(connect_often)


@pytest.mark.parametrize(
    "identity",
    ["", MARK * 200_000, f"'; DROP TABLE drawings;--{MARK}", f"../../{MARK}", f"<b>{MARK}</b>"],
    ids=["empty", "1 MB", "SQL", "path", "HTML"],
)
def test_an_invalid_notebook_is_replaced_by_a_new_one(server, attack, identity):
    async def visit(_):
        query = urllib.parse.urlencode({"notebook": identity})
        async with Visitor(server.address, query) as visitor:
            await visitor.send(GOOD["3"])
            await visitor.label(3)
            await visitor.send(GOOD["1"])
            assert visitor.errors == []
            assert MARK not in visitor.query + "".join(visitor.shown.values())
            assert is_identity(dict(urllib.parse.parse_qsl(visitor.query))["notebook"])

    attack(visit)
