"""The way of a drawing into the network and through it, in pictures."""

import numpy as np
import streamlit as st
from PIL import Image, ImageDraw

from digit_model.saliency import occlusion
from page.presentation import embed_image, format_digit, format_share
from preprocess import (
    bounding_box,
    canvas_resized,
    centre_of_mass,
    ink_of,
    scale_to_box,
)

SIDE = 140  # of each picture on the page, in pixels

# From against to for, by way of grey ink: lighter and bluer, so that either tells.
AGAINST, SILENT, FOR = np.array([[160, 50, 0], [120, 120, 120], [150, 185, 255]])
MARK = (255, 140, 0)

STYLE = """
<style>
.inside { display: grid; grid-template-columns: repeat(auto-fill, minmax(140px, 1fr)); gap: 1rem }
.inside figure { margin: 0 }
.inside img { display: block; width: 140px; height: 140px; background: #000; object-fit: contain;
  border-radius: .25rem; image-rendering: pixelated }
.inside .maps { grid-column: span 2 }
.inside .maps img { width: 100%; height: auto }
.inside figcaption { font-size: .875rem; margin-top: .25rem }
</style>
"""


def show_inside(rgba, image, prediction, classifier):
    """Show what becomes of a drawing, which ink speaks for the answer, and all maps.

    Args:
        rgba: (280, 280, 4) uint8, the canvas.
        image: (28, 28) float32 in [0, 1], what the network sees of it.
        prediction: its Prediction.
        classifier: Classifier.
    """
    figures = [
        *_follow(rgba, image),
        _shrink(rgba, classifier),
        *_ask(image, prediction, classifier),
        *_map(image, classifier),
    ]
    st.html(f'{STYLE}<div class="inside">{"".join(figures)}</div>')


def _follow(rgba, image):
    """Write the steps from the canvas to the image, the centre of mass marked."""
    ink = ink_of(rgba)
    cropped = ink[bounding_box(ink)]
    centred = Image.fromarray(_grey(image)).resize((SIDE, SIDE), Image.Resampling.NEAREST)
    centred = centred.convert("RGB")
    row, column = (np.array(centre_of_mass(image)) + 0.5) * SIDE / len(image)
    pen = ImageDraw.Draw(centred)
    pen.line([(column - 8, row), (column + 8, row)], fill=MARK, width=2)
    pen.line([(column, row - 8), (column, row + 8)], fill=MARK, width=2)
    return [
        _figure(_grey(ink), "drawn", "The whole canvas"),
        _figure(_grey(cropped), "cropped", "The drawing, cropped to its ink"),
        _figure(_grey(scale_to_box(cropped)), "20 × 20", "The drawing, 20 pixels large"),
        _figure(centred, "centred by mass", "What the network sees, a cross on its centre of mass"),
    ]


def _shrink(rgba, classifier):
    """Write what the same network makes of the canvas merely made smaller."""
    image = canvas_resized(rgba)
    other = classifier.classify(image)
    answer = f"<b>{format_digit(other.digit)}</b>, {format_share(other.confidence)} sure"
    return _figure(
        _grey(image), f"merely shrunk: {answer}", "The whole canvas, shrunk to 28 by 28 pixels"
    )


def _ask(image, prediction, classifier):
    """Write which ink speaks for the likeliest digit, and why it is not the second one."""
    first, second = np.argsort(-prediction.probabilities, kind="stable")[:2]
    return [
        _figure(
            _tint(image, occlusion(classifier.predict, image, first, rival)),
            caption,
            f"{caption}: light ink speaks for it, dark ink against it",
        )
        for rival, caption in (
            (None, f"why {first}?"),
            (second, f"why {first} and not {second}?"),
        )
    ]


def _map(image, classifier):
    """Write all maps of each convolution, tile by tile."""
    for number, maps in enumerate(classifier.feature_maps(image), 1):
        caption = f"convolution {number}, {maps.shape[2]} maps"
        # The square root, so that weak maps can be seen beside strong ones.
        tiles = _tile(np.sqrt(maps / max(maps.max(), 1e-6)))
        yield _figure(_grey(tiles), caption, caption, "maps")


def _tile(maps):
    """Lay (h, w, n) maps out in rows and columns, about as many, a grey line between them."""
    height, width, count = maps.shape
    columns = int(np.ceil(np.sqrt(count)))
    rows = -(-count // columns)
    tiles = np.full((rows * columns, height + 1, width + 1), 0.3, np.float32)
    tiles[:, :height, :width] = 0
    tiles[:count, :height, :width] = np.moveaxis(maps, 2, 0)
    grid = tiles.reshape(rows, columns, height + 1, width + 1).swapaxes(1, 2)
    return grid.reshape(rows * (height + 1), columns * (width + 1))


def _tint(image, speaks):
    """Colour (h, w) ink by how much it speaks for or against, the strongest fully."""
    strength = np.sqrt(np.abs(speaks) / max(np.abs(speaks).max(), 1e-6))
    share = (np.sign(speaks) * strength)[..., None]
    colour = SILENT + np.where(share > 0, share * (FOR - SILENT), -share * (AGAINST - SILENT))
    return np.round(colour * image[..., None]).astype(np.uint8)


def _grey(ink):
    return np.round(ink * 255).astype(np.uint8)


def _figure(picture, caption, alt, kind=""):
    """Write a picture with its caption; neither holds anything of a visitor's."""
    url = embed_image(picture)
    return (
        f'<figure class="{kind}"><img src="{url}" alt="{alt}">'
        f"<figcaption>{caption}</figcaption></figure>"
    )
