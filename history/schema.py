"""The database's tables, and the migrations that upgrade an older database.

To add a column:

1. Add it to `drawings` below. It must be nullable or have a `server_default`: servers of the
   previous version go on saving without it.
2. Append its ALTER TABLE to MIGRATIONS, in SQL that both SQLite and PostgreSQL understand.
3. If the page needs it, add it to `Entry` in notebook.py. Run tests/server/test_schema.py, which
   compares an upgraded database with a new one.

The first server of the new version to connect upgrades the database. Only ever add columns; never
rename, retype or drop one. Then older servers work on a newer schema, leaving the new columns
empty, while servers are updated one by one and after an update has been rolled back.
"""

import logging
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from sqlalchemy import (
    Column,
    Connection,
    DateTime,
    Engine,
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

# One SQL statement for each step, the first from version 1 to version 2. A database without a
# version is version 1.
MIGRATIONS = (
    "ALTER TABLE drawings ADD COLUMN number VARCHAR(6)",
    "ALTER TABLE drawings ADD COLUMN place SMALLINT",
    "ALTER TABLE drawings ADD COLUMN probabilities TEXT",
    "ALTER TABLE drawings ADD COLUMN seen TEXT",
)

LOCK = 2_890_114  # any number: names PostgreSQL's lock for changing the tables

_metadata = MetaData()

drawings = Table(
    "drawings",
    _metadata,
    Column("id", String(32), primary_key=True),
    Column("notebook", String(64), nullable=False),
    Column("time", DateTime, nullable=False),  # UTC
    Column("prediction", SmallInteger),  # NULL: not a digit; also in label
    Column("confidence", Float, nullable=False),
    Column("label", SmallInteger),
    Column("model", String(64), nullable=False),
    Column("number", String(6)),  # that this digit is part of, as it was read; NULL: of none
    Column("place", SmallInteger),  # of the digit in it, from the left
    Column("probabilities", Text),  # of the digits 0–9, JSON; NULL: saved before this column
    # Last, so that counting does not read them.
    Column("image", LargeBinary, nullable=False),  # 28×28 bytes
    Column("strokes", Text, nullable=False),  # JSON
    Column("seen", Text),  # what a network computed of the image; NULL: not known
)
_by_time = Index("drawings_by_time", drawings.c.notebook, drawings.c.time, drawings.c.id)

_version = Table(
    "schema_version",
    _metadata,
    Column("version", Integer, primary_key=True, autoincrement=False),  # one row
)

_log = logging.getLogger(__name__)


def newest_version() -> int:
    """Return the version of the schema that this program knows."""
    return 1 + len(MIGRATIONS)


def prepare(engine: Engine) -> None:
    """Set up an engine's connections, and create or upgrade the tables if necessary.

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


def _read_version(database: Connection) -> int:
    """Return the version of the tables; 0 if one of them is missing."""
    if not {drawings.name, _version.name} <= set(inspect(database).get_table_names()):
        return 0
    return database.execute(select(_version.c.version)).scalar() or 0


def _upgrade(database: Connection) -> None:
    """Create missing tables, and apply the migrations that this database has not had."""
    is_new = not inspect(database).has_table(drawings.name)
    _metadata.create_all(database)  # leaves existing tables alone
    database.execute(CreateIndex(_by_time, if_not_exists=True))
    # Read the version again, now under the lock: another server may have been faster.
    version = newest_version() if is_new else _read_version(database) or 1
    for statement in MIGRATIONS[version - 1 :]:
        database.execute(text(statement))
    database.execute(delete(_version))
    database.execute(insert(_version).values(version=max(version, newest_version())))


@contextmanager
def _lock_schema(engine: Engine) -> Iterator[Connection]:
    """Yield a connection whose transaction only one server at a time can have."""
    if engine.dialect.name == "postgresql":
        with engine.begin() as database:
            database.execute(select(func.pg_advisory_xact_lock(LOCK)))
            yield database
        return
    # Python's sqlite3 does not open a transaction for DDL, so we do.
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as database:
        database.exec_driver_sql("BEGIN IMMEDIATE")
        try:
            yield database
            database.exec_driver_sql("COMMIT")
        except BaseException:
            with suppress(SQLAlchemyError):  # SQLite may have rolled back by itself
                database.exec_driver_sql("ROLLBACK")
            raise
