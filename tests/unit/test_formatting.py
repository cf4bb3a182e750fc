"""Words for the page's readers."""

from datetime import datetime

import pytest

from page.formatting import format_short_time, format_time, name_digit


@pytest.mark.parametrize(
    ("zone", "says"),
    [
        ("Europe/Berlin", "1 December 2026, 00:30"),
        ("America/New_York", "30 November 2026, 18:30"),
        ("UTC", "30 November 2026, 23:30"),
        ("Mars/Olympus", "30 November 2026, 23:30 UTC"),
        ("../../etc/passwd", "30 November 2026, 23:30 UTC"),
        ("\0", "30 November 2026, 23:30 UTC"),
        ("", "30 November 2026, 23:30 UTC"),
        (None, "30 November 2026, 23:30 UTC"),
        (7, "30 November 2026, 23:30 UTC"),
    ],
)
def test_a_time_is_its_readers_own_and_utc_if_the_browser_names_no_zone(zone, says):
    time = datetime.fromisoformat("2026-11-30T23:30:00")
    assert format_time(time, zone) == says


def test_a_short_time_has_no_year():
    time = datetime.fromisoformat("2026-11-30T23:30:00")
    assert format_short_time(time, "Europe/Berlin") == "1 Dec, 00:30"


def test_an_eight_has_another_article():
    assert [name_digit(digit) for digit in (1, 8)] == ["a 1", "an 8"]
