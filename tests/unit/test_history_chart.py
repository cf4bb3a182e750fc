"""How often the page was right, as a curve."""

import base64
import re

import numpy as np

from page.dialogs.history_chart import POINTS, build_chart, running_share

LEVELS = 4  # ends of the two dotted lines, at 100 % and at the lowest


def test_a_share_is_of_the_last_twenty_and_of_fewer_at_first():
    right = np.array([True, False] + 30 * [True])
    share = running_share(right)
    assert share[:3].tolist() == [1, 1 / 2, 2 / 3]
    assert share[19] == share[20] == 19 / 20
    assert share[21] == 1


def test_a_curve_of_ten_thousand_drawings_is_no_longer_than_a_screen_is_wide():
    html = build_chart([("red", np.ones(10_000, bool))])
    svg = base64.b64decode(re.search('base64,([^"]+)', html)[1]).decode()
    assert svg.count(",") == POINTS + LEVELS
