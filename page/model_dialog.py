"""The Model dialog: the network's layers, its training, and what was measured."""

import altair as alt
import numpy as np
import streamlit as st

from digit_model.classifier import REPORT_FILE
from digit_model.report import EXAMPLES_FILE, read_report
from page.html import GREY, INK, element, picture, show_html


@st.dialog("Model", width="medium", on_dismiss="rerun")
def show_model(classifier):
    """Show the network; every figure comes from its file or from its report.

    Args:
        classifier: Classifier.
    """
    with st.container(key="model"):
        _show_layers(classifier.layers)
        report = _read_report(classifier.fingerprint)
        if report is None:
            st.info("This network has no report: python train_model.py measures and writes one.")
            return
        _show_figures(report)
        _show_history(report["history"])
        if report["confusion"]:
            _show_confusion(np.array(report["confusion"]), report["model"]["sha256"])
            _show_reliability(report["reliability"])


def _read_report(fingerprint):
    try:
        return read_report(REPORT_FILE, fingerprint)
    except (OSError, ValueError):
        return None


def _show_layers(layers):
    """Draw the shapes that an image takes on its way, and list every layer."""
    shapes = [(28, 28, 1)]
    shapes += [layer.shape for layer in layers if layer.kind in ("ReLU", "MaxPooling2D", "Dense")]
    stages = []
    for height, *width_and_depth in shapes:
        depth = width_and_depth[-1] if width_and_depth else 1
        bar = element("i", style=f"height: {4 * height}px; width: {4 + depth / 4:.0f}px")
        stages.append(element("div", bar, _format_shape((height, *width_and_depth))))
    says = "From " + " to ".join(map(_format_shape, shapes))
    show_html(element("div", *stages, class_="stages", role="img", aria_label=says))
    parameters = sum(layer.parameters for layer in layers)
    with st.expander(f"{len(layers)} layers, {parameters:,} parameters"):
        st.table(
            [
                {
                    "layer": layer.kind,
                    "output": _format_shape(layer.shape),
                    "parameters": f"{layer.parameters:,}",
                }
                for layer in layers
            ]
        )


def _format_shape(shape):
    return "×".join(map(str, shape))


def _show_figures(report):
    """Show size, training and what was measured."""
    source = "MNIST and pen strokes" if len(report["digits"]) > 1 else "MNIST"
    st.write(
        f"{report['model']['bytes'] / 1e6:.1f} MB, {report['settings']['epochs']} epochs on "
        f"{source}, finished {report['finished'][:10]}."
    )
    digits = report["digits"] + report["shapes"] + report.get("photographs", [])
    measured = [(row["data"], row["images"], row["accuracy"]) for row in digits]
    for row in report.get("hands", []):
        people = f"{row['data']}, person by person"
        measured.append(
            (f"{people}: the median of {row['people']}", row["digits"], row["median_person"])
        )
        measured.append((f"{people}: the worst tenth", row["digits"], row["worst_tenth"]))
    measured += [(row["data"], row["images"], row["rejected"]) for row in report["no_digits"]]
    with st.expander("Measured: digits read right, other drawings rejected"):
        st.table(
            [
                {"": data, "images": f"{images:,}", "right": f"{share:.1%}"}
                for data, images, share in measured
            ]
        )


def _show_history(history):
    """Draw the share of errors in each epoch, in training and validation."""
    rows = [
        {"epoch": row["epoch"] + 1, "data": data, "errors": 1 - row[key]}
        for row in history
        for data, key in (("training", "accuracy"), ("validation", "val_accuracy"))
    ]
    chart = (
        alt.Chart(alt.Data(values=rows), title="Errors by epoch", height=280)
        .mark_line()
        .encode(
            alt.X("epoch:Q", axis=alt.Axis(tickMinStep=1)),
            alt.Y("errors:Q", scale=alt.Scale(type="log", nice=False), axis=alt.Axis(format="%")),
            alt.Color("data:N", legend=alt.Legend(orient="top", title=None)),
            alt.StrokeDash("data:N"),
        )
    )
    st.altair_chart(chart)


def _show_confusion(counts, fingerprint):
    """Draw the confusion matrix; a click on a cell shows examples of it."""
    rows = [
        {"drawn": drawn, "read": read, "digits": int(counts[drawn, read])}
        for drawn in range(10)
        for read in range(10)
    ]
    cell = alt.selection_point(name="cell", fields=["drawn", "read"])
    base = alt.Chart(
        alt.Data(values=rows), title="Digits that people drew: drawn and read", height=340
    ).encode(
        alt.X("read:O", title="read as", axis=alt.Axis(labelAngle=0, orient="top")),
        alt.Y("drawn:O"),
    )
    heat = base.mark_rect(stroke=GREY, strokeWidth=0.3).encode(
        alt.Color("digits:Q", scale=alt.Scale(type="symlog", scheme="blues"), legend=None)
    )
    many = alt.datum.digits > counts.max() / 3
    numbers = (
        base.transform_filter(alt.datum.digits > 0)
        .mark_text()
        .encode(text="digits:Q", color=alt.condition(many, alt.value("white"), alt.value("black")))
    )
    chart = (heat.add_params(cell) + numbers).configure_view(stroke=None)
    event = st.altair_chart(chart, on_select="rerun", selection_mode="cell", key="confusion")
    cell = _chosen_cell(event)
    if cell:
        _show_examples(*cell, fingerprint)


def _chosen_cell(event):
    """Return (drawn, read) of the chosen cell, or None. A browser may send anything."""
    try:
        cell = event.selection["cell"][0]
        drawn, read = cell["drawn"], cell["read"]
    except (AttributeError, LookupError, TypeError):
        return None
    return (int(drawn), int(read)) if drawn in range(10) and read in range(10) else None


def _show_examples(drawn, read, fingerprint):
    chosen = _read_examples(drawn, read, fingerprint)
    if chosen is None:
        st.write("This network has no examples yet: python tools/evaluate_model.py keeps some.")
        return
    says = f"A {drawn}, read as {read}"
    pictures = [picture(image, says) for image in chosen] or ["none"]
    show_html(element("p", f"{says}:"), element("div", *pictures, class_="examples"))


def _read_examples(drawn, read, fingerprint):
    """Return (n, 28, 28) uint8 images of a cell; None if no file has this network's."""
    try:
        with np.load(EXAMPLES_FILE) as examples:
            if examples["model"] != fingerprint:
                return None
            return examples["x"][(examples["y"] == drawn) & (examples["read"] == read)]
    except (OSError, KeyError):
        return None


def _show_reliability(rows):
    """Draw accuracy by confidence: on the diagonal, they are equal."""
    diagonal = (
        alt.Chart(alt.Data(values=[{"v": 0}, {"v": 1}]))
        .mark_line(strokeDash=[4, 4], color=GREY)
        .encode(alt.X("v:Q"), alt.Y("v:Q"))
    )
    points = (
        alt.Chart(alt.Data(values=rows))
        .mark_circle(color=INK, opacity=0.8)
        .encode(
            alt.X("confidence:Q", axis=alt.Axis(format="%"), title="sure"),
            alt.Y("accuracy:Q", axis=alt.Axis(format="%"), title="right"),
            alt.Size("images:Q", scale=alt.Scale(range=[30, 600]), legend=None),
            tooltip=["images:Q", alt.Tooltip("accuracy:Q", format=".1%")],
        )
    )
    st.altair_chart(
        (diagonal + points).properties(title="How sure and how often right", height=260)
    )
