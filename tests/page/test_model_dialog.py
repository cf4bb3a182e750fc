"""The model's dialog without a browser: what a report says, and what to do without one."""

import json
import re

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from digit_model.classifier import Layer
from page.dialogs import confusion
from page.dialogs import model as model_dialog
from page.dialogs.charts import place, scale

ROW = {"data": "MNIST test", "images": 10_000, "accuracy": 0.9958, "rejected": 0.003}
REPORT = {
    "model": {"sha256": "f" * 64, "bytes": 1_004_486},
    "settings": {"epochs": 28},
    "finished": "2026-11-21T12:02:10+00:00",
    "digits": [ROW],
    "writing_styles": [],
    "photographs": [{"data": "typefaces", "images": 500, "accuracy": 0.99}],
    "people": [
        {"data": "pen digits", "people": 30, "digits": 900, "median_person": 1, "worst_tenth": 0.9},
        {"data": "others", "people": 4, "digits": 90, "median_person": 0.98, "worst_tenth": 0.9},
    ],
    "no_digits": [
        {"data": "scribble", "images": 500, "rejected": 0.934},
        {"data": "dot", "images": 500, "rejected": 0.996},
    ],
    "history": [{"epoch": 0, "accuracy": 0.8, "val_accuracy": 0.97}],
    "confusion": [[5 * (a == b) + 2 * ((a, b) == (4, 9)) for b in range(10)] for a in range(10)],
    "reliability": [
        {"confidence": 0.5, "accuracy": 1, "images": 9},
        {"confidence": 0.9, "accuracy": 0.8, "images": 1_234},
    ],
}


@pytest.fixture
def show(tmp_path, monkeypatch, fake_classifier):
    """Return a function that shows the dialog with a report."""
    file = tmp_path / "report.json"
    monkeypatch.setattr(model_dialog, "REPORT_FILE", file)

    def script():
        import streamlit as st

        from page.dialogs.model import show_model

        show_model(st.session_state.classifier)

    def run(report, **attributes):
        if report:
            file.write_text(json.dumps(report))
        page = AppTest.from_function(script, default_timeout=30)
        page.session_state["classifier"] = network = fake_classifier(3, 0.9)
        vars(network).update(attributes)
        return page.run()

    return run


def html_of(page):
    """Return the dialog's HTML."""
    (html,) = page.get("html")
    return html.value


def rows(html):
    """Return the cells of all rows of the tables on request."""
    tables = "".join(re.findall("<details>(.*?)</details>", html))
    return [re.findall("<td>(.*?)</td>", row) for row in re.findall("<tr>(.*?)</tr>", tables)]


def test_each_layer_stands_there_with_its_output_and_its_parameters(show):
    html = html_of(show(REPORT))
    assert "<summary>2 layers, 850 parameters</summary>" in html
    assert rows(html)[1:3] == [["Conv2D", "14×14×24", "600"], ["Dense", "10", "250"]]


def test_the_stroke_network_stands_there_with_its_layers_and_its_training(show):
    layers = Layer("Conv1D", (80, 64), 1_600), Layer("ReLU", (80, 64), 0)
    report = REPORT | {"stroke_history": REPORT["history"]}
    html = html_of(show(report, stroke_layers=layers))
    assert "From the way of the pen to ten scores" in html
    assert "From 80×5 to 80×64" in html
    assert "Errors of the stroke network, epoch by epoch" in html


def test_people_and_what_is_refused_are_the_first_numbers(show):
    three = re.findall("<p><b>(.*?)</b><span>(.*?)</span></p>", html_of(show(REPORT)))
    assert three[0][0] == "98–100 %"
    assert "the median of each of 2 groups, 34 people" in three[0][1]
    assert three[0][1].endswith("The worst tenth: 90 %")
    assert three[1][0] == "97 %"
    assert "2 kinds, from 93 % (scribble) to 100 % (dot)" in three[1][1]
    assert three[1][1].endswith("And of MNIST&#39;s test digits 0.3 %")


def test_the_third_number_is_the_time_that_this_server_takes(show, monkeypatch):
    monkeypatch.setattr(model_dialog, "measure_answer", lambda _: 1.26)
    assert "<b>1.3 ms</b>" in html_of(show(REPORT))


def test_the_time_of_an_answer_is_its_median(fake_classifier, monkeypatch):
    clock = iter([0, 0.001, 0, 0.5, 0, 0.002])
    monkeypatch.setattr(model_dialog, "TIMES", 3)
    monkeypatch.setattr(model_dialog.time, "perf_counter", lambda: next(clock))
    assert model_dialog.measure_answer(fake_classifier(3, 0.9)) == pytest.approx(2)


def test_a_network_of_mnist_alone_has_its_test_images_in_place_of_people(show):
    html = html_of(show(REPORT | {"people": [], "no_digits": []}))
    assert "<b>100 %</b><span>of MNIST&#39;s test digits read right</span>" in html
    assert "rejected: the mean" not in html


def test_the_figures_are_the_reports(show):
    html = html_of(show(REPORT))
    assert "<p>1.0 MB, 28 epochs on MNIST, finished 2026-11-21.</p>" in html
    assert rows(html)[4:] == [
        ["MNIST test", "10,000", "99.6%"],
        ["typefaces", "500", "99.0%"],
        ["pen digits, person by person: the median of 30", "900", "100.0%"],
        ["pen digits, person by person: the worst tenth", "900", "90.0%"],
        ["others, person by person: the median of 4", "90", "98.0%"],
        ["others, person by person: the worst tenth", "90", "90.0%"],
        ["scribble", "500", "93.4%"],
        ["dot", "500", "99.6%"],
    ]


def test_the_course_ends_with_its_last_errors(show):
    html = html_of(show(REPORT))
    assert "training 20.0 %</b>" in html
    assert "validation 3.0 %</b>" in html


def test_why_training_errs_more_is_what_its_drawings_are(show):
    assert "because its drawings are distorted.</p>" in html_of(show(REPORT))
    settings = {"epochs": 28, "negative_share": 0.18}
    html = html_of(show(REPORT | {"digits": [ROW, ROW], "settings": settings}))
    assert "distorted, and 18 % of them are not digits" in html


def test_how_many_drawings_stand_behind_a_dot_is_told(show):
    html = html_of(show(REPORT))
    assert re.findall(r'--share: ([\d.]+)">([\d,]+)<', html) == [("0.32", "9"), ("1.00", "1,234")]
    assert html.count('class="few"') == 1


def test_a_mark_lies_where_its_value_is():
    assert scale(0.1, 0.01, 1) == pytest.approx(0.5)
    assert place("i", 0.25, 1) == '<i style="left: 25.00%; bottom: 100.00%; "></i>'


@pytest.mark.parametrize("report", [None, REPORT | {"model": {"sha256": "another"}}])
def test_without_a_report_of_this_network_it_says_how_to_get_one(show, report):
    page = show(report)
    assert not page.exception
    assert "python train_model.py" in page.info[0].value


@pytest.fixture
def examples(tmp_path, monkeypatch):
    """Keep three examples of the network."""
    file = tmp_path / "examples.npz"
    images = np.zeros((3, 28, 28), np.uint8)
    np.savez(file, x=images, y=[4, 4, 9], read=[9, 9, 4], model="f" * 64)
    monkeypatch.setattr(confusion, "EXAMPLES_FILE", file)
    return file


def test_the_commonest_confusion_is_chosen_and_shows_its_examples(show, examples):
    html = html_of(show(REPORT))
    assert re.findall('aria-label="([^"]+)" checked', html) == ["A 4, read as 9: 2"]
    assert html.count('alt="A 4, read as 9"') == 2


def test_each_number_is_a_choice_and_an_empty_cell_is_none(show, examples):
    html = html_of(show(REPORT))
    assert html.count('type="radio"') == 11
    assert html.count('<td class="right">') == 10
    assert html.count('<td class="wrong"') == 1


def test_a_network_that_confuses_nothing_is_shown_too(show, examples):
    right = [[int(a == b) for b in range(10)] for a in range(10)]
    assert '<td class="wrong"' not in html_of(show(REPORT | {"confusion": right}))


def test_examples_of_another_network_are_not_shown(examples):
    assert confusion.read_examples("another network") is None


def test_without_examples_there_is_nothing_to_choose(show, examples):
    examples.unlink()
    html = html_of(show(REPORT))
    assert "python tools/evaluate_model.py" in html
    assert 'type="radio"' not in html
