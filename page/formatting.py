"""How the page writes digits, shares and ink."""

from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np

UNKNOWN = "_"  # a digit that nobody has labelled
NO_DIGIT = "not a digit"


def format_share(share: float) -> str:
    """Write a probability in whole per cent, never claiming certainty."""
    if share > 0.99:
        return "> 99 %"
    return "< 1 %" if share < 0.01 else format_percentage(share)


def format_percentage(share: float) -> str:
    """Write a share in [0, 1] in whole per cent."""
    return f"{share:.0%}".replace("%", " %")


def format_digit(digit: int | None) -> str:
    """Write a digit 0–9, or what None means."""
    return NO_DIGIT if digit is None else str(digit)


def format_mark(digit: int | None) -> str:
    """Write a digit 0–9, or None: not a digit, as one character."""
    return "✗" if digit is None else str(digit)


def name_digit(digit: int) -> str:
    """Write a digit 0–9 with its article."""
    return f"an {digit}" if digit == 8 else f"a {digit}"


def contrast_looks(by_image: int, by_strokes: int) -> str:
    """Say what a drawing is by its shape, and by how it was drawn."""
    return f"by its shape {name_digit(by_image)}, by how it was drawn {name_digit(by_strokes)}"


def format_time(time: datetime, zone: Any) -> str:
    """Write a time as its reader's clock had it.

    Args:
        time: datetime in UTC, without a time zone.
        zone: what a browser calls its time zone. It may be anything; UTC in doubt.
    """
    time, name = _in_zone(time, zone)
    return f"{time.day} {time:%B %Y, %H:%M}{name}"


def format_short_time(time: datetime, zone: Any) -> str:
    """Write a time as `format_time` does, without its year, in a tile's width."""
    time, name = _in_zone(time, zone)
    return f"{time.day} {time:%b, %H:%M}{name}"


def _in_zone(time: datetime, zone: Any) -> tuple[datetime, str]:
    """Return a time in its reader's time zone, and what to write behind it."""
    time = time.replace(tzinfo=UTC)
    try:
        return time.astimezone(ZoneInfo(zone)), ""
    except (ValueError, TypeError, OSError, LookupError):
        return time, " UTC"


def grey_levels(ink: np.ndarray) -> np.ndarray:
    """Return ink in [0, 1] as uint8, rounded to the nearest grey level."""
    return np.round(ink * 255).astype(np.uint8)
