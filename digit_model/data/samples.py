"""What every reader of pen strokes gives: one sample, and who wrote it."""

import hashlib
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class PenSample:
    """One digit, letter, sign, outline or character as it was written.

    Attributes:
        label: an int 0–9, or what else it is as str; "" if nobody knows.
        writer: a person's key, unique across all data: the source, a hyphen, and a number
            or a hash. No name can be told from it.
        strokes: tuple of (points, 2) float32 arrays, x to the right, y downwards, in the
            unit of the source.
        key: of this sample, to leave it out by; "" if its source has none.
    """

    label: int | str
    writer: str
    strokes: tuple
    key: str = ""

    @property
    def source(self):
        """Return where it was collected: "pendigits", "unipen-ibm", "omniglot-Greek" …"""
        return self.writer.rsplit("-", 1)[0]


def person_key(source, name):
    """Make the key of a person whose source gives a name or initials, without telling them."""
    return f"{source}-{short_hash(f'{source}/{name}')}"


def short_hash(text):
    """Return six hexadecimal digits that stand for a text."""
    return hashlib.sha256(text.encode()).hexdigest()[:6]


def read_keys(path):
    """Read the keys of samples to leave out: one a line, "#" begins a remark."""
    lines = Path(path).read_text(encoding="utf-8").splitlines()
    return frozenset(key for line in lines if (key := line.partition("#")[0].strip()))
