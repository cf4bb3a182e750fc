"""What webapp.py still imports. To be deleted, with keeper.py, as soon as it no longer does."""

from sqlalchemy.exc import SQLAlchemyError

from history.connection import POSTGRESQL_LIMITS, make_engine
from history.database import DatabaseAwayError
from history.queue import WriteQueue


def connection_options():
    """Return what `st.connection` needs to make the engine of `history.connection`."""
    import streamlit as st

    configured = st.secrets if st.secrets.load_if_toml_exists() else {}
    url = make_engine(configured.get("connections", {}).get("history", {}).get("url")).url
    options = {"url": url.render_as_string(hide_password=False), "pool_pre_ping": True}
    if url.get_backend_name() == "postgresql":
        options |= {"pool_timeout": 2, "connect_args": POSTGRESQL_LIMITS}
    return options


class _Opener:
    """Does as a Database with a single notebook, which a function opens."""

    def __init__(self, open_history):
        self._open_history = open_history

    def connect(self):
        try:
            self._open_history()
        except SQLAlchemyError as error:
            raise DatabaseAwayError(type(error).__name__) from error

    def check(self):
        return True

    def history(self, _):
        return self._open_history()


def Keeper(open_history):  # noqa: N802
    """Return a Notebook with a write queue of its own."""
    return WriteQueue(_Opener(open_history)).notebook("")
