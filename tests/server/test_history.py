"""The history, on SQLite and on a real PostgreSQL."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta

import numpy as np
import pytest
from sqlalchemy import create_engine, text

from history import (
    Notebook,
    NotebookFullError,
    is_identity,
    new_identity,
    notebook,
    prepare,
)
from tests.history_entries import START, entry


@pytest.fixture
def engine(empty_engine):
    """Return an engine of a prepared database."""
    prepare(empty_engine)
    return empty_engine


@pytest.fixture
def history(engine):
    return Notebook(engine, new_identity())


def ids(entries):
    return [int(e.id, 16) for e in entries]


def test_what_is_saved_comes_back_as_it_was(history):
    history.save(entry(5))
    (back,) = history.page(0, 10)
    np.testing.assert_array_equal(back.image, entry(5).image)
    assert vars(back) | {"image": 0} == vars(entry(5)) | {"image": 0}


def test_probabilities_come_back_to_a_millionth(history):
    shares = np.float32([0.123456, 0.00000049, 0.876543, *7 * [0]])
    history.save(entry(probabilities=shares))
    (back,) = history.page(0, 10)
    assert back.probabilities.dtype == np.float32
    np.testing.assert_allclose(back.probabilities, shares, atol=1e-6)


def test_entries_are_found_by_their_ids_in_ones_own_notebook_alone(engine, history):
    history.save(entry(1), entry(2))
    Notebook(engine, new_identity()).save(entry(3))
    assert ids(history.find({entry(2).id, entry(3).id, entry(4).id})) == [2]


def test_what_a_network_has_seen_is_noted_of_ones_own_drawings_alone(engine, history):
    history.save(entry(1), entry(2))
    Notebook(engine, new_identity()).save_seen({entry(1).id: "another's"})
    history.save_seen({entry(2).id: "mine", entry(3).id: "deleted meanwhile"})
    assert [seen for *_, seen in history.examples(10).values()] == [None, "mine"]


def test_saving_a_drawing_again_corrects_its_label(history):
    history.save(entry(label=3))
    history.save(entry(label=5))
    assert [e.label for e in history.page(0, 10)] == [5]


def test_many_drawings_are_saved_at_once(history):
    history.save(*map(entry, range(5_000)))
    assert history.count() == (5_000, 5_000)
    assert ids(history.page(4_990, 10)) == list(range(9, -1, -1))


def test_what_was_right_is_known_in_the_order_in_which_it_was_drawn(history):
    history.save(entry(3), entry(1, label=8), entry(2, prediction=None, label=None))
    assert history.course().tolist() == [False, True, True]


def test_another_notebook_sees_and_changes_nothing(engine, history):
    history.save(entry(label=3))
    other = Notebook(engine, new_identity())
    other.save(entry(label=8))
    other.delete(entry().id)
    other.delete_all()
    assert other.count() == (0, 0)
    assert other.page(0, 10) == list(other.entries()) == []
    assert [e.label for e in history.page(0, 10)] == [3]


def test_the_newest_come_first_page_by_page(history):
    for number in range(5):
        history.save(entry(number))
    assert ids(history.page(0, 2)) == [4, 3]
    assert ids(history.page(4, 2)) == [0]


def test_entries_are_filtered_by_label_and_by_right_or_wrong(history):
    for number, (prediction, label) in enumerate([(3, 3), (3, 8), (None, 8), (None, None)]):
        history.save(entry(number, prediction, label))
    assert ids(history.page(0, 9, label=8)) == [2, 1]
    assert ids(history.page(0, 9, label=None)) == [3]
    assert ids(history.page(0, 9, right=True)) == [3, 0]
    assert ids(history.page(0, 9, label=8, right=False)) == [2, 1]
    assert history.count() == (4, 2)
    assert history.count(label=8) == (2, 0)


def test_a_number_counts_as_one_drawing_and_comes_from_left_to_right(history):
    places = [replace(entry(9 - place), time=START, place=place) for place in range(3)]
    history.save(*places, entry(20), entry(21))
    assert history.count_drawings() == 3
    assert ids(history.page(1, 2)) == [20, 9, 8, 7]


def test_a_drawing_can_be_deleted(history):
    history.save(entry(1), entry(2))
    history.delete(entry(2).id)
    assert ids(history.page(0, 9)) == [1]


def test_all_drawings_can_be_deleted(history):
    history.save(entry(1))
    history.save(entry(2))
    history.delete_all()
    assert history.count() == (0, 0)


@pytest.fixture
def small(monkeypatch):
    """Have notebooks be full with three drawings."""
    monkeypatch.setattr(notebook, "LIMIT", 3)


def test_a_full_notebook_takes_no_more_and_says_what_to_do(history, small):
    """One address could fill the disk."""
    history.save(*map(entry, range(3)))
    with pytest.raises(NotebookFullError, match=r"full: it holds 3 drawings\. Export .* delete"):
        history.save(entry(3))
    assert history.count() == (3, 3)


def test_of_several_drawings_that_are_too_many_none_is_saved(history, small):
    history.save(entry(0), entry(1))
    with pytest.raises(NotebookFullError):
        history.save(entry(1), entry(2), entry(3))
    assert ids(history.page(0, 9)) == [1, 0]


def test_in_a_full_notebook_labels_can_be_corrected(history, small):
    history.save(*map(entry, range(3)))
    history.save(entry(1, label=8))
    assert history.count(label=8) == (1, 0)


def test_a_notebook_that_was_overfull_before_there_was_a_limit_can_be_corrected(
    history, monkeypatch
):
    history.save(*map(entry, range(5)))
    monkeypatch.setattr(notebook, "LIMIT", 3)
    history.save(entry(1, label=8))
    assert history.count(label=8) == (1, 0)


def test_a_full_notebook_with_a_drawing_deleted_takes_another(history, small):
    history.save(*map(entry, range(3)))
    history.delete(entry(0).id)
    history.save(entry(3))
    assert ids(history.page(0, 9)) == [3, 2, 1]


def test_a_full_notebook_does_not_fill_another(engine, history, small):
    history.save(*map(entry, range(3)))
    other = Notebook(engine, new_identity())
    other.save(entry(4))
    assert other.count() == (1, 1)


def test_those_who_save_at_once_exceed_the_limit_by_less_than_one_each(engine, history, small):
    def save(number):
        with suppress(NotebookFullError):
            history.save(entry(number))

    with ThreadPoolExecutor(4) as writers:
        list(writers.map(save, range(40)))
    assert 3 <= history.count()[0] < 3 + 4


def test_counting_for_the_limit_reads_no_image(engine, history):
    history.save(*map(entry, range(5_000)))
    asked = notebook._room.params(notebook=history._notebook, ids=[entry().id])
    plain = asked.compile(engine, compile_kwargs={"literal_binds": True})
    how = "EXPLAIN QUERY PLAN" if engine.dialect.name == "sqlite" else "EXPLAIN"
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as database:
        if engine.dialect.name == "postgresql":
            database.execute(text("VACUUM ANALYZE drawings"))  # as it does by itself
        plan = " ".join(str(row) for row in database.execute(text(f"{how} {plain}")))
    assert "COVERING INDEX drawings_by_time" in plan or "Index Only Scan using drawings" in plan


def test_many_starters_prepare_the_same_database(empty_engine):
    url = empty_engine.url.render_as_string(hide_password=False)
    engines = [create_engine(url) for _ in range(8)]
    with ThreadPoolExecutor(len(engines)) as starters:
        list(starters.map(prepare, engines))
    assert [Notebook(engine, "anybody").count() for engine in engines] == [(0, 0)] * 8
    for engine in engines:
        engine.dispose()


def test_the_database_does_not_know_a_notebooks_identity(engine):
    identity = new_identity()
    Notebook(engine, identity).save(entry())
    with engine.connect() as database:
        (stored,) = database.execute(text("SELECT notebook FROM drawings")).scalars()
    assert identity not in stored
    assert len(stored) == 64


def test_identities_are_long_random_and_told_from_anything_else():
    assert new_identity() != new_identity()
    assert is_identity(new_identity())
    assert not any(map(is_identity, ["", "a" * 31, "a" * 33, "ä" * 32, "a" * 31 + "/", None]))


def test_a_clock_that_is_set_back_loses_and_doubles_nothing(history):
    hours = [5, 6, 6, 2, 3, 6, 4]  # set back twice; three drawings at the very same time
    for number, hour in enumerate(hours):
        history.save(entry(number, time=START + timedelta(hours=hour)))
    numbers = [number for first in range(0, 8, 2) for number in ids(history.page(first, 2))]
    assert sorted(numbers) == list(range(7))
    assert [hours[number] for number in numbers] == sorted(hours, reverse=True)
    assert sorted(ids(history.entries())) == list(range(7))
    history.save(entry(0, label=8, time=START))
    assert history.count(label=8) == (1, 0)


def test_sqlite_writes_ahead_so_that_readers_go_on(tmp_path):
    engine = create_engine(f"sqlite:///{tmp_path / 'history.db'}")
    prepare(engine)
    with engine.connect() as database:
        assert database.execute(text("PRAGMA journal_mode")).scalar() == "wal"
    engine.dispose()
