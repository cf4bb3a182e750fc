"""A drawing's pieces where there are no strokes: its connected ink."""

import numpy as np
from scipy import ndimage

from digit_model.numbers.pieces import MOST_PIECES, Piece, crop_piece

SPECK = 0.005  # of all ink: a smaller component is part of the nearest
CUTS = 2  # of a connected component at most, for each time that it is as wide as tall, and 1


def pieces_of_ink(ink: np.ndarray) -> tuple[list[Piece], np.ndarray]:
    """Take a drawing's connected components, wide ones cut where they are lowest.

    Args:
        ink: (H, W) uint8, zero where there is none.

    Returns:
        (pieces, touch), as from `pieces_of_strokes`; the parts of one component touch.
    """
    if not ink.any():
        return [], np.zeros((0, 0))
    labels, count = ndimage.label(ink, np.ones((3, 3)))
    labels = _absorb_specks(labels, count)
    if len(np.unique(labels)) > MOST_PIECES + 1:
        labels = (ink > 0).astype(int)
    pieces: list[Piece] = []
    components: list[int] = []
    thickness: list[float] = []
    for number, where in enumerate(ndimage.find_objects(labels), 1):
        if where is None:
            continue
        part = np.where(labels[where] == number, ink[where], 0)
        left, top = where[1].start, where[0].start
        cuts = _find_cuts(part) if len(pieces) < MOST_PIECES else []
        for start, end in zip([0, *cuts], [*cuts, part.shape[1]], strict=True):
            pieces.append(crop_piece(part[:, start:end], left + start, top))
            components.append(number)
            thickness.append(_heights(part)[start] / len(part) if start else 0)
    order = np.argsort([piece.left + piece.ink.shape[1] / 2 for piece in pieces], kind="stable")
    return [pieces[i] for i in order], _touch_of_cuts(components, thickness)[np.ix_(order, order)]


def _touch_of_cuts(components: list[int], thickness: list[float]) -> np.ndarray:
    """Return (n, n): how firmly neighbours within a component hold together."""
    touch = np.eye(len(components))
    for i in range(1, len(components)):
        if components[i] == components[i - 1]:
            touch[i, i - 1] = touch[i - 1, i] = min(0.3 + 2 * thickness[i], 1)
    return touch


def _absorb_specks(labels: np.ndarray, count: int) -> np.ndarray:
    """Make a component too small to be a digit's stroke part of the nearest that is not."""
    sizes = np.bincount(labels.ravel(), minlength=count + 1)
    sizes[0] = 0
    small = (sizes < max(SPECK * sizes.sum(), 2)) & (sizes > 0)
    if not small.any() or small[sizes > 0].all():
        return labels
    large = np.where(small[labels], 0, labels)
    _, (rows, columns) = ndimage.distance_transform_edt(large == 0, return_indices=True)
    return np.where(labels > 0, large[rows, columns], 0)


def _find_cuts(part: np.ndarray) -> list[int]:
    """Return the columns, left to right, where a component may be two digits that touch."""
    height, width = part.shape
    if width < 0.6 * height:
        return []
    margin = max(int(0.15 * height), 2)
    profile = ndimage.uniform_filter1d(_heights(part), 3)
    thin = ndimage.minimum_filter1d(profile, 2 * margin + 1) == profile
    columns = np.flatnonzero(thin[margin : width - margin]) + margin
    runs = np.split(columns, np.flatnonzero(np.diff(columns) > 1) + 1) if len(columns) else []
    most = 1 + round(CUTS * width / height)
    middles = [int(run[len(run) // 2]) for run in runs]
    return sorted(sorted(middles, key=lambda column: profile[column])[:most])


def _heights(part: np.ndarray) -> np.ndarray:
    """Return for each column how far its ink reaches from top to bottom, holes included."""
    ink = part > 0
    bottom = len(part) - ink[::-1].argmax(axis=0)
    return np.where(ink.any(axis=0), bottom - ink.argmax(axis=0), 0).astype(float)
