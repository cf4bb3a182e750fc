"""Digits as strokes on the canvas, and what a browser sends when somebody has drawn them."""

import base64
import io
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
from PIL import Image

from digit_model.rasterize import draw, resample
from page.canvas.component import INK, SIDE
from page.canvas.fabric_transform import find_middles

Stroke = Sequence[Sequence[float]] | np.ndarray  # (x, y) in pixels of the canvas

THREE = [(100, 80), (150, 60), (180, 90), (140, 130), (185, 170), (150, 215), (95, 195)]
SMALL_SEVEN = [(10, 200), (60, 200), (45, 235), (32, 268)]
ONE = [(140, 60), (140, 220)]
WAVE = [(20, 60), (45, 220), (70, 100), (95, 220), (120, 60)]
TWO_WAVES = (WAVE, [(x + 140, y) for x, y in WAVE])

FINE = 4  # strokes are drawn so many times finer than the canvas, for smooth edges
MOUSE_STEP = 5  # pixels between two points of a stroke


def canvas_value(strokes: Iterable[Stroke], brush: float = 20) -> dict[str, Any]:
    """Return what the canvas sends for strokes, lists of (x, y) in its pixels."""
    points = [resample(np.array(stroke, float), MOUSE_STEP).round(2) for stroke in strokes]
    png = base64.b64encode(canvas_png(points, brush)).decode()
    raw = {"version": "7.4.0", "objects": [_path(stroke, brush) for stroke in points]}
    return {"drawing": {"raw": raw, "data": f"data:image/png;base64,{png}"}}


def _path(points: np.ndarray, brush: float) -> dict[str, Any]:
    """Return a stroke as the canvas's library writes it: curves through the points' middles."""
    ends = np.concatenate([points[:1], (points[:-1] + points[1:]) / 2, points[-1:]])
    bends = np.concatenate([points[:1], points[:-1], points[-1:]])
    ((left, top),) = find_middles(ends, np.stack([bends, bends], axis=1), [len(ends)])
    (width, height) = np.ptp(points, axis=0)
    curves = zip(points.tolist(), ends[1:-1].tolist(), strict=False)
    return {
        "type": "Path",
        "version": "7.4.0",
        "originX": "center",
        "originY": "center",
        "left": round(left, 4),
        "top": round(top, 4),
        "width": width,
        "height": height,
        "fill": None,
        "stroke": INK,
        "strokeWidth": brush,
        "strokeDashArray": None,
        "strokeLineCap": "round",
        "strokeDashOffset": 0,
        "strokeLineJoin": "round",
        "strokeUniform": False,
        "strokeMiterLimit": 10,
        "scaleX": 1,
        "scaleY": 1,
        "angle": 0,
        "flipX": False,
        "flipY": False,
        "opacity": 1,
        "shadow": None,
        "visible": True,
        "backgroundColor": "",
        "fillRule": "nonzero",
        "paintFirst": "fill",
        "globalCompositeOperation": "source-over",
        "skewX": 0,
        "skewY": 0,
        "path": [
            ["M", *points[0].tolist()],
            *(["Q", *point, *middle] for point, middle in curves),
            ["L", *points[-1].tolist()],
        ],
    }


def canvas_png(strokes: Iterable[Stroke], brush: float = 20) -> bytes:
    """Return the canvas with strokes on it as a file, its edges smooth as a browser's."""
    fine = [np.array(stroke, float) * FINE for stroke in strokes]
    pixels = draw(fine, brush * FINE, SIDE * FINE, SIDE * FINE)
    ink = Image.fromarray(pixels[..., 3]).resize((SIDE, SIDE), Image.Resampling.BOX)
    picture = Image.new("RGBA", (SIDE, SIDE), INK)
    picture.putalpha(ink)
    file = io.BytesIO()
    picture.save(file, "PNG", compress_level=1)  # as quick as a browser's
    return file.getvalue()
