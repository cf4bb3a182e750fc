"""README is short, and what it links to is there."""

import re

from driving.server import ROOT

README = (ROOT / "README.md").read_text("utf-8")


def test_it_has_at_most_900_words():
    assert len(README.split()) <= 900


def test_its_links_and_pictures_are_there():
    targets = re.findall(r'\]\(([^)#]+)[^)]*\)|src="([^"]+)"', README)
    missing = [a + b for a, b in targets if not (ROOT / (a + b)).exists()]
    assert not missing
