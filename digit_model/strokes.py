"""Pen strokes: rendered as the page's brush draws them, bent, and composed anew.

A digit is a sequence of strokes, each (points, 2) float array of x to the right and
y downwards. MNIST lacks shapes that people draw: slashed zeros, ones with a flag or
a base, crossed sevens. Composed from strokes, they are here.
"""

import numpy as np
from PIL import Image, ImageDraw

from preprocess import canvas_to_mnist

CANVAS = 280  # side of the page's canvas, in pixels
BRUSH = 20  # the page's default brush, in pixels
BRUSHES = (8, 34)  # its thinnest and thickest
SIZES = (0.2, 0.8)  # longer side of a drawing as a share of the canvas


def random_image(digit, rng, distortion=1.0):
    """Render a pen digit as one of many people might have drawn it.

    Args:
        digit: PenDigit.
        rng: numpy Generator; the same state gives the same image.
        distortion: how far strokes are bent and slanted; 0 leaves them as they are
            and adds nothing.

    Returns:
        (28, 28) float32 in [0, 1], by way of `canvas_to_mnist`.
    """
    strokes = fit_unit_box(digit.strokes)
    if distortion:
        strokes = distort(compose(strokes, digit.label, rng), rng, distortion)
    return canvas_to_mnist(render(strokes, *random_pen(rng)))


def random_pen(rng):
    """Choose (brush, size) in pixels: mostly the default brush, else any on a larger drawing."""
    if rng.random() < 0.6:
        return BRUSH, CANVAS * rng.uniform(*SIZES)
    return rng.uniform(*BRUSHES), CANVAS * rng.uniform(0.4, SIZES[1])


def render(strokes, brush, size):
    """Draw strokes with a round brush on a transparent canvas just large enough.

    Where the drawing lies on a canvas makes no difference to what comes after, and
    more than 120 pixels make none either, so none are drawn.

    Args:
        strokes: sequence of (points, 2) arrays, any unit.
        brush: its diameter in pixels.
        size: longer side of the strokes' bounding box in pixels.

    Returns:
        (H, W, 4) uint8, black ink in the alpha channel.
    """
    shrink = min(1, 120 / size)
    brush, size = max(brush * shrink, 1), size * shrink
    strokes = [stroke * size + brush for stroke in fit_unit_box(strokes)]
    width, height = np.ceil(np.concatenate(strokes).max(axis=0) + brush).astype(int)
    return draw(strokes, brush, int(width), int(height))


def render_on_canvas(strokes, brush, size, rng):
    """Draw strokes as large as `size` somewhere on the page's canvas, all of them inside.

    Args:
        strokes, brush, size: as for `render`.
        rng: numpy Generator, for the place.

    Returns:
        (280, 280, 4) uint8, black ink in the alpha channel.
    """
    strokes = [stroke * size for stroke in fit_unit_box(strokes)]
    extent = np.concatenate(strokes).max(axis=0)
    corner = rng.uniform(brush / 2, np.maximum(CANVAS - brush / 2 - extent, brush / 2))
    return draw([stroke + corner for stroke in strokes], brush, CANVAS, CANVAS)


def draw(strokes, brush, width, height):
    """Draw strokes given in pixels on a transparent (height, width, 4) uint8 canvas."""
    ink = Image.new("L", (width, height))
    pen = ImageDraw.Draw(ink)
    for stroke in strokes:
        pen.line(stroke.ravel().tolist(), fill=255, width=round(brush))
        for x, y in stroke:  # round joints and ends
            pen.circle((x, y), brush / 2, fill=255)
    rgba = np.zeros((height, width, 4), np.uint8)
    rgba[..., 3] = ink
    return rgba


def fit_unit_box(strokes):
    """Move and scale strokes so that they start at (0, 0) and their longer side is 1."""
    points = np.concatenate(strokes)
    corner = points.min(axis=0)
    side = (points.max(axis=0) - corner).max() or 1.0
    return [(stroke - corner) / side for stroke in strokes]


def compose(strokes, label, rng):
    """Add, now and then, what some people add: a slash, a flag, a base, a bar.

    Args:
        strokes: a digit in its unit box.
        label: which digit it is.
        rng: numpy Generator.

    Returns:
        A new list of strokes.
    """
    chance = rng.random()
    if label == 0 and chance < 0.3:
        return [*strokes, slash(strokes, rng)]
    if label == 1 and is_stem(strokes):
        if chance < 0.25:
            return [*strokes, flag(strokes, rng)]
        if chance < 0.35:
            return [*strokes, base(strokes, rng)]
        if chance < 0.5:
            return [*strokes, flag(strokes, rng), base(strokes, rng)]
    if label == 7 and chance < 0.3:
        return [*strokes, bar(strokes, rng)]
    return list(strokes)


def is_stem(strokes):
    """Say whether a one is a plain stem: one stroke at least three times as tall as wide."""
    width, height = np.ptp(np.concatenate(strokes), axis=0)
    return len(strokes) == 1 and height > 3 * width


def slash(strokes, rng):
    """A slash across a zero at any angle, ending inside, on or beyond the ring."""
    points = np.concatenate(strokes)
    low, high = points.min(axis=0), points.max(axis=0)
    angle = rng.uniform(0, np.pi)
    direction = np.array([np.cos(angle), -np.sin(angle)])
    # From the middle to the ellipse that the bounding box holds, and a bit more or less.
    radius = 1 / np.linalg.norm(direction / np.maximum((high - low) / 2, 0.05))
    ends = radius * rng.uniform(0.75, 1.35, 2)
    middle = (low + high) / 2 + rng.normal(0, 0.03, 2)
    return np.array([middle - direction * ends[0], middle + direction * ends[1]])


def flag(strokes, rng):
    """The flag of a one: from its top down to the left, long ones steep, as in a Λ."""
    points = np.concatenate(strokes)
    top = points[points[:, 1].argmin()]
    length = rng.uniform(0.15, 0.6)
    angle = np.radians(rng.uniform(25 + 50 * length, 65))  # flatter would be a seven
    return np.array([top + length * np.array([-np.cos(angle), np.sin(angle)]), top])


def base(strokes, rng):
    """The base of a one: a short line under its foot."""
    points = np.concatenate(strokes)
    foot = points[points[:, 1].argmax()]
    left, right = rng.uniform(0.12, 0.4, 2)
    tilt = rng.normal(0, 0.03, 2)
    return foot + np.array([[-left, tilt[0]], [right, tilt[1]]])


def bar(strokes, rng):
    """The bar of a crossed seven: through its stem, about half-way down."""
    points = np.concatenate(strokes)
    low, high = points.min(axis=0), points.max(axis=0)
    y = low[1] + rng.uniform(0.38, 0.68) * (high[1] - low[1])
    crossing = points[np.abs(points[:, 1] - y).argmin()]
    left, right = rng.uniform(0.12, 0.35, 2)
    tilt = rng.uniform(-0.12, 0.08)
    return crossing + np.array([[-left, -tilt], [right, tilt]])


def distort(strokes, rng, amount=1.0):
    """Slant, turn, stretch, bend and shake strokes in their unit box.

    Args:
        strokes: sequence of (points, 2) arrays in the unit box.
        rng: numpy Generator.
        amount: 1 is what the training uses, 0 changes nothing.

    Returns:
        A list of (evenly spaced points, 2) arrays, about the unit box.
    """
    turn, slant, stretch = rng.normal(0, [0.12, 0.18, 0.15]) * amount
    cos, sin = np.cos(turn), np.sin(turn)
    affine = (
        np.array([[cos, -sin], [sin, cos]])
        @ np.array([[1, slant], [0, 1]])
        @ np.diag([np.exp(stretch), np.exp(-stretch)])
    )
    # A smooth field of displacement: a few plane waves longer than half the digit.
    waves = rng.uniform(-5, 5, (3, 2))
    phases = rng.uniform(0, 2 * np.pi, 3)
    sway = rng.normal(0, 0.035 * amount, (3, 2))
    shake = 0.006 * amount * rng.random()
    bent = []
    for stroke in map(resample, strokes):
        offset = np.sin(stroke @ waves.T + phases) @ sway
        jitter = rng.normal(0, 1, stroke.shape) * shake
        bent.append((stroke - 0.5 + offset + jitter) @ affine.T + 0.5)
    return bent


def resample(stroke, step=0.07):
    """Space a stroke's points evenly, about `step` apart: enough to bend, cheap to draw."""
    along = np.r_[0, np.linalg.norm(np.diff(stroke, axis=0), axis=1).cumsum()]
    if not along[-1]:
        return stroke[:1]
    places = np.linspace(0, along[-1], max(round(along[-1] / step), 1) + 1)
    return np.stack([np.interp(places, along, axis) for axis in stroke.T], axis=1)
