"""What a server may be started with: few open files, a path of its own."""

import asyncio
import resource
import subprocess
import sys
from contextlib import AsyncExitStack

import pytest

from driving.drawings import THREE
from driving.server import ROOT, run_server, start_server, wait_for
from driving.visitor import Visitor
from tests.cheap_servers import STUB_PAGE

USUAL = 1024  # open files of a process, as systemd and most containers start it
PAGES, AT_ONCE = 400, 20


def limited(soft, hard=""):
    """Return the command that runs another with these limits."""
    return ["prlimit", f"--nofile={soft}:{hard}", "--"]


async def visit(address):
    """Open all pages, some at once, and draw on each; return what the last was told."""
    turns = asyncio.Semaphore(AT_ONCE)

    async def come(visitor):
        async with turns:
            await stack.enter_async_context(visitor)
            await visitor.draw([THREE])
        return visitor.shown["prediction"]

    async with AsyncExitStack() as stack:
        return await asyncio.gather(*(come(Visitor(address)) for _ in range(PAGES)))


def test_400_pages_are_answered_where_a_process_starts_with_1024_files(tmp_path):
    """Some 200 ended the server for everybody: too many open files."""
    if resource.getrlimit(resource.RLIMIT_NOFILE)[1] < 4 * USUAL:
        pytest.skip("this system allows no more files")
    log = tmp_path / "log"
    with (
        open(log, "w") as output,
        run_server(STUB_PAGE, output=output, prefix=limited(USUAL)) as (address, _),
    ):
        told = asyncio.run(visit(address))
    assert all(">3</p>" in answer for answer in told)
    assert "Too many open files" not in log.read_text()


def test_a_server_that_may_not_have_enough_files_says_so():
    code = "from server.process import allow_open_files; allow_open_files()"
    command = [*limited(USUAL, USUAL), sys.executable, "-c", code]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    assert "1024 open files are allowed, enough for 204 visitors" in done.stderr


def test_below_a_path_of_its_own_the_page_and_its_programs_are_answered():
    path = ["env", "STREAMLIT_SERVER_BASE_URL_PATH=digits"]
    with start_server(STUB_PAGE, prefix=path) as (address, server):
        wait_for(server, f"{address}/digits/_stcore/health")
        wait_for(server, f"{address}/digits/api/openapi.yaml")
