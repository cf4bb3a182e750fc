"""The drawings of one notebook: saved, read, counted and deleted, in SQLite or PostgreSQL.

Only those who know a notebook's identity can read and change it; the database holds nothing of
the identity but its SHA-256.
"""

import hashlib
import json
import re
import secrets
from collections.abc import Collection, Iterator
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any, NamedTuple

import numpy as np
from sqlalchemy import (
    Connection,
    Delete,
    Engine,
    Row,
    Select,
    bindparam,
    case,
    delete,
    func,
    select,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite

from history.schema import drawings

# Drawings that a notebook may hold, so that one address does not fill the disk: 30 MB of it, and
# one drawing every ten seconds for a day and a night.
LIMIT = 10_000

FETCHED = 50  # drawings in memory while all are read; one can have 300 kB of strokes

# By an Entry's id, its image, label and `seen`.


class Example(NamedTuple):
    """What of an Entry a handwriting is learnt from, each as there."""

    image: np.ndarray
    label: int | None
    strokes: list[list[list[float]]]
    seen: str | None


Examples = dict[str, Example]

_DIALECTS = {"sqlite": sqlite, "postgresql": postgresql}

# How many drawings a notebook has, and how many with these ids. The index has all that this
# needs: no image is read.
_room = select(
    func.count(), func.count(case((drawings.c.id.in_(bindparam("ids", expanding=True)), 1)))
).where(drawings.c.notebook == bindparam("notebook"))

_right = drawings.c.prediction.is_not_distinct_from(drawings.c.label)


@dataclass(frozen=True)
class Entry:
    """One drawing, what the network read, and what it really was.

    Attributes:
        id: 32 hexadecimal digits; the same drawing keeps the same id.
        time: when it was first saved, in UTC, without a time zone.
        strokes: list of strokes, each a list of (x, y) in pixels of the canvas.
        image: (28, 28) uint8, what the network saw.
        prediction: 0–9, or None: not a digit.
        confidence: probability of the most likely digit, in [0, 1].
        label: 0–9, or None: not a digit.
        model: SHA-256 of the model file that answered.
        number: the number that this digit is part of, as it was read; None: of none. All its
            digits have the same time.
        place: of the digit in that number, 0 for the first; None: of none.
        probabilities: (10,) float32, of each digit; None: saved before they were.
        seen: what a network computed of the image, as `digit_model.hand.cache` writes it; None:
            not known.
    """

    id: str
    time: datetime
    strokes: list[list[list[float]]]
    image: np.ndarray
    prediction: int | None
    confidence: float
    label: int | None
    model: str
    number: str | None = None
    place: int | None = None
    probabilities: np.ndarray | None = None
    seen: str | None = None

    def as_example(self) -> Example:
        """Return what of it a handwriting is learnt from."""
        return Example(*(getattr(self, name) for name in Example._fields))

    @property
    def right(self) -> bool:
        """Whether the network was right."""
        return self.prediction == self.label


_columns = [drawings.c[field.name] for field in fields(Entry)]  # not those of a later version


class NotebookFullError(OverflowError):
    """A notebook has reached its limit. The text is for its owner."""

    def __init__(self) -> None:
        """Say what the owner can do."""
        super().__init__(
            f"This notebook is full: it holds {LIMIT:,} drawings. Export them, then delete some."
        )


def new_identity() -> str:
    """Return an identity for a new notebook, which nobody can guess."""
    return secrets.token_urlsafe(24)


def is_identity(value: object) -> bool:
    """Return whether a value can be a notebook's identity."""
    return isinstance(value, str) and re.fullmatch(r"[\w-]{32}", value, re.ASCII) is not None


class Notebook:
    """The drawings saved under one identity. Every method is one short transaction.

    All of them raise sqlalchemy.exc.SQLAlchemyError if the database cannot be reached.
    """

    def __init__(self, engine: Engine, identity: str) -> None:
        """Take a prepared engine and a notebook's identity."""
        self._engine = engine
        self._notebook = hashlib.sha256(identity.encode()).hexdigest()
        self._mine = drawings.c.notebook == self._notebook

    def save(self, *entries: Entry) -> None:
        """Save entries. Of one that is saved already, only the label changes.

        Raises:
            NotebookFullError: if the notebook would hold more than LIMIT; then none of them is
                saved. Servers that save to it at the same moment do not see each other's
                drawing: it can end up with one more for each of them.
        """
        rows = [_row(entry) | {"notebook": self._notebook} for entry in entries]
        insert = _DIALECTS[self._engine.dialect.name].insert(drawings)
        save = insert.on_conflict_do_update(
            index_elements=["id"], set_={"label": insert.excluded.label}, where=self._mine
        )
        with self._engine.begin() as database:
            self._require_room(database, {entry.id for entry in entries})
            database.execute(save, rows)

    def delete(self, entry_id: str) -> None:
        """Delete a drawing."""
        self._change(delete(drawings).where(drawings.c.id == entry_id))

    def delete_all(self) -> None:
        """Delete all drawings of this notebook."""
        self._change(delete(drawings))

    def count(self, label: int | str | None = "any", right: bool | None = None) -> tuple[int, int]:
        """Count drawings, and how many of them the network read right.

        Args:
            label: 0–9, None for "not a digit", or "any".
            right: True for drawings that the network read right, False for wrong, None for both.

        Returns:
            (count, how many of them right).
        """
        counted = select(func.count(), func.count(case((_right, 1))))
        with self._engine.connect() as database:
            return tuple(database.execute(self._among(counted, label, right)).one())

    def page(
        self,
        first: int,
        count: int,
        label: int | str | None = "any",
        right: bool | None = None,
    ) -> list[Entry]:
        """Return the entries of up to `count` drawings, newest first, after skipping `first`.

        A number's digits are one drawing, from left to right.

        Args:
            first, count: numbers of drawings.
            label, right: as in `count`.
        """
        time = drawings.c.time
        times = self._among(select(time).distinct(), label, right).order_by(time.desc())
        times = times.offset(first).limit(count)
        chosen = self._among(select(*_columns), label, right).where(time.in_(times))
        newest_first = time.desc(), drawings.c.place, drawings.c.id
        with self._engine.connect() as database:
            return [_entry(row) for row in database.execute(chosen.order_by(*newest_first))]

    def count_drawings(self, label: int | str | None = "any", right: bool | None = None) -> int:
        """Count drawings as `page` shows them: a number is one. Args as in `count`."""
        counted = select(func.count(drawings.c.time.distinct()))
        with self._engine.connect() as database:
            return database.execute(self._among(counted, label, right)).scalar_one()

    def find(self, ids: Collection[str]) -> list[Entry]:
        """Return the entries with these ids."""
        chosen = select(*_columns).where(self._mine, drawings.c.id.in_(ids))
        with self._engine.connect() as database:
            return [_entry(row) for row in database.execute(chosen)]

    def course(self) -> np.ndarray:
        """Return whether each drawing was read right, oldest first: (n,) bool."""
        oldest_first = drawings.c.time, drawings.c.id
        chosen = select(_right).where(self._mine).order_by(*oldest_first)
        with self._engine.connect() as database:
            return np.array(database.execute(chosen).scalars().all(), bool)

    def examples(self, most: int) -> Examples:
        """Return up to `most` drawings to learn from: those read wrong first, then the newest.

        Returns:
            {id: Example}, oldest first.
        """
        columns = (drawings.c[name] for name in ("id", "time", *Example._fields))
        best_first = case((_right, 1), else_=0), drawings.c.time.desc(), drawings.c.id
        chosen = select(*columns).where(self._mine).order_by(*best_first).limit(most)
        with self._engine.connect() as database:
            rows = sorted(database.execute(chosen), key=lambda row: row.time)
        return {
            row.id: Example(_decode(row.image), row.label, json.loads(row.strokes), row.seen)
            for row in rows
        }

    def save_seen(self, seen: dict[str, str]) -> None:
        """Save `seen` of drawings by their ids; ignore those that are not here."""
        noted = update(drawings).where(drawings.c.id == bindparam("one"), self._mine)
        rows = [{"one": entry_id, "text": text} for entry_id, text in seen.items()]
        with self._engine.begin() as database:
            database.execute(noted.values(seen=bindparam("text")), rows)

    def entries(self) -> Iterator[Entry]:
        """Yield all entries, oldest first, with only a few in memory."""
        oldest_first = drawings.c.time, drawings.c.id
        chosen = select(*_columns).where(self._mine).order_by(*oldest_first)
        with self._engine.connect().execution_options(yield_per=FETCHED) as database:
            yield from map(_entry, database.execute(chosen))

    def _require_room(self, database: Connection, ids: set[str]) -> None:
        """Raise NotebookFullError if there is no room for drawings with these ids."""
        total, old = database.execute(_room, {"notebook": self._notebook, "ids": list(ids)}).one()
        new = len(ids) - old
        if new and total + new > LIMIT:
            raise NotebookFullError

    def _among(self, query: Select, label: int | str | None, right: bool | None) -> Select:
        query = query.select_from(drawings).where(self._mine)
        if label != "any":
            query = query.where(drawings.c.label.is_not_distinct_from(label))
        return query if right is None else query.where(_right == right)

    def _change(self, statement: Delete) -> None:
        with self._engine.begin() as database:
            database.execute(statement.where(self._mine))


def _row(entry: Entry) -> dict[str, Any]:
    """Return an Entry's values as the table holds them."""
    shares = entry.probabilities
    return vars(entry) | {
        "strokes": _encode(entry.strokes),
        "image": entry.image.astype(np.uint8).tobytes(),
        "probabilities": None
        if shares is None
        else _encode([round(share, 6) for share in shares.tolist()]),
    }


def _entry(row: Row) -> Entry:
    """Return the Entry of a row."""
    values = row._asdict()
    shares = values["probabilities"]
    return Entry(
        **values
        | {
            "strokes": json.loads(values["strokes"]),
            "image": _decode(values["image"]),
            "probabilities": shares and np.array(json.loads(shares), np.float32),
        }
    )


def _encode(numbers: list) -> str:
    return json.dumps(numbers, separators=(",", ":"))


def _decode(image: bytes) -> np.ndarray:
    return np.frombuffer(image, np.uint8).reshape(28, 28)
