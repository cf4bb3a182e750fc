"""All ten digits as some people might write them, in the text of the pen digits' source."""

import numpy as np

from digit_model.strokes.digit_shapes import SHAPES, draw_shape


def write_digits(writers):
    """Write all ten digits of each writer as UNIPEN text, where y points upwards."""
    rng = np.random.default_rng(0)
    lines = []
    for writer in writers:
        for label, (shape, *_) in SHAPES.items():
            lines += [f'.SEGMENT DIGIT 0 ? "{label}"', f".COMMENT {label} {writer} 0"]
            for stroke in draw_shape(shape, rng):
                points = [f"{x:.0f} {-y:.0f}" for x, y in 40 * stroke]
                lines += [".PEN_DOWN", *points, ".PEN_UP"]
    return "\n".join(lines)
