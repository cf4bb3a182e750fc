"""The database's tables, and how a database of an earlier version becomes one of this version.

To add a column:

1. Add it to `drawings` below. It must be nullable or have a `server_default`: servers of the
   previous version go on saving without it.
2. Append its ALTER TABLE to MIGRATIONS, in SQL that both SQLite and PostgreSQL understand.
3. Add it to `Entry` in store.py, if the page needs it, and run tests/test_schema.py, which
   compares an upgraded database with a new one.

The first server of the new version upgrades the database when it connects. Columns are only
ever added, never renamed, retyped or dropped, so that during a rolling update, or after one that
was taken back, an older server works on a newer schema; it leaves the new columns empty.
"""

import logging
from contextlib import contextmanager, suppress

from sqlalchemy import (
    Column,
    DateTime,
    Float,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    SmallInteger,
    String,
    Table,
    Text,
    delete,
    func,
    insert,
    inspect,
    select,
    text,
)
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.schema import CreateIndex

from history.connection import set_up_sqlite

# What leads from version 1 to 2, from 2 to 3 and so on. Version 1 is what every database is that
# was made before versions were written down.
MIGRATIONS = ()

LOCK = 2_890_114  # any number of our own: PostgreSQL's lock for who changes the tables

_metadata = MetaData()

drawings = Table(
    "drawings",
    _metadata,
    Column("id", String(32), primary_key=True),
    Column("notebook", String(64), nullable=False),
    Column("time", DateTime, nullable=False),  # UTC
    Column("prediction", SmallInteger),  # NULL: not a digit; so is the label's
    Column("confidence", Float, nullable=False),
    Column("label", SmallInteger),
    Column("model", String(64), nullable=False),
    # Last, so that counting does not read them.
    Column("image", LargeBinary, nullable=False),  # 28×28 bytes
    Column("strokes", Text, nullable=False),  # JSON
)
_by_time = Index("drawings_by_time", drawings.c.notebook, drawings.c.time, drawings.c.id)

_version = Table(
    "schema_version",
    _metadata,
    Column("version", Integer, primary_key=True, autoincrement=False),  # of a single row
)

_log = logging.getLogger(__name__)


def newest_version():
    """Return the schema's version that this program knows."""
    return 1 + len(MIGRATIONS)


def prepare(engine):
    """Set up an engine's connections; create or upgrade the tables if they need it.

    Any number of servers may do so at once.
    """
    set_up_sqlite(engine)
    with engine.connect() as database:
        version = _read_version(database)
    if version > newest_version():
        _log.warning(
            "The database's schema is version %d, newer than this server's %d. The server works, "
            "and leaves newer columns empty.",
            version,
            newest_version(),
        )
    elif version < newest_version():
        with _lock_schema(engine) as database:
            _upgrade(database)


def _read_version(database):
    """Return the version of a database's tables; 0 if something is missing."""
    if not {drawings.name, _version.name} <= set(inspect(database).get_table_names()):
        return 0
    return database.execute(select(_version.c.version)).scalar() or 0


def _upgrade(database):
    """Create what is missing, then apply the migrations that this database has not had."""
    is_new = not inspect(database).has_table(drawings.name)
    _metadata.create_all(database)  # leaves alone what exists
    database.execute(CreateIndex(_by_time, if_not_exists=True))
    # Read again, under the lock: another server may have been quicker.
    version = newest_version() if is_new else _read_version(database) or 1
    for statement in MIGRATIONS[version - 1 :]:
        database.execute(text(statement))
    database.execute(delete(_version))
    database.execute(insert(_version).values(version=max(version, newest_version())))


@contextmanager
def _lock_schema(engine):
    """Yield a connection in a transaction that one server has at a time."""
    if engine.dialect.name == "postgresql":
        with engine.begin() as database:
            database.execute(select(func.pg_advisory_xact_lock(LOCK)))
            yield database
        return
    # Python's sqlite3 begins no transaction before DDL, so this one is begun and ended by hand.
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as database:
        database.exec_driver_sql("BEGIN IMMEDIATE")
        try:
            yield database
            database.exec_driver_sql("COMMIT")
        except BaseException:
            with suppress(SQLAlchemyError):  # SQLite may have rolled back by itself
                database.exec_driver_sql("ROLLBACK")
            raise
