"""What there is to say of a drawing besides what was read."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Note:
    """A remark on a drawing.

    Attributes:
        text: in words, "" for nothing.
        saved: the label that the drawing is saved under, as its button's value; of a number, a mark
        for each digit; "" if it is not saved.
        is_learnt: whether it says that this very drawing was learnt.
    """

    text: str = ""
    saved: str = ""
    is_learnt: bool = False


NO_NOTE = Note()
