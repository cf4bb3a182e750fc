"""Draw docs/learning.png: the table that stands in docs/training.md.

`benchmarks/learning_curve.py` prints it.

python docs/learning_plot.py
"""

import argparse
import re
import sys
from pathlib import Path

import matplotlib as mpl

mpl.use("Agg")
import matplotlib.pyplot as plt

sys.path.insert(0, str(Path(__file__).parents[1]))

from page.html import INK

PAGE = Path(__file__).with_name("training.md")
FILE = Path(__file__).with_name("learning.png")
ROW = re.compile(r"\| ([^|]+) \| ([\d,]+) \| ([\d.]+)% \| [\d.]+ \| [\d.]+% \| ([\d.]+)% \|")
FIRST = re.compile(r"(\d+) epochs, half of the filters, (\d+) writers")
ALL, WORST = INK, "#8a8fa3"


def main():
    """Draw the picture."""
    argparse.ArgumentParser(description=__doc__.split("\n")[0]).parse_args()
    rows = [row.groups() for row in ROW.finditer(PAGE.read_text("utf-8"))]
    first = next(row for row in rows if FIRST.match(row[0]))
    epochs, writers = map(int, FIRST.match(first[0]).groups())
    panels = {
        "writers learnt from": [(writers, first), *pick(rows, r"(\d+) writers$")],
        "epochs": [(epochs, first), *pick(rows, r"(\d+) epochs?$")],
        "thousand parameters": [
            (int(row[1].replace(",", "")) / 1000, row)
            for row in [first, *(r for r in rows if r[0].endswith("filters"))]
        ],
    }
    figure, plots = plt.subplots(1, 3, figsize=(9, 3), sharey=True, layout="constrained")
    for axes, (name, points) in zip(plots, panels.items(), strict=True):
        draw_curve(axes, sorted(points, key=lambda point: point[0]), name)
    plots[0].set(ylabel="errors per 100 digits of new hands", ylim=(0, None))
    plots[0].legend(frameon=False)
    figure.savefig(FILE, dpi=100)


def pick(rows, pattern):
    """Return (number, row) for each row whose name is this pattern with a number."""
    found = [(re.match(pattern, row[0]), row) for row in rows]
    return [(int(match[1]), row) for match, row in found if match]


def draw_curve(axes, points, name):
    """Draw errors, all and those of the worst tenth, by what is on a logarithmic axis."""
    places = [place for place, _ in points]
    for column, colour, what in ((3, WORST, "the worst tenth"), (2, ALL, "all")):
        errors = [100 - float(row[column]) for _, row in points]
        axes.plot(places, errors, "o-", color=colour, label=what, markersize=4)
        for place, error in zip(places, errors, strict=True):
            axes.annotate(
                f"{error:.1f}",
                (place, error),
                (0, 5),
                textcoords="offset points",
                ha="center",
                fontsize=8,
            )
    axes.set_xscale("log")
    axes.set_xticks(places, [f"{place:.0f}" for place in places])
    axes.minorticks_off()
    axes.set_xlabel(name)
    axes.spines[["top", "right"]].set_visible(False)


if __name__ == "__main__":
    main()
