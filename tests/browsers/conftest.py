"""What the tests in a browser share: pages that keep drawings, on SQLite and on PostgreSQL."""

import pytest

from driving.server import serve


@pytest.fixture(scope="session")
def postgresql_database(postgresql):
    """Return the URL of the database where `postgresql_address` keeps drawings."""
    return postgresql.create_database()


@pytest.fixture(scope="session")
def postgresql_address(postgresql_database):
    """Yield the address of a running page that keeps drawings in PostgreSQL."""
    with serve(database=postgresql_database) as url:
        yield url


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def either(request):
    """Return the addresses of a page and of its database, on one kind after the other."""
    names = {
        "sqlite": ("address", "database"),
        "postgresql": ("postgresql_address", "postgresql_database"),
    }
    return tuple(map(request.getfixturevalue, names[request.param]))


@pytest.fixture
def page(open_page, either):
    """Return the page as a new visitor meets it."""
    return open_page(either[0])
