"""Time the REST interface: pictures a second, one by one and in batches, in one run.

    python benchmarks/rest.py

A server of our own answers on loopback; what is sent are drawings as a canvas makes them.
"""

import argparse
import base64
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

import numpy as np
import requests

from driving.drawings import ONE, THREE, canvas_png
from driving.server import serve

BATCHES = (1, 10, 100)
ROUNDS = 30


def main():
    argparse.ArgumentParser(description=__doc__.split("\n")[0]).parse_args()
    drawings = [base64.b64encode(canvas_png([stroke])).decode() for stroke in (THREE, ONE)]
    urls = [f"data:image/png;base64,{drawing}" for drawing in drawings]
    print("batch   median ms   95 % ms   pictures a second   ratio")
    with serve() as address, requests.Session() as session:
        single = None
        for size in BATCHES:
            batch = {"images": (urls * size)[:size]}
            times = [timed(session, address, batch) for _ in range(ROUNDS)]
            median = np.median(times)
            rate = 1000 * size / median
            single = single or rate
            print(
                f"{size:5} {median:11.1f} {np.quantile(times, 0.95):9.1f} {rate:19.0f}"
                f" {rate / single:7.1f}"
            )


def timed(session, address, batch):
    """Return how many milliseconds a batch takes."""
    start = time.perf_counter()
    response = session.post(f"{address}/api/predict", json=batch, timeout=60)
    response.raise_for_status()
    return (time.perf_counter() - start) * 1000


if __name__ == "__main__":
    main()
