"""Charts of HTML: their text is the page's, in size and colour, however narrow they are."""

from collections.abc import Iterable, Sequence

import numpy as np
from markupsafe import Markup

from page.html import GREY, data_url, element

Point = tuple[float, float]  # (x, y) in [0, 1], y upwards
Line = tuple[str, str, Iterable[Point]]  # colour, dashes as SVG has them, points
Axis = tuple[str, Sequence[tuple[float, object]]]  # name, marks: (place in [0, 1], text)

WIDTH, HEIGHT = 640, 240  # of a drawing of lines, which is then stretched


def build_chart(
    title: str,
    says: str,
    lines: Sequence[Line],
    across: Axis,
    up: Axis,
    *points: Markup,
    below: Iterable[Markup] = (),
) -> Markup:
    """Return a chart.

    Args:
        title: what stands above it.
        says: what it shows, for those who do not see it.
        lines: of the chart.
        across, up: its axes.
        points: elements that `place` has put on the chart.
        below: elements that `place` has put in a strip below it.
    """
    (x_name, x_marks), (y_name, y_marks) = across, up
    grid = [(GREY, "1 5", [(0, place), (1, place)]) for place, _ in y_marks]
    columns = [element("span", text, style=f"bottom: {at:.2%}") for at, text in y_marks]
    rows = [element("span", text, style=f"left: {at:.2%}") for at, text in x_marks]
    return element(
        "figure",
        element("figcaption", title),
        element("small", y_name, class_="up"),
        element("div", *columns, class_="marks-up"),
        element("div", draw_lines([*grid, *lines]), *points, class_="plot"),
        element("div", *rows, class_="marks-across"),
        *([element("div", *below, class_="strip")] if below else []),
        element("small", x_name, class_="across"),
        class_="chart",
        role="img",
        aria_label=f"{title}: {says}",
    )


def place(kind: str, x: float, y: float, *content: object, **attributes: object) -> Markup:
    """Return an element whose corner or middle is at (x, y) in [0, 1] of a chart, y upwards."""
    style = f"left: {x:.2%}; bottom: {y:.2%}; {attributes.pop('style', '')}"
    return element(kind, *content, style=style, **attributes)


def draw_lines(lines: Iterable[Line], alt: str = "", margin: float = 0) -> Markup:
    """Return a picture of lines, to be stretched to what it is in.

    Args:
        lines: of the picture.
        alt: what it shows, for those who do not see it.
        margin: what is free above and below, as a share of the height between.
    """
    drawn = ""
    for colour, dashes, points in lines:
        corners = " ".join(f"{WIDTH * x:.1f},{HEIGHT * (1 - y):.1f}" for x, y in points)
        drawn += f"<polyline points='{corners}' stroke='{colour}' stroke-dasharray='{dashes}'/>"
    box = f"0 {-margin * HEIGHT:g} {WIDTH} {(1 + 2 * margin) * HEIGHT:g}"
    svg = (
        f"<svg xmlns='http://www.w3.org/2000/svg' viewBox='{box}' width='{WIDTH}' "
        f"height='{HEIGHT}' preserveAspectRatio='none' fill='none' stroke-width='2'>"
        f"<style>polyline {{ vector-effect: non-scaling-stroke }}</style>{drawn}</svg>"
    )
    return element("img", src=data_url("image/svg+xml", svg.encode()), alt=alt)


def scale(values: np.ndarray | float, low: float, high: float) -> np.ndarray:
    """Return where values from low to high lie on a logarithmic axis, in [0, 1]."""
    low, high, values = np.log(low), np.log(high), np.log(values)
    return (values - low) / (high - low)
