"""Keeps what a visitor labels, also while the database is away: nothing is lost without a word."""

import logging
import threading

from sqlalchemy.exc import SQLAlchemyError

RETRY = 2.0  # seconds between attempts while the database is away
MOST = 500  # changes that wait for it, of one visitor

_log = logging.getLogger(__name__)


class Keeper:
    """Makes the changes to one notebook in their order, now or as soon as it can be done.

    While some wait, a thread of its own tries again and ends when all are made.
    """

    def __init__(self, open_history, retry=RETRY):
        """Take what to save with.

        Args:
            open_history: function without arguments that returns a History; it may raise
                SQLAlchemyError while the database is away.
            retry: seconds between attempts.
        """
        self._open_history, self._retry = open_history, retry
        self._waiting = {}  # Entry by id, None to delete it: a drawing's last change counts
        self._lock = threading.Lock()
        self._thread = None

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

    def _change(self, entry_id, entry):
        with self._lock:
            if len(self._waiting) >= MOST and entry_id not in self._waiting:
                raise OverflowError(
                    f"{MOST} drawings wait to be saved already; this one is not kept."
                )
            self._waiting[entry_id] = entry
            if not self._make_all() and self._thread is None:
                self._thread = threading.Thread(target=self._try_again, daemon=True)
                self._thread.start()

    def _make_all(self):
        try:
            history = self._open_history()
            for entry_id, entry in list(self._waiting.items()):
                if entry is None:
                    history.delete(entry_id)
                else:
                    history.save(entry)
                del self._waiting[entry_id]
        except SQLAlchemyError as error:
            # Its text may hold the row: names of classes are enough for a log.
            _log.warning("a drawing could not be saved: %s", type(error).__name__)
            return False
        return True

    def _try_again(self):
        pause = threading.Event()
        while True:
            pause.wait(self._retry)
            with self._lock:
                if self._make_all():
                    self._thread = None
                    return
