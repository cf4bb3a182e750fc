"""Load a server with visitors who draw one stroke a second each; see where it gives way.

    python benchmarks/many_visitors.py
    python benchmarks/many_visitors.py --script api.py --visitors 80 --seconds 60

The visitors speak the page's own protocol and send what its canvas sends. They share the
machine's cores with the server. A stroke counts from being sent to the end of the page's run;
a visitor who waits longer than a second sends the next stroke when the answer is there. An
answer that differs from what the same drawing got from an idle server is an error.
"""

import argparse
import asyncio
import contextlib
import itertools
import json
import os
import random
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

import numpy as np

from digit_model.shapes import SHAPES, draw_shape
from tests.browser import run_server
from tests.visitor import Visitor, canvas_value

PAUSE = 1.0  # seconds from stroke to stroke
CORNER, SCALE = 60, 16  # of a digit on the canvas, in pixels


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--script", default="webapp.py")
    parser.add_argument("--visitors", type=int, nargs="+", default=[1, 10, 20, 40, 80, 100])
    parser.add_argument("--seconds", type=float, default=60)
    options = parser.parse_args()
    digits = draw_digits()
    print("the server's own: processor time for a stroke and for opening the page, and memory")
    print(
        "visitors  answers/s  median ms  95 % ms  errors  busy  ms/stroke  ms/visit  MB  MB/visitor"
    )
    for count in options.visitors:
        with run_server(options.script, output=sys.stderr) as (address, server):
            print(asyncio.run(measure(address, server.pid, digits, count, options.seconds)))


def draw_digits():
    """Draw one digit of each kind; return for each what the canvas sends, stroke by stroke."""
    rng = np.random.default_rng(0)
    digits = [
        [stroke * SCALE + CORNER for stroke in draw_shape(texts[0], rng)]
        for texts in SHAPES.values()
    ]
    return [
        [json.dumps(canvas_value(strokes[: count + 1])) for count in range(len(strokes))]
        for strokes in digits
    ]


async def measure(address, process, digits, count, seconds):
    """Have visitors draw for some seconds; return a line of the table."""
    async with contextlib.AsyncExitStack() as open_pages:
        first = await open_pages.enter_async_context(Visitor(address))
        expected = {}
        for drawing in itertools.chain.from_iterable(digits):
            await first.send(drawing)
            expected[drawing] = first.shown["prediction"]
        before, used = memory(process), processor_seconds(process)
        visitors = [await open_pages.enter_async_context(Visitor(address)) for _ in range(count)]
        opening = 1000 * (processor_seconds(process) - used) / count
        used, start = processor_seconds(process), time.perf_counter()
        visits = [visit(each, digits, expected, start, start + seconds) for each in visitors]
        results = await asyncio.gather(*visits)
        lasted = time.perf_counter() - start
        used = processor_seconds(process) - used
        each = (memory(process) - before) / count
    times = 1000 * np.concatenate([times for times, _ in results])
    errors = sum(errors for _, errors in results)
    return (
        f"{count:8} {len(times) / lasted:10.1f} {np.median(times):10.0f}"
        f" {np.quantile(times, 0.95):8.0f} {errors:7} {used / lasted:5.0%}"
        f" {1000 * used / len(times):10.1f} {opening:11.1f}"
        f" {before + count * each:4.0f} {each:11.2f}"
    )


async def visit(visitor, digits, expected, start, end):
    """Draw digit after digit; return the seconds of each stroke, and how many failed."""
    times, errors = [], 0
    due = start + random.uniform(0, PAUSE)  # noqa: S311
    while due < end:
        for drawing in random.choice(digits):  # noqa: S311
            await asyncio.sleep(due - time.perf_counter())
            try:
                times.append(await visitor.send(drawing))
                errors += visitor.shown["prediction"] != expected[drawing]
            except TimeoutError:
                errors += 1
            due = max(due + PAUSE, time.perf_counter())
    return times, errors + len(visitor.errors)


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
