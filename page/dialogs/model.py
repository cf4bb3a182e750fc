"""The Model dialog: the networks in three numbers, their layers, training, and errors.

All of it is one element: there is nothing that the server would have to be asked for.
"""

import time
from collections.abc import Iterable, Sequence
from statistics import mean, median

import numpy as np
import streamlit as st
from markupsafe import Markup

from digit_model.classifier import Classifier, Layer
from digit_model.ink_path import CHANNELS, POINTS
from digit_model.report_file import REPORT_FILE, read_report
from page.dialogs.charts import build_chart, place, scale
from page.dialogs.confusion import build_confusion, read_examples
from page.formatting import format_percentage
from page.html import GREY, INK, element, join, read_assets, show_html, style

VALIDATION = "#d97706"  # beside the page's own colour; both can be told from white and from black
TIMES = 20  # that an answer is timed
SHOWN = "ReLU", "MaxPooling2D", "MaxPooling1D", "Dense"  # kinds of layers whose output is shown
HEIGHT = 112  # pixels, of what enters a network
COURSES = (
    ("Errors of the image network, epoch by epoch", "history"),
    ("Errors of the stroke network, epoch by epoch", "stroke_history"),
)
TOGETHER = element(
    "p",
    "Each network gives ten scores of its own; weighed and added, they are the answer. On a "
    "photograph nobody knows the strokes: the image network answers alone.",
)
FEW = 10  # drawings: fewer say little


@st.dialog("Model", width="medium", on_dismiss="rerun")
def show_model(classifier: Classifier) -> None:
    """Show the network; every figure comes from its file, from its report, or is measured now.

    Args:
        classifier: Classifier.
    """
    report = _read_report(classifier.fingerprint)
    parts = [build_layers("From an image to ten scores", (28, 28, 1), classifier.layers)]
    if classifier.stroke_layers:
        title = "From the way of the pen to ten scores"
        parts += [build_layers(title, (POINTS, CHANNELS), classifier.stroke_layers), TOGETHER]
    if report:
        parts = [build_numbers(report, measure_answer(classifier)), *parts]
        parts += [build_figures(report)]
        parts += [build_course(report, *each) for each in COURSES if report.get(each[1])]
        if report["confusion"]:
            parts.append(
                build_confusion(report["confusion"], read_examples(classifier.fingerprint))
            )
            parts.append(build_reliability(report["reliability"]))
    show_html(style(read_assets("dialogs/model.css")), element("div", *parts, class_="model"))
    if not report:
        st.info("This network has no report: python train_model.py measures and writes one.")


def _read_report(fingerprint: str) -> dict | None:
    try:
        return read_report(REPORT_FILE, fingerprint)
    except (OSError, ValueError):
        return None


def measure_answer(classifier: Classifier) -> float:
    """Return the median milliseconds that the network takes for a drawing, on this machine."""
    image, strokes, times = np.zeros((28, 28), np.float32), [np.eye(2)], []
    for _ in range(TIMES):
        start = time.perf_counter()
        classifier.classify(image, strokes)
        times.append(time.perf_counter() - start)
    return 1000 * median(times)


def build_numbers(report: dict, milliseconds: float) -> Markup:
    """Return what matters most, large: people read right, what is not a digit rejected, time."""
    numbers = [_count_people(report)]
    if report["no_digits"]:
        numbers.append(_count_rejected(report))
    network = "for a drawing: the networks alone, measured just now on this server"
    numbers.append((f"{milliseconds:.1f} ms", network))
    boxes = [element("p", element("b", number), element("span", says)) for number, says in numbers]
    return element("div", *boxes, class_="three")


def _count_people(report: dict) -> tuple[str, str]:
    """Return how well people are read, and in words who they are."""
    rows = report["people"]
    if not rows:
        share = format_percentage(report["digits"][0]["accuracy"])
        return share, "of MNIST's test digits read right"
    people = sum(row["people"] for row in rows)
    middle = _format_range([row["median_person"] for row in rows])
    worst = _format_range([row["worst_tenth"] for row in rows])
    groups = f" of each of {len(rows)} groups" if len(rows) > 1 else ""
    return middle, (
        f"of a person's digits read right: the median{groups}, {people} people it never saw. "
        f"The worst tenth: {worst}"
    )


def _count_rejected(report: dict) -> tuple[str, str]:
    """Return how much of what is not a digit is rejected, and in words what that is."""
    rows = sorted(report["no_digits"], key=lambda row: row["rejected"])
    low, high = (f"{_format_share(row['rejected'])} ({row['data']})" for row in (rows[0], rows[-1]))
    kinds = f": the mean of {len(rows)} kinds, from {low} to {high}" if len(rows) > 1 else ""
    digits = _format_share(report["digits"][0]["rejected"])
    return _format_share(mean(row["rejected"] for row in rows)), (
        f"of what is not a digit rejected{kinds}. And of MNIST's test digits {digits}"
    )


def _format_range(shares: list[float]) -> str:
    low, high = format_percentage(min(shares)), format_percentage(max(shares))
    return low if low == high else f"{low.removesuffix(' %')}–{high}"


def _format_share(share: float) -> str:
    """Write a share with as many decimals as it needs not to be nothing or all."""
    return f"{share:.1%}".replace("%", " %") if 0 < share < 0.01 else format_percentage(share)


def build_layers(title: str, entry: tuple[int, ...], layers: Sequence[Layer]) -> Markup:
    """Return the shapes of what enters a network from layer to layer, and a list of all layers.

    Args:
        title: the heading.
        entry: shape of what enters, channels last.
        layers: of the network.
    """
    shapes = [entry, *(layer.shape for layer in layers if layer.kind in SHOWN)]
    says = "From " + " to ".join(map(_format_shape, shapes))
    parameters = sum(layer.parameters for layer in layers)
    rows = [(each.kind, _format_shape(each.shape), f"{each.parameters:,}") for each in layers]
    stages = [_build_stage(shape, entry[0]) for shape in shapes]
    return join(
        element("h3", title),
        element("div", *stages, class_="stages", role="img", aria_label=says),
        element("p", "Higher: more is left of the drawing. Wider: more maps of it."),
        _build_more(
            f"{len(layers)} layers, {parameters:,} parameters",
            ("layer", "output", "parameters"),
            rows,
        ),
    )


def _build_stage(shape: tuple[int, ...], highest: int) -> Markup:
    """Return a bar for what a layer leaves: places or rows high, channels wide."""
    *places, depth = shape if len(shape) > 1 else (*shape, 1)
    style = f"height: {HEIGHT * places[0] / highest:.0f}px; width: {4 + depth / 5:.0f}px"
    text = f"{'×'.join(map(str, places))} ×{depth}" if len(shape) > 1 else shape[0]
    return element("div", element("i", style=style), text)


def _format_shape(shape: tuple) -> str:
    return "×".join(map(str, shape))


def build_figures(report: dict) -> Markup:
    """Return size and training in a sentence, and a table of all that was measured."""
    source = "MNIST and pen strokes" if _has_strokes(report) else "MNIST"
    digits = report["digits"] + report["writing_styles"] + report.get("photographs", [])
    measured = [(row["data"], row["images"], row["accuracy"]) for row in digits]
    for row in report["people"]:
        people = f"{row['data']}, person by person"
        measured.append(
            (f"{people}: the median of {row['people']}", row["digits"], row["median_person"])
        )
        measured.append((f"{people}: the worst tenth", row["digits"], row["worst_tenth"]))
    measured += [(row["data"], row["images"], row["rejected"]) for row in report["no_digits"]]
    return join(
        element(
            "p",
            f"{report['model']['bytes'] / 1e6:.1f} MB, {report['settings']['epochs']} epochs on "
            f"{source}, finished {report['finished'][:10]}.",
        ),
        _build_more(
            "Measured: digits read right, other drawings rejected",
            ("drawings", "how many", "right"),
            [(data, f"{images:,}", f"{share:.1%}") for data, images, share in measured],
        ),
    )


def _has_strokes(report: dict) -> bool:
    return len(report["digits"]) > 1


def _build_more(summary: str, head: tuple[str, ...], rows: Iterable[tuple[object, ...]]) -> Markup:
    """Return a table that is there on request."""
    names = element("tr", *(element("th", name, scope="col") for name in head))
    lines = [element("tr", *(element("td", cell) for cell in row)) for row in rows]
    return element(
        "details",
        element("summary", summary),
        element("table", element("thead", names), element("tbody", *lines)),
    )


def build_course(report: dict, title: str, of: str) -> Markup:
    """Return the share of errors after each epoch, in training and validation.

    Args:
        report: of the network.
        title: of the chart.
        of: the report's key of a fit's history.
    """
    history, courses = report[of], []
    for data, key, colour in (
        ("training", "accuracy", INK),
        ("validation", "val_accuracy", VALIDATION),
    ):
        errors = np.maximum([1 - row[key] for row in history], 1e-4)  # a logarithm needs some
        courses.append((data, colour, errors))
    every = np.concatenate([errors for *_, errors in courses])
    low, high, last = 0.7 * every.min(), min(1.4 * every.max(), 1), max(len(history), 2)
    lines, names, says = [], [], []
    for (data, colour, errors), dashes in zip(courses, ("none", "6 4"), strict=True):
        places = np.arange(len(errors)) / (last - 1)
        lines.append((colour, dashes, list(zip(places, scale(errors, low, high), strict=True))))
        end = f"{data} {errors[-1]:.1%}".replace("%", " %")
        top = scale(errors, low, high)[len(errors) // 2 :].max()
        names.append(place("b", 1, top, end, class_="end", style=f"--colour: {colour}"))
        says.append(f"in {data} from {errors[0]:.1%} to {errors[-1]:.1%}")
    marks = [each for each in (0.0001, 0.001, 0.01, 0.1, 1) for each in (each, 2 * each, 5 * each)]
    up = [(float(scale(each, low, high)), f"{each:.3g}") for each in marks if low < each < high]
    up = [(at, f"{100 * float(share):g} %") for at, share in up]
    step = max(1, last // 6)
    across = [((each - 1) / (last - 1), each) for each in (1, *range(step, last + 1, step))]
    chart = build_chart(
        title,
        ", ".join(says),
        lines,
        ("epoch", across),
        ("errors", up),
        *names,
    )
    return join(chart, element("p", _explain_training(report)))


def _explain_training(report: dict) -> str:
    """Say why a network errs more often on what it learns from."""
    why = "Training errs more because its drawings are distorted"
    share = report["settings"].get("negative_share", 0)
    if not _has_strokes(report) or not share:
        return f"{why}."
    return (
        f"{why}, and {format_percentage(share)} of them are not digits: hardly any answer to those "
        "counts as right."
    )


def build_reliability(rows: list[dict]) -> Markup:
    """Return accuracy by confidence: on the diagonal, they are equal."""
    most = np.log1p(max(row["images"] for row in rows))
    low = min(0.8, np.floor(5 * min(row["confidence"] for row in rows)) / 5)  # a mark is there
    dots, bins = [], []
    for row in rows:
        count, kind = row["images"], "few" if row["images"] < FEW else "many"
        x = (row["confidence"] - low) / (1 - low)
        dots.append(place("i", x, row["accuracy"], class_=kind))
        bins.append(
            place("span", x, 0, f"{count:,}", style=f"--share: {np.log1p(count) / most:.2f}")
        )
    said = [f"{row['confidence']:.0%} sure, {row['accuracy']:.0%} right" for row in rows]
    marks = [(each / 100, f"{each} %") for each in range(0, 101, 20)]
    x_marks = [((at - low) / (1 - low), text) for at, text in marks if at >= low - 1e-6]
    chart = build_chart(
        "How sure, and how often right",
        "; ".join(said),
        [(GREY, "6 4", [(0, low), (1, 1)])],
        ("sure", x_marks),
        ("right", marks),
        *dots,
        below=bins,
    )
    what = (
        "On the dashed line the network is as often right as it is sure. Below: how many drawings "
        f"a dot stands for; pale ones, fewer than {FEW}, say little."
    )
    return join(chart, element("p", what))
