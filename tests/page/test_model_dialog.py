"""The model's dialog without a browser: what a report says, and what to do without one."""

import json

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from page import model_dialog

ROW = {"data": "MNIST test", "images": 10_000, "accuracy": 0.9958}
REPORT = {
    "model": {"sha256": "f" * 64, "bytes": 1_004_486},
    "settings": {"epochs": 28},
    "finished": "2026-11-21T12:02:10+00:00",
    "digits": [ROW],
    "shapes": [],
    "photographs": [{"data": "typefaces", "images": 500, "accuracy": 0.99}],
    "hands": [
        {"data": "pen digits", "people": 30, "digits": 900, "median_person": 1, "worst_tenth": 0.9}
    ],
    "no_digits": [{"data": "scribble", "images": 500, "rejected": 0.934}],
    "history": [{"epoch": 0, "accuracy": 0.8, "val_accuracy": 0.97}],
    "confusion": [[int(a == b) for b in range(10)] for a in range(10)],
    "reliability": [{"confidence": 0.9, "accuracy": 0.8, "images": 10}],
}


@pytest.fixture
def show(tmp_path, monkeypatch, fake_classifier):
    """Return a function that shows the dialog with a report."""
    file = tmp_path / "report.json"
    monkeypatch.setattr(model_dialog, "REPORT_FILE", file)

    def script():
        import streamlit as st

        from page.model_dialog import show_model

        show_model(st.session_state.classifier)

    def run(report):
        if report:
            file.write_text(json.dumps(report))
        page = AppTest.from_function(script, default_timeout=30)
        page.session_state["classifier"] = fake_classifier(3, 0.9)
        return page.run()

    return run


def test_each_layer_stands_there_with_its_output_and_its_parameters(show):
    page = show(REPORT)
    assert page.expander[0].label == "2 layers, 850 parameters"
    assert page.table[0].value.to_numpy().tolist() == [
        ["Conv2D", "14×14×24", "600"],
        ["Dense", "10", "250"],
    ]


def test_the_figures_are_the_reports(show):
    page = show(REPORT)
    assert page.markdown[0].value == "1.0 MB, 28 epochs on MNIST, finished 2026-11-21."
    assert page.table[1].value.to_numpy().tolist() == [
        ["MNIST test", "10,000", "99.6%"],
        ["typefaces", "500", "99.0%"],
        ["pen digits, person by person: the median of 30", "900", "100.0%"],
        ["pen digits, person by person: the worst tenth", "900", "90.0%"],
        ["scribble", "500", "93.4%"],
    ]


def test_there_are_charts_of_the_course_the_confusions_and_the_reliability(show):
    assert len(show(REPORT).get("vega_lite_chart")) == 3


@pytest.mark.parametrize("report", [None, REPORT | {"model": {"sha256": "another"}}])
def test_without_a_report_of_this_network_it_says_how_to_get_one(show, report):
    page = show(report)
    assert not page.exception
    assert "python train_model.py" in page.info[0].value


@pytest.fixture
def examples(tmp_path, monkeypatch):
    """Keep three examples of "this network"."""
    file = tmp_path / "examples.npz"
    images = np.zeros((3, 28, 28), np.uint8)
    np.savez(file, x=images, y=[4, 4, 9], read=[9, 9, 4], model="this network")
    monkeypatch.setattr(model_dialog, "EXAMPLES_FILE", file)
    return file


def test_the_examples_of_a_cell_are_found(examples):
    assert len(model_dialog._read_examples(4, 9, "this network")) == 2


def test_examples_of_another_network_are_not_shown(examples):
    assert model_dialog._read_examples(4, 9, "another network") is None


def test_without_examples_none_are_shown(examples):
    examples.unlink()
    assert model_dialog._read_examples(4, 9, "this network") is None


class Event:
    """What a chart returns: what was chosen in it."""

    def __init__(self, selection):
        self.selection = selection


def test_a_chosen_cell_is_its_digits():
    assert model_dialog._chosen_cell(Event({"cell": [{"drawn": 4, "read": 9}]})) == (4, 9)


@pytest.mark.parametrize(
    "selection",
    [
        {},
        {"cell": []},
        {"cell": "words"},
        {"cell": [{"drawn": 4}]},
        {"cell": [{"drawn": "<b>4</b>", "read": 9}]},
        {"cell": [{"drawn": [4], "read": {}}]},
        {"cell": [{"drawn": 4, "read": 10}]},
        None,
    ],
)
def test_a_cell_that_no_chart_has_is_ignored(selection):
    """What a browser named as a digit stood in the page's HTML."""
    assert model_dialog._chosen_cell(Event(selection)) is None
