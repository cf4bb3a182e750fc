"""A real PostgreSQL on loopback, in a folder of its own that goes away with it."""

import os
import shutil
import subprocess
import tempfile
import uuid
from pathlib import Path

from sqlalchemy import create_engine, text

from driving.server import find_free_port


def find_binaries() -> Path | None:
    """Return the folder of the newest installed server's programs, or None."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/pg_ctl"))
    return found[-1].parent if found else None


class PostgreSQL:
    """A server that can be stopped and started again; a context manager."""

    def __init__(self, binaries: Path) -> None:
        self.binaries = binaries
        self.folder = Path(tempfile.mkdtemp(prefix="postgresql-"))
        self.port = find_free_port()
        self.user: list[str] = []
        if os.geteuid() == 0:  # which PostgreSQL refuses to be
            self.user = ["runuser", "-u", "postgres", "--"]
            shutil.chown(self.folder, "postgres")

    def __enter__(self) -> "PostgreSQL":
        self._run("initdb", "--username=postgres", "--auth=trust", "--encoding=UTF8", "--no-sync")
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()
        shutil.rmtree(self.folder)

    def start(self) -> None:
        """Start the server and wait until it answers."""
        options = f"-p {self.port} -c listen_addresses=127.0.0.1 -c unix_socket_directories=''"
        log = f"--log={self.folder}/log"
        # After a stop at once it first writes all that is there to a disk that may be busy.
        self._run("pg_ctl", "start", "--wait", "--timeout=300", "--silent", log, "-o", options)

    def stop(self) -> None:
        """Stop the server at once, its connections with it."""
        self._run("pg_ctl", "stop", "--wait", "--silent", "--mode=immediate")

    def create_database(self) -> str:
        """Create an empty database; return its URL."""
        name = f"test_{uuid.uuid4().hex}"
        engine = create_engine(self._url("postgres"), isolation_level="AUTOCOMMIT")
        with engine.connect() as server:
            server.execute(text(f"CREATE DATABASE {name}"))
        engine.dispose()
        return self._url(name)

    def _url(self, name: str) -> str:
        return f"postgresql+psycopg://postgres@127.0.0.1:{self.port}/{name}"

    def _run(self, program: str, *arguments: str) -> None:
        data = f"--pgdata={self.folder}/data"
        command = [*self.user, str(self.binaries / program), *arguments, data]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, cwd="/")
