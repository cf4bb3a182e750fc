"""Charts of HTML: their text is the page's, in size and colour, however narrow they are."""

import numpy as np

from page.html import GREY, data_url, element

WIDTH, HEIGHT = 640, 240  # of a drawing of lines, which is then stretched


def build_chart(title, says, lines, across, up, *points, below=()):
    """Return a chart.

    Args:
        title: what stands above it.
        says: what it shows, for those who do not see it.
        lines: list of (colour, dashes, points), as for `draw_lines`.
        across, up: each the axis's name and its marks, a list of (place in [0, 1], text).
        points: elements that `place` has put on the chart.
        below: likewise, in a strip below it.
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


def place(kind, x, y, *content, **attributes):
    """Return an element whose corner or middle is at (x, y) in [0, 1] of a chart, y upwards."""
    style = f"left: {x:.2%}; bottom: {y:.2%}; {attributes.pop('style', '')}"
    return element(kind, *content, style=style, **attributes)


def draw_lines(lines, alt="", margin=0):
    """Return a picture of lines, to be stretched to what it is in.

    Args:
        lines: list of (colour, dashes, points): dashes as SVG has them, points (x, y) in [0, 1],
            y upwards.
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


def scale(values, low, high):
    """Return where values from low to high lie on a logarithmic axis, in [0, 1]."""
    low, high, values = np.log(low), np.log(high), np.log(values)
    return (values - low) / (high - low)
