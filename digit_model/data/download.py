"""Public data as its sources give it: downloaded once, unpacked, checked."""

import hashlib
import re
import shutil
import subprocess
import zipfile
import zlib
from dataclasses import dataclass
from pathlib import Path

from digit_model.errors import DataError

COMPRESS_MAGIC = b"\x1f\x9d"  # of the old Unix program `compress`, whose files end in .Z
LARGEST = 2**30  # bytes of an archive's files together: the public sets have a tenth at most

# What a broken archive raises: RuntimeError if it is locked or packed in an unknown way.
UNREADABLE = (OSError, zipfile.BadZipFile, zlib.error, EOFError, RuntimeError)


@dataclass(frozen=True)
class Source:
    """Where a public data set is.

    Attributes:
        url: of a zip archive.
        members: regular expression for the names of the files wanted from it.
        sha256: of these files, unpacked and joined in the order of their names.
        option: of the command line, that names a local copy.
    """

    url: str
    members: str
    sha256: str
    option: str


PEN_DIGITS = Source(
    "https://archive.ics.uci.edu/static/public/81/pen+based+recognition+of+handwritten+digits.zip",
    r"pendigits-orig\.tra(\.Z)?$",
    "a66225d68d7d68591e62944df1ad33b3f5aa608e2df2505844b41f5568a80da4",
    "--pen-digits",
)
PEN_LETTERS = Source(
    "https://archive.ics.uci.edu/static/public/160/uji+pen+characters.zip",
    r"UJIpenchars-w\d\d(\.txt)?$",
    "5e5cc07c1cda2835443ef73a227072d30d29c07274c72aedb09c0d76190f3665",
    "--pen-letters",
)
OMNIGLOT = Source(
    "https://github.com/brendenlake/omniglot/raw/master/python/strokes_background_small1.zip",
    r"^(?!__MACOSX).*\w/character\d\d/\d+_\d\d\.txt$",
    "a39a611003280650b1018aa1521c08253a557350f92b9be51388192d8c13bb4d",
    "--omniglot",
)


def download(source: Source) -> dict[str, bytes]:
    """Download a source's archive, once, to Keras's folder for data sets.

    Returns:
        {name: bytes} of its files, unpacked.

    Raises:
        DataError: without a network, or if the files are not the known ones; the
            message says what to do.
    """
    import keras

    try:
        path = keras.utils.get_file(origin=source.url, fname=f"{source.sha256[:16]}.zip")
    except Exception as error:  # Keras wraps every network fault in a bare Exception
        raise DataError(
            f"{source.url} could not be downloaded ({error}). Without a network, fetch it "
            f"elsewhere and name it: {source.option} PATH"
        ) from error
    files = read_files(path, source.members)
    found = hashlib.sha256(b"".join(files.values())).hexdigest()
    if found != source.sha256:
        raise DataError(
            f"{path}: not the known data (SHA-256 {found}, expected {source.sha256}). "
            f"Delete it to download it again, or name a file of your own: {source.option} PATH"
        )
    return files


def read_files(path: Path | str, members: str) -> dict[str, bytes]:
    """Read a file, a folder's files, or a zip archive's, each unpacked if compressed.

    Args:
        path: of any of the three.
        members: regular expression for the wanted names in a folder or an archive.

    Returns:
        {name: bytes} in the order of the names; never empty.

    Raises:
        DataError: if nothing can be read, naming the path.
    """
    path, wanted = Path(path), re.compile(members)
    try:
        if path.is_dir():
            found = {p.relative_to(path).as_posix(): p for p in path.rglob("*") if p.is_file()}
            files = {name: found[name].read_bytes() for name in found if wanted.search(name)}
        elif zipfile.is_zipfile(path):
            files = _read_archive(path, wanted)
        else:
            files = {path.name: path.read_bytes()}
    except UNREADABLE as error:
        raise DataError(f"{path}: cannot be read ({error})") from error
    if not files:
        raise DataError(f"{path}: no file in it is named like {members}")
    return {name: _unpack(path, files[name]) for name in sorted(files)}


def _read_archive(path: Path, wanted: re.Pattern[str]) -> dict[str, bytes]:
    """Read the wanted files of a zip archive, if they are not too large together."""
    with zipfile.ZipFile(path) as archive:
        parts = [p for p in archive.infolist() if wanted.search(p.filename) and not p.is_dir()]
        size = sum(part.file_size for part in parts)
        if size > LARGEST:
            raise DataError(f"{path}: {size:,} bytes when unpacked, more than {LARGEST:,}")
        return {part.filename: archive.read(part) for part in parts}


def _unpack(path: Path, content: bytes) -> bytes:
    """Unpack what `compress` has packed; gzip still reads it, Python's library does not."""
    if not content.startswith(COMPRESS_MAGIC):
        return content
    gzip = shutil.which("gzip")
    if not gzip:
        raise DataError(f"{path}: unpacking it takes gzip, which is not here. Unpack it first.")
    done = subprocess.run([gzip, "-dc"], input=content, capture_output=True, check=False)
    if done.returncode:
        message = done.stderr.decode(errors="replace").strip()
        raise DataError(f"{path}: not a whole .Z archive ({message})")
    return done.stdout
