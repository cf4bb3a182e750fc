"""Drawings with their true labels, kept until their owner deletes them. Knows no Streamlit."""

from history.compat import connection_options
from history.connection import create_engine, database_url
from history.export import write_csv, write_npz
from history.queue import RETRY, Keeper
from history.schema import prepare
from history.store import Entry, History, NotebookFullError, is_identity, new_identity

__all__ = [
    "RETRY",
    "Entry",
    "History",
    "Keeper",
    "NotebookFullError",
    "connection_options",
    "create_engine",
    "database_url",
    "is_identity",
    "new_identity",
    "prepare",
    "write_csv",
    "write_npz",
]
