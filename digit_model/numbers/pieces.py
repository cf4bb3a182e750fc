"""A drawing in pieces, none larger than a digit: its strokes, or its connected ink.

Over-segmentation (LeCun et al. 1998, "Gradient-based learning applied to document recognition",
section V): rather too many pieces than one that two digits share. Which of them belong together
is decided later, by reading.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import numpy as np

from digit_model.rasterize import draw, resample
from preprocess import bounding_box, canvas_to_mnist

MOST_PIECES = 24  # of a drawing: six digits of four strokes; one with more stays whole
FARTHEST = 1e6  # pixels from the canvas's corner, a point
LARGEST_SIDE = 1000  # pixels of a drawing; a larger one is scaled down
MOST_POINTS = 1000  # of a drawing, beyond which some are left out: a digit has a hundred
MOST_STROKES = 500  # the same: a digit has four
NEAR_POINTS = 300  # of a drawing's strokes, between which distances are measured


Box = tuple[int, int, int, int]  # left, top, right, bottom


@dataclass(frozen=True)
class Piece:
    """A part of a drawing that is in one digit or another, never in two.

    Attributes:
        ink: (h, w) uint8, cropped.
        left, top: where it lies in the drawing, in whole pixels.
        strokes: the indices of its strokes; empty for ink without strokes.
    """

    ink: np.ndarray
    left: int
    top: int
    strokes: tuple[int, ...] = ()

    @property
    def box(self) -> Box:
        """(left, top, right, bottom) in pixels, the ends exclusive."""
        height, width = self.ink.shape
        return self.left, self.top, self.left + width, self.top + height


def image_of_pieces(pieces: Sequence[Piece]) -> np.ndarray:
    """Draw some pieces by themselves: (28, 28) float32, by way of `canvas_to_mnist`."""
    boxes = np.array([piece.box for piece in pieces])
    (left, top), (right, bottom) = boxes[:, :2].min(axis=0), boxes[:, 2:].max(axis=0)
    canvas = np.zeros((bottom - top, right - left, 4), np.uint8)
    for piece in pieces:
        height, width = piece.ink.shape
        row, column = piece.top - top, piece.left - left
        alpha = canvas[row : row + height, column : column + width, 3]
        np.maximum(alpha, piece.ink, out=alpha)
    image = canvas_to_mnist(canvas)
    return np.zeros((28, 28), np.float32) if image is None else image


def crop_piece(ink: np.ndarray, left: int, top: int, strokes: tuple[int, ...] = ()) -> Piece:
    """Return ink, (h, w) uint8 whose corner lies there, as a Piece without empty margins."""
    box = bounding_box(ink)
    if box is None:
        raise ValueError("expected ink, got none")
    rows, columns = box
    return Piece(ink[box], int(left + columns.start), int(top + rows.start), strokes)


def pieces_of_strokes(
    strokes: Sequence[np.ndarray], width: float
) -> tuple[list[Piece], np.ndarray]:
    """Draw each stroke by itself, and say which touch.

    Args:
        strokes: points in pixels; what is not finite is left out.
        width: of the brush in pixels.

    Returns:
        (pieces, touch): pieces from left to right, and an (n, n) array in [0, 1]: 0 where the ink
        of two is apart, 1 where their middle lines meet.
    """
    finite, width = _shrink(_finite(strokes), width)
    if len(finite) > MOST_PIECES:
        return [_draw(tuple(finite), finite.values(), width)], np.ones((1, 1))
    pieces = [_draw((index,), [stroke], width) for index, stroke in finite.items()]
    order = np.argsort([piece.left + piece.ink.shape[1] / 2 for piece in pieces], kind="stable")
    nearness = _nearness(list(finite.values()), width)
    return [pieces[i] for i in order], nearness[np.ix_(order, order)]


def _finite(strokes: Sequence[np.ndarray]) -> dict[int, np.ndarray]:
    """Return {index: (points, 2) array} of the strokes that have finite points."""
    some = range(0, len(strokes), max(-(-len(strokes) // MOST_STROKES), 1))
    arrays = [np.asarray(strokes[index], float).reshape(-1, 2) for index in some]
    total = sum(map(len, arrays))
    step = max(-(-total // MOST_POINTS), 1)
    finite = [stroke[np.isfinite(stroke).all(axis=1)][::step] for stroke in arrays]
    near = [np.clip(stroke, -FARTHEST, FARTHEST) for stroke in finite]
    return {index: stroke for index, stroke in zip(some, near, strict=True) if len(stroke)}


def _shrink(strokes: dict[int, np.ndarray], width: float) -> tuple[dict[int, np.ndarray], float]:
    """Scale a drawing that is too large to be drawn quickly."""
    width = min(width, LARGEST_SIDE) if width > 1 else 1.0
    if not strokes:
        return strokes, width
    points = np.concatenate(list(strokes.values()))
    low, side = points.min(axis=0), np.ptp(points, axis=0).max()
    if side <= LARGEST_SIDE:
        return strokes, width
    scale = LARGEST_SIDE / side
    return {i: (stroke - low) * scale for i, stroke in strokes.items()}, max(width * scale, 1.0)


def _draw(indices: tuple[int, ...], strokes: Collection[np.ndarray], width: float) -> Piece:
    points = np.concatenate(list(strokes))
    corner = np.floor(points.min(axis=0) - width / 2).astype(int) - 1
    columns, rows = np.ceil(points.max(axis=0) + width / 2).astype(int) + 2 - corner
    ink = draw([stroke - corner for stroke in strokes], width, int(columns), int(rows))[..., 3]
    return crop_piece(ink, int(corner[0]), int(corner[1]), indices)


def _nearness(strokes: Sequence[np.ndarray], width: float) -> np.ndarray:
    """Return (n, n) in [0, 1]: how deep the ink of two strokes overlaps where they are nearest."""
    if not strokes:
        return np.zeros((0, 0))
    lengths = [np.linalg.norm(np.diff(stroke, axis=0), axis=1).sum() for stroke in strokes]
    step = max(sum(lengths) / NEAR_POINTS, 1.0)
    dense = [resample(stroke, step) for stroke in strokes]
    starts = np.cumsum([0, *map(len, dense[:-1])])
    points = np.concatenate(dense)
    squares = (points**2).sum(axis=1)
    distances = points @ (-2 * points.T)  # squares of them, in one array: large ones take time
    distances += squares
    distances += squares[:, None]
    nearest = np.minimum.reduceat(np.minimum.reduceat(distances, starts), starts, axis=1)
    apart = np.maximum(np.sqrt(np.maximum(nearest, 0)) - step / 2, 0)
    return np.clip(1 - apart / width, 0, 1)
