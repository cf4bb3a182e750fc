"""Starts a page in a process of its own, as README starts it or as a host does."""

import os
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

ROOT = Path(__file__).parents[1]
Process = subprocess.Popen[bytes]


@contextmanager
def serve(script: str = "webapp.py", **options: Any) -> Iterator[str]:
    """Run a page in a process of its own; yield its address. Args as `start_server`."""
    with run_server(script, **options) as (address, _):
        yield address


@contextmanager
def run_server(script: str = "webapp.py", **options: Any) -> Iterator[tuple[str, Process]]:
    """Run a page; yield its address and its process. Args as `start_server`."""
    with start_server(script, **options) as (address, server):
        wait_for(server, f"{address}/_stcore/health")
        yield address, server


@contextmanager
def start_server(
    script: str = "webapp.py",
    database: str | None = None,
    output: IO | None = None,
    folder: Path | str = ROOT,
    port: int | None = None,
    prefix: Sequence[str] = (),
    plain: bool = False,
) -> Iterator[tuple[str, Process]]:
    """Start a page; yield its address and its process, before it answers.

    Args:
        script, folder: the page's file, and the folder to start it in.
        database: its SQLAlchemy URL; by default an SQLite file that goes away with the server.
        output: an open file for what the server writes.
        port: to listen on; a free one by default.
        prefix: the command that runs the server's own.
        plain: start it as a host does that knows of no `st.App`.
    """
    port = port or find_free_port()
    options = {"server_port": port, "server_address": "127.0.0.1", "server_headless": True}
    if plain:
        start = f"b.load_config_options({options}); b.run({script!r}, False, [], {options})"
        command = ["-c", f"import streamlit.web.bootstrap as b; {start}"]
    else:
        set_by = [f"--{name.replace('_', '.')}={value}" for name, value in options.items()]
        command = ["-m", "streamlit", "run", script, *set_by]
    with (
        tempfile.TemporaryDirectory(prefix="mnist-draw-") as own,
        subprocess.Popen(
            [*prefix, sys.executable, *command],
            cwd=folder,
            env=os.environ | {"MNIST_DRAW_DATABASE": database or f"sqlite:///{own}/history.db"},
            stdout=output,
            stderr=subprocess.STDOUT if output else None,
        ) as server,
    ):
        try:
            yield f"http://127.0.0.1:{port}", server
        finally:
            server.terminate()


def wait_for(server: Process, url: str, seconds: float = 180) -> None:
    """Wait until a server answers.

    Raises:
        ChildProcessError: if the server ends before it answers.
        TimeoutError: if it does not answer in time.
    """
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if server.poll() is not None:
            raise ChildProcessError(f"the server ended with {server.returncode}")
        try:
            with urllib.request.urlopen(url, timeout=5):
                return
        except OSError:
            time.sleep(0.1)
    raise TimeoutError(f"no answer from {url} within {seconds} seconds")


def find_free_port() -> int:
    """Return a port of loopback on which nobody listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
