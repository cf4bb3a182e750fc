"""The process's one database: opened when it is first needed, and known to be away if it is."""

import logging
import threading
import time

from sqlalchemy.exc import SQLAlchemyError

from history.connection import make_engine
from history.schema import prepare
from history.store import History

RETRY = 2.0  # seconds between attempts while the database is away
LONGEST = 3.0  # seconds that anybody waits for another thread's attempt

_log = logging.getLogger(__name__)


class DatabaseAwayError(SQLAlchemyError):
    """The database cannot be reached. The text names the cause's class alone.

    The cause's own text may hold parts of a password.
    """


class Database:
    """Opens histories. Making one connects to nothing, so it neither fails nor waits."""

    def __init__(self, url=None, retry=RETRY):
        """Take which database it is.

        Args:
            url: as `history.connection.database_url` takes it.
            retry: seconds after a failed attempt during which nobody but the write queue
                tries again.
        """
        self._url, self._retry = url, retry
        self._engine, self._is_open = None, False
        self._problem, self._failed_at = None, 0.0  # of the last attempt
        self._attempts = 0
        self._connecting = threading.Lock()

    def history(self, identity):
        """Return the History of a notebook.

        Raises:
            DatabaseAwayError: at once, if the last attempt to connect has failed and it is too
                soon for another, or another is being made; otherwise after one attempt.
        """
        if not self._is_open:
            if self._is_known_to_be_away():
                raise DatabaseAwayError(self._problem)
            self.connect()
        return History(self._engine, identity)

    def connect(self):
        """Connect, and create or upgrade the tables, unless that has been done.

        One thread at a time tries; those that come meanwhile share its result.

        Raises:
            DatabaseAwayError: if the attempt fails.
        """
        attempts = self._attempts
        if not self._connecting.acquire(timeout=LONGEST):
            raise DatabaseAwayError("no answer")
        try:
            if self._problem and self._attempts > attempts:
                raise DatabaseAwayError(self._problem)
            if not self._is_open:
                self._try()
        finally:
            self._connecting.release()

    def check(self):
        """Return whether the database answers now. Call it after something has failed."""
        self._is_open = False
        try:
            self.connect()
        except DatabaseAwayError:
            return False
        return True

    def close(self):
        """Close the connections that nobody uses at the moment."""
        self._is_open = False
        if self._engine:
            self._engine.dispose()

    def _is_known_to_be_away(self):
        soon = time.monotonic() < self._failed_at + self._retry
        return self._problem is not None and (soon or self._connecting.locked())

    def _try(self):
        """Connect and note the result. Only for the thread that holds the lock."""
        try:
            # Made again until it works, because an SQLite file's folder may become writable.
            engine = self._engine or make_engine(self._url)
            prepare(engine)
        # A missing driver and a port that is no number are neither SQLAlchemy's errors nor ours.
        except (SQLAlchemyError, ImportError, ValueError) as error:
            if self._problem is None:
                _log.warning("The database cannot be reached: %s", type(error).__name__)
            self._problem, self._failed_at = type(error).__name__, time.monotonic()
            raise DatabaseAwayError(self._problem) from error
        else:
            if self._problem is not None:
                _log.warning("The database is back.")
            self._engine, self._is_open, self._problem = engine, True, None
        finally:
            self._attempts += 1
