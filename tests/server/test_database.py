"""A database that is away is tried by few and waited for by nobody twice."""

import socket
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial

import pytest
from sqlalchemy.exc import OperationalError

from history import Database, DatabaseAwayError, WriteQueue
from history import database as module
from tests.history_entries import entry

AN_ATTEMPT = 2.0  # seconds, with a database that says nothing
AT_ONCE = 1.0  # seconds; an attempt that is held takes much longer


class Attempts:
    """Stands for `prepare`: fails while the database is away, and can be held in the middle."""

    def __init__(self):
        self.count, self.away = 0, True
        self.goes_on = threading.Event()
        self.goes_on.set()

    def __call__(self, engine):
        self.count += 1
        assert self.goes_on.wait(60)
        if self.away:
            raise OperationalError("", {}, Exception("away"))

    @contextmanager
    def held(self, connect):
        """Have a thread of its own make an attempt that ends with the block."""
        count = self.count
        self.goes_on.clear()
        with ThreadPoolExecutor(1) as thread:
            attempt = thread.submit(seconds_until_away, connect)
            try:
                while self.count == count and not attempt.done():
                    time.sleep(0.01)
                yield
            finally:
                self.goes_on.set()
            attempt.result()


@pytest.fixture
def attempts(monkeypatch):
    attempts = Attempts()
    monkeypatch.setattr(module, "prepare", attempts)
    return attempts


@pytest.fixture
def database(tmp_path):
    database = Database(f"sqlite:///{tmp_path / 'history.db'}", retry=60)
    yield database
    database.close()


@pytest.fixture
def deaf_postgresql():
    """Return the URL of a server that takes connections and never says a word."""
    with socket.create_server(("127.0.0.1", 0), backlog=128) as server:
        yield f"postgresql+psycopg://somebody@127.0.0.1:{server.getsockname()[1]}/drawings"


def seconds_until_away(open_notebook):
    """Return how long it takes to hear that the database is away."""
    start = time.monotonic()
    with pytest.raises(DatabaseAwayError):
        open_notebook()
    return time.monotonic() - start


def test_a_database_is_prepared_and_opened_when_it_is_first_needed(database):
    assert database.notebook("somebody").count() == (0, 0)


def test_readers_that_come_at_once_wait_for_one_attempt_together(database, attempts, monkeypatch):
    """They lined up for a lock, and each tried again: ten visitors waited ten times as long."""
    monkeypatch.setattr(module, "LONGEST_WAIT", 60)
    with ThreadPoolExecutor(10) as readers:
        with attempts.held(database.connect):
            open_notebook = partial(database.notebook, "somebody")
            waiting = [readers.submit(seconds_until_away, open_notebook) for _ in range(10)]
            assert not any(reader.done() for reader in waiting)
        for reader in waiting:
            reader.result()
    assert attempts.count == 1


def test_readers_of_a_database_that_is_known_to_be_away_hear_it_at_once(database, attempts):
    seconds_until_away(partial(database.notebook, "somebody"))
    seconds_until_away(partial(database.notebook, "somebody"))
    assert attempts.count == 1


def test_while_the_database_is_tried_again_readers_hear_at_once_that_it_was_away(
    database, attempts
):
    seconds_until_away(database.connect)
    with attempts.held(database.connect):
        assert seconds_until_away(partial(database.notebook, "somebody")) < AT_ONCE


def test_a_reader_tries_again_when_the_last_attempt_is_long_ago(attempts, tmp_path):
    database = Database(f"sqlite:///{tmp_path / 'history.db'}", retry=0)
    seconds_until_away(partial(database.notebook, "somebody"))
    attempts.away = False
    database.notebook("somebody")
    assert attempts.count == 2


def test_a_database_that_was_open_and_fails_is_found_to_be_away(database, attempts):
    attempts.away = False
    database.notebook("somebody")
    attempts.away = True
    assert not database.check()
    seconds_until_away(partial(database.notebook, "somebody"))


def test_an_open_database_that_still_answers_stays_open(database):
    database.notebook("somebody")
    assert database.check()
    assert database.notebook("somebody").count() == (0, 0)


def test_nobody_waits_long_for_another_threads_attempt(database, attempts, monkeypatch):
    monkeypatch.setattr(module, "LONGEST_WAIT", 0.05)
    with attempts.held(database.connect):
        assert seconds_until_away(partial(database.notebook, "somebody")) < AT_ONCE


@pytest.mark.parametrize("url", ["nonsense", "postgresql+psycopg://u:secret@host:port/name"])
def test_an_invalid_url_is_a_database_that_is_away(url, caplog):
    """The second one ended in a traceback, with a part of what may be a password."""
    with pytest.raises(DatabaseAwayError) as caught:
        Database(url).notebook("somebody")
    assert "secret" not in str(caught.value) + caplog.text


def test_the_log_says_once_that_the_database_is_away_and_once_that_it_is_back(
    database, attempts, caplog
):
    for _ in range(2):
        seconds_until_away(database.connect)
    attempts.away = False
    database.connect()
    assert caplog.messages == [
        "The database cannot be reached: OperationalError",
        "The database is back.",
    ]


def test_with_a_postgresql_that_never_answers_ten_visitors_labels_keep_no_history_waiting(
    deaf_postgresql, monkeypatch
):
    """Ten visitors' threads were ahead of the history, at two seconds each: it took 21.5."""
    begun, prepare = [], module.prepare
    monkeypatch.setattr(module, "prepare", lambda engine: begun.append(1) or prepare(engine))
    writes = WriteQueue(Database(deaf_postgresql), page_wait=0.02)
    for number in range(10):
        writes.notebook(str(number)).save(entry(number))
    curious = writes.notebook("curious")
    assert seconds_until_away(curious.saved) < 2 * AN_ATTEMPT
    while len(begun) < 2:  # until it is tried again
        assert seconds_until_away(curious.saved) < AN_ATTEMPT / 2
        time.sleep(0.05)
    assert seconds_until_away(curious.saved) < AN_ATTEMPT / 2
