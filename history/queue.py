"""Makes all changes of notebooks in one thread: at once, or as soon as the database is back.

The process has one WriteQueue, and each page a QueuedNotebook from it. While the database is away,
slow or locked, changes wait in memory. They are lost only if the process ends.
"""

import logging
import threading
import time
import traceback
from collections.abc import Collection
from weakref import WeakValueDictionary

from sqlalchemy.exc import SQLAlchemyError

from history.database import RETRY, Database, DatabaseAwayError
from history.notebook import Entry, Examples, Notebook, NotebookFullError

PAGE_WAIT = 1.0  # longest wait of a page for its change, in seconds
MOST_PENDING = 500  # changes of one notebook
ROOM = 100 << 20  # bytes of memory for all pending drawings: about ten thousand
ALL = ""  # instead of an entry's id: the whole notebook

_log = logging.getLogger(__name__)


class QueuedNotebook:
    """A notebook whose changes go through the queue. Pages with the same identity share it.

    Attributes:
        identity: the notebook's identity, which only its owner may see.
        trouble: why a change was refused after its page had stopped waiting, in words for the
            visitor. The next change resets it to "".
    """

    def __init__(self, queue: "WriteQueue", identity: str) -> None:
        """Do not call this; call `WriteQueue.notebook`."""
        self.identity, self.trouble = identity, ""
        self._queue = queue
        # Only the queue uses these, and only while it holds its lock.
        self.pending: dict[str, Entry | None] = {}  # by id, what to save; None: delete it
        self.retry_at = 0.0  # when to try again after a failure; 0 if there was none

    @property
    def waiting(self) -> int:
        """Number of pending changes."""
        return len(self.pending)

    def saved(self) -> Notebook:
        """Return what is saved, to read. Raises DatabaseAwayError as `Database.notebook` does."""
        return self._queue.database.notebook(self.identity)

    def find(self, ids: Collection[str]) -> list[Entry]:
        """Return `Notebook.find` with pending changes applied. Raises SQLAlchemyError."""
        pending = self._queue.pending_of(self)  # first: what is saved after this is then read
        saved = [] if ALL in pending else self.saved().find(ids)
        entries = {entry.id: entry for entry in saved} | pending
        return [entry for entry_id in ids if (entry := entries.get(entry_id))]

    def examples(self, most: int) -> Examples:
        """Return `Notebook.examples` with pending changes applied. Raises SQLAlchemyError."""
        pending = self._queue.pending_of(self)  # first: what is saved after this is then read
        examples = {} if ALL in pending else self.saved().examples(most)
        for entry_id, entry in pending.items():
            examples.pop(entry_id, None)
            if entry is not None:
                examples[entry_id] = entry.as_example()
        return examples

    def save_seen(self, seen: dict[str, str]) -> None:
        """Call `Notebook.save_seen` now, not through the queue. Raises SQLAlchemyError."""
        self.saved().save_seen(seen)

    def save(self, entry: Entry) -> None:
        """Save an Entry now, or as soon as the database is back.

        Raises:
            OverflowError: if the notebook is full or too many changes are pending. The entry
                is not saved, and the error's text is for the visitor.
        """
        self._queue.add(self, entry.id, entry)

    def delete(self, entry_id: str) -> None:
        """Delete an entry in the same way. Raises OverflowError if too many changes are pending."""
        self._queue.add(self, entry_id, None)

    def delete_all(self) -> None:
        """Delete all entries in the same way, including pending ones."""
        self._queue.add(self, ALL, None)


class WriteQueue:
    """Applies pending changes, one notebook after another, each notebook's in order.

    One thread does it, however many visitors there are; it ends when nothing is pending. It
    keeps trying while the database is away. If a single notebook's change fails, only that
    notebook waits.
    """

    def __init__(
        self, database: Database, page_wait: float = PAGE_WAIT, retry: float = RETRY
    ) -> None:
        """Create a queue without a thread; the first change starts it.

        Args:
            database: the Database to save to.
            page_wait: longest time in seconds that a caller waits for its change.
            retry: seconds between attempts.
        """
        self.database = database
        self._page_wait, self._retry = page_wait, retry
        # By identity, the notebooks that somebody still uses.
        self._notebooks: WeakValueDictionary[str, QueuedNotebook] = WeakValueDictionary()
        # An ordered set: the notebooks with pending changes, the next one first.
        self._turns: dict[QueuedNotebook, None] = {}
        self._resume_at = 0.0  # when to try a database again that is away; 0 if it is not
        self._size = 0  # bytes of memory that all pending changes take
        self._changed = threading.Condition()  # never held during a query
        self._is_working = False

    def notebook(self, identity: str) -> QueuedNotebook:
        """Return the QueuedNotebook with this identity, the same one for all who use it."""
        with self._changed:
            notebook = self._notebooks.get(identity) or QueuedNotebook(self, identity)
            self._notebooks[identity] = notebook
            return notebook

    def add(self, notebook: QueuedNotebook, entry_id: str, entry: Entry | None) -> None:
        """Add a pending change. If it is the notebook's only one, wait briefly for it.

        Args:
            notebook: which one to change.
            entry_id: an entry's id, or ALL.
            entry: what to save; None to delete.

        Raises:
            OverflowError: as `QueuedNotebook.save` and `QueuedNotebook.delete`.
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
                self._changed.wait_for(lambda: self._is_settled(notebook), self._page_wait)
            if notebook.trouble:
                trouble, notebook.trouble = notebook.trouble, ""
                raise OverflowError(trouble)

    def pending_of(self, notebook: QueuedNotebook) -> dict[str, Entry | None]:
        """Return a copy of a notebook's pending changes."""
        with self._changed:
            return dict(notebook.pending)

    def _require_room(self, notebook: QueuedNotebook, entry_id: str, entry: Entry | None) -> None:
        is_more = entry_id not in notebook.pending and entry_id != ALL
        if is_more and len(notebook.pending) >= MOST_PENDING:
            raise OverflowError(
                f"{MOST_PENDING} changes are waiting for the database. Try again later."
            )
        is_larger = entry is not None and notebook.pending.get(entry_id) is None
        if is_larger and self._size + _size(entry) > ROOM:
            raise OverflowError("Too many drawings are waiting for the database. Try again later.")

    def _drop(self, notebook: QueuedNotebook, entry_id: str) -> None:
        if entry_id in notebook.pending:
            self._size -= _size(notebook.pending.pop(entry_id))

    def _is_settled(self, notebook: QueuedNotebook) -> bool:
        """Return whether waiting for a notebook's changes is over or pointless."""
        return not notebook.pending or bool(self._resume_at or notebook.retry_at)

    def _wake_worker(self) -> None:
        if not self._is_working:
            self._is_working = True
            threading.Thread(target=self._work, name="write queue", daemon=True).start()
        self._changed.notify_all()

    def _work(self) -> None:
        """Apply pending changes until none are left."""
        try:
            while self._apply_next():
                pass
        except BaseException:
            with self._changed:
                self._is_working = False  # the next change starts a new thread
            raise

    def _apply_next(self) -> bool:
        """Apply the next change, or put it off; return False if none is left.

        This is a function of its own so that no variable keeps a notebook alive between changes.
        """
        change = self._next_change()
        if change is None:
            return False
        notebook, entry_id, entry = change
        trouble = ""
        try:
            self.database.connect()
            _apply(self.database.notebook(notebook.identity), entry_id, entry)
        except DatabaseAwayError:
            self._put_off()
            return True
        except NotebookFullError as error:
            trouble = str(error)
        except Exception as error:
            _log_failure(error)
            self._put_off(notebook if self.database.check() else None)
            return True
        self._finish(notebook, entry_id, entry, trouble)
        return True

    def _next_change(self) -> tuple[QueuedNotebook, str, Entry | None] | None:
        """Wait for the next change; return (notebook, entry_id, entry), or None if none is left."""
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

    def _put_off(self, notebook: QueuedNotebook | None = None) -> None:
        """Try a notebook's changes again later; by default, those of all notebooks."""
        with self._changed:
            later = time.monotonic() + self._retry
            if notebook is None:
                self._resume_at = later
            else:
                self._resume_at, notebook.retry_at = 0.0, later
            self._changed.notify_all()

    def _finish(
        self, notebook: QueuedNotebook, entry_id: str, entry: Entry | None, trouble: str
    ) -> None:
        with self._changed:
            self._resume_at = notebook.retry_at = 0.0
            notebook.trouble = trouble or notebook.trouble
            if notebook.pending.get(entry_id) is entry:  # not replaced in the meantime
                self._drop(notebook, entry_id)
            del self._turns[notebook]
            if notebook.pending:
                self._turns[notebook] = None  # behind the others
            self._changed.notify_all()


def _apply(notebook: Notebook, entry_id: str, entry: Entry | None) -> None:
    if entry_id == ALL:
        notebook.delete_all()
    elif entry is None:
        notebook.delete(entry_id)
    else:
        notebook.save(entry)


def _size(entry: Entry | None) -> int:
    """Return roughly how many bytes of memory a pending change takes."""
    points = sum(map(len, entry.strokes)) if entry else 0
    return 2_700 + 115 * points


def _log_failure(error: Exception) -> None:
    """Log that a change failed, but not the error's text: it can contain the drawing."""
    _log.warning("A change could not be saved: %s", type(error).__name__)
    if not isinstance(error, SQLAlchemyError):  # a bug
        _log.error("It came from\n%s", "".join(traceback.format_tb(error.__traceback__)))
