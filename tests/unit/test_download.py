import hashlib
import zipfile

import pytest

from digit_model.data import download as module
from digit_model.data.download import (
    OMNIGLOT,
    PEN_DIGITS,
    PEN_LETTERS,
    Source,
    download,
    read_files,
)
from digit_model.data.uci import read_pen_digits
from digit_model.errors import DataError

ONE = b'.SEGMENT DIGIT 0 ? "1"\n.COMMENT 1 3 5\n.PEN_DOWN\n 10 30\n 10 20\n.PEN_UP\n'


def compress(content):
    """Pack at most 250 bytes as the old `compress` does: codes of nine bits, lowest first."""
    bits = sum(byte << (9 * place) for place, byte in enumerate(content))
    return b"\x1f\x9d\x90" + bits.to_bytes(-(-9 * len(content) // 8), "little")


@pytest.fixture
def archive(tmp_path):
    """Write a zip archive as the source gives it, and return its path."""
    file = tmp_path / "digits.zip"
    with zipfile.ZipFile(file, "w") as parts:
        parts.writestr("pendigits-orig.names", "about the data")
        parts.writestr("pendigits-orig.tra.Z", compress(ONE))
    return file


def test_a_z_archive_is_unpacked(tmp_path):
    file = tmp_path / "pendigits-orig.tra.Z"
    file.write_bytes(compress(ONE))
    (digit,) = read_pen_digits(file)
    assert (digit.label, digit.writer) == (1, "pendigits-3")


def test_a_zip_archive_gives_the_z_archive_in_it(archive):
    assert read_files(archive, PEN_DIGITS.members) == {"pendigits-orig.tra.Z": ONE}


def test_a_truncated_z_archive_is_an_error(tmp_path):
    file = tmp_path / "pendigits-orig.tra.Z"
    file.write_bytes(b"\x1f\x9d")
    with pytest.raises(DataError, match=r"pendigits-orig\.tra\.Z"):
        read_pen_digits(file)


def test_a_zip_archive_of_something_else_is_an_error(archive):
    with pytest.raises(DataError, match=r"digits\.zip: no file in it"):
        read_files(archive, PEN_LETTERS.members)


def test_a_download_is_checked(archive, monkeypatch):
    monkeypatch.setattr("keras.utils.get_file", lambda **_: str(archive))
    source = Source("https://example.org/digits.zip", PEN_DIGITS.members, "0" * 64, "--pen-digits")
    with pytest.raises(DataError, match=r"not the known data .*--pen-digits PATH"):
        download(source)


def test_a_download_with_the_right_checksum_is_read(archive, monkeypatch):
    monkeypatch.setattr("keras.utils.get_file", lambda **_: str(archive))
    sha256 = hashlib.sha256(ONE).hexdigest()
    source = Source("https://example.org/digits.zip", PEN_DIGITS.members, sha256, "--pen-digits")
    assert download(source) == {"pendigits-orig.tra.Z": ONE}


def test_without_a_network_the_error_says_what_to_do(monkeypatch):
    def fail(**_):
        raise Exception("URL fetch failure")  # what Keras raises

    monkeypatch.setattr("keras.utils.get_file", fail)
    with pytest.raises(DataError, match=r"URL fetch failure.*--pen-digits PATH"):
        read_pen_digits()


def test_a_zip_archive_that_unpacks_to_too_much_is_an_error(archive, monkeypatch):
    monkeypatch.setattr(module, "LARGEST", 50)
    with pytest.raises(DataError, match="bytes when unpacked, more than 50"):
        read_files(archive, PEN_DIGITS.members)


@pytest.mark.parametrize("place", [30, 120])
def test_a_damaged_zip_archive_is_an_error(archive, place):
    content = bytearray(archive.read_bytes())
    content[place : place + 40] = b"?" * 40
    archive.write_bytes(content)
    with pytest.raises(DataError, match=r"digits\.zip"):
        read_files(archive, ".")


def test_files_in_folders_of_a_folder_are_named_by_their_path(tmp_path):
    (tmp_path / "a/b").mkdir(parents=True)
    (tmp_path / "a/b/c.txt").write_text("ink")
    assert read_files(tmp_path, r"\.txt$") == {"a/b/c.txt": b"ink"}


@pytest.mark.parametrize(
    ("source", "name"),
    [
        (PEN_DIGITS, "pendigits-orig.tra"),
        (PEN_LETTERS, "ujipenchars"),
        (OMNIGLOT, "omniglot-strokes_background_small1.zip"),
    ],
)
def test_the_known_checksums_are_those_of_the_real_data(real_data, source, name):
    files = read_files(real_data / name, source.members)
    assert hashlib.sha256(b"".join(files.values())).hexdigest() == source.sha256
