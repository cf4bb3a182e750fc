"""Databases that fail under a real server with visitors: nothing is lost, nothing doubled."""

import asyncio
import os
import resource
import signal
import socket
import subprocess
import sys
import time
from collections import Counter
from contextlib import AsyncExitStack, contextmanager, suppress
from itertools import cycle
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import create_engine, make_url, text
from sqlalchemy.exc import OperationalError

from driving.drawings import ONE, SMALL_SEVEN, THREE
from driving.server import run_server
from driving.visitor import Visitor
from history import Notebook, new_identity
from tests.cheap_servers import STUB_PAGE

PATIENCE = 3  # seconds that a page may take at most while its database fails
DRAWINGS = {3: THREE, 1: ONE, 7: SMALL_SEVEN}
SHIFTS = cycle(range(100))

# Run by a process of its own, until its input ends.
HOLD_WRITE_LOCK = """
import sqlite3, sys
database = sqlite3.connect(sys.argv[1], isolation_level=None)
database.execute("BEGIN EXCLUSIVE")
print("locked", flush=True)
sys.stdin.read()
"""


class Server:
    """A running page: its address, its process, its database's URL."""

    def __init__(self, address, process, database):
        self.address, self.process, self.database = address, process, database

    def kept(self, identity):
        """Return a notebook's labels, the oldest first; None if there is no table yet."""
        engine = create_engine(self.database)
        try:
            return [entry.label for entry in Notebook(engine, identity).entries()]
        except OperationalError:
            return None
        finally:
            engine.dispose()


@contextmanager
def running(log, database, script=STUB_PAGE, **how):
    """Run a page that writes to a log file; yield the Server, claim that it never stumbled."""
    with (
        open(log, "w") as output,
        run_server(script, database=database, output=output, **how) as (address, process),
    ):
        yield Server(address, process, database)
    assert "Traceback" not in log.read_text()


async def keep(visitor, digit):
    """Draw a digit as never before and say that it was it; return the longer wait of the two."""
    shift = next(SHIFTS) / 10  # the same strokes would be the same drawing
    drawn = await visitor.draw([[(x, y + shift) for x, y in DRAWINGS[digit]]])
    return max(drawn, await visitor.label(digit))


def identity_of(visitor):
    return visitor.query.removeprefix("notebook=")


async def until(condition, seconds=60):
    """Wait until a function's result is true."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline
        await asyncio.sleep(0.1)


async def expect_note(visitor, note):
    """Run the drawing again until its answer has this note: a busy machine saves late."""
    deadline = time.monotonic() + 60
    while note not in visitor.shown["prediction"]:
        assert time.monotonic() < deadline, visitor.shown["prediction"]
        await asyncio.sleep(0.1)
        await visitor.run(visitor.fragments["drawing"])


async def live_through(fault, server):
    """Label before, during and after a fault, and claim what every fault must leave whole."""
    async with Visitor(server.address) as visitor:
        await keep(visitor, 3)
        await expect_note(visitor, "saved as 3")
        with fault(server):
            for digit in (1, 7):
                assert await keep(visitor, digit) < PATIENCE
                assert f">{digit}</p>" in visitor.shown["prediction"]
                assert (
                    "Database unavailable: your answers will be saved later"
                    in visitor.shown["prediction"]
                )
        await until(lambda: server.kept(identity_of(visitor)) == [3, 1, 7])
        await visitor.run(visitor.fragments["drawing"])
        await expect_note(visitor, "saved as 7")
        await keep(visitor, 3)
        await expect_note(visitor, "saved as 3")
        assert server.kept(identity_of(visitor)) == [3, 1, 7, 3]
        assert not visitor.errors


# SQLite


@pytest.fixture(scope="module")
def on_sqlite(tmp_path_factory):
    """Yield a Server whose file lies on a disk of two megabytes, if one may be mounted."""
    folder = tmp_path_factory.mktemp("faults")
    disk = folder / "disk"
    disk.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=2m", "none", disk]
    mounted = subprocess.run(mount, stderr=subprocess.DEVNULL, check=False).returncode == 0
    try:
        with running(folder / "log", f"sqlite:///{disk / 'history.db'}") as server:
            yield server
    finally:
        if mounted:
            subprocess.run(["umount", disk], check=True)


def file_of(server):
    return Path(make_url(server.database).database)


@contextmanager
def locked_by_another_process(server):
    command = [sys.executable, "-c", HOLD_WRITE_LOCK, file_of(server)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as locker:
        assert locker.stdout.readline() == b"locked\n"
        yield
        locker.stdin.close()


@contextmanager
def full_disk(server):
    if not os.path.ismount(file_of(server).parent):
        pytest.skip("no disk can be mounted here; the limited file stands for it")
    ballast = file_of(server).with_name("ballast")
    with open(ballast, "wb", buffering=0) as file, suppress(OSError):
        while True:
            file.write(bytes(1024))
    try:
        yield
    finally:
        ballast.unlink()


@contextmanager
def file_that_cannot_grow(server):
    """Writing fails as on a full disk, for this process; needs no rights."""
    if not hasattr(resource, "prlimit"):
        pytest.skip("only Linux limits a process that runs")
    pid, unlimited = server.process.pid, resource.RLIM_INFINITY
    resource.prlimit(pid, resource.RLIMIT_FSIZE, (1, unlimited))
    try:
        yield
    finally:
        resource.prlimit(pid, resource.RLIMIT_FSIZE, (unlimited, unlimited))


@pytest.mark.parametrize("fault", [locked_by_another_process, full_disk, file_that_cannot_grow])
def test_an_sqlite_file_that_cannot_be_written_stops_nobody_and_loses_nothing(on_sqlite, fault):
    """A locked file kept the page from answering for five to ten seconds at every label."""
    asyncio.run(live_through(fault, on_sqlite))


def test_in_a_read_only_folder_the_page_answers_and_saves_once_it_may(tmp_path):
    """There, saving ended in a traceback."""
    folder = tmp_path / "page"
    folder.mkdir()
    mortal = ["setpriv", "--bounding-set=-dac_override"] if os.geteuid() == 0 else []

    async def visit():
        async with Visitor(server.address) as visitor:
            assert await keep(visitor, 3) < PATIENCE + 10  # the first answer loads the network
            assert (
                "Database unavailable: your answers will be saved later"
                in visitor.shown["prediction"]
            )
            folder.chmod(0o755)
            await until(lambda: server.kept(identity_of(visitor)) == [3])
            await visitor.run(visitor.fragments["drawing"])
            await expect_note(visitor, "saved as 3")
            assert not visitor.errors

    database = f"sqlite:///{folder / 'data' / 'history.db'}"
    folder.chmod(0o555)
    with running(tmp_path / "log", database, prefix=mortal) as server:
        asyncio.run(visit())


# PostgreSQL


@pytest.fixture(scope="module")
def on_postgresql(postgresql, tmp_path_factory):
    """Yield a Server that keeps its drawings in PostgreSQL."""
    log = tmp_path_factory.mktemp("faults") / "log"
    with running(log, postgresql.create_database()) as server:
        yield server


def administer(server):
    """Return a connection to the server's database beside its own."""
    url = make_url(server.database).set(drivername="postgresql")
    return psycopg.connect(url.render_as_string(hide_password=False), autocommit=True)


@pytest.fixture
def stopped(postgresql):
    @contextmanager
    def fault(server):
        postgresql.stop()
        try:
            yield
        finally:
            postgresql.start()

    return fault


@pytest.fixture
def frozen(postgresql):
    """PostgreSQL takes connections and questions, and answers none."""

    (postmaster, *_) = (postgresql.folder / "data" / "postmaster.pid").read_text().split()

    def send(number, pids):
        for pid in pids:
            with suppress(ProcessLookupError):
                os.kill(pid, number)

    @contextmanager
    def fault(server):
        with administer(server) as database:
            rows = database.execute("SELECT pid FROM pg_stat_activity").fetchall()
        pids = [int(postmaster), *(pid for (pid,) in rows)]
        send(signal.SIGSTOP, pids)
        try:
            yield
        finally:
            send(signal.SIGCONT, pids)

    return fault


@pytest.fixture
def slow():
    """Every save takes a minute, which is not waited for."""

    @contextmanager
    def fault(server):
        with administer(server) as database:
            database.execute(
                "CREATE FUNCTION dawdle() RETURNS trigger LANGUAGE plpgsql AS "
                "'BEGIN PERFORM pg_sleep(60); RETURN NEW; END'"
            )
            database.execute(
                "CREATE TRIGGER slow BEFORE INSERT ON drawings EXECUTE FUNCTION dawdle()"
            )
            yield
            database.execute("DROP FUNCTION dawdle CASCADE")

    return fault


@pytest.fixture
def locked():
    """Another connection holds the table for itself."""

    @contextmanager
    def fault(server):
        with administer(server) as database, database.transaction():
            database.execute("LOCK TABLE drawings IN ACCESS EXCLUSIVE MODE")
            yield

    return fault


@pytest.fixture
def out_of_connections():
    """Others hold all connections that there are."""

    @contextmanager
    def fault(server):
        taken = []
        with administer(server) as database:
            others = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> %s"
            others += " AND backend_type = 'client backend'"
            database.execute(others, [database.info.backend_pid])
            with suppress(psycopg.OperationalError):  # too many clients already
                while True:
                    taken.append(administer(server))
            yield
        for connection in taken:
            connection.close()

    return fault


@pytest.mark.parametrize("fault", ["stopped", "slow", "locked", "frozen", "out_of_connections"])
def test_a_postgresql_that_fails_stops_nobody_and_loses_nothing(on_postgresql, fault, request):
    """A slow one kept the page from answering for five seconds and more at every label."""
    asyncio.run(live_through(request.getfixturevalue(fault), on_postgresql))


def test_a_postgresql_that_was_restarted_is_used_at_once(on_postgresql, postgresql):
    async def visit():
        async with Visitor(on_postgresql.address) as visitor:
            await keep(visitor, 3)
            postgresql.stop()
            postgresql.start()
            postgresql.create_database()  # once that is done, so is what its disk had to do
            await keep(visitor, 1)
            assert "saved as 1" in visitor.shown["prediction"]
            assert on_postgresql.kept(identity_of(visitor)) == [3, 1]

    asyncio.run(visit())


def test_a_history_that_a_frozen_postgresql_does_not_show_keeps_nobody_waiting(
    on_postgresql, frozen
):
    async def visit():
        address = on_postgresql.address
        async with Visitor(address) as curious, Visitor(address) as other:
            await keep(curious, 3)
            with frozen(on_postgresql):
                opening = asyncio.create_task(curious.label("history"))
                assert await keep(other, 1) < PATIENCE
                async with Visitor(address, curious.query) as again:  # has loaded the page again
                    assert await keep(again, 7) < PATIENCE
                assert not shows_history(curious)
            await opening  # without the drawings, if it took over two seconds until here
            await curious.label("history")
            assert shows_history(curious)
            assert not curious.errors

    def shows_history(visitor):
        return any("read right" in text for text in visitor.shown.values())

    asyncio.run(visit())


def test_with_a_postgresql_that_never_answers_the_history_says_so_at_once(tmp_path):
    """Ten visitors' labels were ahead of it, at two seconds each: it opened after 21.5."""

    async def visit(address):
        async with AsyncExitStack() as pages:
            visitors = [await pages.enter_async_context(Visitor(address)) for _ in range(11)]
            *busy, curious = visitors
            await visitors[0].draw([THREE])  # loads the network
            await asyncio.gather(*(keep(visitor, 3) for visitor in busy))
            assert await curious.label("history") < PATIENCE
            assert any("cannot be reached" in text for text in curious.shown.values())
            assert not curious.errors

    with socket.create_server(("127.0.0.1", 0), backlog=128) as deaf:
        database = f"postgresql+psycopg://somebody@127.0.0.1:{deaf.getsockname()[1]}/drawings"
        with running(tmp_path / "log", database) as server:
            asyncio.run(visit(server.address))


# Two servers


VISITORS = 8  # of each server


@pytest.mark.parametrize("first", ["on_sqlite", "on_postgresql"])
def test_two_servers_that_save_at_once_lose_nothing_and_double_nothing(first, request, tmp_path):
    first = request.getfixturevalue(first)
    shared = f"notebook={new_identity()}"  # open in several tabs, on either server

    async def label(server, query=""):
        async with Visitor(server.address, query) as visitor:
            for digit in (3, 1, 7):
                await keep(visitor, digit)
                await visitor.label(digit + 1)  # corrected at once
            assert not visitor.errors
            return identity_of(visitor)

    async def all_at_once(second):
        queries = [""] * (VISITORS - 2) + [shared] * 2
        tasks = [label(server, query) for server in (first, second) for query in queries]
        return await asyncio.gather(*tasks)

    async def visit():
        before = count_rows(first)
        with running(tmp_path / "log", first.database) as second:
            notebooks = Counter(await all_at_once(second))
            await until(lambda: count_rows(first) - before == 2 * VISITORS * 3)
            await until(lambda: all(first.kept(n)[-1] == 8 for n in notebooks))
        for notebook, tabs in notebooks.items():
            assert sorted(first.kept(notebook)) == sorted(tabs * [4, 2, 8])

    asyncio.run(visit())


def count_rows(server):
    engine = create_engine(server.database)
    with engine.connect() as database:
        count = database.execute(text("SELECT count(*) FROM drawings")).scalar()
    engine.dispose()
    return count
