"""Opens the database that the drawings go to: SQLite or PostgreSQL."""

import os
import sqlite3
from contextlib import suppress
from pathlib import Path

import sqlalchemy
from sqlalchemy import URL, Engine, event, make_url
from sqlalchemy.exc import ArgumentError

BUSY = 5_000  # longest wait of a statement, in ms
DEFAULT_URL = "sqlite:///data/history.db"
DIALECTS = ("sqlite", "postgresql")

# One thread saves for everybody, so it must not wait for long. If the server vanishes from the
# network, TCP alone would take a quarter of an hour to notice; this takes ten seconds.
POSTGRESQL_LIMITS = {
    "connect_timeout": 2,
    "options": f"-c statement_timeout={BUSY}",
    "tcp_user_timeout": 10_000,
    "keepalives_idle": 5,
    "keepalives_interval": 2,
    "keepalives_count": 3,
}


def database_url(configured: str | None = None) -> URL:
    """Return the database's URL; by default, that of an SQLite file.

    Args:
        configured: such as postgresql+psycopg://user@host/name; by default, the environment
            variable MNIST_DRAW_DATABASE.

    Raises:
        ArgumentError: an SQLAlchemyError, for anything but a PostgreSQL or an SQLite file. A
            database in memory is refused because each thread would have its own.
    """
    url = make_url(configured or os.environ.get("MNIST_DRAW_DATABASE") or DEFAULT_URL)
    if url.get_backend_name() not in DIALECTS:
        raise ArgumentError(f"{url.get_backend_name()} is neither SQLite nor PostgreSQL")
    if url.get_backend_name() == "sqlite" and url.database in (None, "", ":memory:"):
        raise ArgumentError(f"SQLite needs a file: {DEFAULT_URL}")
    return url


def make_engine(configured: str | None = None) -> Engine:
    """Return an engine that connects when it is first used. Arguments as `database_url`."""
    url = database_url(configured)
    if url.get_backend_name() == "sqlite" and url.database:
        with suppress(OSError):  # SQLite says itself that it cannot open its file
            Path(url.database).parent.mkdir(parents=True, exist_ok=True)
        return sqlalchemy.create_engine(url, pool_pre_ping=True)
    return sqlalchemy.create_engine(
        url, pool_pre_ping=True, pool_timeout=2, connect_args=POSTGRESQL_LIMITS
    )


def set_up_sqlite(engine: Engine) -> None:
    """Let readers go on while somebody writes, if this is an engine for SQLite."""
    if engine.dialect.name == "sqlite" and not event.contains(engine, "connect", _set_up):
        event.listen(engine, "connect", _set_up)


def _set_up(connection: sqlite3.Connection, _: object) -> None:
    connection.execute(f"PRAGMA busy_timeout = {BUSY}")
    # The file stays in WAL mode. If two switch it at once, SQLite makes one give way.
    with suppress(sqlite3.OperationalError):
        connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = NORMAL")  # with WAL, only a power cut loses data
