"""Time the training: images a second, and the minutes until 99 % of validation data is right.

    python benchmarks/training.py --mnist PATH --pen-digits PATH --pen-letters PATH

Runs train_model.py with these options on its usual schedule and ends it at 99 %. Nothing of the
project is written.
"""

import re
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).parents[1]
GOAL = 99.0  # per cent


def main():
    with tempfile.TemporaryDirectory() as folder:
        files = {"--folder": "training", "--model": "model.keras", "--report": "report.json"}
        options = [f"{option}={folder}/{name}" for option, name in files.items()]
        command = [sys.executable, "train_model.py", *options, *sys.argv[1:]]
        with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as training:
            watch(training.stdout)
            training.terminate()


def watch(lines):
    """Print the figures as the training goes on, until the goal is reached."""
    images = start = None
    for line in lines:
        if found := re.match(r"([\d,]+) images", line):
            images = int(found[1].replace(",", ""))
        elif line.startswith("epoch"):
            start = before = time.monotonic()
        elif found := re.match(r" *(\d+)/\d+ .* ([\d.]+)%  ", line):
            now, accuracy = time.monotonic(), float(found[2])
            rate = images_in_epoch(images) / (now - before)
            print(
                f"epoch {found[1]}: {rate:,.0f} images a second, {accuracy:.2f} % of validation "
                f"data after {(now - start) / 60:.1f} min",
                flush=True,
            )
            before = now
            if accuracy >= GOAL:
                return


def images_in_epoch(images):
    """Return how many images an epoch has: MNIST's, and what is drawn beside them."""
    from digit_model.training.settings import Settings

    return images / Settings().image_share


if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))
    main()
