"""How a visitor's drawing was read: the number, its digits, and which of them is selected."""

import functools
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

import numpy as np

from digit_model import Hand, Number, Prediction, read_number
from digit_model.classifier import Classifier
from digit_model.numbers.reader import read_certain_digit, read_digit
from digit_model.rasterize import draw
from page.canvas.drawing import Drawing, DrawingError
from preprocess import CANVAS, bounding_box, canvas_to_mnist
from server.network import load_network
from server.notebooks import HandwritingNotebook, as_arrays


@dataclass(frozen=True)
class Reading:
    """What a network made of a drawing.

    Attributes:
        drawing: the Drawing.
        number: Number; what is not a number is one of one digit, whether it is a digit or not.
        network: the Classifier. Its file may have been replaced since.
        version: of the notebook whose handwriting it was read with.
        place: of the selected digit, from the left.
        is_selected: whether the drawing's owner has selected it.
        time: when it was first read, in UTC, without a time zone.
    """

    drawing: Drawing
    number: Number
    network: Classifier
    version: int
    place: int
    is_selected: bool = False
    time: datetime = field(default_factory=lambda: datetime.now(UTC).replace(tzinfo=None))

    @property
    def image(self) -> np.ndarray:
        """(28, 28) float32 in [0, 1], what the network saw of the selected digit."""
        return self.number.images[self.place]

    @property
    def prediction(self) -> Prediction:
        """The Prediction of the selected digit."""
        return self.number.digits[self.place]

    @property
    def places(self) -> range:
        """The places of all digits; of what is not a number, the whole."""
        return range(len(self.number.digits))

    def at(self, place: int) -> "Reading":
        """Return this Reading with another digit selected."""
        return replace(self, place=place, is_selected=True)

    def strokes_at(self, place: int) -> list[list[list[float]]]:
        """Return the strokes of a digit as `points_of` does; of one alone, all."""
        if not self.is_number:
            return self.drawing.points
        pairs = zip(self.drawing.points, self.number.strokes, strict=True)
        return [stroke for stroke, owner in pairs if owner == place]

    def pen_strokes_at(self, place: int) -> list[np.ndarray]:
        """Return the same as the network takes them: (points, 2) arrays; none if not known."""
        try:
            return as_arrays(self.strokes_at(place))
        except DrawingError:
            return []

    def box_at(self, place: int) -> tuple[float, float, float, float]:
        """Return where a digit's ink lies: (left, top, right, bottom) in the canvas's pixels."""
        if not self.is_number:
            return self.drawing.box
        points, margin = np.concatenate(self.strokes_at(place)), self.drawing.brush / 2
        return (*(points.min(axis=0) - margin), *(points.max(axis=0) + margin))

    def seen_box_at(self, place: int) -> np.ndarray:
        """Return as (4,) float what lies on the canvas of `box_at`: ink may run over its edge."""
        return np.clip(self.box_at(place), 0, CANVAS)

    @functools.cached_property
    def frame(self) -> tuple[float, float, float]:
        """Where the canvas lies in the image: (left, top, size of a canvas pixel) in its pixels."""
        left, top, right, bottom = self.seen_box_at(self.place).tolist()
        rows, columns = bounding_box(self.image) or (slice(0, 0), slice(0, 0))
        longer_side = max(rows.stop - rows.start, columns.stop - columns.start)
        size = longer_side / max(right - left, bottom - top, 1)
        return columns.start - size * left, rows.start - size * top, size

    @property
    def is_number(self) -> bool:
        """Whether it is a number of several digits."""
        return len(self.number.digits) > 1

    @property
    def pixels(self) -> np.ndarray:
        """The selected digit alone on the canvas: (280, 280, 4) uint8."""
        if not self.is_number:
            return self.drawing.pixels
        strokes = [np.array(stroke) for stroke in self.strokes_at(self.place)]
        return draw(strokes, self.drawing.brush, CANVAS, CANVAS)

    @property
    def alone(self) -> Prediction:
        """The Prediction of the network alone."""
        return self.prediction.alone or self.prediction


def read(
    drawing: Drawing, notebook: HandwritingNotebook, last: Reading | None = None
) -> Reading | None:
    """Return the Reading of a Drawing, or None if it shows no ink.

    Args:
        drawing: the Drawing.
        notebook: whose handwriting it is read with.
        last: the Reading before, which is returned again if nothing has changed.

    Raises:
        DrawingError, ModelError: with a message for the page.
    """
    if not drawing.strokes:
        return None
    network = load_network()
    version = notebook.follow(network)
    if last and last.drawing != drawing:
        last = None
    if last and (last.network, last.version) == (network, version):
        return last
    image = canvas_to_mnist(drawing.pixels)
    if image is None:
        return None
    number = read_strokes(notebook.reader(network), drawing, image)
    reading = Reading(drawing, number, network, version, last_written(number))
    if last is None:
        return reading
    reading = replace(reading, time=last.time)
    return reading.at(last.place) if last.is_selected and last.place in reading.places else reading


def read_strokes(reader: Classifier | Hand, drawing: Drawing, image: np.ndarray) -> Number:
    """Return the Number that a Classifier or a Hand reads in a Drawing, whose image this is."""
    try:
        strokes = as_arrays(drawing.points)
    except DrawingError:  # it can be read, but not by its strokes
        return read_digit(reader, image)
    if len(strokes) == 1:
        return read_digit(reader, image, strokes)
    if number := read_certain_digit(reader, image, strokes):
        return number  # nothing to divide
    return read_number(reader, strokes, drawing.brush, image)


def last_written(number: Number) -> int:
    """Return the place of the digit that was written last."""
    return next((place for place in reversed(number.strokes) if place is not None), 0)
