"""Servers that cost little: one page for all processes of a test run, and a stub network's page.

To start the page with its real network costs ten seconds of processor.
"""

import fcntl
import json
import urllib.request
from contextlib import ExitStack, contextmanager
from typing import NamedTuple

from driving.server import ROOT, serve

STUB_PAGE = str(ROOT / "tests" / "stub_page.py")


class SharedPage(NamedTuple):
    """A running page.

    Attributes:
        address: where it answers.
        database: the SQLAlchemy URL of the database where it saves drawings.
        metrics: what it told of itself before its first visitor came.
    """

    address: str
    database: str
    metrics: str


@contextmanager
def share_page(folder):
    """Yield the SharedPage of a folder that all processes of a run have.

    The first process starts the page, and ends it once nobody uses it any more: each holds a lock
    while it does, which the system takes back from a process that is killed.
    """
    note = folder / "page.json"
    with ExitStack() as stack:
        used = stack.enter_context(open(folder / "page.used", "w"))
        with open(folder / "page.starts", "w") as starts:
            fcntl.flock(starts, fcntl.LOCK_EX)
            fcntl.flock(used, fcntl.LOCK_SH)
            if not note.exists():
                note.write_text(json.dumps(_start(folder, stack)))
                stack.callback(note.unlink)
                stack.callback(fcntl.flock, used, fcntl.LOCK_EX)
        yield SharedPage(*json.loads(note.read_text()))


def _start(folder, stack):
    database = f"sqlite:///{folder / 'history.db'}"
    address = stack.enter_context(serve(database=database))
    with urllib.request.urlopen(f"{address}/_stcore/metrics") as metrics:
        return SharedPage(address, database, metrics.read().decode())
