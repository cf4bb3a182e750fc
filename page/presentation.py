"""How the page writes digits, shares and ink."""

import numpy as np

UNKNOWN = "_"  # a digit that nobody has told
NO_DIGIT = "not a digit"
LEARNT = "Learnt: "  # begins what a drawing has taught


def format_share(share):
    """Write a probability in whole per cent, never claiming certainty."""
    if share > 0.99:
        return "> 99 %"
    return "< 1 %" if share < 0.01 else format_percentage(share)


def format_percentage(share):
    """Write a share in [0, 1] in whole per cent."""
    return f"{share:.0%}".replace("%", " %")


def format_digit(digit):
    """Write a digit 0–9, or what None means."""
    return NO_DIGIT if digit is None else str(digit)


def format_mark(digit):
    """Write a digit 0–9, or None: not a digit, as one character."""
    return "✗" if digit is None else str(digit)


def grey_levels(ink):
    """Return ink in [0, 1] as uint8, rounded to the nearest grey level."""
    return np.round(ink * 255).astype(np.uint8)
