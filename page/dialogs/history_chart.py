"""How often the page was right, from a notebook's first drawing to its latest, as a curve."""

import numpy as np
from markupsafe import Markup

from digit_model.hand.gain import Replay
from page.dialogs.charts import Line, draw_lines
from page.formatting import format_percentage
from page.html import GREY, INK, element, join

WINDOW = 20  # drawings of which the share is taken
LEAST = 10  # drawings that make a course
POINTS = 300  # of a curve: no screen shows more
MARGIN = 1 / 32  # of the height: half a line is above 100 %


def build_course(right: np.ndarray) -> Markup | str:
    """Return the course of what was read right, "" for few drawings.

    Args:
        right: (n,) bool, oldest first.
    """
    return build_chart([(INK, right)]) if len(right) >= LEAST else ""


def is_gain(replay: Replay | None) -> bool:
    """Return whether learning the handwriting has changed any answer."""
    return replay is not None and bool((replay.before != replay.after).any())


def say_gain(replay: Replay) -> Markup:
    """Return in two numbers what learning the handwriting has changed."""
    count, alone, together = len(replay.before), sum(~replay.before), sum(~replay.after)
    return element(
        "p",
        element("b", f"{together:,}"),
        f" of {count:,} right after learning your handwriting, ",
        element("b", f"{alone:,}"),
        " by the network alone",
    )


def build_gain(replay: Replay) -> Markup:
    """Return a Replay's two curves."""
    legend = (
        name_line(GREY, "╍", "the network alone"),
        ", ",
        name_line(INK, "━", "after learning your handwriting"),
    )
    note = element("p", "Each drawing was read with what the page had learnt before it.")
    return join(build_chart([(GREY, ~replay.before), (INK, ~replay.after)], *legend), note)


def name_line(colour: str, line: str, name: str) -> Markup:
    """Return a line of the legend and its name, on one line of text."""
    drawn = element("b", line, style=f"color: {colour}", aria_hidden="true")
    return element("span", drawn, f" {name}", style="white-space: nowrap")


def running_share(right: np.ndarray) -> np.ndarray:
    """Return the share that was right of the last WINDOW drawings, after each one.

    Args:
        right: (n,) bool.

    Returns:
        (n,) float in [0, 1].
    """
    total = np.cumsum(right)
    before = np.concatenate([np.zeros(WINDOW, int), total])[: len(total)]
    return (total - before) / np.minimum(np.arange(len(total)) + 1, WINDOW)


def build_chart(courses: list[tuple[str, np.ndarray]], *legend: object) -> Markup:
    """Return curves of the running share.

    Args:
        courses: one or two of (colour, (n,) bool: what was right); of two the first is dashed.
        legend: what the curves are, as for `element`; by default the last one's figures.
    """
    few = min(LEAST, len(courses[0][1]) // 2)  # of so few, a share says little
    shares = [running_share(right)[few:] for _, right in courses]
    count, low = len(shares[0]), min(0.9, *(np.floor(share.min() * 10) / 10 for share in shares))
    shown = np.unique(np.linspace(0, count - 1, POINTS).round().astype(int))
    across = shown / max(count - 1, 1)
    dashes = ("4 4", "none")[-len(courses) :]
    lines: list[Line] = [(GREY, "1 5", [(0, level), (1, level)]) for level in (0, 1)]
    lines += [
        (colour, dash, zip(across, (share[shown] - low) / (1 - low), strict=True))
        for (colour, _), share, dash in zip(courses, shares, dashes, strict=True)
    ]
    now, lowest = shares[-1][-1], shares[-1].min()
    says = f"now {format_percentage(now)}, lowest {format_percentage(lowest)}"
    return element(
        "figure",
        element("small", "100 %"),
        draw_lines(lines, f"How often the page was right: {says}", MARGIN),
        element("small", format_percentage(low)),
        element("figcaption", f"Right among the last {WINDOW}: ", *(legend or [says])),
        class_="course",
    )
