"""Drawings and their true labels, saved until their owner deletes them. Knows no Streamlit."""

from history.database import RETRY, Database, DatabaseAwayError
from history.export import write_csv, write_npz
from history.notebook import Entry, Notebook, NotebookFullError, is_identity, new_identity
from history.queue import WriteQueue
from history.schema import prepare

__all__ = [
    "RETRY",
    "Database",
    "DatabaseAwayError",
    "Entry",
    "Notebook",
    "NotebookFullError",
    "WriteQueue",
    "is_identity",
    "new_identity",
    "prepare",
    "write_csv",
    "write_npz",
]
