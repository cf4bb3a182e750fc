"""Drawings with their true labels, kept until their owner deletes them; knows no Streamlit page."""

from history.connection import connection_options
from history.export import to_csv, to_npz
from history.queue import RETRY, Keeper
from history.store import Entry, History, is_identity, new_identity, prepare

__all__ = [
    "RETRY",
    "Entry",
    "History",
    "Keeper",
    "connection_options",
    "is_identity",
    "new_identity",
    "prepare",
    "to_csv",
    "to_npz",
]
