"""Atomic file writes: a file is there as it was or as it will be, never in part."""

import os
from collections.abc import Callable
from pathlib import Path


def write_whole(path: Path | str, write: Callable[[Path], object]) -> None:
    """Write a new file beside `path`, then put it in its place.

    Args:
        path: of the file; the new one has the same ending.
        write: writes the new file at the path that it is given.
    """
    path = Path(path)
    new_file = path.with_name(f".new-{path.name}")
    write(new_file)
    os.replace(new_file, path)
