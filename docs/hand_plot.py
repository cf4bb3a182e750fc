"""Draw docs/hand.png: what learning a handwriting gains, from digit_model/report.json.

python docs/hand_plot.py
"""

import argparse
import sys
from pathlib import Path

import matplotlib as mpl

mpl.use("Agg")
import matplotlib.pyplot as plt

sys.path.insert(0, str(Path(__file__).parents[1]))

from digit_model.report_file import REPORT_FILE, read_report
from page.html import INK

FILE = Path(__file__).with_name("hand.png")
ALONE, TOGETHER = "#8a8fa3", INK


def main():
    """Draw the picture."""
    argparse.ArgumentParser(description=__doc__.split("\n")[0]).parse_args()
    measured = read_report(REPORT_FILE)["handwriting"]
    figure, (left, right) = plt.subplots(1, 2, figsize=(9, 3.4), layout="constrained")
    draw_corrections(left, measured["corrections"])
    draw_people(right, measured["people"])
    figure.savefig(FILE, dpi=100)


def draw_corrections(axes, rows):
    """Draw errors per hundred digits by how many corrections there had been."""
    rows = [row for row in rows if row["digits"]]
    for shift, kind, colour, name in (
        (-0.2, "before", ALONE, "the network alone"),
        (0.2, "after", TOGETHER, "handwriting learnt"),
    ):
        heights = [100 * row[kind] / row["digits"] for row in rows]
        places = [place + shift for place in range(len(rows))]
        bars = axes.bar(places, heights, 0.4, color=colour, label=name)
        axes.bar_label(bars, fmt="%.1f", fontsize=8)
    axes.set_xticks(range(len(rows)), [f"{row['from']}+" for row in rows])
    axes.set(xlabel="corrections before", ylabel="errors per 100 digits")
    axes.legend(frameon=False)
    axes.spines[["top", "right"]].set_visible(False)


def draw_people(axes, people):
    """Draw a line for each person, from the network alone to what it learnt."""
    for person in people:
        shares = [100 * person[kind] / person["digits"] for kind in ("before", "after")]
        axes.plot([0, 1], shares, "o-", color=TOGETHER, alpha=0.5, markersize=4, clip_on=False)
    axes.set_xticks([0, 1], ["the network alone", "handwriting learnt"])
    axes.set(xlim=(-0.2, 1.2), ylim=(0, None))
    axes.set(ylabel="errors per 100 digits", title=f"{len(people)} people, a line each")
    axes.spines[["top", "right"]].set_visible(False)


if __name__ == "__main__":
    main()
