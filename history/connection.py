"""Which database the drawings go to."""

import os
from contextlib import suppress
from pathlib import Path

import sqlalchemy
from sqlalchemy import make_url
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


def create_engine(configured=None):
    """Return an engine that connects when it is first used. Arguments as `database_url`."""
    url = database_url(configured)
    if url.get_backend_name() == "sqlite":
        with suppress(OSError):  # SQLite says itself that it cannot open its file
            Path(url.database).parent.mkdir(parents=True, exist_ok=True)
        return sqlalchemy.create_engine(url, pool_pre_ping=True)
    return sqlalchemy.create_engine(
        url, pool_pre_ping=True, pool_timeout=2, connect_args=POSTGRESQL_LIMITS
    )
