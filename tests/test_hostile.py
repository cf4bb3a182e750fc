"""What no browser sends: each case over a real WebSocket, beside a visitor who only draws.

Whatever comes, the page says one short sentence at most, the session goes on, nobody waits,
and nothing of it reaches the log.
"""

import asyncio
import base64
import io
import json
import re
import struct
import zlib
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from websockets.exceptions import ConnectionClosed

from canvas import SIDE
from tests.browser import ONE, THREE, run_server
from tests.visitor import Visitor, canvas_value

MARK = "Zaphod"  # in whatever a case may hold, and nowhere else
SECONDS = 5  # an answer takes no longer, on two cores that are busy
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

    def forget_most(self):
        """Have the memory's peak begin anew."""
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
        hostile = runner.run(open_page(server.address))
        other = runner.run(open_page(server.address))

        def run(case, seconds=SECONDS):
            growth, said = runner.run(run_beside(case, hostile, other, server, seconds))
            log = server.log()
            assert hostile.errors == other.errors == []
            assert len(re.sub("<.*?>", "", said)) < 100
            assert MARK not in said + log + "".join(hostile.shown.values())
            assert "Traceback" not in log
            assert len(log) < 1000
            assert growth < GROWTH

        yield run
        runner.run(hostile.disconnect())
        runner.run(other.disconnect())


async def open_page(address):
    visitor = Visitor(address)
    await visitor.connect()
    await visitor.run()
    await visitor.draw([ONE])
    return visitor


async def run_beside(case, hostile, other, server, seconds):
    """Run a case while another visitor draws; return the bytes it took and what its page says."""
    hostile.errors.clear()
    before = server.memory()
    server.forget_most()
    run = asyncio.create_task(asyncio.wait_for(case(hostile), seconds))
    waits = []
    while not (run.done() and waits):
        waits.append(await other.draw([THREE if len(waits) % 2 else ONE]))
        assert digit(other) == ("1" if len(waits) % 2 else "3")
    await run
    growth, said = server.memory(most=True) - before, hostile.shown["prediction"]
    print(f"{max(waits):.2f} s for others, {growth / 1e6:.0f} MB")  # noqa: T201
    assert max(waits) < SECONDS
    await hostile.draw([THREE])
    assert digit(hostile) == "3"
    await hostile.draw([ONE])
    return growth, said


def digit(visitor):
    """Return the digit on a visitor's page."""
    found = re.search('class="digit">(.)<', visitor.shown["prediction"])
    return found and found[1]


# --- The canvas's value ----------------------------------------------------------------------


def value(raw=None, png=None, url=None):
    """Return the canvas's value as text, a good drawing's but for what is given."""
    drawing = canvas_value([THREE])["drawing"]
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
    return canvas_value([THREE])["drawing"]["raw"]["objects"][0] | changes


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
    data = chunk(b"IDAT", zlib.compress(pixels, 9))
    return b"\x89PNG\r\n\x1a\n" + header + b"".join(chunks) + data + chunk(b"IEND", b"")


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
    "a bomb of pixels": value(png=declare(13_000, 13_000, pixels=bytes(200_000_000))),
    "a bomb behind 280 × 280": value(png=declare(SIDE, SIDE, pixels=bytes(200_000_000))),
    "a bomb of texts": value(
        png=declare(
            SIDE,
            SIDE,
            *[chunk(b"zTXt", b"a\0\0" + zlib.compress(bytes(1_000_000), 9))] * 300,
            pixels=bytes(SIDE * (4 * SIDE + 1)),
        )
    ),
    "a bomb of colours": value(
        png=declare(
            SIDE,
            SIDE,
            chunk(b"iCCP", b"a\0\0" + zlib.compress(bytes(200_000_000), 9)),
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
    "20,001 points": strokes(path(*[[1, 1]] * 20_001)),
    "100,000 strokes": strokes(*[{}] * 100_000),
    "NaN": strokes(path([float("nan"), 1], [2, 2])),
    "infinity": strokes(path([float("inf"), 1], [-float("inf"), 2])),
    "a number with 10,000 digits": strokes(path([1, 2])).replace("1,", "1" + "0" * 10_000 + ",", 1),
    "1e999": strokes(path([1, 2])).replace("1, 2", "1e999, 2"),
    "negative and huge": strokes(path([-1e300, 1e300], [-5, 10**300])),
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
        await hostile.label(3)
        for button in ("Undo", "Redo", "Undo", "Clear"):
            await hostile.press(button)
        await hostile.draw([])  # as the canvas does when it is cleared

    attack(press)
