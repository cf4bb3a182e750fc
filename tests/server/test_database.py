"""A database that is away is tried by few and waited for by nobody twice."""

import socket
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial

import pytest
from sqlalchemy.exc import OperationalError

from history import Database, DatabaseAwayError, WriteQueue
from history import database as module
from tests.history_entries import entry


class Attempts:
    """Stands for `prepare`: fails while the database is away, and can be held in the middle."""

    def __init__(self):
        self.count, self.away = 0, True
        self.begun, self.goes_on = threading.Event(), threading.Event()
        self.goes_on.set()

    def __call__(self, engine):
        self.count += 1
        self.begun.set()
        assert self.goes_on.wait(60)
        if self.away:
            raise OperationalError("", {}, Exception("away"))

    @contextmanager
    def held(self, connect):
        """Have a thread of its own make an attempt that ends with the block."""
        self.begun.clear()
        self.goes_on.clear()
        with ThreadPoolExecutor(1) as thread:
            attempt = thread.submit(problem_of, connect)
            try:
                assert self.begun.wait(60)
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


def problem_of(open_notebook):
    """Return why the database is away: of the last attempt, or "no answer" after a wait."""
    with pytest.raises(DatabaseAwayError) as caught:
        open_notebook()
    return str(caught.value)


def test_a_database_is_prepared_and_opened_when_it_is_first_needed(database):
    assert database.notebook("somebody").count() == (0, 0)


def test_readers_that_come_at_once_wait_for_one_attempt_together(database, attempts, monkeypatch):
    """They lined up for a lock, and each tried again: ten visitors waited ten times as long."""
    monkeypatch.setattr(module, "LONGEST_WAIT", 60)
    with ThreadPoolExecutor(10) as readers:
        with attempts.held(database.connect):
            open_notebook = partial(database.notebook, "somebody")
            waiting = [readers.submit(problem_of, open_notebook) for _ in range(10)]
            assert not any(reader.done() for reader in waiting)
        for reader in waiting:
            reader.result()
    assert attempts.count == 1


def test_readers_of_a_database_that_is_known_to_be_away_hear_it_at_once(database, attempts):
    problem_of(partial(database.notebook, "somebody"))
    problem_of(partial(database.notebook, "somebody"))
    assert attempts.count == 1


def test_while_the_database_is_tried_again_readers_hear_at_once_that_it_was_away(
    database, attempts
):
    problem_of(database.connect)
    with attempts.held(database.connect):
        assert problem_of(partial(database.notebook, "somebody")) == "OperationalError"


def test_a_reader_tries_again_when_the_last_attempt_is_long_ago(attempts, tmp_path):
    database = Database(f"sqlite:///{tmp_path / 'history.db'}", retry=0)
    problem_of(partial(database.notebook, "somebody"))
    attempts.away = False
    database.notebook("somebody")
    assert attempts.count == 2


def test_a_database_that_was_open_and_fails_is_found_to_be_away(database, attempts):
    attempts.away = False
    database.notebook("somebody")
    attempts.away = True
    assert not database.check()
    problem_of(partial(database.notebook, "somebody"))


def test_an_open_database_that_still_answers_stays_open(database):
    database.notebook("somebody")
    assert database.check()
    assert database.notebook("somebody").count() == (0, 0)


def test_nobody_waits_long_for_another_threads_attempt(database, attempts, monkeypatch):
    monkeypatch.setattr(module, "LONGEST_WAIT", 0.05)
    with attempts.held(database.connect):
        assert problem_of(partial(database.notebook, "somebody")) == "no answer"


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
        problem_of(database.connect)
    attempts.away = False
    database.connect()
    assert caplog.messages == [
        "The database cannot be reached: OperationalError",
        "The database is back.",
    ]


def test_ten_visitors_whose_labels_wait_keep_no_history_waiting(database, attempts, monkeypatch):
    """Ten visitors' threads were ahead of the history, at two seconds each: it took 21.5."""
    monkeypatch.setattr(module, "LONGEST_WAIT", 0.02)
    writes = WriteQueue(database, page_wait=0.02, retry=60)
    curious = writes.notebook("curious")
    attempts.goes_on.clear()
    for number in range(10):
        writes.notebook(str(number)).save(entry(number))
    assert problem_of(curious.saved) == "no answer"
    attempts.goes_on.set()
    assert problem_of(database.connect) == "OperationalError"
    assert problem_of(curious.saved) == "OperationalError"


def test_a_postgresql_that_never_answers_is_away(deaf_postgresql):
    assert problem_of(Database(deaf_postgresql).connect) == "OperationalError"
