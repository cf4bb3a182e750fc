"""Finds the weights of a path's score on numbers composed of training people's digits.

    number_fitting.fit(drawings)

makes the true division of each drawing as likely as can be among all its divisions (maximum
conditional likelihood). The result goes into `digit_model.paths.WEIGHTS`.
"""

import numpy as np
from scipy.optimize import minimize
from scipy.special import logsumexp

from digit_model.hypotheses import Layout, propose_groups
from digit_model.paths import GROUP_FEATURES, PAIR_FEATURES, group_features, pair_features
from digit_model.pieces import image_of_pieces, pieces_of_strokes

MOST_PATHS = 2000  # of a drawing; others are left out
DECAY = 0.01  # of the weights' squares


def fit(classifier, drawings):
    """Fit weights.

    Args:
        classifier: Classifier, that reads the groups.
        drawings: list of (strokes, owners, width), as in WrittenNumber.

    Returns:
        {name: float}, as WEIGHTS.
    """
    tables = [table for each in drawings if (table := path_table(classifier, *each)) is not None]
    names = GROUP_FEATURES + PAIR_FEATURES

    def loss(weights):
        total, slope = DECAY * weights @ weights, 2 * DECAY * weights
        for features, right in tables:
            scores = features @ weights
            every = logsumexp(scores)
            total += (every - scores[right]) / len(tables) * 100
            shares = np.exp(scores - every)
            slope += (shares @ features - features[right]) / len(tables) * 100
        return total, slope

    bounds = [(None, None if name == "count" else 0) for name in names]
    found = minimize(loss, -np.ones(len(names)), jac=True, method="L-BFGS-B", bounds=bounds)
    return dict(zip(names, found.x.round(2).tolist(), strict=True))


def path_table(classifier, strokes, owners, width):
    """Measure every way to divide a drawing.

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
    own = group_features(layout, groups, classifier.predict(np.array(images)), classifier.thresholds)
    rows = [_path_features(layout, groups, own, path) for path in paths]
    return np.array(rows), found.index(true)


def _all_paths(groups, count, taken=0):
    """Yield every list of groups that takes each piece once, up to MOST_PATHS of them."""
    def walk(taken, path):
        if taken == (1 << count) - 1:
            yield path
            return
        first = (~taken & (taken + 1)).bit_length() - 1
        for number, group in enumerate(groups):
            if group.members[0] == first and not group.mask & taken:
                yield from walk(taken | group.mask, [*path, number])

    for found, path in enumerate(walk(0, [])):
        if found >= MOST_PATHS:
            return
        yield path


def _path_features(layout, groups, own, path):
    between = np.zeros(len(PAIR_FEATURES))
    for one, other in zip(path, path[1:], strict=False):
        between += pair_features(layout, groups[one], groups[other])
    return np.concatenate([own[path].sum(axis=0), between])
