"""Which database the drawings go to."""

import os
import sqlite3
from contextlib import suppress
from pathlib import Path

import sqlalchemy
from sqlalchemy import event, make_url
from sqlalchemy.exc import ArgumentError

BUSY = 5_000  # ms that a statement waits at most
DEFAULT_URL = "sqlite:///data/history.db"
DIALECTS = ("sqlite", "postgresql")

# PostgreSQL's side of a connection. A server that vanished without a goodbye is given up after
# about ten seconds, so that it does not hold up everybody's changes for the quarter of an hour
# that TCP would wait.
POSTGRESQL_LIMITS = {
    "connect_timeout": 2,
    "options": f"-c statement_timeout={BUSY}",
    "tcp_user_timeout": 10_000,
    "keepalives_idle": 5,
    "keepalives_interval": 2,
    "keepalives_count": 3,
}


def database_url(configured=None):
    """Return the database's sqlalchemy.URL; by default it is an SQLite file.

    Args:
        configured: a URL such as postgresql+psycopg://user@host/name, if the caller has
            one; otherwise the environment variable MNIST_DRAW_DATABASE counts.

    Raises:
        ArgumentError (an SQLAlchemyError): if it is not the URL of a PostgreSQL or of an
            SQLite file. A database in memory is refused: each thread would have its own.
    """
    url = make_url(configured or os.environ.get("MNIST_DRAW_DATABASE") or DEFAULT_URL)
    if url.get_backend_name() not in DIALECTS:
        raise ArgumentError(f"{url.get_backend_name()} is neither SQLite nor PostgreSQL")
    if url.get_backend_name() == "sqlite" and url.database in (None, "", ":memory:"):
        raise ArgumentError(f"SQLite needs a file: {DEFAULT_URL}")
    return url


def make_engine(configured=None):
    """Return an engine that connects when it is first used. Arguments as `database_url`."""
    url = database_url(configured)
    if url.get_backend_name() == "sqlite":
        with suppress(OSError):  # SQLite says itself that it cannot open its file
            Path(url.database).parent.mkdir(parents=True, exist_ok=True)
        return sqlalchemy.create_engine(url, pool_pre_ping=True)
    return sqlalchemy.create_engine(
        url, pool_pre_ping=True, pool_timeout=2, connect_args=POSTGRESQL_LIMITS
    )


def set_up_sqlite(engine):
    """Have an engine's connections, if they are SQLite's, let readers go on while one writes."""
    if engine.dialect.name == "sqlite" and not event.contains(engine, "connect", _set_up):
        event.listen(engine, "connect", _set_up)


def _set_up(connection, _):
    connection.execute(f"PRAGMA busy_timeout = {BUSY}")
    # The file stays in WAL mode. If two switch it at once, SQLite makes one give way.
    with suppress(sqlite3.OperationalError):
        connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = NORMAL")  # with WAL, only a power cut loses the last
