"""How good the network is: accuracy by data set and placement, calibration, rejection."""

import numpy as np
from scipy.optimize import minimize_scalar
from scipy.special import log_softmax

from digit_model.negatives import KINDS
from digit_model.strokes import BRUSH, BRUSHES, CANVAS, SIZES, render_on_canvas
from preprocess import canvas_resized, canvas_to_mnist

# Of validation digits, this share may be taken for no digit.
REJECTED_DIGITS = 0.005

# Where and how unseen writers' digits are drawn: (brush in pixels, size as a share of
# the canvas).
PLACEMENTS = {
    "anywhere, 20–80 % of the canvas, brush 20": (BRUSH, SIZES),
    "small, 18–22 %": (BRUSH, (0.18, 0.22)),
    "thin, brush 8": (BRUSHES[0], SIZES),
    "thick, brush 34, 40–80 %": (BRUSHES[1], (0.4, 0.8)),
}


def accuracy(probabilities, labels):
    """Return the share of (n, 10) probabilities whose largest is at its (n,) label."""
    return float(np.mean(probabilities.argmax(axis=1) == labels))


def expected_calibration_error(probabilities, labels, bins=15):
    """Return how far confidence is from accuracy, averaged over bins of confidence.

    After Naeini, Cooper & Hauskrecht 2015 and Guo et al. 2017.

    Args:
        probabilities: (n, 10), rows sum to 1.
        labels: (n,) 0–9.
        bins: how many bins of equal width [0, 1] is cut into.

    Returns:
        float in [0, 1].
    """
    confidence = probabilities.max(axis=1)
    right = probabilities.argmax(axis=1) == labels
    bin_of = np.minimum((confidence * bins).astype(int), bins - 1)
    gaps = np.bincount(bin_of, weights=right - confidence, minlength=bins)
    return float(np.abs(gaps).sum() / len(labels))


def fit_temperature(logits, labels):
    """Find the temperature that makes validation labels most likely (Guo et al. 2017).

    Args:
        logits: (n, 10) of validation images.
        labels: (n,) 0–9.

    Returns:
        float between 0.1 and 10, by which logits are to be divided.
    """

    def negative_log_likelihood(log_temperature):
        scaled = log_softmax(logits / np.exp(log_temperature), axis=1)
        return -scaled[np.arange(len(labels)), labels].mean()

    bounds = np.log([0.1, 10])
    return float(np.exp(minimize_scalar(negative_log_likelihood, bounds=bounds).x))


def choose_threshold(probabilities, rejected=REJECTED_DIGITS):
    """Return the confidence below which `rejected` of validation's (n, 10) digits fall."""
    return float(np.quantile(probabilities.max(axis=1), rejected))


def evaluate(predict, threshold, mnist, pen_digits, seed=0):
    """Measure a network on data that it never saw.

    Args:
        predict: (n, 28, 28) float32 → (n, 10) calibrated probabilities.
        threshold: below this confidence a drawing is not a digit.
        mnist: dict with x_test and y_test.
        pen_digits: list of PenDigit by writers who chose nothing; may be empty.
        seed: fixes where and how large the digits are drawn.

    Returns:
        {"digits": [{"data", "images", "accuracy", "calibration_error", "rejected"}],
        "no_digits": [{"data", "images", "rejected"}]}, shares in [0, 1].
    """
    images = mnist["x_test"] / np.float32(255)
    digits = [_measure("MNIST test", predict, threshold, images, mnist["y_test"])]
    if not pen_digits:
        return {"digits": digits, "no_digits": []}
    labels = np.array([digit.label for digit in pen_digits])
    for name, (brush, sizes) in PLACEMENTS.items():
        canvases = _draw_all([d.strokes for d in pen_digits], brush, sizes, seed)
        images = np.array([canvas_to_mnist(canvas) for canvas in canvases])
        digits.append(_measure(f"pen digits, {name}", predict, threshold, images, labels))
    canvases = _draw_all([d.strokes for d in pen_digits], BRUSH, SIZES, seed)
    images = np.array([canvas_resized(canvas) for canvas in canvases])
    name = "pen digits, the canvas merely shrunk"
    digits.append(_measure(name, predict, threshold, images, labels))
    return {"digits": digits, "no_digits": _rejections(predict, threshold, pen_digits, seed)}


def format_table(results):
    """Return what `evaluate` measured as a Markdown table."""
    lines = [
        "| digits | images | accuracy | calibration error | taken for no digit |",
        "|---|---:|---:|---:|---:|",
    ]
    lines += [
        f"| {row['data']} | {row['images']:,} | {row['accuracy']:.2%}"
        f" | {row['calibration_error']:.2%} | {row['rejected']:.2%} |"
        for row in results["digits"]
    ]
    if results["no_digits"]:
        lines += ["", "| no digits | images | rejected |", "|---|---:|---:|"]
    lines += [
        f"| {row['data']} | {row['images']:,} | {row['rejected']:.1%} |"
        for row in results["no_digits"]
    ]
    return "\n".join(lines)


def _draw_all(drawings, brush, sizes, seed):
    rng = np.random.default_rng(seed)
    return [
        render_on_canvas(strokes, brush, CANVAS * rng.uniform(*sizes), rng) for strokes in drawings
    ]


def _measure(name, predict, threshold, images, labels):
    probabilities = predict(images)
    return {
        "data": name,
        "images": len(labels),
        "accuracy": accuracy(probabilities, labels),
        "calibration_error": expected_calibration_error(probabilities, labels),
        "rejected": float(np.mean(probabilities.max(axis=1) < threshold)),
    }


def _rejections(predict, threshold, pen_digits, seed, count=500):
    """Measure how much of what is no digit is seen to be none, kind by kind."""
    rows = []
    for name, make in KINDS.items():
        rng = np.random.default_rng(seed)
        canvases = _draw_all([make(pen_digits, rng) for _ in range(count)], BRUSH, SIZES, seed)
        confidence = predict(np.array([canvas_to_mnist(c) for c in canvases])).max(axis=1)
        rejected = float(np.mean(confidence < threshold))
        rows.append({"data": name, "images": count, "rejected": rejected})
    return rows
