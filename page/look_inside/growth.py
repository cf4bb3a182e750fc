"""How the answer came about: what is read while the ink of a drawing grows.

A slider goes through its moments; growth.js shows the one where it stands.
"""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from markupsafe import Markup
from PIL import Image, ImageColor

from digit_model import Prediction
from digit_model.rasterize import draw, resample
from page.formatting import format_percentage, format_share, name_digit
from page.html import INK, element, png_url
from preprocess import CANVAS, FIELD, canvas_to_mnist

MOMENTS = 24
MOST_POINTS = 200  # that are drawn of it
SHRUNK = 4  # times smaller than the canvas is the ink that is shown of each
BANDS = "How likely each digit was while the ink grew"
SAYS = (
    "The same drawing, read after each bit of ink. Go through it, and see which stroke made the "
    "network change its mind."
)

Stroke = np.ndarray  # (n, 2) float in the canvas's pixels


@dataclass(frozen=True)
class Growth:
    """What was read at MOMENTS of a drawing, evenly spaced over its ink.

    Attributes:
        inks: (MOMENTS, h, w) uint8, the ink on the canvas.
        images: (MOMENTS, 28, 28) float32, what the network saw.
        predictions: what it made of them.
        starts: for each stroke, the share of the ink that is drawn when it begins.
    """

    inks: np.ndarray
    images: np.ndarray
    predictions: list[Prediction]
    starts: list[float]


def follow_growth(
    strokes: Sequence[Stroke],
    brush: float,
    classify_all: Callable[[np.ndarray, Sequence[Sequence[Stroke]]], list[Prediction]],
    image: np.ndarray,
    prediction: Prediction,
) -> Growth:
    """Read a drawing at MOMENTS, in one batch.

    Args:
        strokes: of the digit, in the order drawn.
        brush: how wide they are, in pixels.
        classify_all: as of a Classifier or a Hand.
        image, prediction: what the page shows of the whole: that is the last moment's.
    """
    step = max(sum(map(_length, strokes)) / MOST_POINTS, 1)
    strokes = [resample(np.asarray(stroke, float), step) for stroke in strokes]
    lengths = [_length(stroke) + brush for stroke in strokes]
    ends = np.cumsum(lengths)
    grown = [
        _cut(strokes, lengths, share * ends[-1]) for share in np.arange(1, MOMENTS + 1) / MOMENTS
    ]
    drawn = [draw(each, brush, CANVAS, CANVAS) for each in grown]
    seen = [canvas_to_mnist(canvas) for canvas in drawn[:-1]]
    images = [np.zeros((FIELD, FIELD), np.float32) if each is None else each for each in seen]
    predictions = [*classify_all(np.array(images), grown[:-1]), prediction]
    inks = np.array([canvas[::SHRUNK, ::SHRUNK, 3] for canvas in drawn])
    starts = [0.0, *(ends[:-1] / ends[-1]).tolist()]
    return Growth(inks, np.array([*images, image]), predictions, starts)


def _length(stroke: Stroke) -> float:
    return float(np.linalg.norm(np.diff(stroke, axis=0), axis=1).sum())


def _cut(strokes: Sequence[Stroke], lengths: Sequence[float], ink: float) -> list[Stroke]:
    """Return what is drawn of strokes of these lengths when so many pixels of ink are."""
    drawn = []
    for stroke, length in zip(strokes, lengths, strict=True):
        if ink <= 0:
            break
        along = np.r_[0, np.linalg.norm(np.diff(stroke, axis=0), axis=1).cumsum()]
        end = along[-1] * min(ink / length, 1)
        tip = [np.interp(end, along, axis) for axis in stroke.T]
        drawn.append(np.vstack([stroke[along < end], tip]))
        ink -= length
    return drawn


def say_when_settled(predictions: Sequence[Prediction]) -> str:
    """Say from when on the last answer was the answer, and which digit was read before."""
    digits = [prediction.digit for prediction in predictions]
    settled = len(digits) - 1
    while settled and digits[settled - 1] == digits[-1]:
        settled -= 1
    if not settled:
        return f"{_name(digits[-1]).capitalize()} from the first bit of ink on."
    share = format_percentage((settled + 1) / len(digits))
    others = [digit for digit in digits[:settled] if digit not in (None, digits[-1])]
    before = others[-1] if others else None
    return f"From {share} of the ink on {_name(digits[-1])}; before that {_name(before)}."


def _name(digit: int | None) -> str:
    return "no digit" if digit is None else name_digit(digit)


def build_growth(growth: Growth) -> Markup:
    """Return the chart, the slider, and what there was at the moment where that stands."""
    moments = [_describe(number, each) for number, each in enumerate(growth.predictions, 1)]
    last = moments[-1]
    slider = element(
        "input",
        type="range",
        min=0,
        max=MOMENTS - 1,
        value=MOMENTS - 1,
        aria_label="How much of the ink is drawn",
        aria_valuetext=last["says"],
    )
    css = f"--at: {MOMENTS - 1}; --last: {MOMENTS - 1}; --ink: {INK}"
    return element(
        "div",
        _build_chart(growth, slider),
        _build_strip(growth.inks, "ink", "drawn so far"),
        _build_strip(growth.images, "seen", "what the network sees"),
        _build_bars(last),
        element("p", last["says"], class_="moment"),
        class_="growth",
        style=css,
        data_moments=json.dumps(moments),
    )


def _describe(number: int, prediction: Prediction) -> dict:
    """Return what the script shows of a moment."""
    says = f"{format_percentage(number / MOMENTS)} of the ink: {_name(prediction.digit)}"
    sure = f", {format_share(prediction.confidence)} sure" if prediction.digit is not None else ""
    return {
        "says": says + sure,
        "digit": prediction.digit,
        "shares": [round(100 * float(share), 1) for share in prediction.probabilities],
    }


def _build_chart(growth: Growth, slider: Markup) -> Markup:
    """Return ten bands, a digit's stronger where it was likelier, and the slider below them."""
    shares = np.array([each.probabilities for each in growth.predictions]).T
    picture = np.empty((*shares.shape, 4), np.uint8)
    picture[..., :3] = ImageColor.getrgb(INK)
    picture[..., 3] = np.round(255 * shares)
    names = [element("b", digit) for digit in range(len(shares))]
    bands = element("img", src=png_url(Image.fromarray(picture)), alt=BANDS)
    marks = [element("em", style=f"left: {start:.1%}") for start in growth.starts[1:]]
    return element(
        "div",
        element("div", *names, class_="names", aria_hidden="true"),
        element("div", bands, *marks, element("u"), class_="bands"),
        slider,
        class_="chart",
    )


def _build_strip(pictures: np.ndarray, name: str, caption: str) -> Markup:
    """Return (MOMENTS, h, w) pictures, of which CSS shows the moment's."""
    levels = pictures if pictures.dtype == np.uint8 else np.round(255 * pictures).astype(np.uint8)
    url = png_url(Image.fromarray(np.concatenate(levels, axis=1)), compress_level=1)
    shown = element("i", class_=name, style=f"background-image: url({url})")
    return element("figure", shown, element("figcaption", caption))


def _build_bars(moment: dict) -> Markup:
    """Return ten bars, which the script sets to another moment's."""
    bars = [
        element(
            "p",
            element("b", digit),
            style=f"--share: {share}%",
            **({"class_": "first"} if digit == moment["digit"] else {}),
        )
        for digit, share in enumerate(moment["shares"])
    ]
    caption = element("figcaption", "how likely each digit is")
    return element("figure", element("div", *bars), caption, class_="scores", aria_hidden="true")
