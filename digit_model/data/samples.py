"""What every reader of pen strokes returns: samples, and who wrote them."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np


@dataclass(frozen=True)
class PenSample:
    """One digit, letter, sign, outline or character as it was written.

    Attributes:
        label: an int 0–9, or what else it is as str; "" if nobody knows.
        writer: a person's key, unique across all data: the source, a hyphen, and a number
            or a hash. It does not disclose a name.
        strokes: tuple of (points, 2) float32 arrays, x to the right, y downwards, in the
            unit of the source.
        key: of this sample, to leave it out by; "" if its source has none.
    """

    label: int | str
    writer: str
    strokes: tuple[np.ndarray, ...]
    key: str = ""

    @property
    def digit(self) -> tuple[int, Sequence[np.ndarray]]:
        """A digit's label and strokes."""
        return int(self.label), self.strokes

    @property
    def source(self) -> str:
        """Return where it was collected: "pendigits", "unipen-ibm", "omniglot-Greek" …"""
        return self.writer.rsplit("-", 1)[0]


def person_key(source: str, name: str) -> str:
    """Make a person's key of the name or initials in the source; it does not disclose them."""
    return f"{source}-{short_hash(f'{source}/{name}')}"


def short_hash(text: str) -> str:
    """Return six hexadecimal digits that stand for a text."""
    return hashlib.sha256(text.encode()).hexdigest()[:6]


def read_keys(path: Path | str) -> frozenset[str]:
    """Read the keys of samples to leave out: one a line, "#" begins a remark."""
    lines = Path(path).read_text(encoding="utf-8").splitlines()
    return frozenset(key for line in lines if (key := line.partition("#")[0].strip()))
