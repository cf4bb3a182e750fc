"""The report of the committed network, and how reports become tables and pictures."""

import hashlib

import numpy as np

from digit_model.evaluation.contact_sheets import LINE, draw_errors, draw_taken
from digit_model.evaluation.metrics import confusion_matrix
from digit_model.evaluation.publish import DOCS, TABLES
from digit_model.evaluation.tables import format_confusion, format_tables, write_page
from digit_model.loading import MODEL_FILE
from digit_model.model_file import read_fitted
from digit_model.report_file import REPORT_FILE, read_report
from tests.fake_networks import sure


def test_the_table_has_a_line_for_every_data_set():
    row = {"data": "MNIST test", "images": 10_000, "rejected": 0.001}
    row |= {"accuracy": 0.9954, "calibration_error": 0.0021}
    results = {
        "digits": [row],
        "people": [
            {
                "data": "pen digits",
                "people": 40,
                "digits": 990,
                "accuracy": 0.98,
                "median_person": 0.991,
                "worst_tenth": 0.9,
            }
        ],
        "writing_styles": [{**row, "data": "open 4", "images": 500}],
        "certainty": [
            {**row, "mixed_up": 1, "unsure": 1.0},
            {**row, "data": "photographs", "mixed_up": 0, "unsure": None},
        ],
        "no_digits": [
            {"data": "symbol", "images": 50, "people": None, "rejected": 0.98, "trained": False},
            {"data": "rectangle", "images": 40, "people": 28, "rejected": 0.9, "trained": True},
        ],
    }
    table = format_tables(results)
    assert "| MNIST test | 10,000 | 99.54% | 0.21% | 0.10% |" in table
    assert "| pen digits | 40 | 990 | 98.00% | 99.10% | 90.00% |" in table
    assert "| open 4 | 500 |" in table
    assert "| MNIST test | 10,000 | 0.21% | 1 | 100% |" in table
    assert "| photographs | 10,000 | 0.21% | 0 | – |" in table
    assert "| symbol | 50 | – | never | 98.0% |" in table
    assert "| rectangle | 40 | 28 | yes | 90.0% |" in table


def test_what_was_not_measured_has_no_table():
    assert format_tables({"digits": [], "no_digits": []}) == ""


def test_the_confusion_matrix_is_written_with_a_row_for_each_digit():
    rows = format_confusion(confusion_matrix(sure([1], 0.9), np.array([7])).tolist()).split("\n")
    assert len(rows) == 11
    assert rows[8].split() == ["7", "·", "1", *["·"] * 8]


def test_the_errors_of_a_set_begin_with_the_most_confident():
    faint, bright = np.full((28, 28), 0.2), np.ones((28, 28))
    sheet = draw_errors({"pen digits": [(0.5, faint, 1, 7), (0.9, bright, 3, 8)]}, scale=1)
    assert sheet.getpixel((14, LINE + 14)) == 255
    assert sheet.getpixel((14 + 28 + 4, LINE + 14)) == 51


def test_each_set_has_its_own_errors_on_the_picture():
    bright = np.ones((28, 28))
    sheet = draw_errors({"one": [(0.9, bright, 1, 7)], "two": [(0.8, bright, 1, 7)]}, scale=1)
    assert sheet.height == 2 * (LINE + 28 + LINE)


def test_what_was_taken_for_a_digit_has_a_row_for_each_kind_the_surest_first():
    faint, bright = np.full((28, 28), 0.2), np.ones((28, 28))
    taken = {"dot": [], "letter": [(0.5, faint, 1), (0.9, bright, 0)], "word": [(0.7, faint, 4)]}
    sheet = draw_taken(taken, scale=1)
    row = LINE + 28 + LINE
    assert sheet.height == 2 * row
    assert sheet.getpixel((14, LINE + 14)) == 255
    assert sheet.getpixel((14, row + LINE + 14)) == 51


def test_the_committed_report_tells_what_the_committed_network_rejects_by():
    assert read_report(REPORT_FILE)["thresholds"] == read_fitted(MODEL_FILE).thresholds.tolist()


def test_the_committed_report_is_of_the_committed_network():
    fingerprint = hashlib.sha256(MODEL_FILE.read_bytes()).hexdigest()
    assert read_report(REPORT_FILE)["model"]["sha256"] == fingerprint


def test_the_committed_tables_are_those_of_the_committed_report(tmp_path):
    write_page(read_report(REPORT_FILE), tmp_path / TABLES)
    assert (DOCS / TABLES).read_text("utf-8") == (tmp_path / TABLES).read_text("utf-8")
