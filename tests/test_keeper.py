"""What is labelled is saved, now or later: with a real PostgreSQL that stops and starts."""

import threading
import time

import pytest
from sqlalchemy import create_engine
from sqlalchemy.exc import OperationalError

from history import History, Keeper, prepare, queue
from tests.test_history import entry


class Database:
    """Stands for a History: labels by id; raises while it is away."""

    def __init__(self):
        self.away = False
        self.labels = {}
        self.answers = threading.Event()  # slow until it is set
        self.answers.set()

    def open(self):
        if self.away:
            raise OperationalError("", {}, Exception("away"))
        return self

    def save(self, saved):
        self.answers.wait()
        self.labels[saved.id] = saved.label

    def delete(self, entry_id):
        self.labels.pop(entry_id, None)

    def delete_all(self):
        self.labels.clear()


@pytest.fixture
def database():
    return Database()


def wait_until_saved(kept):
    deadline = time.monotonic() + 20
    while kept.waiting:
        assert time.monotonic() < deadline
        time.sleep(0.02)


def test_an_entry_is_saved_at_once(database):
    kept = Keeper(database.open)
    kept.keep(entry(1, label=3))
    assert kept.waiting == 0
    assert database.labels == {entry(1).id: 3}


def test_while_the_database_is_away_entries_wait_and_are_saved_by_themselves(database):
    kept = Keeper(database.open, retry=0.02)
    database.away = True
    kept.keep(entry(1))
    kept.keep(entry(2))
    assert kept.waiting == 2
    database.away = False
    wait_until_saved(kept)
    assert len(database.labels) == 2


def test_the_last_label_of_a_waiting_drawing_counts(database):
    kept = Keeper(database.open, retry=0.02)
    database.away = True
    kept.keep(entry(1, label=3))
    kept.keep(entry(1, label=5))
    assert kept.waiting == 1
    database.away = False
    wait_until_saved(kept)
    assert database.labels == {entry(1).id: 5}


def test_what_waits_can_be_forgotten(database):
    kept = Keeper(database.open, retry=0.02)
    database.away = True
    kept.keep(entry(1))
    kept.forget(entry(1).id)
    database.away = False
    wait_until_saved(kept)
    assert database.labels == {}


def test_what_is_saved_can_be_forgotten_while_the_database_is_away(database):
    kept = Keeper(database.open, retry=0.02)
    kept.keep(entry(1))
    database.away = True
    kept.forget(entry(1).id)
    assert kept.waiting == 1
    database.away = False
    wait_until_saved(kept)
    assert database.labels == {}


def test_what_is_saved_can_be_forgotten(database):
    kept = Keeper(database.open)
    kept.keep(entry(1))
    kept.forget(entry(1).id)
    assert database.labels == {}


def test_what_waits_does_not_come_back_after_all_is_deleted(database):
    """The page deleted what was saved alone; drawings that waited were saved afterwards."""
    kept = Keeper(database.open, retry=0.02)
    kept.keep(entry(1))
    database.away = True
    kept.keep(entry(2))
    kept.forget_all()
    kept.keep(entry(3, label=8))
    assert kept.waiting == 2
    database.away = False
    wait_until_saved(kept)
    assert database.labels == {entry(3).id: 8}


def test_what_is_just_being_saved_does_not_stay_when_all_is_deleted(database):
    kept = Keeper(database.open, patience=0.02)
    database.answers.clear()
    kept.keep(entry(1))
    kept.forget_all()
    database.answers.set()
    wait_until_saved(kept)
    assert database.labels == {}


def test_a_slow_database_is_not_waited_for(database):
    """Every label kept the page from answering for as long as the database took."""
    kept = Keeper(database.open, patience=0.02)
    database.answers.clear()
    start = time.monotonic()
    kept.keep(entry(1, label=3))
    kept.keep(entry(1, label=5))
    kept.keep(entry(2, label=8))
    assert time.monotonic() - start < 1
    assert kept.waiting == 2
    database.answers.set()
    wait_until_saved(kept)
    assert database.labels == {entry(1).id: 5, entry(2).id: 8}


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_after_a_mistake_of_ours_the_next_change_tries_again(database):
    kept = Keeper(database.open)
    database.labels = None
    kept.keep(entry(1))
    assert kept.waiting == 1
    database.labels = {}
    kept.keep(entry(2))
    wait_until_saved(kept)
    assert len(database.labels) == 2


def test_too_many_waiting_are_refused_with_a_word(database, monkeypatch):
    monkeypatch.setattr(queue, "MOST", 1)
    kept = Keeper(database.open, retry=60)
    database.away = True
    kept.keep(entry(1))
    with pytest.raises(OverflowError, match="1 drawings wait"):
        kept.keep(entry(2))


def test_the_log_does_not_tell_what_was_drawn(database, caplog):
    database.away = True
    Keeper(database.open, retry=60).keep(entry(1))
    assert [record.getMessage() for record in caplog.records] == [
        "a drawing could not be saved: OperationalError"
    ]


def test_a_postgresql_that_comes_back_gets_what_was_labelled_meanwhile(postgresql):
    engine = create_engine(postgresql.create_database(), pool_pre_ping=True)
    prepare(engine)
    kept = Keeper(lambda: History(engine, "a notebook"), retry=0.05)
    kept.keep(entry(1))
    postgresql.stop()
    try:
        kept.keep(entry(2))
        assert kept.waiting == 1
    finally:
        postgresql.start()
    wait_until_saved(kept)
    assert History(engine, "a notebook").count() == (2, 2)
    engine.dispose()
