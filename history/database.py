"""The process's connection to its database, which is opened on demand and may be away."""

import logging
import threading
import time

from sqlalchemy.exc import SQLAlchemyError

from history.connection import make_engine
from history.schema import prepare
from history.store import History

RETRY = 2.0  # seconds between attempts while the database is away
LONGEST = 3.0  # seconds to wait for an attempt that another thread is making

_log = logging.getLogger(__name__)


class DatabaseAwayError(SQLAlchemyError):
    """The database cannot be reached.

    The text is the name of the original error's class. That error's own text is left out
    because it can contain parts of a password.
    """


class Database:
    """Opens histories. Creating a Database does not connect, so it cannot fail or block."""

    def __init__(self, url=None, retry=RETRY):
        """Configure the database.

        Args:
            url: as in `history.connection.database_url`.
            retry: seconds after a failed attempt in which `history` does not try again.
        """
        self._url, self._retry = url, retry
        self._engine, self._is_open = None, False
        self._problem, self._failed_at = None, 0.0  # of the last attempt, if it failed
        self._attempts = 0
        self._connecting = threading.Lock()

    def history(self, identity):
        """Return the History of a notebook.

        Raises:
            DatabaseAwayError: immediately, if the last attempt to connect failed a moment ago
                or another thread is trying again; otherwise after one attempt.
        """
        if not self._is_open:
            if self._is_known_to_be_away():
                raise DatabaseAwayError(self._problem)
            self.connect()
        return History(self._engine, identity)

    def connect(self):
        """Connect, and create or upgrade the tables, unless the database is open.

        One thread at a time tries. Threads that call this in the meantime share its result.

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
        """Return whether the database answers. Call this after a query has failed."""
        self._is_open = False
        try:
            self.connect()
        except DatabaseAwayError:
            return False
        return True

    def close(self):
        """Close all connections that are not in use."""
        self._is_open = False
        if self._engine:
            self._engine.dispose()

    def _is_known_to_be_away(self):
        soon = time.monotonic() < self._failed_at + self._retry
        return self._problem is not None and (soon or self._connecting.locked())

    def _try(self):
        """Connect, and remember the result. The caller holds the lock."""
        try:
            # A new engine for each attempt until one succeeds: it creates an SQLite file's folder.
            engine = self._engine or make_engine(self._url)
            prepare(engine)
        # A missing driver raises ImportError, a port that is not a number ValueError.
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
