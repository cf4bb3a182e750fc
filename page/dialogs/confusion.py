"""The confusion matrix: how often each digit was read as which, with examples of each."""

from collections.abc import Sequence

import numpy as np
from markupsafe import Markup

from digit_model.report_file import EXAMPLES_FILE
from page.formatting import name_digit
from page.html import element, join, picture


def build_confusion(
    counts: Sequence[Sequence[int]], examples: dict[tuple[int, int], np.ndarray] | None
) -> Markup:
    """Return how often each digit was read as which; with examples of the selected cell.

    Args:
        counts: (10, 10) int, a row for each digit that was drawn.
        examples: {(drawn, read): (n, 28, 28) uint8}, or None if there are none.
    """
    table = np.array(counts)
    wrong = table * (1 - np.eye(10, dtype=int))
    commonest = divmod(int(wrong.argmax()), 10)
    rows = [element("tr", element("td"), *(element("th", each, scope="col") for each in range(10)))]
    for drawn in range(10):
        cells = []
        for read in range(10):
            face = _build_face((drawn, read), table, commonest, examples)
            share = f"--share: {15 + 30 * wrong[drawn, read] / max(wrong.max(), 1):.0f}%"
            kind = {"class_": "right"} if drawn == read else {"class_": "wrong", "style": share}
            cells.append(element("td", face, **kind if face else {}))
        rows.append(element("tr", element("th", drawn, scope="row"), *cells))
    hint = "Tap a number to see examples."
    if examples is None:
        hint = "This network has no examples yet: run python tools/evaluate_model.py."
    return join(
        element("h3", "Drawn and read"),
        element("p", "A row for each digit that people drew, a column for what was read. ", hint),
        element("table", element("tbody", *rows), class_="confusion"),
    )


def _build_face(
    pair: tuple[int, int],
    counts: np.ndarray,
    commonest: tuple[int, int],
    examples: dict[tuple[int, int], np.ndarray] | None,
) -> Markup | str:
    """Return a cell's number, selectable if there are examples of it; "" for 0."""
    count, (drawn, read) = int(counts[pair]), pair
    number = element("span", count, class_="count") if count else ""
    if not count or examples is None:
        return number
    says = f"{name_digit(drawn).capitalize()}, read as {read}"
    checked = {"checked": ""} if pair == commonest else {}
    name = f"{says}: {count:,}"
    choice = element("input", type="radio", name="confusion", aria_label=name, **checked)
    pictures = [picture(image, says) for image in examples.get(pair, ())]
    none = [] if pictures else ["none"]
    shown = element("span", element("b", says), *pictures, *none, class_="examples")
    return element("label", choice, number, shown)


def read_examples(fingerprint: str) -> dict[tuple[int, int], np.ndarray] | None:
    """Return {(drawn, read): (n, 28, 28) uint8} of a network; None if no file has this one's."""
    try:
        with np.load(EXAMPLES_FILE) as examples:
            if examples["model"] != fingerprint:
                return None
            images, pairs = examples["x"], np.c_[examples["y"], examples["read"]]
    except (OSError, KeyError):
        return None
    return {
        (int(drawn), int(read)): images[(pairs == (drawn, read)).all(axis=1)]
        for drawn, read in np.unique(pairs, axis=0)
    }
