"""What is not a digit: scribbles, letters, outlines, sketches, several digits at once.

Trained on with a uniform target, the network learns to be unsure of what it does
not know (entropic open-set loss; Dhamija, Günther & Boult 2018).
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy.interpolate import make_interp_spline

from digit_model.data.samples import PenSample
from digit_model.strokes.digit_shapes import draw_shape
from digit_model.strokes.distort import distort
from digit_model.strokes.render import WIDEST, Strokes, fit_unit_box, image_of, random_width
from digit_model.strokes.sign_shapes import OTHER_SCRIPTS, PICTURES, SYMBOLS

# Digits that are not digits any more when seen in a mirror, and when lying on their side.
MIRRORED = (3, 4, 6, 7, 9)
TURNED = (2, 3, 4, 5)


@dataclass(frozen=True)
class Kind:
    """A kind of what is not a digit.

    Attributes:
        make: draws one from people's samples.
        source: whose samples it needs: one of SOURCES; None if none.
        share: of what training draws; 0 if the network never learns from this kind.
        widest: brush, as for `random_width`; a blob could be a digit.
    """

    make: Callable[[list[PenSample], np.random.Generator], Strokes]
    source: str | None = None
    share: float = 0.0
    widest: float = WIDEST


def random_negative(samples: dict[str, list[PenSample]], rng: np.random.Generator) -> np.ndarray:
    """Render something that is not a digit.

    Args:
        samples: by source; a kind whose source is missing or empty is left out.
        rng: the same state gives the same image.

    Returns:
        (28, 28) float32 in [0, 1], by way of `canvas_to_mnist`.
    """
    kind, strokes = draw_negative(samples, rng)
    return image_of(strokes, random_width(rng, kind.widest))


def draw_negative(
    samples: dict[str, list[PenSample]], rng: np.random.Generator
) -> tuple[Kind, Strokes]:
    """Draw something that is not a digit, as for `random_negative`: its kind, and its strokes."""
    kinds = [k for k in KINDS.values() if k.share and (not k.source or samples.get(k.source))]
    shares = np.array([kind.share for kind in kinds])
    kind = kinds[rng.choice(len(kinds), p=shares / shares.sum())]
    return kind, kind.make(samples[kind.source] if kind.source else [], rng)


def written(samples: list[PenSample], rng: np.random.Generator) -> Strokes:
    """A letter, sign, outline, character or sketch, as one of many people wrote it."""
    return distort(fit_unit_box(samples[rng.integers(len(samples))].strokes), rng)


def mirrored(digits: list[PenSample], rng: np.random.Generator) -> Strokes:
    """A digit seen in a mirror."""
    strokes = _choose(digits, MIRRORED, rng).strokes
    return distort(fit_unit_box([stroke * [-1, 1] for stroke in strokes]), rng)


def turned(digits: list[PenSample], rng: np.random.Generator) -> Strokes:
    """A digit lying on either side."""
    strokes = _choose(digits, TURNED, rng).strokes
    side = rng.choice([-1, 1])
    return distort(fit_unit_box([stroke[:, ::-1] * [side, -side] for stroke in strokes]), rng)


def _choose(
    digits: list[PenSample], labels: tuple[int, ...], rng: np.random.Generator
) -> PenSample:
    """Choose one of those digits that have one of these labels, or any if none has."""
    chosen = [digit for digit in digits if digit.label in labels] or digits
    return chosen[rng.integers(len(chosen))]


def several(samples: list[PenSample], rng: np.random.Generator) -> Strokes:
    """Two or three digits side by side, about equally tall."""
    return _in_a_row(samples, int(rng.integers(2, 4)), rng)


def word(samples: list[PenSample], rng: np.random.Generator) -> Strokes:
    """Two to four letters side by side."""
    return _in_a_row(samples, int(rng.integers(2, 5)), rng)


def _in_a_row(samples: list[PenSample], count: int, rng: np.random.Generator) -> Strokes:
    strokes, left = [], 0.0
    for _ in range(count):
        sample = written(samples, rng)
        points = np.concatenate(sample)
        corner = [points[:, 0].min() - left, points[:, 1].min() - rng.normal(0, 0.05)]
        strokes += [(stroke - corner) * [1, rng.uniform(0.9, 1.1)] for stroke in sample]
        left = np.concatenate(strokes)[:, 0].max() + rng.uniform(-0.03, 0.5)  # or just touching
    return strokes


def scribble(_: list[PenSample], rng: np.random.Generator) -> Strokes:
    """One or two smooth strokes through eight to twenty random places each."""
    strokes = []
    for _stroke in range(rng.integers(1, 3)):
        count = rng.integers(8, 21)
        knots = rng.random((count, 2)) * [1, rng.uniform(0.4, 1)]
        path = make_interp_spline(np.arange(count), knots)
        strokes.append(path(np.linspace(0, count - 1, 6 * count)))
    return strokes


def glyph(_: list[PenSample], rng: np.random.Generator) -> Strokes:
    """Three to six lines and arcs at random places: a sign of no script."""
    return [_line(rng) if rng.random() < 0.6 else _arc(rng) for _ in range(rng.integers(3, 7))]


def _line(rng: np.random.Generator) -> np.ndarray:
    """A straight line, at least a third of the box long."""
    ends = rng.random((2, 2))
    return ends if np.linalg.norm(ends[1] - ends[0]) > 1 / 3 else _line(rng)


def _arc(rng: np.random.Generator) -> np.ndarray:
    """A piece of an ellipse, open: a ring with a line across would be a zero."""
    sweep = 2 * np.pi * rng.uniform(1 / 6, 0.8)
    angles = rng.uniform(0, 2 * np.pi) + np.linspace(0, sweep, 20)
    radii = rng.uniform(0.12, 0.5, 2)
    return rng.uniform(0.2, 0.8, 2) + radii * np.stack([np.cos(angles), np.sin(angles)], axis=1)


def dot(_: list[PenSample], rng: np.random.Generator) -> Strokes:
    """A tap of the pen."""
    return [rng.random((1, 2))]


def symbol(_: list[PenSample], rng: np.random.Generator) -> Strokes:
    """A cross, star, arrow, heart, smile, or a sign of mathematics, of print, or of Greek."""
    return _drawn(SYMBOLS, rng)


def other_script(_: list[PenSample], rng: np.random.Generator) -> Strokes:
    """A letter of Hebrew, Chinese or Japanese."""
    return _drawn(OTHER_SCRIPTS, rng)


def picture(_: list[PenSample], rng: np.random.Generator) -> Strokes:
    """A little picture: a sun, a fish, a cup."""
    return _drawn(PICTURES, rng)


def _drawn(texts: tuple[str, ...], rng: np.random.Generator) -> Strokes:
    """Draw one of these as somebody might."""
    return distort(fit_unit_box(draw_shape(texts[rng.integers(len(texts))], rng)), rng)


SOURCES = ("digits", "letters", "signs", "outlines", "characters", "sketches")

KINDS = {
    "several digits": Kind(several, "digits", 0.13),
    "scribble": Kind(scribble, share=0.07),
    "dot": Kind(dot, share=0.01),
    "letter": Kind(written, "letters", 0.2),
    "sign": Kind(written, "signs", 0.07),
    "outline": Kind(written, "outlines", 0.2, widest=0.2),
    "character": Kind(written, "characters", 0.16),
    "sketch": Kind(written, "sketches", 0.16, widest=0.2),
    "mirrored digit": Kind(mirrored, "digits", 0.05),
    "digit on its side": Kind(turned, "digits", 0.04),
    "glyph": Kind(glyph, share=0.05),
    "symbol": Kind(symbol, share=0.06),
    "word": Kind(word, "letters"),
    "letter of another script": Kind(other_script),
    "picture": Kind(picture),
}
