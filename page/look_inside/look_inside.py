"""How the networks read a drawing, step by step."""

from collections.abc import Callable

import numpy as np
from markupsafe import Markup
from PIL import Image, ImageDraw

from digit_model import Classifier, Prediction
from digit_model.ink_path import POINTS, Strokes
from digit_model.inspection.saliency import occlusion
from page.formatting import format_digit, format_share, grey_levels, name_digit
from page.html import element, picture, png_url, read_assets, show_html, style
from page.look_inside.feature_maps import build_layer, colour
from page.look_inside.growth import SAYS, Growth, build_growth, say_when_settled
from page.look_inside.pen_path import draw_path
from preprocess import bounding_box, canvas_resized, centre_of_mass, ink_of, scale_to_box
from server.patches import send_what_is_shown

SIDE = 140  # of each picture on the page, in pixels
MARK = (255, 140, 0)
FAINT = 0.45  # how bright the ink is below a map
CERTAIN = 1000  # times as likely: more is not worth a figure

IMAGE = (
    "The ink is cropped, fitted into 20×20 pixels and centred by its mass, as MNIST's digits were. "
    "These 28×28 grey values are all that the network gets."
)
EDGES = (
    "Each filter slides over the image, and its map lights up where it finds what it looks for: "
    "an edge or a line in one direction."
)
SHAPES = (
    "The next layers read the maps before them, and see more of the image: edges become corners, "
    "bends and the ends of lines."
)

PATH = "The way of the pen as points, from dark to light"


def show_inside(
    rgba: np.ndarray | None,
    image: np.ndarray,
    prediction: Prediction,
    classifier: Classifier,
    strokes: Strokes = (),
    follow: Callable[[], Growth] | None = None,
) -> None:
    """Show each step from a drawing to its answer.

    Args:
        rgba: (280, 280, 4) uint8, the canvas; None for a photograph.
        image: (28, 28) float32 in [0, 1], what the network sees of it.
        prediction: what was read in it.
        classifier: the network.
        strokes: as they were drawn, if they are known.
        follow: returns the drawing's Growth; None where there are no strokes.
    """
    send_what_is_shown()
    show_html(style(read_assets("look_inside/look_inside.css")), build_key())
    if follow:
        growth = follow()
        step = "How the answer came about", f"{say_when_settled(growth.predictions)} {SAYS}"
        show_html(element("div", _build_step(1, *step, build_growth(growth)), class_="inside"))
        send_what_is_shown()
    what = "photographed" if rgba is None else "drawn"
    layers, css = build_layers(what, image, classifier)
    steps = [
        build_image_step(rgba, image, classifier),
        *build_layer_steps(layers),
        *build_stroke_steps(strokes, prediction),
        build_scores_step(image, prediction, classifier),
    ]
    story = [_build_step(number, *step) for number, step in enumerate(steps, 2 if follow else 1)]
    show_html(style(css), element("div", *story, class_=f"inside {what}"))


def build_key() -> Markup:
    """Return what the colours mean, and a switch for all maps; none of it changes."""
    keys = [
        element("span", element("i", class_=name), says)
        for name, says in (
            ("glow", "maps: how strongly a pattern is found"),
            ("for", "evidence for a digit; where a filter wants ink"),
            ("against", "evidence against it; where it wants none"),
            ("frame", "what a map's peak sees"),
        )
    ]
    switch = element("label", element("input", type="checkbox"), "All maps of each layer")
    return element("div", *keys, switch, class_="key")


def build_layers(
    prefix: str, image: np.ndarray, classifier: Classifier
) -> tuple[list[tuple[Markup, np.ndarray]], str]:
    """Return for each convolution its HTML and its maps, and the CSS with all pictures."""
    ink = png_url(Image.fromarray(grey_levels(FAINT * image)))
    layers, css = [], f".{prefix} .over {{ background-image: url({ink}) }}"
    pairs = zip(classifier.feature_maps(image), classifier.convolutions, strict=True)
    for number, (maps, convolution) in enumerate(pairs, 1):
        name = f"{prefix}-{number}"
        html, pictures = build_layer(name, number, maps, convolution)
        layers.append((html, maps))
        css += pictures
    return layers, css


def build_image_step(rgba: np.ndarray | None, image: np.ndarray, classifier: Classifier) -> tuple:
    """Return the first step, what is done to a drawing before the network sees it.

    A step is its title, what it says, and its pictures.
    """
    if rgba is None:
        return "The image", IMAGE, build_figure(image, "What the network sees", "seen")
    return "The image", IMAGE, *build_preprocessing(rgba, image), build_shrunk(rgba, classifier)


def build_preprocessing(rgba: np.ndarray, image: np.ndarray) -> list[Markup]:
    """Return the pictures from the canvas to the image, its centre of mass marked."""
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


def build_shrunk(rgba: np.ndarray, classifier: Classifier) -> Markup:
    """Return what the same network reads if the whole canvas is just shrunk."""
    image = canvas_resized(rgba)
    other = classifier.classify(image)
    digit, share = format_digit(other.digit), format_share(other.confidence)
    caption = "just shrunk: ", element("b", digit), f", {share} sure"
    return build_figure(image, "The whole canvas, shrunk to 28 by 28 pixels", *caption)


def build_layer_steps(layers: list[tuple[Markup, np.ndarray]]) -> list[tuple]:
    """Return the steps through the convolutions: the first, those between, the last."""
    steps: list[tuple] = [("Edges", EDGES, layers[0][0])]
    if len(layers) > 2:
        steps.append(("Shapes", SHAPES, *(html for html, _ in layers[1:-1])))
    if len(layers) > 1:
        html, maps = layers[-1]
        says = f"The last maps say roughly which shape is where: {maps.size:,} numbers are all "
        steps.append(("What is left", f"{says}that remains of the drawing.", html))
    return steps


def build_stroke_steps(strokes: Strokes, prediction: Prediction) -> list[tuple]:
    """Return the step of the network that sees the strokes; none if it did not see any."""
    if prediction.looks is None:
        return []
    by_image, by_strokes = map(_name_best, prediction.looks)
    says = (
        f"A second network follows the pen through {POINTS} points, from dark to light: where it "
        f"is, where it goes, where it was put down. It reads {by_strokes}; by the image alone it "
        f"is {by_image}. The scores of both are added."
    )
    caption = "dark: where you began; rings: pen put down"
    return [("How it was drawn", says, build_figure(draw_path(strokes), PATH, caption))]


def _name_best(probabilities: np.ndarray) -> str:
    digit = int(probabilities.argmax())
    return f"{name_digit(digit)}, {format_share(probabilities[digit])} sure"


def build_scores_step(image: np.ndarray, prediction: Prediction, classifier: Classifier) -> tuple:
    """Return the last step: ten scores, and why they are in favour of one digit."""
    first, second = np.argsort(-prediction.probabilities, kind="stable")[:2]
    speaks = occlusion(classifier.predict, image, first, [None, second])
    captions = f"why {first}?", f"why {first} and not {second}?"
    reasons = [
        build_figure(
            _tint(image, each), f"{caption}: light ink for it, dark ink against it", caption
        )
        for each, caption in zip(speaks, captions, strict=True)
    ]
    scores = np.log(np.maximum(prediction.probabilities, np.finfo(np.float32).tiny))
    says = (
        "Each digit weighs these numbers into a score; one point more is 2.7 times as likely. "
        f"{name_digit(first).capitalize()} is {scores[first] - scores[second]:.1f} points "
        f"ahead of {name_digit(second)}"
    )
    odds = np.exp(scores[first] - scores[second])
    ahead = f"more than {CERTAIN:,}" if odds > CERTAIN else f"{odds:.1f}"
    says += f", {ahead} times as likely."
    if prediction.digit is None:
        says += " But no score stands out: not a digit."
    return "Ten scores", says, *reasons, build_scores(scores - scores.min())


def build_scores(scores: np.ndarray) -> Markup:
    """Return ten bars, in points above the lowest score."""
    most = max(scores.max(), 1e-6)
    bars = []
    for digit, score in enumerate(scores):
        kind = {"class_": "first"} if score == most else {}
        share = f"--share: {score / most:.1%}"
        bars.append(element("p", element("b", digit), f"{score:.1f}", style=share, **kind))
    caption = "points above the lowest score"
    says = ", ".join(f"{digit}: {score:.1f}" for digit, score in enumerate(scores))
    chart = element("div", *bars, role="img", aria_label=f"{caption}: {says}")
    return element("figure", chart, element("figcaption", caption), class_="scores")


def build_figure(image: np.ndarray, alt: str, *caption: object) -> Markup:
    """Return a picture with its caption."""
    return element("figure", picture(image, alt), element("figcaption", *caption))


def _build_step(number: int, title: str, says: str, *pictures: Markup) -> Markup:
    heading = element("h3", element("i", number), title)
    words = element("div", heading, element("p", says), class_="says")
    return element("div", words, element("div", *pictures, class_="shows"), class_="step")


def _tint(image: np.ndarray, speaks: np.ndarray) -> np.ndarray:
    """Colour (h, w) ink by how strong its evidence for or against an answer is."""
    strength = np.sqrt(np.abs(speaks) / max(np.abs(speaks).max(), 1e-6))
    return np.round(colour(np.sign(speaks) * strength) * image[..., None]).astype(np.uint8)
