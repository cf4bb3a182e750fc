"""A layer's maps in one picture, and a closer view of the strongest, by CSS alone.

A radio button, not a script, says which map is enlarged; hovering previews another.
"""

import numpy as np
from markupsafe import Markup
from PIL import Image, ImageColor

from digit_model.inspection.convolutions import Convolution
from page.html import INK, element, png_url

STRONGEST = 8  # maps of a layer that are shown at first
COLUMNS = 16  # maps beside each other in the picture of all
# From ink against an answer to ink for it: both lighter and bluer, so that either shows which.
AGAINST, SILENT, FOR = np.array([[160, 50, 0], [120, 120, 120], [150, 185, 255]])
# From a silent place of a map to its strongest, black to white by way of the page's colour.
LEVELS = np.linspace(0, 1, 16)[:, None]
GLOW = np.where(
    LEVELS < 0.6,
    LEVELS / 0.6 * ImageColor.getrgb(INK),
    255 + (1 - LEVELS) / 0.4 * (np.array(ImageColor.getrgb(INK)) - 255),
).astype(np.uint8)


def rank(maps: np.ndarray) -> np.ndarray:
    """Return the numbers of (h, w, n) maps, those that vary most over the image first."""
    return np.argsort(-maps.std(axis=(0, 1)), kind="stable")


def draw_maps(maps: np.ndarray) -> str:
    """Draw (h, w, n) maps in rows of COLUMNS, brighter where they are stronger, as a PNG's URL."""
    # The square root makes weak maps visible beside strong ones.
    strength = tile(np.sqrt(maps / max(maps.max(), 1e-6)))
    levels = np.round((len(GLOW) - 1) * strength).astype(np.uint8)
    picture = Image.fromarray(levels, "P")
    picture.putpalette(GLOW.tobytes())
    return png_url(picture, bits=4)


def tile(maps: np.ndarray) -> np.ndarray:
    """Lay (h, w, n) maps out in rows of COLUMNS, in the order of their numbers."""
    height, width, count = maps.shape
    rows = -(-count // COLUMNS)
    tiles = np.zeros((rows * COLUMNS, height, width), np.float32)
    tiles[:count] = np.moveaxis(maps, 2, 0)
    grid = tiles.reshape(rows, COLUMNS, height, width).swapaxes(1, 2)
    return grid.reshape(rows * height, COLUMNS * width)


def draw_filters(filters: np.ndarray) -> str:
    """Draw (size, size, n) filters beside each other, as a PNG's URL."""
    strongest = np.maximum(abs(filters).max(axis=(0, 1)), 1e-6)
    row = np.concatenate(np.moveaxis(filters / strongest, 2, 0), axis=1)
    return png_url(Image.fromarray(colour(row)))


def colour(shares: np.ndarray) -> np.ndarray:
    """Colour (h, w) shares in [-1, 1] from AGAINST to FOR, as (h, w, 3) uint8."""
    shares = shares[..., None]
    mixed = SILENT + np.where(shares > 0, shares * (FOR - SILENT), -shares * (AGAINST - SILENT))
    return np.round(mixed).astype(np.uint8)


def build_layer(
    name: str, number: int, maps: np.ndarray, convolution: Convolution
) -> tuple[Markup, str]:
    """Return a layer's strongest maps to select from, all of them on request, and their CSS.

    Args:
        name: of the class that its pictures have, and nothing else on the page.
        number: of the layer, from 1.
        maps: (h, w, n) float32, at least 0.
        convolution: the layer.

    Returns:
        (HTML, CSS).
    """
    height, width, count = maps.shape
    strongest = rank(maps)[:STRONGEST]
    size = len(convolution.filters)
    filters = draw_filters(convolution.filters[..., strongest])
    css = (
        f".{name} .map {{ background-image: url({draw_maps(maps)}) }}"
        f".{name} .filter {{ background-image: url({filters}) }}"
    )
    choices = [
        _build_choice(name, at, int(each), maps[..., each], convolution, count)
        for at, each in enumerate(strongest)
    ]
    seen = "the image" if convolution.inputs == 1 else f"{convolution.inputs} maps before it"
    what = f"{count} maps of {width}×{height}; each filter sees {size}×{size} of {seen}"
    of_all = f"All {count} maps"
    sheet = element("div", class_="map", role="img", aria_label=f"{of_all} of layer {number}")
    html = element(
        "div",
        element("h4", f"Layer {number}"),
        element("small", f"{what}. The strongest; tap one to enlarge it:"),
        element("div", *choices, class_="choices", role="radiogroup", aria_label="Strongest maps"),
        element("div", element("small", of_all), sheet, class_="sheet"),
        class_=f"layer {name}",
        style=f"--columns: {COLUMNS}; --rows: {-(-count // COLUMNS)}; --shown: {len(strongest)}",
    )
    return html, css


def _build_choice(
    name: str, at: int, number: int, values: np.ndarray, convolution: Convolution, count: int
) -> Markup:
    """Return a map to select, with what is shown once it is."""
    size = len(convolution.filters)
    spot = np.unravel_index(values.argmax(), values.shape)
    top, left, side = convolution.seen_from(*map(int, spot))
    edges = [min(max(each, 0), 28) / 28 for each in (top, left, top + side, left + side)]
    frame = "top: {:.2%}; left: {:.2%}; bottom: {:.2%}; right: {:.2%}".format(
        *edges[:2], *(1 - each for each in edges[2:])
    )
    over = element(
        "i",
        element("i", class_="map"),
        *([element("s", style=frame)] if values.any() else []),
        class_="over",
    )
    mean = "" if convolution.inputs == 1 else f", the mean over {convolution.inputs} maps"
    look = element(
        "span",
        element("span", element("i", class_="map"), f"map {number + 1} of {count}"),
        element("span", over, "on the drawing, its peak framed"),
        element("span", element("i", class_="filter"), f"its {size}×{size} weights{mean}"),
        class_="look",
    )
    checked = {"checked": ""} if at == 0 else {}
    choice = element("input", type="radio", name=name, aria_label=f"Map {number + 1}", **checked)
    row, column = divmod(number, COLUMNS)
    place = f"--row: {row}; --column: {column}; --at: {at}"
    return element("label", choice, element("i", class_="map"), look, style=place)
