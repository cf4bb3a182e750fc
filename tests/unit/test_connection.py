"""Which database is used, as the environment and the page's settings say."""

import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy.exc import ArgumentError, OperationalError

from history import prepare
from history.connection import database_url, make_engine

POSTGRESQL = "postgresql+psycopg://somebody:secret@127.0.0.1/drawings"


@pytest.fixture
def environment(monkeypatch):
    """Return a function that sets the environment's URL."""
    monkeypatch.delenv("MNIST_DRAW_DATABASE", raising=False)
    return lambda url: monkeypatch.setenv("MNIST_DRAW_DATABASE", url)


def test_the_package_imports_no_streamlit():
    """Storage is of use without a page, and its tests need none."""
    program = "import history, sys; sys.exit('streamlit' in sys.modules)"
    root = Path(__file__).parents[2]
    assert subprocess.run([sys.executable, "-c", program], cwd=root, check=False).returncode == 0


def test_without_any_configuration_an_sqlite_file_is_used(environment, monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    assert str(make_engine().url) == "sqlite:///data/history.db"
    assert (tmp_path / "data").is_dir()


def test_the_environment_names_the_database(environment):
    environment(POSTGRESQL)
    assert database_url().render_as_string(hide_password=False) == POSTGRESQL


def test_the_pages_own_setting_goes_before_the_environment(environment):
    environment("sqlite:///elsewhere.db")
    assert database_url(POSTGRESQL).host == "127.0.0.1"


def test_a_postgresql_is_not_waited_for_long(monkeypatch):
    made = {}
    monkeypatch.setattr("sqlalchemy.create_engine", lambda url, **options: made.update(options))
    make_engine(POSTGRESQL)
    assert made["pool_timeout"] + made["connect_args"]["connect_timeout"] <= 5


def test_another_kind_of_database_is_refused_by_its_name():
    with pytest.raises(ArgumentError, match="mysql is neither"):
        database_url("mysql://127.0.0.1/drawings")


@pytest.mark.parametrize("url", ["sqlite://", "sqlite:///:memory:"])
def test_a_database_in_memory_is_refused_as_each_thread_would_have_its_own(url):
    """The first save raised TypeError, which took the page down."""
    with pytest.raises(ArgumentError, match="needs a file"):
        database_url(url)


def test_a_folder_that_cannot_be_made_is_the_databases_error(tmp_path):
    """It ended in a traceback, and what was labelled was lost."""
    (tmp_path / "file").touch()
    engine = make_engine(f"sqlite:///{tmp_path / 'file' / 'history.db'}")
    with pytest.raises(OperationalError, match="unable to open"):
        prepare(engine)
    engine.dispose()
