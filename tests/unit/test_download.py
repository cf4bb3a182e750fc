import hashlib
import zipfile

import pytest

from digit_model.data.download import PEN_DIGITS, PEN_LETTERS, Source, download, read_files
from digit_model.data.mnist import DataError
from digit_model.data.uci import read_pen_digits

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


def test_the_known_checksums_are_those_of_the_real_data(real_data):
    files = read_files(real_data / "pendigits-orig.tra", PEN_DIGITS.members)
    assert hashlib.sha256(b"".join(files.values())).hexdigest() == PEN_DIGITS.sha256
    files = read_files(real_data / "ujipenchars", PEN_LETTERS.members)
    assert hashlib.sha256(b"".join(files.values())).hexdigest() == PEN_LETTERS.sha256
