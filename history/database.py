"""Connects to the database when it is first needed, and knows whether it is away."""

import logging
import threading
import time

from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError

from history.connection import make_engine
from history.notebook import Notebook
from history.schema import prepare

RETRY = 2.0  # seconds between attempts while the database is away
LONGEST_WAIT = 3.0  # seconds, for an attempt to connect that another thread is making

_log = logging.getLogger(__name__)


class DatabaseAwayError(SQLAlchemyError):
    """The database cannot be reached.

    The text is the name of the original error's class, whose own text may contain a password.
    """


class Database:
    """Opens notebooks. Creating a Database does not connect, so it cannot fail or block."""

    def __init__(self, url: str | None = None, retry: float = RETRY) -> None:
        """Configure the database.

        Args:
            url: as in `history.connection.database_url`.
            retry: seconds after a failed attempt in which `notebook` does not try again.
        """
        self._url, self._retry = url, retry
        self._engine: Engine | None = None  # made once, by the first attempt that succeeds
        self._open: Engine | None = None  # the same while the database answers
        self._problem: str | None = None  # of the last attempt, if it failed
        self._failed_at = 0.0
        self._attempts = 0
        self._connecting = threading.Lock()

    def notebook(self, identity: str) -> Notebook:
        """Return the Notebook with this identity.

        Raises:
            DatabaseAwayError: immediately, if the last attempt to connect failed a moment ago
                or another thread is trying again; otherwise after one attempt.
        """
        engine = self._open
        if engine is None:
            if self._is_known_to_be_away():
                raise DatabaseAwayError(self._problem)
            engine = self.connect()
        return Notebook(engine, identity)

    def connect(self) -> Engine:
        """Connect, and create or upgrade the tables, unless the database is open.

        One thread at a time tries, and those that call this while it does share its result.

        Raises:
            DatabaseAwayError: if the attempt fails.
        """
        attempts = self._attempts
        if not self._connecting.acquire(timeout=LONGEST_WAIT):
            raise DatabaseAwayError("no answer")
        try:
            if self._problem and self._attempts > attempts:
                raise DatabaseAwayError(self._problem)
            return self._open or self._try()
        finally:
            self._connecting.release()

    def check(self) -> bool:
        """Return whether the database answers. Call this after a query has failed."""
        self._open = None
        try:
            self.connect()
        except DatabaseAwayError:
            return False
        return True

    def close(self) -> None:
        """Close all connections that are not in use."""
        self._open = None
        if self._engine:
            self._engine.dispose()

    def _is_known_to_be_away(self) -> bool:
        soon = time.monotonic() < self._failed_at + self._retry
        return self._problem is not None and (soon or self._connecting.locked())

    def _try(self) -> Engine:
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
            self._engine = self._open = engine
            self._problem = None
            return engine
        finally:
            self._attempts += 1
