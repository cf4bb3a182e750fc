"""Load a server with visitors who draw digits as people do; see where it gives way.

    python benchmarks/many_visitors.py --pen-digits ../shared/data/pendigits-orig.tra
    python benchmarks/many_visitors.py --visitors 80 --seconds 60

They speak the page's own protocol and send what its canvas sends, each time the pen is lifted: a
hundred pen digits by thirty people, placed on the canvas as for training. Nobody waits for the
answer to one stroke before drawing the next. After a digit's last stroke a visitor waits for the
answer, looks at it, and clears the canvas. While the pen is down it asks for answers as the page
does, as often as the server lets it; `--without-live` measures the rest alone.

How long each of these takes:

A stroke takes a hundredth of a second for each of its points. The paper behind the data (Alimoglu
& Alpaydin 1996) says that the tablet sends a point every 100 ms, but then half of the digits
would have taken more than 3.9 seconds; it must have been 100 a second. UNIPEN's digits, from
seven laboratories that state their rates, take 0.34 seconds (median; these, at 100 Hz, 0.39). In
five of them the pen slows down every 0.20 to 0.23 seconds while it draws a 2, 3 or 8 (here 0.24).
Writers take about as long over a large digit as over a small one.

The pauses between the strokes of a digit were not recorded: `.DT 100` follows every stroke of the
pen digits and of the UJI characters, even the last, and UNIPEN's ink has none at all. Omniglot has
times: people who copied letters with a mouse paused for 0.90 seconds between strokes of 0.82
(medians; one pause in ten was under 0.43, one in ten over 2.2). The strokes here take 0.31
seconds, and the pauses are shortened in proportion.

A look at the answer has been measured by nobody: its length is a guess.

A stroke counts from being sent until the end of the first run that has seen it; strokes sent
while a run is busy share the next one. Clearing the canvas counts among the answers, but takes
less: it is left out of the times, and its processor time is added to that of the strokes, about
four clearings to five strokes. An answer that never comes, or differs from what an idle server
answers to the same drawing, is an error. The visitors share the machine's cores with the server:
if they need more than half a core (the last column), the times are partly theirs.
"""

import argparse
import asyncio
import contextlib
import json
import os
import re
import sys
import time
from pathlib import Path
from typing import NamedTuple

sys.path.insert(0, str(Path(__file__).parents[1]))

import numpy as np
from websockets.asyncio.client import connect

from digit_model.data.uci import read_pen_digits
from digit_model.errors import DataError
from digit_model.strokes.render import SIZES, place_on_canvas
from driving.drawings import canvas_value
from driving.server import run_server
from driving.visitor import Visitor
from preprocess import BRUSH, CANVAS

POINTS_PER_SECOND = 100  # of the pen digits, while the pen is down
PAUSE = 0.35  # seconds before a stroke, median
LOOK = 2.0  # seconds from an answer until the canvas is cleared, median
SPREAD = 0.6  # standard deviation of the logarithms of both, as of Omniglot's pauses
DIGITS = 100  # different ones: enough for all kinds, few enough to prepare in a second

COLUMNS = (
    "visitors  answers/s  median ms  95 % ms  errors  busy  ms/stroke  ms/visit  MB  MB/visitor"
    "  generator  live/s  live ms"
)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--script", default="webapp.py")
    parser.add_argument("--visitors", type=int, nargs="+", default=[1, 10, 20, 40, 80, 100])
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument(
        "--pen-digits",
        type=Path,
        help="pendigits-orig.tra, its .Z or the zip archive; downloaded by default",
    )
    parser.add_argument("--without-live", action="store_true", help="ask for nothing in between")
    options = parser.parse_args()
    try:
        samples = read_pen_digits(options.pen_digits)
    except DataError as error:
        sys.exit(f"many_visitors.py: {error}")
    rng = np.random.default_rng(0)
    chosen = rng.choice(len(samples), min(DIGITS, len(samples)), replace=False)
    digits = [prepare(samples[index].strokes, rng) for index in chosen]
    print("the server's own: processor time for a stroke and for opening the page, and memory;")
    print("the generator's: its share of a core")
    print(COLUMNS)
    for count in options.visitors:
        with run_server(options.script, output=sys.stderr) as (address, server):
            people = [
                Person(address, not options.without_live, np.random.default_rng(i))
                for i in range(count)
            ]
            print(asyncio.run(measure(address, server.pid, digits, people, options.seconds)))


class Stroke(NamedTuple):
    """A stroke of a digit.

    Attributes:
        seconds: how long the pen is down.
        drawing: what the canvas sends after it.
        strokes: points of all strokes until then.
    """

    seconds: float
    drawing: str
    strokes: list[list[list[float]]]

    def part(self, seconds):
        """Return what the page sends so many seconds after the pen was put down."""
        *before, last = self.strokes
        count = max(round(len(last) * seconds / self.seconds), 1)
        return json.dumps({"strokes": [*before, last[:count]], "width": BRUSH})


CLEARED = json.dumps(canvas_value([]))


def prepare(strokes, rng):
    """Place a pen digit somewhere on the canvas; return a list of Stroke."""
    placed = place_on_canvas(strokes, BRUSH, CANVAS * rng.uniform(*SIZES), rng)
    points = [np.round(stroke, 1).tolist() for stroke in placed]
    return [
        Stroke(
            len(stroke) / POINTS_PER_SECOND,
            json.dumps(canvas_value(placed[: number + 1], BRUSH)),
            points[: number + 1],
        )
        for number, stroke in enumerate(placed)
    ]


async def measure(address, process, digits, people, seconds):
    """Have people draw for some seconds; return a line of the table."""
    count = len(people)
    async with contextlib.AsyncExitStack() as open_pages:
        first = await open_pages.enter_async_context(Visitor(address))
        answers = await ask(first, [CLEARED, *(s.drawing for digit in digits for s in digit)])
        before, used = memory(process), processor_seconds(process)
        for person in people:
            person.answers = answers
            await open_pages.enter_async_context(person)
        opening = 1000 * (processor_seconds(process) - used) / count
        used, own, start = processor_seconds(process), time.process_time(), time.perf_counter()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds), asyncio.TaskGroup() as visits:
                for person in people:
                    visits.create_task(person.visit(digits))
        lasted = time.perf_counter() - start
        used, own = processor_seconds(process) - used, time.process_time() - own
        each = (memory(process) - before) / count
    answered = sum(person.answered for person in people)
    times = 1000 * np.concatenate([person.times for person in people])
    live = [1000 * each for person in people for each in person.live_times]
    errors = sum(person.wrong + len(person.errors) for person in people)
    return (
        f"{count:8} {answered / lasted:10.1f} {np.median(times):10.0f}"
        f" {np.quantile(times, 0.95):8.0f} {errors:7} {used / lasted:5.0%}"
        f" {1000 * used / len(times):10.1f} {opening:9.1f}"
        f" {before + count * each:4.0f} {each:11.2f} {own / lasted:10.0%}"
        f" {len(live) / lasted:7.1f} {np.median(live) if live else 0:8.0f}"
    )


async def ask(visitor, drawings):
    """Return an idle server's answers: {drawing: what `read` returns}."""
    answers = {}
    for drawing in drawings:
        await visitor.send(drawing)
        answers[drawing] = read(visitor)
    return answers


def read(visitor):
    """Return the network's input on the page, which identifies a drawing, and the answer.

    The picture's address alone: how it comes into its place depends on the drawing before. And
    what was read alone: how sure the page is depends on what this visitor has drawn.
    """
    (address,) = re.findall('src="([^"]+)"', visitor.shown["network_input"])
    first = re.search("<p.*?</p>", visitor.shown["prediction"])[0]
    return address, re.sub("<.*?>", "", first)


class Person(Visitor):
    """A visitor who draws digit after digit.

    Attributes:
        awaited: [(drawing, when it was sent)] without an answer yet, the oldest first.
        answered: how many drawings have been answered, cleared canvases included.
        times: seconds until the answer, for each stroke.
        wrong: how many answers were wrong or never came.
        live_times: seconds until the answer, for each that came while the pen was down.
    """

    answers: dict

    def __init__(self, address, is_live, rng):
        super().__init__(address)
        self.live_address = f"{address.replace('http', 'ws', 1)}/live" if is_live else None
        self.rng, self.pen, self.pen_down = rng, None, asyncio.Event()
        self.awaited, self.answered, self.times, self.wrong = [], 0, [], 0
        self.seen, self.live_times = None, []

    async def visit(self, digits):
        """Draw digit after digit, for ever."""
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self.draw(digits))
            if self.live_address:
                tasks.create_task(self.ask())

    async def ask(self):
        """Ask for answers while the pen is down, for ever."""
        async with connect(self.live_address) as socket:
            while True:
                await self.pen_down.wait()
                stroke, begin = self.pen
                start = time.perf_counter()
                await socket.send(stroke.part(start - begin))
                answer = json.loads(await socket.recv())
                if answer["html"]:
                    self.live_times.append(time.perf_counter() - start)
                await asyncio.sleep(answer["next"] / 1000)

    async def draw(self, digits):
        """Draw digit after digit, for ever."""
        due = time.perf_counter() + self.rng.uniform(0, LOOK)
        while True:
            for stroke in digits[self.rng.integers(len(digits))]:
                due += self.pause(PAUSE)
                await asyncio.sleep(due - time.perf_counter())
                self.pen = stroke, due
                self.pen_down.set()
                due += stroke.seconds
                await asyncio.sleep(due - time.perf_counter())
                self.pen_down.clear()
                await self.put(stroke.drawing)
            await self.await_answers()
            await asyncio.sleep(self.pause(LOOK))
            await self.put(CLEARED)
            due = time.perf_counter()

    def pause(self, median):
        """Choose the length of a pause, in seconds."""
        return median * np.exp(SPREAD * self.rng.normal())

    async def put(self, drawing):
        """Send a drawing, as the canvas does, without waiting for the answer."""
        self.awaited.append((drawing, time.perf_counter()))
        await self.post(self.drawing_message(drawing))

    async def await_answers(self):
        """Wait until everything sent has been answered."""
        try:
            await self.wait_until(lambda: not self.awaited)
        except TimeoutError:
            self.wrong += len(self.awaited)
            self.awaited.clear()

    def note_run(self):
        """Find the drawing that the run has read; it answers that one and all sent before it."""
        seen, self.seen = self.seen, read(self)
        inputs = [self.answers[drawing][0] for drawing, _ in self.awaited]
        if self.seen[0] in inputs:
            count = inputs.index(self.seen[0]) + 1
            done, self.awaited = self.awaited[:count], self.awaited[count:]
            now = time.perf_counter()
            self.times += [now - sent for drawing, sent in done if drawing is not CLEARED]
            self.answered += count
            self.wrong += self.seen != self.answers[done[-1][0]]
        # The server may drop an answer when the next run begins at once: the page is as before.
        elif self.awaited and self.seen != seen:
            self.wrong += 1


def memory(process):
    """Return a process's resident memory in MB."""
    pages = int(Path(f"/proc/{process}/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


def processor_seconds(process):
    """Return how many seconds of processor time a process has used."""
    fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


if __name__ == "__main__":
    main()
