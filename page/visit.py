"""One visitor's session: all that the page remembers between its runs, and what changes it."""

import math
import secrets
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import partial

import numpy as np
import streamlit as st
from sqlalchemy.exc import SQLAlchemyError

from digit_model import ModelError, Number, Prediction
from digit_model.classifier import Classifier
from history import Entry, is_identity, new_identity
from page.address import show_notebook
from page.answer.note import NO_NOTE, Note
from page.answer.reading import Reading, read
from page.canvas.drawing import Drawing, DrawingError, path_through, read_value, sent_drawing
from page.formatting import UNKNOWN, format_digit, format_mark
from page.labels.component import FORGET, NONE, RIGHT
from page.labels.entries import make_entry, make_photograph_entry
from page.look_inside.growth import Growth, follow_growth
from server.notebooks import HandwritingNotebook, learn_later, open_notebook

MOST_SAVED = 500  # drawings that a session knows it has saved, for Undo and Redo
MOST_FOLLOWED = 24  # strokes of a drawing whose growth is followed: no digit has more
LEARNING_DELAY = 1.5  # seconds: the page is painted before its notebook is read
LEAVING = 1  # second that a dialog may take to go, on a slow machine
AWAY = "Database unavailable: your answers will be saved later"


@dataclass
class Photograph:
    """What the Photo dialog has read last, and shown of it."""

    file_id: str
    picture: np.ndarray
    number: Number | None
    network: Classifier | None
    note: Note = NO_NOTE
    trouble: str = ""


@dataclass
class Visit:
    """What the page remembers of one visitor.

    Attributes:
        notebook: the visitor's HandwritingNotebook.
        reading: of the drawing on the canvas; None if it is empty.
        entry: the Entry saved of its selected digit, if any.
        labelled: the Entries saved of the drawing that was labelled last, digit by digit; None of a
            digit that was not. Empty once something else is drawn.
        saved: by an Entry's id, what of it no drawing tells.
        trouble: why the drawing could not be saved, in words for its owner.
        turn: of the answer that was taken last, counted from 1.
        has_new_link: whether the browser's address may lack the notebook, though it holds drawings.
        opened: what the History put on the canvas, as `show_tools` takes it.
        undoable: Entries as they were before the History's last change, which can be undone,
        change: ... and what that was, in words.
        photograph: what the Photo dialog shows.
        photograph_bars: the (10,) probabilities that it showed last.
        is_returning: whether an earlier session may have saved the drawing that a reload brings.
        dialog_gone: from when on no dialog is on the page, in seconds of `time.monotonic`.
    """

    notebook: HandwritingNotebook
    reading: Reading | None = None
    entry: Entry | None = None
    labelled: list[Entry | None] = field(default_factory=list)
    saved: dict[str, dict] = field(default_factory=dict)
    trouble: str = ""
    turn: int = 0
    has_new_link: bool = False
    opened: dict | None = None
    undoable: list[Entry] = field(default_factory=list)
    change: str = ""
    photograph: Photograph | None = None
    photograph_bars: np.ndarray | None = None
    is_returning: bool = False
    dialog_gone: float = 0

    @classmethod
    def current(cls) -> "Visit":
        """Return this session's Visit; a run that Streamlit has stopped ends here.

        Call it again after what takes long, before changing anything: the next run may have begun.
        """
        if "visit" not in st.session_state:
            st.session_state.visit = cls.open(st.query_params.get("notebook"))
        return st.session_state.visit

    @classmethod
    def open(cls, identity: str | None) -> "Visit":
        """Return a new Visit to the notebook with this identity; to a new one if it is none."""
        if identity is None or not is_identity(identity):
            return cls(open_notebook(new_identity(), is_new=True))
        notebook = open_notebook(identity)
        learn_later(notebook, LEARNING_DELAY)
        return cls(notebook, is_returning=True)

    def read(self, drawing: Drawing) -> Reading | None:
        """Return the Reading of a Drawing, as `page.answer.reading.read` does."""
        return read(drawing, self.notebook, self.reading)

    def show(self, reading: Reading | None) -> None:
        """Have a Reading on the canvas, and what is saved of it already, as after Undo and Redo."""
        before, self.reading = self.reading, reading
        if _identify(before) == _identify(reading):
            return
        if reading and self.is_returning:
            self._remember(reading)
        self.entry, self.trouble = self.find_saved(reading), ""
        if reading:
            if not before or before.drawing != reading.drawing:
                self.labelled = []
        elif before and before.number.text:  # who clears a drawing has finished it
            self.notebook.watch(
                before.number.images,
                [before.pen_strokes_at(place) for place in before.places],
            )

    def _remember(self, reading: Reading) -> None:
        """Look up what an earlier session has saved of a Reading: reloaded, it is still saved."""
        self.is_returning = False
        with suppress(SQLAlchemyError, DrawingError):
            entries = [make_entry(reading.at(p), self.notebook.identity) for p in reading.places]
            for entry in self.notebook.find({entry.id for entry in entries}):
                self.note_saved(entry.id, entry)

    def select_digit(self, place: int) -> None:
        """Select another digit of the number on the canvas."""
        if self.reading and place in self.reading.places:
            self.show(self.reading.at(place))

    def take_label(
        self, label: int | str, value: dict | None = None, is_typed: bool = False
    ) -> None:
        """Save the drawing as what its owner says it is: 0–9, RIGHT or NONE; or FORGET it.

        Args:
            label: what was tapped or typed.
            value: the canvas's value at that moment, which may not have been read yet, and may
                have been cleared since; None for the drawing that was sent last.
            is_typed: whether it was typed: a number is typed from the left, so its first digit is
                selected if none was.
        """
        try:
            self.show(self.read(read_value(value) if value else sent_drawing("drawing")))
            if label == FORGET:
                self._forget()
            elif self.reading:
                is_from_left = is_typed and not self.reading.is_selected
                self._save(self.reading.at(0) if is_from_left else self.reading, label)
            self.trouble = ""
        except (DrawingError, ModelError, OverflowError) as error:
            self.entry, self.trouble = None, str(error)

    def _save(self, reading: Reading, label: int | str) -> None:
        """Save the selected digit, and select the next; or if the label is RIGHT, save all."""
        for place in reading.places if label == RIGHT else [reading.place]:
            self._save_digit(reading.at(place), label)
        if reading.is_number and label != RIGHT:
            self.reading = reading.at(min(reading.place + 1, reading.places[-1]))
        self.entry = self.find_saved(self.reading)
        self.labelled = self._find_digits(reading)

    def _save_digit(self, reading: Reading, label: int | str) -> None:
        digit = label if isinstance(label, int) else None
        digit = reading.prediction.digit if label == RIGHT else digit
        # What was read before anything was learnt of it counts.
        entry = self.find_saved(reading) or make_entry(reading, self.notebook.identity)
        self.save_entry(replace(entry, label=digit))

    def save_entry(self, entry: Entry) -> None:
        """Save an Entry. Raises OverflowError, with words for its owner, if it cannot be saved."""
        self.notebook.save(entry)
        self.note_saved(entry.id, entry)
        self.has_new_link = True

    def save_photograph(
        self, image: np.ndarray, prediction: Prediction, network: Classifier, label: int | None
    ) -> None:
        """Save a digit of a photograph; arguments and errors as for `make_photograph_entry`."""
        entry = make_photograph_entry(image, prediction, network, self.notebook.identity)
        self.save_entry(replace(entry, label=label))

    def _forget(self) -> None:
        """Delete what is saved of the drawing on the canvas, or of the one labelled last."""
        for entry in filter(None, self._find_digits(self.reading)):
            self.delete_entry(entry)

    def delete_entry(self, entry: Entry) -> None:
        """Delete an Entry. Raises OverflowError if too many changes wait for the database."""
        self.notebook.delete(entry)
        self.note_saved(entry.id, None)

    def delete_all(self) -> None:
        """Delete the whole notebook. Raises OverflowError as `delete_entry` does."""
        self.notebook.delete_all()
        self.entry, self.labelled, self.saved, self.undoable = None, [], {}, []

    def correct(self, entries: list[Entry], label: int | None) -> str:
        """Save Entries under another label so that `undo_change` brings the old one back.

        Returns:
            Why not all of them, "" if all.
        """
        corrected = [replace(entry, label=label) for entry in entries]
        return self._change(self.save_entry, corrected, entries, f"saved as {format_digit(label)}")

    def delete(self, entries: list[Entry]) -> str:
        """Delete Entries so that `undo_change` brings them back; return as `correct`."""
        return self._change(self.delete_entry, entries, entries, "deleted")

    def undo_change(self) -> str:
        """Save what was changed last as it was before; return as `correct`."""
        before, self.undoable = self.undoable, []
        count, trouble = _apply(self.save_entry, before)
        self.undoable = before[count:]
        return trouble

    def _change(
        self,
        change: Callable[[Entry], None],
        entries: list[Entry],
        before: list[Entry],
        words: str,
    ) -> str:
        count, trouble = _apply(change, entries)
        if count:
            drawings = "The drawing is" if count == 1 else f"{count} drawings are"
            self.undoable, self.change = before[:count], f"{drawings} {words}."
        return trouble

    def find_saved(self, reading: Reading | None) -> Entry | None:
        """Return the Entry that this session has saved of a Reading's selected digit, if any."""
        if not reading or not self.saved:
            return None
        try:
            entry = make_entry(reading, self.notebook.identity)
        except DrawingError:  # it can be read, but not be saved
            return None
        return replace(entry, **self.saved[entry.id]) if entry.id in self.saved else None

    def _find_digits(self, reading: Reading | None) -> list[Entry | None]:
        """Return the Entries saved of a Reading, digit by digit; or `labelled` if there are none.

        What was learnt of a number's digits can have it read as none.
        """
        found = [self.find_saved(reading.at(place)) for place in reading.places] if reading else []
        return found if any(found) else self.labelled

    def note_saved(self, entry_id: str, entry: Entry | None) -> None:
        """Note that the Entry with this id is now saved as this one; None: it is deleted."""
        self.saved.pop(entry_id, None)
        if entry:
            names = ("label", "prediction", "confidence", "probabilities", "time")
            self.saved[entry_id] = {name: getattr(entry, name) for name in names}
        if len(self.saved) > MOST_SAVED:
            del self.saved[next(iter(self.saved))]
        self.entry = self.find_saved(self.reading)
        self.labelled = [entry if e and e.id == entry_id else e for e in self.labelled]

    def reopen(self, entries: list[Entry]) -> None:
        """Have the next run of the page put a saved drawing on the canvas again: its Entries."""
        paths = [path_through(stroke) for entry in entries for stroke in entry.strokes]
        self.opened = {"key": secrets.token_hex(8), "paths": paths}
        for entry in entries:
            self.note_saved(entry.id, entry)

    def note_dialog(self, is_open: bool, now: float) -> None:
        """Note whether a dialog is on the page, at this moment of `time.monotonic`."""
        if is_open:
            self.dialog_gone = math.inf
        elif self.dialog_gone == math.inf:
            self.dialog_gone = now + LEAVING

    def show_link(self) -> None:
        """Have the notebook in the browser's address once something is saved in it."""
        if self.has_new_link:
            self.has_new_link = not show_notebook(self.notebook.identity)

    def growth_of(self, reading: Reading) -> Callable[[], Growth] | None:
        """Return what follows the growth of a Reading's selected digit; None if that takes long."""
        try:
            strokes = [np.array(stroke) for stroke in reading.strokes_at(reading.place)]
        except DrawingError:  # it can be read, but its points cannot
            return None
        if not 0 < len(strokes) <= MOST_FOLLOWED:
            return None
        classify_all = self.notebook.ready_reader(reading.network).classify_all
        seen = reading.image, reading.prediction
        return partial(follow_growth, strokes, reading.drawing.brush, classify_all, *seen)

    def note(self) -> Note:
        """Return what there is to say of the drawing besides what was read."""
        learnt = self._say_what_is_learnt()
        if self.notebook.waiting:
            return Note(AWAY + learnt, is_learnt=bool(learnt))
        if trouble := self.trouble or self.notebook.trouble:
            return Note(trouble)
        entries = self._find_digits(self.reading)
        if not any(entries):
            return NO_NOTE
        marks = "".join(format_mark(each.label) if each else UNKNOWN for each in entries)
        words, saved = marks, marks
        if len(entries) == 1 and entries[0]:
            label = entries[0].label
            words, saved = format_digit(label), NONE if label is None else str(label)
        return Note(f"saved as {words}{learnt}", saved, bool(learnt))

    def _say_what_is_learnt(self) -> str:
        """Say what this drawing has taught, if the network alone reads something else in it."""
        entry, reading = self.entry, self.reading
        if not entry or not reading or reading.network.embedding is None:
            return ""
        if entry.label == reading.alone.digit:
            return ""
        name = "not a digit" if entry.label is None else f"one of your {entry.label}s"
        return f". Learnt: this is {name}."


def _apply(change: Callable[[Entry], None], entries: list[Entry]) -> tuple[int, str]:
    """Change Entries until one is refused; return how many are changed, and the reason."""
    for count, entry in enumerate(entries):
        try:
            change(entry)
        except OverflowError as error:
            return count, str(error)
    return len(entries), ""


def _identify(reading: Reading | None) -> tuple | None:
    """Return what tells one Reading on the canvas from another."""
    return (reading.drawing.strokes, reading.place) if reading else None
