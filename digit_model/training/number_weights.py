"""Fits the number reader's weights to a network, on drawings by people who train.

The lattice's make the true division of each drawing as likely as can be among all its divisions
(maximum conditional likelihood). The letter check's distinguish numbers from letters that can be
cut into digits (logistic regression).
"""

from collections.abc import Callable, Iterator, Sequence
from functools import cache
from itertools import islice, pairwise

import numpy as np
from scipy.optimize import minimize
from scipy.special import expit, logsumexp

from digit_model.classifier import Classifier
from digit_model.data.samples import PenSample
from digit_model.numbers.division import divide
from digit_model.numbers.groups import Group, Layout, propose_groups
from digit_model.numbers.lattice import group_features, pair_features
from digit_model.numbers.letter_check import letter_features
from digit_model.numbers.pieces import image_of_pieces, pieces_of_strokes
from digit_model.numbers.reasons import find_reason
from digit_model.numbers.weights import LatticeWeights, LetterWeights, NumberWeights
from digit_model.strokes.compose_numbers import compose_numbers
from digit_model.strokes.negatives import KINDS
from digit_model.strokes.render import SIZES, Strokes, place_on_canvas
from preprocess import BRUSH, BRUSHES, CANVAS

MOST_PATHS = 2000  # of a drawing; others are left out
DECAY = 0.01  # of the weights' squares

LETTER_DECAY = 0.0003  # the same, of the letter check
LETTER_DRAWINGS = 1  # of each letter
STEMS = (1, 4, 7)  # the digits that letters are cut into; half of the numbers are made of them
DECLINED = 0.002  # of these numbers are rejected as letters

Drawing = tuple[Strokes, list[int], float]  # strokes, owners, width: WrittenNumber


def fit_number_weights(
    classifier: Classifier, digits: list[PenSample], letters: list[PenSample], count: int
) -> NumberWeights:
    """Fit all weights of the number reader.

    Args:
        classifier: reads the groups.
        digits, letters: by people who train; without letters, nothing is rejected as one.
        count: of numbers of two digits, as for `compose_drawings`.
    """
    lattice = fit_lattice(classifier, compose_drawings(digits, letters, count))
    cuts = measure_cuts(classifier, lattice, digits, letters, count)
    return NumberWeights(lattice, fit_letters(*cuts))


def compose_drawings(
    digits: list[PenSample], letters: list[PenSample], count: int, seed: int = 1
) -> list[Drawing]:
    """Compose what the lattice is fitted on: numbers, single digits, and what is neither.

    Args:
        digits, letters: by people who train.
        count: of numbers of two digits; the rest in proportion.
        seed: fixes everything that is chosen.

    Returns:
        Drawings, of which a sign that is not a digit is one group.
    """
    shares = {1: 3, 2: 1, 3: 1, 4: 0.5, 5: 0.5}
    drawings: list[Drawing] = [
        (number.strokes, number.owners, number.width)
        for length, share in shares.items()
        for number in compose_numbers(digits, length, int(share * count), seed)
    ]
    rng = np.random.default_rng(seed)
    signs = [KINDS[name].make([], rng) for name in ("symbol", "glyph") * (count // 4)]
    if letters:
        signs += [letters[i].strokes for i in rng.integers(len(letters), size=count)]
    for strokes in signs:
        placed, width = _place(strokes, rng)
        drawings.append((placed, [0] * len(placed), width))
    return drawings


def _place(strokes: Strokes, rng: np.random.Generator) -> tuple[list[np.ndarray], float]:
    """Draw strokes somewhere on the canvas, at any size; return them and the brush's width."""
    width, side = rng.uniform(BRUSHES[0], BRUSH), CANVAS * rng.uniform(*SIZES)
    return place_on_canvas(strokes, width, side, rng), width


def fit_lattice(classifier: Classifier, drawings: list[Drawing]) -> LatticeWeights:
    """Fit the weights that choose a division."""
    tables = [table for each in drawings if (table := path_table(classifier, *each)) is not None]
    names = LatticeWeights._fields

    def loss(weights: np.ndarray) -> tuple[float, np.ndarray]:
        total, slope = DECAY * weights @ weights, 2 * DECAY * weights
        for features, right in tables:
            scores = features @ weights
            every = logsumexp(scores)
            total += (every - scores[right]) / len(tables) * 100
            shares = np.exp(scores - every)
            slope += (shares @ features - features[right]) / len(tables) * 100
        return total, slope

    bounds = [(None, None if name == "digit" else 0) for name in names]
    found = minimize(loss, -np.ones(len(names)), jac=True, method="L-BFGS-B", bounds=bounds)
    return LatticeWeights(*found.x.round(2).tolist())


def path_table(
    classifier: Classifier, strokes: Sequence[np.ndarray], owners: list[int], width: float
) -> tuple[np.ndarray, int] | None:
    """Measure every division of a drawing.

    Returns:
        ((paths, features) float, index of the true one); None if there are too many, only one,
        or the true one is not among them.
    """
    pieces, touch = pieces_of_strokes(strokes, width)
    layout = Layout(pieces, touch)
    groups = propose_groups(layout)
    true = {
        tuple(i for i, own in enumerate(layout.strokes) if owners[own[0]] == owner)
        for owner in owners
    }
    paths = list(_all_paths(groups, len(pieces)))
    found = [{groups[number].members for number in path} for path in paths]
    if not 1 < len(paths) < MOST_PATHS or true not in found:
        return None
    images = [image_of_pieces([pieces[i] for i in group.members]) for group in groups]
    drawn = [[strokes[i] for i in layout.strokes_of(group)] for group in groups]
    own = group_features(layout, groups, classifier.classify_all(np.array(images), drawn))
    between = cache(lambda one, other: pair_features(layout, groups[one], groups[other]))
    rows = [_path_features(own, between, path) for path in paths]
    return np.array(rows), found.index(true)


def _all_paths(groups: list[Group], count: int) -> Iterator[list[int]]:
    """Yield every list of groups that takes each piece once, up to MOST_PATHS of them."""

    def walk(taken: int, path: list[int]) -> Iterator[list[int]]:
        if taken == (1 << count) - 1:
            yield path
            return
        first = (~taken & (taken + 1)).bit_length() - 1
        for number, group in enumerate(groups):
            if group.members[0] == first and not group.mask & taken:
                yield from walk(taken | group.mask, [*path, number])

    yield from islice(walk(0, []), MOST_PATHS)


def _path_features(
    own: np.ndarray, between: Callable[[int, int], np.ndarray], path: list[int]
) -> np.ndarray:
    pairs = [between(*pair) for pair in pairwise(path)] or [np.zeros(3)]
    return np.concatenate([own[path].sum(axis=0), np.sum(pairs, axis=0)])


def measure_cuts(
    classifier: Classifier,
    weights: LatticeWeights,
    digits: list[PenSample],
    letters: list[PenSample],
    count: int,
    seed: int = 1,
) -> tuple[np.ndarray, np.ndarray]:
    """Measure numbers and letters that are cut into several digits.

    Args:
        classifier: reads the groups.
        weights: choose the cuts.
        digits, letters: by people who train.
        count: of numbers of four digits; of shorter ones more.
        seed: fixes everything that is chosen.

    Returns:
        (numbers, letters): two (n, features) float arrays, as from `letter_features`. A number that
        is cut wrongly is left out.
    """
    stems = [digit for digit in digits if digit.label in STEMS]
    numbers = [
        (number.strokes, number.width, len(number.text))
        for length, share in {2: 4, 3: 2, 4: 1}.items()
        for samples in (digits, stems)
        for number in compose_numbers(samples, length, share * count, seed)
    ]
    rng = np.random.default_rng(seed)
    written = [each.strokes for each in letters if len(each.strokes) > 1]
    drawings = [(*_place(strokes, rng), None) for strokes in written * LETTER_DRAWINGS]
    cuts: tuple[list, list] = ([], [])
    for strokes, width, length in numbers + drawings:
        features, parts = _measure_cut(classifier, weights, strokes, width)
        if parts > 1 and length in (parts, None):
            cuts[length is None].append(features)
    count = len(LetterWeights._fields)
    return np.array(cuts[0]).reshape(-1, count), np.array(cuts[1]).reshape(-1, count)


def _measure_cut(
    classifier: Classifier, weights: LatticeWeights, strokes: Strokes, width: float
) -> tuple[np.ndarray | None, int]:
    """Return a drawing's `letter_features`, and how many digits it is cut into; 0 if no number."""
    pieces, touch = pieces_of_strokes(strokes, width)
    layout = Layout(pieces, touch)
    division = divide(classifier, weights, layout, pieces, strokes)
    if len(division.digits) < 2 or find_reason(layout, division.predictions):
        return None, 0
    return letter_features(layout, division), len(division.digits)


def fit_letters(numbers: np.ndarray, letters: np.ndarray) -> LetterWeights:
    """Fit weights that distinguish numbers from letters, both kinds equally heavy in all.

    Args:
        numbers, letters: as from `measure_cuts`; if either is empty, everything is a number.
    """
    if not len(numbers) or not len(letters):
        return LetterWeights(*[0.0] * len(LetterWeights._fields))
    rows = np.concatenate([numbers, -letters])
    shares = np.repeat([1 / len(numbers), 1 / len(letters)], [len(numbers), len(letters)])

    def loss(weights: np.ndarray) -> tuple[float, np.ndarray]:
        scores, decay = rows @ weights, LETTER_DECAY * np.r_[0, weights[1:]]
        slope = 2 * decay - (shares * expit(-scores)) @ rows
        return shares @ np.logaddexp(0, -scores) + decay @ weights, slope

    weights = minimize(loss, np.zeros(len(LetterWeights._fields)), jac=True, method="L-BFGS-B").x
    weights[0] -= np.quantile(numbers @ weights, DECLINED)
    return LetterWeights(*weights.round(2).tolist())
