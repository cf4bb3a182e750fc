"""A drawing's way to the network and through it, in pictures."""

import numpy as np
from PIL import Image, ImageDraw

from digit_model.saliency import occlusion
from page.html import element, picture, show_html
from page.presentation import format_digit, format_share, grey_levels
from preprocess import bounding_box, canvas_resized, centre_of_mass, ink_of, scale_to_box

SIDE = 140  # of each picture on the page, in pixels

# From ink against an answer to ink for it: both lighter and bluer, so that either shows which.
AGAINST, SILENT, FOR = np.array([[160, 50, 0], [120, 120, 120], [150, 185, 255]])
MARK = (255, 140, 0)


def show_inside(rgba, image, prediction, classifier):
    """Show what becomes of a drawing, which ink speaks for the answer, and all maps.

    Args:
        rgba: (280, 280, 4) uint8, the canvas; None for a photograph.
        image: (28, 28) float32 in [0, 1], what the network sees of it.
        prediction: its Prediction.
        classifier: Classifier.
    """
    way = [] if rgba is None else [*build_steps(rgba, image), build_shrunk(rgba, classifier)]
    figures = [
        *way,
        *build_reasons(image, prediction, classifier),
        *build_maps(image, classifier),
    ]
    show_html(element("div", *figures, class_="inside"))


def build_steps(rgba, image):
    """Return the steps from the canvas to the image, its centre of mass marked."""
    ink = ink_of(rgba)
    cropped = ink[bounding_box(ink)]
    centred = Image.fromarray(grey_levels(image)).resize((SIDE, SIDE), Image.Resampling.NEAREST)
    centred = centred.convert("RGB")
    row, column = (np.array(centre_of_mass(image)) + 0.5) * SIDE / len(image)
    pen = ImageDraw.Draw(centred)
    pen.line([(column - 8, row), (column + 8, row)], fill=MARK, width=2)
    pen.line([(column, row - 8), (column, row + 8)], fill=MARK, width=2)
    seen = "What the network sees, a cross on its centre of mass"
    return [
        build_figure(ink, "The whole canvas", "drawn"),
        build_figure(cropped, "The drawing, cropped to its ink", "cropped"),
        build_figure(scale_to_box(cropped), "The drawing, 20 pixels large", "20 × 20"),
        build_figure(np.asarray(centred), seen, "centred by mass"),
    ]


def build_shrunk(rgba, classifier):
    """Return what the same network reads if the whole canvas is merely shrunk."""
    image = canvas_resized(rgba)
    other = classifier.classify(image)
    digit, share = format_digit(other.digit), format_share(other.confidence)
    caption = "merely shrunk: ", element("b", digit), f", {share} sure"
    return build_figure(image, "The whole canvas, shrunk to 28 by 28 pixels", *caption)


def build_reasons(image, prediction, classifier):
    """Return which ink speaks for the likeliest digit, and which for it against the second."""
    first, second = np.argsort(-prediction.probabilities, kind="stable")[:2]
    for rival, caption in ((None, f"why {first}?"), (second, f"why {first} and not {second}?")):
        tinted = _tint(image, occlusion(classifier.predict, image, first, rival))
        yield build_figure(tinted, f"{caption}: light ink for it, dark ink against it", caption)


def build_maps(image, classifier):
    """Return all maps of each convolution, in tiles."""
    for number, maps in enumerate(classifier.feature_maps(image), 1):
        # The square root makes weak maps visible beside strong ones.
        tiles = _tile(np.sqrt(maps / max(maps.max(), 1e-6)))
        caption = f"convolution {number}, {maps.shape[2]} maps"
        yield build_figure(tiles, caption, caption, class_="maps")


def build_figure(image, alt, *caption, **attributes):
    """Return a picture with its caption."""
    caption = element("figcaption", *caption)
    return element("figure", picture(image, alt), caption, **attributes)


def _tile(maps):
    """Lay (h, w, n) maps out in about as many rows as columns, with grey lines in between."""
    height, width, count = maps.shape
    columns = int(np.ceil(np.sqrt(count)))
    rows = -(-count // columns)
    tiles = np.full((rows * columns, height + 1, width + 1), 0.3, np.float32)
    tiles[:, :height, :width] = 0
    tiles[:count, :height, :width] = np.moveaxis(maps, 2, 0)
    grid = tiles.reshape(rows, columns, height + 1, width + 1).swapaxes(1, 2)
    return grid.reshape(rows * (height + 1), columns * (width + 1))


def _tint(image, speaks):
    """Colour (h, w) ink by how strongly it speaks for or against an answer."""
    strength = np.sqrt(np.abs(speaks) / max(np.abs(speaks).max(), 1e-6))
    share = (np.sign(speaks) * strength)[..., None]
    colour = SILENT + np.where(share > 0, share * (FOR - SILENT), -share * (AGAINST - SILENT))
    return np.round(colour * image[..., None]).astype(np.uint8)
