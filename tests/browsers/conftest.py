"""What the tests in a browser share: a page on PostgreSQL beside the one on SQLite."""

import pytest

from driving.server import serve


@pytest.fixture
def postgresql_address(postgresql):
    """Yield the address of a running page that saves drawings in PostgreSQL."""
    with serve(database=postgresql.create_database()) as url:
        yield url


@pytest.fixture
def page(open_page):
    """Return the page as a new visitor meets it."""
    return open_page()
