"""Keeps what a visitor labels, also while the database is away: nothing is lost without a word."""

import logging
import threading
import time

from sqlalchemy.exc import SQLAlchemyError

PATIENCE = 1.0  # seconds that a page waits at most until a change is made
RETRY = 2.0  # seconds between attempts while the database is away
MOST = 500  # changes that wait for it, of one visitor
ALL = ""  # in an entry's place: the whole notebook

_log = logging.getLogger(__name__)


class Keeper:
    """Makes the changes to one notebook in their order, now or as soon as it can be done.

    A thread makes them, and ends when all are made: a database that is slow, or locked,
    keeps no page waiting.
    """

    def __init__(self, open_history, patience=PATIENCE, retry=RETRY):
        """Take what to save with.

        Args:
            open_history: function without arguments that returns a History; it may raise
                SQLAlchemyError while the database is away.
            patience: seconds to wait for a change to be made; then it goes on waiting
                without its caller.
            retry: seconds between attempts.
        """
        self._open_history, self._patience, self._retry = open_history, patience, retry
        self._waiting = {}  # Entry by id, None to delete it: a drawing's last change counts
        self._changed = threading.Condition()  # never held while the database is asked
        self._working = False

    @property
    def waiting(self):
        """How many changes are not made yet."""
        return len(self._waiting)

    def keep(self, entry):
        """Save an Entry, or have it wait where the database is away.

        Raises:
            OverflowError: where too many are waiting; this one is not kept.
        """
        self._change(entry.id, entry)

    def forget(self, entry_id):
        """Delete an entry, now or when the database is back. Raises OverflowError likewise."""
        self._change(entry_id, None)

    def forget_all(self):
        """Delete all entries, also those that wait, now or when the database is back."""
        with self._changed:
            self._waiting.clear()
        self._change(ALL, None)

    def _change(self, entry_id, entry):
        with self._changed:
            if len(self._waiting) >= MOST and entry_id not in self._waiting:
                raise OverflowError(
                    f"{MOST} drawings wait to be saved already; this one is not kept."
                )
            self._waiting[entry_id] = entry
            if not self._working:
                self._working = True
                threading.Thread(target=self._work, daemon=True).start()
                self._changed.wait(self._patience)

    def _work(self):
        try:
            while not self._make_all():
                with self._changed:
                    self._changed.notify_all()
                time.sleep(self._retry)
        except BaseException:
            with self._changed:
                self._working = False  # the next change tries again
            raise

    def _make_all(self):
        """Make what waits, and what comes meanwhile; return False where that fails."""
        try:
            history = self._open_history()
            while change := self._next_change():
                entry_id, entry = change
                if entry_id == ALL:
                    history.delete_all()
                elif entry is None:
                    history.delete(entry_id)
                else:
                    history.save(entry)
                self._note_made(entry_id, entry)
        except SQLAlchemyError as error:
            # Its text may hold the row: names of classes are enough for a log.
            _log.warning("a drawing could not be saved: %s", type(error).__name__)
            return False
        return True

    def _next_change(self):
        """Return the change that waits longest; None where none does: the work is done."""
        with self._changed:
            if self._waiting:
                return next(iter(self._waiting.items()))
            self._working = False
            self._changed.notify_all()
            return None

    def _note_made(self, entry_id, entry):
        with self._changed:
            if self._waiting.get(entry_id) is entry:  # no later change of the same drawing
                self._waiting.pop(entry_id, None)
