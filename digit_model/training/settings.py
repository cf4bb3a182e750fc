"""Everything about a fit that is a matter of choice."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Settings:
    """A fit's settings; each is an option of train_model.py."""

    epochs: int = 24
    batch_size: int = 128
    image_share: float = 0.36  # of each batch: MNIST's images
    negative_share: float = 0.18  # of each batch: not digits; the rest are digits by strokes
    traced_share: float = 0.24  # of the digits by strokes: MNIST's images, traced
    shape_share: float = 0.16  # of the digits by strokes: from control points
    distortion: float = 1.0  # of the strokes of digits; 0 leaves them as they were written
    width: float = 1.0  # of the network: its filters as a multiple of what is committed
    stroke_epochs: int = 14
    stroke_batch_size: int = 128
    stroke_negative_share: float = 0.2  # of each batch of strokes: not digits
    learning_rate: float = 3e-3  # at its peak, after the first epoch
    weight_decay: float = 1e-3
    label_smoothing: float = 0.02
    seed: int = 1
    composed: int = 500  # numbers of two digits that the number reader is fitted on
