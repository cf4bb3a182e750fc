"""Drawings with their true labels, kept until their owner deletes them, without Streamlit."""

from history.database import RETRY, Database, DatabaseAwayError
from history.export import write_csv, write_npz
from history.queue import WriteQueue
from history.schema import prepare
from history.store import Entry, History, NotebookFullError, is_identity, new_identity

__all__ = [
    "RETRY",
    "Database",
    "DatabaseAwayError",
    "Entry",
    "History",
    "NotebookFullError",
    "WriteQueue",
    "is_identity",
    "new_identity",
    "prepare",
    "write_csv",
    "write_npz",
]
