"""Find a photograph's ink: uneven light, shadows, ruled lines.

The paper is estimated by a top-hat transform, the ink by Otsu's threshold (Otsu 1979), the
skew of ruled lines by a Hough transform: SciPy and scikit-image do the work. Strokes are followed
from where they are dark to where they are faint, as the contours of Canny 1986.
"""

import numpy as np
from PIL import Image
from scipy import ndimage
from skimage.filters import apply_hysteresis_threshold, threshold_otsu
from skimage.measure import label
from skimage.morphology import dilation, disk
from skimage.segmentation import clear_border
from skimage.transform import hough_line

# Shares of a picture's longer side.
STROKES = (0.05, 0.3)  # a thin stroke, and the widest there is
RULE = 0.03  # no ruled line is wider

# Logarithms of brightness.
FAINT = 0.2  # ink differs from paper by more than this,
NOISE = 5.0  # ... and by more than so many standard deviations of the paper
FAINTEST, FAINT_NOISE = 0.06, 2.5  # the same two for strokes that go on from darker ink
SHADOW = 1.0  # no shadow is deeper
DARK = 0.05  # of full brightness, added so that black has a logarithm

SKEW = np.arange(-12, 12.1, 0.25)  # degrees by which ruled lines may be turned
THINNEST = 0.06  # of a digit's longer side: thinner strokes are thickened to it
BROADEST = 1.5  # of its height; what is broader are several digits
LEAST = 30  # pixels of ink
SPECK = 0.08  # of the largest part's area: smaller parts do not belong to the digit


def find_ink(picture: np.ndarray) -> np.ndarray | None:
    """Find the ink on a picture.

    Args:
        picture: (h, w, 3) uint8, dark ink on light paper or light ink on a dark board.

    Returns:
        (h, w) float32 in [0, 1], zero where there is no ink; None if none is found.
    """
    contrast = flatten(erase_rules(darken_ink(picture)))
    paper = np.median(contrast)
    noise = 1.4826 * np.median(np.abs(contrast - paper))
    standing_out = contrast[contrast > paper + max(FAINT, NOISE * noise)]
    if len(standing_out) < LEAST:
        return None
    ink = np.median(standing_out[standing_out >= threshold_otsu(standing_out)])
    contrast = (contrast - paper) / (ink - paper)
    mask = apply_hysteresis_threshold(contrast, 0.4, 0.6)
    inside = clear_border(mask)
    if inside.any() or ink - paper < SHADOW:  # what reaches the picture's edge is rarely ink
        mask = inside
    if keep_large_parts(mask).sum() < LEAST:
        return None
    found = np.clip(contrast, 0, 1) * dilation(mask, disk(1))
    faint = follow_strokes(contrast, mask, max(FAINTEST, FAINT_NOISE * noise) / (ink - paper))
    mask = keep_large_parts(mask | (faint > 0))
    return thicken(np.maximum(found, faint) * dilation(mask, disk(1)), mask).astype(np.float32)


def darken_ink(picture: np.ndarray) -> np.ndarray:
    """Return a picture's brightness as (h, w) float32 logarithms, always with dark ink.

    Logarithms, because light multiplies; of the three colours, the one in which a pixel
    differs most from the paper.
    """
    smooth = ndimage.gaussian_filter(picture / np.float32(255), (0.7, 0.7, 0))
    brightness = np.log(smooth + np.float32(DARK))
    brightness -= np.median(brightness, axis=(0, 1))
    candidates = brightness.min(axis=2), -brightness.max(axis=2)
    return max(candidates, key=_stands_out)


def _stands_out(brightness: np.ndarray) -> float:
    """Measure how much dark ink there is, thin and wide.

    Ink is darker than what is around it, near and far. The inside of a ring is not: around a
    dark one it is as light as the paper.
    """
    step = max(max(brightness.shape) // 48, 1)
    far = ndimage.median_filter(brightness[::step, ::step], size=37, mode="nearest")
    far = Image.fromarray(far).resize(brightness.shape[::-1], Image.Resampling.BILINEAR)
    darker = np.maximum(np.asarray(far) - brightness, 0)
    return np.prod([(np.minimum(darker, flatten(brightness, w)) ** 3).sum() + 1 for w in STROKES])


def flatten(brightness: np.ndarray, width: float = STROKES[1]) -> np.ndarray:
    """Take paper and light away: how much darker each pixel is than they are, (h, w) ≥ 0.

    The top-hat transform: what is left of a picture when all that is wider than a stroke is
    taken away, be it a shadow with a sharp edge.
    """
    return ndimage.black_tophat(
        brightness, size=int(width * max(brightness.shape)) | 1, mode="nearest"
    )


def erase_rules(brightness: np.ndarray) -> np.ndarray:
    """Brighten lines that run straight through the picture: one or many, ruled or squared.

    Their skew is the Hough transform's sharpest; a line's darkness is its median.
    """
    thin = flatten(brightness, RULE)
    votes, _, _ = hough_line(thin > threshold_otsu(thin), np.deg2rad(np.r_[SKEW, SKEW + 90]))
    sharpness = (votes.astype(float) ** 2).sum(axis=0).reshape(2, -1).sum(axis=0)
    skew = SKEW[sharpness.argmax()]
    turned = ndimage.rotate(thin, skew, order=1, cval=np.nan)
    outside = np.isnan(turned)
    turned[outside.all(axis=1)] = turned[:, outside.all(axis=0)] = 0
    lines = _lines(turned, 0) + _lines(turned, 1)
    back = ndimage.rotate(lines, -skew, order=1, reshape=False)
    top, left = (np.array(back.shape) - thin.shape) // 2
    height, width = thin.shape
    return brightness + np.minimum(back[top : top + height, left : left + width], thin)


def _lines(thin: np.ndarray, axis: int) -> np.ndarray:
    """Return the darkness of lines along an axis, zero where there is none."""
    few, middle = np.nanpercentile(thin, [15, 50], axis=axis, keepdims=True)
    return np.broadcast_to(np.where(few > 2 * np.nanmedian(thin), middle, 0), thin.shape)


def follow_strokes(contrast: np.ndarray, mask: np.ndarray, faintest: float) -> np.ndarray:
    """Follow strokes from where they are dark to where a pencil was hardly pressed.

    Args:
        contrast: (h, w), 0 on paper and about 1 in dark ink.
        mask: (h, w) bool, the dark parts.
        faintest: contrast that paper does not have.

    Returns:
        (h, w) in [0, 1]: the faint parts that are connected with dark ones, as bright as
        these; zero elsewhere.
    """
    width = max(stroke_width(mask), 2)
    smooth = ndimage.gaussian_filter(contrast, width / 6)
    # A stroke's own darkness hereabouts: beside a dark one, its blurred edge is no faint one.
    level = ndimage.maximum_filter(smooth, size=2 * round(width) + 1)
    share = smooth / np.maximum(level, faintest)
    ink = (smooth > faintest) & (share > 0.5)
    parts, _ = ndimage.label(ink | mask, np.ones((3, 3)))
    reached = np.isin(parts, np.unique(parts[mask]))
    return np.clip(share, 0, 1) * (reached & ~mask)


def stroke_width(mask: np.ndarray) -> float:
    """Return how wide strokes are in pixels: four times a pixel's mean distance to their edge."""
    distance = ndimage.distance_transform_edt(np.pad(mask, 1))
    return 4 * distance[distance > 0].mean() - 1


def keep_large_parts(mask: np.ndarray) -> np.ndarray:
    """Keep the largest part and those that are not much smaller."""
    parts = label(mask, connectivity=2)
    areas = np.bincount(parts.ravel())
    areas[0] = 0
    return (areas >= max(SPECK * areas.max(), 1))[parts]


def thicken(ink: np.ndarray, mask: np.ndarray) -> np.ndarray:
    """Thicken thin strokes to what a brush draws."""
    rows, columns = np.nonzero(mask)
    height, width = np.ptp(rows) + 1, np.ptp(columns) + 1
    side = min(max(height, width), BROADEST * height)
    missing = round((THINNEST * side - stroke_width(mask)) / 2)
    if missing < 1:
        return ink
    return ndimage.grey_dilation(np.pad(ink, missing), footprint=disk(missing))
