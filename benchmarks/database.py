"""Measure what drawings cost PostgreSQL: bytes a row, saves a second, and a page of a history.

    python benchmarks/database.py

Needs PostgreSQL (apt-get install postgresql), of which it starts one of its own on loopback.
Drawings as long as a mouse draws them, five in each notebook, saved one by one as visitors do.
"""

import argparse
import sys
import time
import uuid
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

import numpy as np
from sqlalchemy import create_engine, text

from digit_model.hand.cache import write_cached
from digit_model.strokes.digit_shapes import random_shape
from driving.drawings import canvas_png, canvas_value
from driving.postgresql import PostgreSQL, find_binaries
from history import Entry, Notebook, new_identity, prepare
from page.canvas.drawing import decode_png, points_of
from preprocess import canvas_to_mnist

NOTEBOOKS, DRAWINGS = 2000, 5
LEARNT = 500  # drawings of one more notebook
FEATURES = 192  # by which handwriting is learnt
DIFFERENT = 200  # drawings; the others are like them


def main():
    argparse.ArgumentParser(description=__doc__.split("\n")[0]).parse_args()
    rng = np.random.default_rng(0)
    entries = [draw(number % 10, rng) for number in range(DIFFERENT)]
    with PostgreSQL(find_binaries()) as server:
        engine = create_engine(server.create_database())
        prepare(engine)
        histories = [Notebook(engine, new_identity()) for _ in range(NOTEBOOKS)]
        saving = [
            timed(history.save, replace(entries[rng.integers(DIFFERENT)], id=uuid.uuid4().hex))
            for history in histories
            for _ in range(DRAWINGS)
        ]
        reading = [timed(history.page, 0, DRAWINGS) for history in histories[:200]]
        long = Notebook(engine, new_identity())
        long.save(*(replace(entries[n % DIFFERENT], id=uuid.uuid4().hex) for n in range(LEARNT)))
        learning = [timed(long.examples, LEARNT) for _ in range(20)]
        with engine.begin() as database:
            size = database.execute(text("SELECT pg_total_relation_size('drawings')")).scalar()
        engine.dispose()
    rows = NOTEBOOKS * DRAWINGS + LEARNT
    print(f"{rows:,} drawings, {size / rows:,.0f} bytes each, indexes included")
    readings = ("read a page", reading), (f"read {LEARNT} to learn", learning)
    for name, times in (("save one", saving), *readings):
        median, tail = 1000 * np.median(times), 1000 * np.quantile(times, 0.95)
        print(f"{name:17} median {median:.1f} ms, 95 % {tail:.1f} ms")
    print(f"one connection saves {len(saving) / sum(saving):,.0f} drawings a second")


def draw(digit, rng):
    """Return a drawing of a digit as an Entry."""
    strokes = [stroke * 16 + 60 for stroke in random_shape(digit, rng)]
    canvas = decode_png(canvas_png(strokes))
    probabilities = rng.dirichlet(np.ones(10)).astype(np.float32)
    return Entry(
        id=uuid.uuid4().hex,
        time=datetime.now(UTC).replace(tzinfo=None),
        strokes=points_of(canvas_value(strokes)["drawing"]["raw"]["objects"]),
        image=np.round(canvas_to_mnist(canvas) * 255).astype(np.uint8),
        prediction=digit,
        confidence=0.99,
        label=digit,
        model="f" * 64,
        probabilities=probabilities,
        seen=write_cached("f" * 64, probabilities, rng.normal(size=FEATURES)),
    )


def timed(function, *arguments):
    """Return how many seconds a call takes."""
    start = time.perf_counter()
    function(*arguments)
    return time.perf_counter() - start


if __name__ == "__main__":
    main()
