"""A number on the page: its digits, and what of the drawing was taken for each.

One digit at a time is selected: its ten bars and its image are shown. select_digit.js sends which
one is tapped.
"""

from markupsafe import Markup

from page.answer.note import Note
from page.answer.reading import Reading
from page.formatting import contrast_looks, format_share
from page.html import button, element, join
from page.labels.component import PLACES
from preprocess import BRUSHES, CANVAS

BROAD = 0.2  # of the tallest digit's height: so broad a brush leaves no room for more digits
THINNER = "a thinner brush leaves room for more"
APART, LOWEST = 0.015, 0.985  # of the canvas's height: a mark below ink, and in any case


def build_number(reading: Reading, note: Note) -> Markup:
    """Return a number's digits, very large, the selected one marked."""
    number = reading.number
    digits = [
        button(
            PLACES[place],
            digit,
            aria_pressed=str(place == reading.place).lower(),
            title=f"{digit}, {format_share(number.digits[place].confidence)} sure: select it",
        )
        for place, digit in enumerate(number.text or "")
    ]
    by_hand = any(digit.by_hand for digit in number.digits) and not note.is_learnt
    looks = reading.prediction.disagreement
    why = "as you write it" if by_hand else contrast_looks(*looks) if looks else ""
    sure = f"{format_share(number.confidence)} sure"
    words = [why, sure, note.text or advise_brush(reading)]
    return join(
        element("p", *digits, class_="digit number", style=f"--digits: {len(digits)}"),
        element("p", " · ".join(filter(None, words))),
    )


def advise_brush(reading: Reading) -> str:
    """Offer a thinner brush if this one leaves little room; "" if not."""
    brush = reading.drawing.brush
    tallest = max(bottom - top for _, top, _, bottom in map(reading.box_at, reading.places))
    return THINNER if brush > max(BROAD * tallest, BRUSHES[0]) else ""


def build_marks(reading: Reading) -> Markup:
    """Return a thin line below what was taken for each digit, by shares of the canvas."""
    marks = []
    for place in reading.places:
        left, _, right, bottom = reading.seen_box_at(place) / CANVAS
        style = (
            f"left: {left:.1%}; width: {right - left:.1%}; top: {min(bottom + APART, LOWEST):.1%}"
        )
        selected = {"class_": "selected"} if place == reading.place else {}
        marks.append(element("i", style=style, **selected))
    return element("div", *marks, aria_hidden="true")
