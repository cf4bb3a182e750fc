"""Databases of earlier and later versions, on SQLite and on a real PostgreSQL."""

import hashlib
import logging
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import create_engine, inspect, text
from sqlalchemy.exc import SQLAlchemyError

from history import Notebook, prepare, schema
from tests.history_entries import entry

# What the program wrote before versions were noted. Never change it: such databases exist.
VERSION_1 = """
CREATE TABLE drawings (
    id VARCHAR(32) NOT NULL,
    notebook VARCHAR(64) NOT NULL,
    time {time} NOT NULL,
    prediction SMALLINT,
    confidence FLOAT NOT NULL,
    label SMALLINT,
    model VARCHAR(64) NOT NULL,
    image {bytes} NOT NULL,
    strokes TEXT NOT NULL,
    PRIMARY KEY (id)
);
CREATE INDEX drawings_by_time ON drawings (notebook, time, id)
"""
TYPES = {
    "sqlite": {"time": "DATETIME", "bytes": "BLOB"},
    "postgresql": {"time": "TIMESTAMP WITHOUT TIME ZONE", "bytes": "BYTEA"},
}
DRAWING = """
INSERT INTO drawings (id, notebook, time, prediction, confidence, label, model, image, strokes)
VALUES (:id, :notebook, '2026-11-21 12:00:00', 3, 0.97, 8, :model, :image, '[[[1,2]]]')
"""
VALUES = {
    "id": "1".zfill(32),
    "notebook": hashlib.sha256(b"somebody").hexdigest(),
    "model": "f" * 64,
    "image": bytes(784),
}
NEWEST = schema.newest_version()
COLUMN = "ALTER TABLE drawings ADD COLUMN hand VARCHAR(32)"
ANOTHER = "ALTER TABLE drawings ADD COLUMN seconds FLOAT DEFAULT 0 NOT NULL"


@pytest.fixture
def version_1(empty_engine):
    """Return an engine of a database as the first version left it, with a drawing of somebody's."""
    with empty_engine.begin() as database:
        for statement in VERSION_1.format(**TYPES[empty_engine.dialect.name]).split(";"):
            database.execute(text(statement))
        database.execute(text(DRAWING), VALUES)
    return empty_engine


@pytest.fixture
def migrate(monkeypatch):
    """Return a function that makes this program one with more migrations."""
    known = schema.MIGRATIONS
    return lambda *more: monkeypatch.setattr(schema, "MIGRATIONS", (*known, *more))


def version(engine):
    with engine.connect() as database:
        (number,) = database.execute(text("SELECT version FROM schema_version")).scalars()
    return number


def columns(engine):
    """Return a table's columns, their order apart."""
    return {
        column["name"]: (str(column["type"]), column["nullable"])
        for column in inspect(engine).get_columns("drawings")
    }


def labels(engine):
    return [e.label for e in Notebook(engine, "somebody").page(0, 10)]


def test_a_new_database_has_the_newest_version(empty_engine, migrate):
    migrate(COLUMN)
    prepare(empty_engine)
    assert version(empty_engine) == NEWEST + 1


def test_a_database_without_a_version_gets_one_and_loses_nothing(version_1):
    prepare(version_1)
    assert version(version_1) == schema.newest_version()
    assert labels(version_1) == [8]


def test_a_database_without_a_version_gets_the_columns_that_came_since(version_1, migrate):
    """It had no version: a new column would have failed when it was first used."""
    migrate(COLUMN, ANOTHER)
    prepare(version_1)
    assert {"number", "place", "hand", "seconds"} <= columns(version_1).keys()
    assert version(version_1) == NEWEST + 2
    assert labels(version_1) == [8]


def test_only_migrations_that_are_missing_are_applied(version_1, migrate):
    migrate(COLUMN)
    prepare(version_1)
    migrate(COLUMN, ANOTHER)
    prepare(version_1)
    assert version(version_1) == NEWEST + 2


def test_an_upgraded_database_is_like_a_new_one(version_1, tmp_path, postgresql):
    """Fails if a column was added to the table, but not to the migrations."""
    prepare(version_1)
    is_sqlite = version_1.dialect.name == "sqlite"
    url = f"sqlite:///{tmp_path / 'new.db'}" if is_sqlite else postgresql.create_database()
    new = create_engine(url)
    prepare(new)
    assert columns(version_1) == columns(new)
    assert inspect(version_1).get_indexes("drawings") == inspect(new).get_indexes("drawings")
    new.dispose()


def test_servers_that_upgrade_at_once_do_it_once(version_1, migrate):
    migrate(COLUMN, ANOTHER)
    url = version_1.url.render_as_string(hide_password=False)
    engines = [create_engine(url) for _ in range(8)]
    with ThreadPoolExecutor(len(engines)) as starters:
        list(starters.map(prepare, engines))
    assert version(version_1) == NEWEST + 2
    assert [labels(engine) for engine in engines] == [[8]] * 8
    for engine in engines:
        engine.dispose()


def test_an_older_server_works_on_a_newer_schema_and_says_so(version_1, migrate, caplog):
    migrate(COLUMN, ANOTHER)
    prepare(version_1)
    migrate()
    with caplog.at_level(logging.WARNING):
        prepare(version_1)
    assert f"newer than this server's {NEWEST}" in caplog.text
    Notebook(version_1, "somebody").save(entry(2, label=3))
    assert labels(version_1) == [3, 8]
    assert version(version_1) == NEWEST + 2


def test_an_upgrade_that_fails_leaves_the_database_as_it_was(version_1, migrate):
    migrate(COLUMN, "ALTER TABLE no_such_table ADD COLUMN hand VARCHAR(32)")
    with pytest.raises(SQLAlchemyError):
        prepare(version_1)
    assert "hand" not in columns(version_1)
    migrate(COLUMN)
    prepare(version_1)
    assert labels(version_1) == [8]


def test_a_prepared_database_is_not_locked_again(version_1, monkeypatch):
    """Servers that start together do not wait in line if nothing is to be done."""
    prepare(version_1)
    monkeypatch.setattr(schema, "_lock_schema", None)
    prepare(version_1)
