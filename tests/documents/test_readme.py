"""README's figures are those that its commands have measured."""

import json
import re

from benchmarks.usual_demo import FILE, format_comparison
from digit_model.report_file import REPORT_FILE, read_report
from driving.server import ROOT

README = (ROOT / "README.md").read_text("utf-8")


def test_the_table_is_that_of_both_measurements():
    usual = json.loads(FILE.read_text("utf-8"))["sets"]
    assert format_comparison(read_report(REPORT_FILE), usual) in README


def test_it_has_at_most_900_words():
    assert len(README.split()) <= 900


def test_its_links_and_pictures_are_there():
    targets = re.findall(r'\]\(([^)#]+)[^)]*\)|src="([^"]+)"', README)
    missing = [a + b for a, b in targets if not (ROOT / (a + b)).exists()]
    assert not missing
