"""Notebooks learn their owner's hand in the background, whatever happens meanwhile."""

import threading

import numpy as np
import pytest
from sqlalchemy.exc import OperationalError

from history import Database, WriteQueue, queue
from server import notebooks
from server.notebooks import HandwritingNotebook
from tests.fake_networks import FakeClassifier, LearningClassifier
from tests.history_entries import entry

BAR, SQUARE = np.zeros((2, 28, 28), np.uint8)
BAR[4:24, 13:15] = 255
SQUARE[4:24, 4:24] = 255
BAR_AS_4, SQUARE_AS_7 = entry(1, 5, 4, image=BAR), entry(2, 5, 7, image=SQUARE)


@pytest.fixture
def writes(tmp_path):
    queue = WriteQueue(Database(f"sqlite:///{tmp_path / 'history.db'}"))
    yield queue
    queue.database.close()


@pytest.fixture
def network():
    return LearningClassifier(5, 0.97)


@pytest.fixture
def notebook(writes):
    """Return a notebook in which a bar is saved as a 4, just opened."""
    writes.notebook("somebody").save(BAR_AS_4)
    return HandwritingNotebook(writes.notebook("somebody"), is_new=False)


def read(notebook, network, image):
    return notebook.reader(network).classify(image.astype(np.float32) / 255).digit


def settle(notebook):
    """Wait until nothing is being learnt."""
    if learning := notebook._learning:
        learning.join()


def test_what_is_kept_is_learnt_when_a_notebook_is_opened(notebook, network):
    assert read(notebook, network, BAR) == 4
    assert read(notebook, network, SQUARE) == 5


def test_a_new_notebook_reads_no_database(writes, network, monkeypatch):
    monkeypatch.setattr(queue.QueuedNotebook, "examples", None)
    notebook = HandwritingNotebook(writes.notebook("new"), is_new=True)
    assert read(notebook, network, BAR) == 5
    notebook.save(BAR_AS_4)
    assert read(notebook, network, BAR) == 4


def test_an_answer_waits_a_moment_for_a_long_notebook_and_then_comes_without(
    notebook, network, monkeypatch
):
    may_read, examples = threading.Event(), queue.QueuedNotebook.examples
    monkeypatch.setattr(
        queue.QueuedNotebook, "examples", lambda *args: may_read.wait() and examples(*args)
    )
    monkeypatch.setattr(notebooks, "ANSWER_WAIT", 0.01)
    assert read(notebook, network, BAR) == 5
    version = notebook.version
    may_read.set()
    settle(notebook)
    assert read(notebook, network, BAR) == 4
    assert notebook.version != version  # so that the page reads its drawing again


def test_what_is_kept_or_deleted_while_a_hand_is_learnt_counts(notebook, network, monkeypatch):
    may_learn, examples = threading.Event(), queue.QueuedNotebook.examples

    def read_slowly(*args):
        found = examples(*args)
        may_learn.wait()
        return found

    monkeypatch.setattr(queue.QueuedNotebook, "examples", read_slowly)
    notebook.follow(network)
    notebook.save(SQUARE_AS_7)
    notebook.delete(BAR_AS_4)
    may_learn.set()
    settle(notebook)
    assert read(notebook, network, SQUARE) == 7
    assert read(notebook, network, BAR) == 5


def test_changes_that_wait_for_the_database_are_learnt(writes, network, monkeypatch):
    kept = writes.notebook("somebody")
    kept.pending[BAR_AS_4.id] = BAR_AS_4
    assert read(HandwritingNotebook(kept, is_new=False), network, BAR) == 4


def test_a_database_that_is_away_delays_no_answer_and_is_read_when_it_is_back(
    notebook, network, monkeypatch
):
    examples = queue.QueuedNotebook.examples

    def fail(*_):
        raise OperationalError("", {}, Exception("away"))

    monkeypatch.setattr(queue.QueuedNotebook, "examples", fail)
    monkeypatch.setattr(notebooks, "RETRY", 0)
    assert read(notebook, network, BAR) == 5
    notebook.save(SQUARE_AS_7)
    assert read(notebook, network, SQUARE) == 7
    monkeypatch.setattr(queue.QueuedNotebook, "examples", examples)
    settle(notebook)
    notebook.follow(network)
    settle(notebook)
    assert read(notebook, network, BAR) == 4


def test_a_program_is_told_that_the_drawings_cannot_be_read(notebook, network, monkeypatch):
    def fail(*_):
        raise OperationalError("", {}, Exception("away"))

    monkeypatch.setattr(queue.QueuedNotebook, "examples", fail)
    with pytest.raises(OperationalError):
        notebook.full_reader(network)


def test_with_a_network_that_cannot_learn_the_network_reads(notebook):
    network = FakeClassifier(5, 0.97)
    assert notebook.full_reader(network) is network
    assert read(notebook, network, BAR) == 5
    assert notebook.gain() is None


def embedded(notebook, network):
    """Return how many drawings the network embeds when a notebook is opened."""
    network.embedded = 0
    HandwritingNotebook(notebook._queued, is_new=False).full_reader(network)
    return network.embedded


def test_what_is_kept_with_a_hand_is_not_looked_at_when_its_notebook_is_opened(writes, network):
    notebook = HandwritingNotebook(writes.notebook("new"), is_new=True)
    notebook.follow(network)
    notebook.save(SQUARE_AS_7)
    assert embedded(notebook, network) == 0


def test_what_an_older_server_has_kept_is_looked_at_once(notebook, network):
    assert [embedded(notebook, network) for _ in range(2)] == [1, 0]


def test_a_new_network_looks_at_all_once(notebook, network):
    notebook.full_reader(network)
    network.fingerprint = "e" * 64
    assert [embedded(notebook, network) for _ in range(2)] == [1, 0]


def test_a_database_that_is_only_read_is_learnt_from_all_the_same(notebook, network, monkeypatch):
    def fail(*_):
        raise OperationalError("", {}, Exception("read-only"))

    monkeypatch.setattr(queue.QueuedNotebook, "save_seen", fail)
    assert read(notebook, network, BAR) == 4


def test_the_gain_is_what_was_learnt_before_each_drawing(notebook, network):
    shorter = np.where(np.arange(28)[:, None] < 22, BAR, 0)
    notebook.full_reader(network)
    notebook.save(entry(2, 4, 4, image=shorter))
    gain = notebook.gain()
    assert gain.before.tolist() == [True, True]
    assert gain.after.tolist() == [True, False]


def test_a_hand_that_has_learnt_nothing_has_no_gain(writes, network):
    notebook = HandwritingNotebook(writes.notebook("new"), is_new=True)
    notebook.follow(network)
    assert not len(notebook.gain().before)


def test_all_that_is_deleted_is_unlearnt(notebook, network):
    notebook.full_reader(network)
    notebook.delete_all()
    assert read(notebook, network, BAR) == 5
