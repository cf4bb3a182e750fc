"""Files that are there whole or not at all, whoever reads them or ends the process meanwhile."""

import os
from pathlib import Path


def write_whole(path, write):
    """Have a function write a new file beside `path`, then put it in its place.

    Args:
        path: of the file; the new one has its ending, too.
        write: function of the new file's path.
    """
    path = Path(path)
    new_file = path.with_name(f".new-{path.name}")
    write(new_file)
    os.replace(new_file, path)
