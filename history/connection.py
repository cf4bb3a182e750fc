"""Which database the drawings go to."""

import os
from contextlib import suppress
from pathlib import Path

import streamlit as st
from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError

BUSY = 5_000  # ms that a statement waits at most
DEFAULT_URL = "sqlite:///data/history.db"
DIALECTS = ("sqlite", "postgresql")


def connection_options():
    """Return what `st.connection` needs: the database that is configured, or an SQLite file.

    MNIST_DRAW_DATABASE is an SQLAlchemy URL such as postgresql+psycopg://user@host/name; a
    URL in Streamlit's secrets, [connections.history], goes before it. Raises ArgumentError,
    an SQLAlchemyError, for what is neither, and for a database in memory: each thread that
    asked would find another one.
    """
    secrets = st.secrets if st.secrets.load_if_toml_exists() else {}
    configured = secrets.get("connections", {}).get("history", {}).get("url")
    url = make_url(configured or os.environ.get("MNIST_DRAW_DATABASE") or DEFAULT_URL)
    if url.get_backend_name() not in DIALECTS:
        raise ArgumentError(f"{url.get_backend_name()} is neither SQLite nor PostgreSQL")
    options = {"url": url.render_as_string(hide_password=False), "pool_pre_ping": True}
    if url.get_backend_name() == "sqlite":
        if url.database in (None, "", ":memory:"):
            raise ArgumentError("SQLite needs a file: sqlite:///data/history.db")
        with suppress(OSError):  # SQLite says itself that it cannot open its file
            Path(url.database).parent.mkdir(parents=True, exist_ok=True)
        return options
    limits = {"connect_timeout": 2, "options": f"-c statement_timeout={BUSY}"}
    return options | {"pool_timeout": 2, "connect_args": limits}
