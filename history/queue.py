"""What visitors label, saved by one thread: at once, or as soon as the database is back.

The process has one WriteQueue, and a page has its Notebook. Nothing is lost while the database
is away, slow or locked, unless the process ends; no page waits for it longer than a moment.
"""

import logging
import threading
import time
import traceback
from weakref import WeakValueDictionary

from sqlalchemy.exc import SQLAlchemyError

from history.database import RETRY, DatabaseAwayError
from history.store import NotebookFullError

PATIENCE = 1.0  # seconds that a page waits at most for its change
MOST = 500  # waiting changes of one notebook
ROOM = 100 << 20  # bytes that all waiting drawings of the process may take: thousands
ALL = ""  # in place of an entry's id: the whole notebook

_log = logging.getLogger(__name__)


class Notebook:
    """One visitor's way to the write queue; pages of the same notebook share it.

    Attributes:
        identity: the notebook's, which nobody else may see.
        trouble: why a change was refused after its page had stopped waiting for it, in words
            for the visitor; "" if none was, and from the next change on.
    """

    def __init__(self, queue, identity):
        """Belong to a WriteQueue. Call its method `notebook` to get one."""
        self.identity, self.trouble = identity, ""
        self._queue = queue
        # The queue's, to be used with its lock alone:
        self.pending = {}  # Entry by id, None to delete it; a drawing's last change counts
        self.retry_at = 0.0  # when the next change may be tried again; 0 if none has failed

    @property
    def waiting(self):
        """How many changes have not been made yet."""
        return len(self.pending)

    def history(self):
        """Return the notebook's History. Raises DatabaseAwayError, as `Database.history`."""
        return self._queue.database.history(self.identity)

    def keep(self, entry):
        """Save an Entry now, or as soon as the database is back.

        Raises:
            OverflowError: if the notebook is full or too many changes wait. Its text tells
                the visitor so. This entry is not saved.
        """
        self._queue.add(self, entry.id, entry)

    def forget(self, entry_id):
        """Delete an entry, now or later. Raises OverflowError if too many changes wait."""
        self._queue.add(self, entry_id, None)

    def forget_all(self):
        """Delete all entries, also those that wait, now or later."""
        self._queue.add(self, ALL, None)


class WriteQueue:
    """Makes the changes of all notebooks, each notebook's in their order, notebooks in turn.

    Its thread runs while changes wait. It is the only one that retries: a database that is
    away is tried by one thread, however many visitors wait for it. If only one notebook's
    change fails, the others' go on.
    """

    def __init__(self, database, patience=PATIENCE, retry=RETRY):
        """Take what to save to.

        Args:
            database: a Database.
            patience: seconds that the caller of a change waits for it at most.
            retry: seconds between attempts.
        """
        self.database = database
        self._patience, self._retry = patience, retry
        self._notebooks = WeakValueDictionary()  # by identity, while a page or a change needs it
        self._turns = {}  # notebooks with pending changes, as keys; the next one is first
        self._resume_at = 0.0  # when a database that is away may be tried again; 0 if it is there
        self._size = 0  # bytes that all pending changes take
        self._changed = threading.Condition()  # never held while the database is asked
        self._is_working = False

    def notebook(self, identity):
        """Return the Notebook with an identity, the same one while anybody has it."""
        with self._changed:
            notebook = self._notebooks.get(identity) or Notebook(self, identity)
            self._notebooks[identity] = notebook
            return notebook

    def add(self, notebook, entry_id, entry):
        """Take a change, and wait a moment until it is made, unless earlier ones wait already.

        Args:
            notebook: whose change it is.
            entry_id: a drawing's, or ALL.
            entry: the Entry to save; None to delete it.

        Raises:
            OverflowError: as `Notebook.keep` and `Notebook.forget`.
        """
        with self._changed:
            self._require_room(notebook, entry_id, entry)
            is_first = not notebook.pending
            for replaced in list(notebook.pending) if entry_id == ALL else [entry_id]:
                self._drop(notebook, replaced)
            notebook.pending[entry_id] = entry
            self._size += _size(entry)
            notebook.trouble = ""
            self._turns.setdefault(notebook)
            self._wake_worker()
            if is_first:
                self._changed.wait_for(lambda: self._is_settled(notebook), self._patience)
            if notebook.trouble:
                trouble, notebook.trouble = notebook.trouble, ""
                raise OverflowError(trouble)

    def _require_room(self, notebook, entry_id, entry):
        if entry_id in notebook.pending or entry_id == ALL:
            return
        if len(notebook.pending) >= MOST:
            raise OverflowError(f"{MOST} changes wait for the database already. Try again later.")
        if entry and self._size + _size(entry) > ROOM:
            raise OverflowError("Too many drawings wait for the database. Try again later.")

    def _drop(self, notebook, entry_id):
        if entry_id in notebook.pending:
            self._size -= _size(notebook.pending.pop(entry_id))

    def _is_settled(self, notebook):
        """Whether a notebook's changes are made, or will not be before the next attempt."""
        return not notebook.pending or self._resume_at or notebook.retry_at

    def _wake_worker(self):
        if not self._is_working:
            self._is_working = True
            threading.Thread(target=self._work, name="write queue", daemon=True).start()
        self._changed.notify_all()

    def _work(self):
        """Make changes until none are left."""
        try:
            while self._make_next_change():
                pass
        except BaseException:
            with self._changed:
                self._is_working = False  # the next change starts another thread
            raise

    def _make_next_change(self):
        """Make a change, or put it off; return False if none is left.

        No variable outlives the call: nothing here keeps a Notebook that nobody else needs.
        """
        change = self._next_change()
        if change is None:
            return False
        notebook, entry_id, entry = change
        trouble = ""
        try:
            self.database.connect()
            _make(self.database.history(notebook.identity), entry_id, entry)
        except DatabaseAwayError:
            self._put_off()
            return True
        except NotebookFullError as error:
            trouble = str(error)
        except Exception as error:
            _log_failure(error)
            self._put_off(notebook if self.database.check() else None)
            return True
        self._note_made(notebook, entry_id, entry, trouble)
        return True

    def _next_change(self):
        """Return (notebook, entry_id, entry) when it is due; None if no change is left."""
        with self._changed:
            while self._turns:
                now = time.monotonic()
                if self._resume_at > now:
                    self._changed.wait(self._resume_at - now)
                elif notebook := next((n for n in self._turns if n.retry_at <= now), None):
                    return notebook, *next(iter(notebook.pending.items()))
                else:
                    self._changed.wait(min(n.retry_at for n in self._turns) - now)
            self._is_working = False
            return None

    def _put_off(self, notebook=None):
        """Try a notebook's changes again later; by default everybody's."""
        with self._changed:
            later = time.monotonic() + self._retry
            if notebook is None:
                self._resume_at = later
            else:
                self._resume_at, notebook.retry_at = 0.0, later
            self._changed.notify_all()

    def _note_made(self, notebook, entry_id, entry, trouble):
        with self._changed:
            self._resume_at = notebook.retry_at = 0.0
            notebook.trouble = trouble or notebook.trouble
            if notebook.pending.get(entry_id) is entry:  # no later change of the same drawing
                self._drop(notebook, entry_id)
            del self._turns[notebook]
            if notebook.pending:
                self._turns[notebook] = None  # behind the others
            self._changed.notify_all()


def _make(history, entry_id, entry):
    if entry_id == ALL:
        history.delete_all()
    elif entry is None:
        history.delete(entry_id)
    else:
        history.save(entry)


def _size(entry):
    """Return about how many bytes a pending change takes in memory."""
    points = sum(map(len, entry.strokes)) if entry else 0
    return 1_500 + 115 * points


def _log_failure(error):
    """Log that a change failed. An error's text may hold the drawing: its class is enough."""
    _log.warning("A change could not be saved: %s", type(error).__name__)
    if not isinstance(error, SQLAlchemyError):  # a mistake of ours
        _log.error("It came from\n%s", "".join(traceback.format_tb(error.__traceback__)))
