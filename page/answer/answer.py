"""The answer to a drawing."""

import functools

import numpy as np
import streamlit as st
from markupsafe import Markup

from digit_model import Prediction
from digit_model.numbers.reasons import MOST_DIGITS, SEVERAL_LINES, TOO_LONG
from page.answer.note import NO_NOTE, Note
from page.answer.number import build_marks, build_number
from page.answer.reading import Reading
from page.canvas.drawing import Drawing, DrawingError
from page.formatting import contrast_looks, format_share, name_digit
from page.html import element, join, picture, picture_url, show_html
from preprocess import BRUSH, CANVAS, FIELD

INVITATION = "Draw a digit or a number"
NO_DIGIT = "Not a digit"
ONE_DIGIT = "Not a digit: try one digit or one number"
SEEN = "What the network saw"
ADVICE = {
    SEVERAL_LINES: "Several lines: write one number, on one line",
    TOO_LONG: f"Too long: a number has at most {MOST_DIGITS} digits",
}
SMALL = 0.25  # of the canvas: below this a digit's parts run into one another
STILL = "animation: none"
DOUBT = 0.7  # below this confidence the second digit is named too
LONG = 5  # times its longer side is a scribble's line; a slashed zero's is four times


def show_answer(
    reading: Reading | None, before: Reading | None, note: Note, problem: str | None, turn: int
) -> None:
    """Show what was read, how sure the network is, and what it saw, as one element.

    Args:
        reading: of the drawing on the canvas; None if that is empty.
        before: the one that was shown before; the bars glide from there.
        note: what else there is to say about the drawing.
        problem: why there is no answer, None if there is one.
        turn: of the label that was taken last; labels/turns.js waits for it.
    """
    sections = build_sections(reading, before, note)
    if problem:
        del sections["prediction"]
    show_html(join_sections(sections), build_state(None if problem else reading, note, turn))
    if problem:
        with st.container(key="prediction"):
            st.error(problem)


def build_sections(
    reading: Reading | None, before: Reading | None, note: Note, is_final: bool = True
) -> dict[str, Markup]:
    """Return an answer's parts by their places on the page.

    Args:
        reading, before, note: as for `show_answer`.
        is_final: whether the drawing is done. While the pen moves, nobody needs advice.
    """
    seen = picture_url(reading.image) if reading else blank_url()
    journey = build_journey(reading, before) if is_final else STILL
    sections = {
        "prediction": build_answer(reading, note, is_final),
        "network_input": element("img", src=seen, alt="What the network sees", style=journey),
        "probabilities": build_bars(
            reading.prediction if reading else None,
            before.prediction.probabilities if before else None,
        ),
    }
    if is_final and reading and reading.is_number:
        sections["marks"] = build_marks(reading)
    return sections


def join_sections(sections: dict[str, Markup]) -> Markup:
    """Return what `build_sections` returns as HTML."""
    return join(*(element("section", html, class_=place) for place, html in sections.items()))


def build_state(reading: Reading | None, note: Note, turn: int) -> Markup:
    """Return, unseen, what scripts need to know of the answer: the page's words are not for them.

    Its attributes: `data-answer` is the digit or number, "?" if the drawing is none, "" if there is
    no answer; `data-is-number` is "true" for a number; `data-is-selected` is "true" if its owner
    has selected a digit; `data-saved` is `Note.saved`; `data-turn` is the turn of the label taken
    last. And `data-strokes` is how many strokes there are: with it, no new drawing's answer is the
    last one's HTML, which Streamlit would not show again in place of what canvas/live.js has shown.
    """
    answer: str | int | None = ""
    if reading:
        answer = reading.number.text if reading.is_number else reading.prediction.digit
    return element(
        "i",
        hidden="hidden",
        class_="answer-state",
        data_answer="?" if answer is None else answer,
        data_is_number=str(bool(reading and reading.is_number)).lower(),
        data_is_selected=str(bool(reading and reading.is_selected)).lower(),
        data_saved=note.saved,
        data_strokes=len(reading.drawing.strokes) if reading else 0,
        data_turn=turn,
    )


@functools.cache
def blank_url() -> str:
    """Return the address of what the network sees of an empty canvas."""
    return picture_url(np.zeros((FIELD, FIELD)))


def build_journey(reading: Reading | None, before: Reading | None) -> str:
    """Return, as CSS, from where the ink comes into the image that the network sees.

    The ink glides there from its place on the canvas, the whole of which is shown at first; or,
    if there was a Reading before, from where that one's image shows it.
    """
    if reading is None:
        return STILL
    end = reading.frame
    left, top, size = before.frame if before else (0, 0, FIELD / CANVAS)
    scale = size / end[2]
    x, y = ((start - scale * stop) / FIELD for start, stop in zip((left, top), end, strict=False))
    return f"--x: {x:.1%}; --y: {y:.1%}; --scale: {scale:.3f}"


def build_answer(reading: Reading | None, note: Note, is_final: bool = True) -> Markup:
    """Return what was read and how sure the network is; or, of what is final, what might help."""
    if reading is None:
        return build_lines("invitation", INVITATION, note.text)
    if reading.is_number:
        return build_number(reading, note)
    is_advised = is_final and not reading.number.text
    advice = advise(reading.drawing, reading.number.reason) if is_advised else NO_DIGIT
    return build_prediction(reading.prediction, advice, note)


def advise(drawing: Drawing, reason: str | None) -> str:
    """Say what a Drawing that is not a number looks like, and what might help."""
    if reason in ADVICE:
        return ADVICE[reason]
    left, top, right, bottom = drawing.box
    longer_side = max(right - left, bottom - top)
    if longer_side < SMALL * CANVAS:
        return "Too small to tell: draw larger"
    try:
        strokes = [np.array(stroke) for stroke in drawing.points]
    except DrawingError:
        return ONE_DIGIT
    if count_shapes(strokes) > 1:
        return "Several shapes, some of them not digits"
    length = sum(np.hypot(*np.diff(stroke, axis=0).T).sum() for stroke in strokes)
    return "A scribble" if length > LONG * longer_side else "Doesn't look like any digit"


def count_shapes(strokes: list[np.ndarray], gap: float = BRUSH) -> int:
    """Count the groups of (n, 2) strokes with more than a gap, in pixels, between their boxes."""
    shapes: list[tuple[np.ndarray, np.ndarray]] = []
    for stroke in strokes:
        low, high = stroke.min(axis=0), stroke.max(axis=0)
        apart = []
        for other_low, other_high in shapes:
            if (low > other_high + gap).any() or (high < other_low - gap).any():
                apart.append((other_low, other_high))
            else:
                low, high = np.minimum(low, other_low), np.maximum(high, other_high)
        shapes = [*apart, (low, high)]
    return len(shapes)


def build_prediction(
    prediction: Prediction, advice: str = ONE_DIGIT, note: Note = NO_NOTE
) -> Markup:
    """Return the digit, very large, and how sure the network is; or advice if it is not one.

    If the visitor's handwriting decided, this says so, as it is not the network's merit; unless
    the note says that this very drawing was learnt.
    """
    decided = prediction.by_hand
    if prediction.digit is None:
        why = "Not a digit, as you said of a similar one" if decided else advice
        return build_lines("digit", "?", NO_DIGIT if note.is_learnt else why, note.text)
    why, sure = "", f"{format_share(prediction.confidence)} sure"
    if decided:
        why = "" if note.is_learnt else "as you write it"
    elif prediction.disagreement:
        why = contrast_looks(*prediction.disagreement)
    elif prediction.confidence < DOUBT and prediction.probabilities.any():
        first, second = np.argsort(-prediction.probabilities, kind="stable")[:2]
        why = f"{name_digit(first)}, perhaps {name_digit(second)}"
    return build_lines("digit", prediction.digit, why, sure, note.text)


def build_card(images: list[np.ndarray], answer: Markup, bars: Markup | str = "") -> Markup:
    """Return an answer away from its drawing: what the network saw, what was read, ten bars.

    Args:
        images: as for `picture`; none if there was no ink.
        answer: of `build_prediction` or `build_lines`.
        bars: of `build_bars`, or what there is to say in their place.
    """
    pictures = [picture(each, SEEN) for each in images]
    caption = element("figcaption", SEEN, aria_hidden="true")  # each picture says it
    seen = element("figure", *pictures, caption) if pictures else ""
    return element("div", seen, element("div", answer, class_="read"), bars, class_="card")


def build_lines(kind: str, first: str | int, *second: str) -> Markup:
    """Return a line of this CSS class, and one of all other parts that are not empty."""
    return join(element("p", first, class_=kind), element("p", " · ".join(filter(None, second))))


def build_bars(prediction: Prediction | None, before: np.ndarray | None = None) -> Markup:
    """Return ten bars in order 0–9; a triangle, bold type and colour mark the winner.

    They glide to their length from `before`, (10,) in [0, 1], or from nothing.

    What is not a digit has quiet bars, without figures: they say what it is most like, not how
    likely that is.
    """
    shares = np.zeros(10) if prediction is None else prediction.probabilities
    starts = np.zeros(10) if before is None else before
    winner = None if prediction is None else prediction.digit
    texts = ["" if winner is None else format_share(share) for share in shares]
    bars = [
        element(
            "p",
            element("b", "▸ " * (digit == winner), digit),
            text,
            class_="bar" + " winner" * (digit == winner),
            style=f"--from: {start:.3f}; --share: {share:.1%}",
        )
        for digit, (start, share, text) in enumerate(zip(starts, shares, texts, strict=True))
    ]
    label = ", ".join(f"{digit}: {text}" for digit, text in enumerate(texts) if text) or "none"
    kind = "bars" if winner is not None else "bars quiet"
    return element("div", *bars, class_=kind, role="img", aria_label=f"Probabilities: {label}")
