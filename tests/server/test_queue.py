"""What is labelled is saved, now or later: with a real PostgreSQL that stops and starts."""

import gc
import threading
import weakref
from collections import defaultdict
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy.exc import OperationalError

from history import Database, DatabaseAwayError, NotebookFullError, WriteQueue, queue
from tests.history_entries import entry


class FakeDatabase:
    """Stands for a Database: each notebook's labels by id; raises while it is away."""

    def __init__(self):
        self.away = False
        self.attempts = 0
        self.notebooks = defaultdict(FakeNotebook)

    def connect(self):
        self.attempts += 1
        if self.away:
            raise DatabaseAwayError("OperationalError")

    def check(self):
        return not self.away

    def notebook(self, identity):
        return self.notebooks[identity]

    def labels(self, identity="somebody"):
        return self.notebooks[identity].labels


class FakeNotebook:
    """Stands for a Notebook."""

    def __init__(self):
        self.labels = {}
        self.answers = threading.Event()  # slow until it is set
        self.answers.set()
        self.error = None

    def save(self, saved):
        assert self.answers.wait(60)
        if self.error:
            raise self.error
        self.labels[saved.id] = saved.label

    def find(self, ids):
        return [entry(int(each, 16), label=self.labels[each]) for each in ids & {*self.labels}]

    def delete(self, entry_id):
        self.labels.pop(entry_id, None)

    def delete_all(self):
        self.labels.clear()


@pytest.fixture
def database():
    return FakeDatabase()


@pytest.fixture
def writes(database):
    return WriteQueue(database, retry=0.02)


@pytest.fixture
def notebook(writes):
    return writes.notebook("somebody")


def wait_until_saved(*notebooks):
    changed = notebooks[0]._queue._changed
    with changed:
        assert changed.wait_for(lambda: not any(each.waiting for each in notebooks), 60)


@pytest.fixture
def end_of_queue():
    """Return a function that waits until the queue's thread ends, as nothing is pending."""
    before = set(threading.enumerate())

    def wait():
        for thread in set(threading.enumerate()) - before:
            thread.join(60)
        assert set(threading.enumerate()) <= before

    return wait


def test_an_entry_is_saved_at_once(database, notebook):
    notebook.save(entry(1, label=3))
    assert notebook.waiting == 0
    assert database.labels() == {entry(1).id: 3}


def test_while_the_database_is_away_entries_wait_and_are_saved_by_themselves(database, notebook):
    database.away = True
    notebook.save(entry(1))
    notebook.save(entry(2))
    assert notebook.waiting == 2
    database.away = False
    wait_until_saved(notebook)
    assert len(database.labels()) == 2


def test_the_last_label_of_a_waiting_drawing_counts(database, notebook):
    database.away = True
    notebook.save(entry(1, label=3))
    notebook.save(entry(1, label=5))
    assert notebook.waiting == 1
    database.away = False
    wait_until_saved(notebook)
    assert database.labels() == {entry(1).id: 5}


def test_what_waits_is_found_with_its_last_label(database, notebook):
    for number in (1, 2, 3):
        notebook.save(entry(number, label=3))
    database.away = True
    notebook.save(entry(1, label=5))
    notebook.delete(entry(2).id)
    found = notebook.find({entry(number).id for number in (1, 2, 3, 4)})
    assert sorted(each.label for each in found) == [3, 5]


def test_what_waits_can_be_forgotten(database, notebook):
    database.away = True
    notebook.save(entry(1))
    notebook.delete(entry(1).id)
    database.away = False
    wait_until_saved(notebook)
    assert database.labels() == {}


def test_what_is_saved_can_be_forgotten_while_the_database_is_away(database, notebook):
    notebook.save(entry(1))
    database.away = True
    notebook.delete(entry(1).id)
    assert notebook.waiting == 1
    database.away = False
    wait_until_saved(notebook)
    assert database.labels() == {}


def test_what_is_saved_can_be_forgotten(database, notebook):
    notebook.save(entry(1))
    notebook.delete(entry(1).id)
    assert database.labels() == {}


def test_what_waits_does_not_come_back_after_all_is_deleted(database, notebook):
    """The page deleted what was saved alone; drawings that waited were saved afterwards."""
    notebook.save(entry(1))
    database.away = True
    notebook.save(entry(2))
    notebook.delete_all()
    notebook.save(entry(3, label=8))
    assert notebook.waiting == 2
    database.away = False
    wait_until_saved(notebook)
    assert database.labels() == {entry(3).id: 8}


def test_what_is_just_being_saved_does_not_stay_when_all_is_deleted(database):
    notebook = WriteQueue(database, page_wait=0.02).notebook("somebody")
    database.notebook("somebody").answers.clear()
    notebook.save(entry(1))
    notebook.delete_all()
    database.notebook("somebody").answers.set()
    wait_until_saved(notebook)
    assert database.labels() == {}


def test_what_waits_in_one_page_does_not_come_back_after_another_page_deletes_all(writes, database):
    """Each page had a queue of its own, so what one deleted, another saved afterwards."""
    first, second = writes.notebook("somebody"), writes.notebook("somebody")
    database.away = True
    first.save(entry(1))
    second.delete_all()
    database.away = False
    wait_until_saved(first, second)
    assert database.labels() == {}


def test_a_slow_database_is_not_waited_for(database):
    """Every label kept the page from answering for as long as the database took."""
    notebook = WriteQueue(database, page_wait=0.02).notebook("somebody")
    database.notebook("somebody").answers.clear()
    notebook.save(entry(1, label=3))
    notebook.save(entry(1, label=5))
    notebook.save(entry(2, label=8))
    assert notebook.waiting == 2
    database.notebook("somebody").answers.set()
    wait_until_saved(notebook)
    assert database.labels() == {entry(1).id: 5, entry(2).id: 8}


def test_a_database_that_is_slow_for_one_loses_nobodys_changes(database):
    writes = WriteQueue(database, page_wait=0.02)
    notebooks = [writes.notebook(str(number)) for number in range(10)]
    database.notebook("0").answers.clear()
    for number, notebook in enumerate(notebooks):
        notebook.save(entry(number, label=number))
    assert [notebook.waiting for notebook in notebooks] == [1] * 10
    database.notebook("0").answers.set()
    wait_until_saved(*notebooks)
    for number in range(10):
        assert database.labels(str(number)) == {entry(number).id: number}


@pytest.mark.parametrize("error", [OperationalError("", {}, Exception()), TypeError("ours")])
def test_a_change_that_fails_holds_up_no_other_notebook(database, writes, error):
    database.notebook("unlucky").error = error
    unlucky, lucky = writes.notebook("unlucky"), writes.notebook("lucky")
    unlucky.save(entry(1))
    lucky.save(entry(2))
    assert (unlucky.waiting, lucky.waiting) == (1, 0)
    assert database.labels("lucky").keys() == {entry(2).id}
    database.notebook("unlucky").error = None
    wait_until_saved(unlucky)
    assert database.labels("unlucky").keys() == {entry(1).id}


def test_notebooks_take_turns(database):
    """One with hundreds of changes to make keeps nobody waiting for the last of them."""
    writes = WriteQueue(database, page_wait=0.01)
    many, one = writes.notebook("many"), writes.notebook("one")
    database.notebook("many").answers.clear()
    for number in range(100):
        many.save(entry(number))
    one.save(entry(1))
    made_before = []
    database.notebook("one").save = lambda _: made_before.append(len(database.labels("many")))
    database.notebook("many").answers.set()
    wait_until_saved(many, one)
    assert made_before == [1]


def test_a_single_thread_waits_for_the_database_for_all_visitors(database):
    """Every visitor's own thread tried to connect, one after another."""
    writes = WriteQueue(database, retry=60)
    database.away = True
    before = set(threading.enumerate())
    with ThreadPoolExecutor(10) as visitors:
        list(visitors.map(lambda n: writes.notebook(str(n)).save(entry(n)), range(10)))
    assert len(set(threading.enumerate()) - before) == 1
    assert database.attempts == 1


def test_an_idle_queue_has_no_thread(end_of_queue, notebook):
    notebook.save(entry(1))
    end_of_queue()


def test_a_notebook_is_forgotten_with_its_last_page_once_nothing_waits(
    end_of_queue, database, writes
):
    """Memory must not grow with the visitors that a server has had."""
    database.away = True
    notebook = writes.notebook("somebody")
    notebook.save(entry(1))
    gone = weakref.ref(notebook)
    del notebook
    gc.collect()
    assert gone()
    database.away = False
    end_of_queue()
    gc.collect()
    assert database.labels()
    assert gone() is None
    assert not writes._notebooks


def test_a_notebook_is_forgotten_though_others_still_wait(database, writes):
    database.notebook("unlucky").error = OperationalError("", {}, Exception())
    unlucky, lucky = writes.notebook("unlucky"), writes.notebook("lucky")
    unlucky.save(entry(1))
    lucky.save(entry(2))
    gone = weakref.ref(lucky)
    del lucky
    gc.collect()
    assert gone() is None
    database.notebook("unlucky").error = None
    wait_until_saved(unlucky)


def test_a_page_that_comes_back_finds_its_waiting_changes(database, writes):
    database.away = True
    writes.notebook("somebody").save(entry(1))
    assert writes.notebook("somebody").waiting == 1
    database.away = False
    wait_until_saved(writes.notebook("somebody"))


def test_too_many_waiting_changes_of_one_visitor_are_refused_with_a_word(
    database, writes, monkeypatch
):
    monkeypatch.setattr(queue, "MOST_PENDING", 1)
    database.away = True
    notebook, other = writes.notebook("somebody"), writes.notebook("another")
    notebook.save(entry(1))
    with pytest.raises(OverflowError, match="1 changes are waiting"):
        notebook.save(entry(2))
    other.save(entry(2))
    notebook.delete_all()
    assert (notebook.waiting, other.waiting) == (1, 1)


def test_drawings_that_take_too_much_memory_while_they_wait_are_refused(
    database, writes, monkeypatch
):
    """Only changes were counted: long drawings of a few visitors could end the server."""
    monkeypatch.setattr(queue, "ROOM", 300_000)
    database.away = True
    notebook, long = writes.notebook("somebody"), [[(0.5, 1.5)] * 2_000]
    notebook.save(entry(1, strokes=long))
    with pytest.raises(OverflowError, match="Too many drawings are waiting"):
        notebook.save(entry(2, strokes=long))
    notebook.save(entry(1, strokes=long, label=8))
    notebook.delete(entry(1).id)
    notebook.save(entry(2, strokes=long))
    with pytest.raises(OverflowError, match="Too many drawings"):
        notebook.save(entry(1, strokes=long))
    database.away = False
    wait_until_saved(notebook)
    assert writes._size == 0


def test_a_full_notebook_is_told_at_once(database, notebook):
    database.notebook("somebody").error = NotebookFullError()
    with pytest.raises(OverflowError, match="This notebook is full"):
        notebook.save(entry(1))
    assert (notebook.waiting, notebook.trouble) == (0, "")


def test_a_notebook_that_turns_out_to_be_full_later_says_so_until_the_next_change(
    database, notebook
):
    database.away = True
    notebook.save(entry(1))
    database.notebook("somebody").error = NotebookFullError()
    database.away = False
    wait_until_saved(notebook)
    assert "This notebook is full" in notebook.trouble
    notebook.delete(entry(5).id)
    assert notebook.trouble == ""


def test_the_log_does_not_tell_what_was_drawn(database, notebook, caplog):
    database.notebook("somebody").error = OperationalError("a drawing", {}, Exception("a drawing"))
    notebook.save(entry(1))
    database.notebook("somebody").error = None
    wait_until_saved(notebook)
    assert caplog.messages == ["A change could not be saved: OperationalError"]


def test_a_mistake_of_ours_is_logged_with_its_place_but_not_its_words(database, notebook, caplog):
    database.notebook("somebody").error = TypeError("a drawing")
    notebook.save(entry(1))
    database.notebook("somebody").error = None
    wait_until_saved(notebook)
    assert "in save" in caplog.text
    assert "a drawing" not in caplog.text


def test_a_postgresql_that_comes_back_gets_what_was_labelled_meanwhile(postgresql):
    database = Database(postgresql.create_database())
    notebook = WriteQueue(database, retry=0.05).notebook("somebody")
    notebook.save(entry(1))
    postgresql.stop()
    try:
        notebook.save(entry(2))
        assert notebook.waiting == 1
        with pytest.raises(DatabaseAwayError):
            notebook.saved()
    finally:
        postgresql.start()
    wait_until_saved(notebook)
    assert notebook.saved().count() == (2, 2)
    database.close()


def test_many_visitors_on_a_real_database_lose_nothing(postgresql):
    database = Database(postgresql.create_database())
    writes = WriteQueue(database)

    def visit(visitor):
        notebook = writes.notebook(str(visitor % 8))  # some in two pages
        for number in range(10):
            notebook.save(entry(100 * visitor + number, label=3))
            notebook.save(entry(100 * visitor + number, label=8))
        return notebook

    with ThreadPoolExecutor(12) as visitors:
        notebooks = list(visitors.map(visit, range(12)))
    wait_until_saved(*notebooks)
    assert sum(writes.notebook(str(n)).saved().count(label=8)[0] for n in range(8)) == 120
    database.close()
