import zipfile

import numpy as np
import pytest
from PIL import Image, ImageDraw

from digit_model.data import outlines
from digit_model.data.outlines import read_all, read_outlines
from digit_model.errors import DataError
from digit_model.strokes import tracing

BOX = ((15, 20), (55, 60))
PLANK = ((10, 30), (60, 36))


@pytest.fixture
def write(tmp_path):
    """Return a function that writes a rectangle as the source does; and the folder."""

    def to_folder(corners=BOX, person="abc", number=1, size=70, ink="black", label="rectangle"):
        image = Image.new("RGBA", (size, size), "white")
        ImageDraw.Draw(image).rectangle(corners, outline=ink, width=3)
        folder = tmp_path / f"set/data/user.{person}/images/{label}"
        folder.mkdir(parents=True, exist_ok=True)
        image.save(folder / f"{label}.{person}.{number:04}.png")
        return tmp_path / "set"

    return to_folder


def test_an_outline_has_its_label_and_strokes_along_its_ink(write, tmp_path):
    (box,) = read_outlines(write(), tmp_path)
    assert (box.label, box.source) == ("rectangle", "shapes")
    points = np.concatenate(box.strokes) / tracing.ENLARGED
    np.testing.assert_allclose([points.min(axis=0), points.max(axis=0)], BOX, atol=2)


def test_a_person_has_one_key_that_does_not_tell_the_initials(write, tmp_path):
    write(number=2)
    write(person="xyz")
    people = {outline.writer for outline in read_outlines(write(), tmp_path)}
    assert len(people) == 2
    assert not any("abc" in person or "xyz" in person for person in people)


def test_a_thin_outline_is_left_out(write, tmp_path):
    assert read_outlines(write(PLANK), tmp_path) == []
    assert len(read_all(write(PLANK), tmp_path)) == 1


def test_only_other_outlines_on_the_list_are_used(write, tmp_path, monkeypatch):
    write(label="other", number=2)
    first, second = read_all(write(label="other"), tmp_path)
    monkeypatch.setattr(outlines, "KEPT", frozenset({second.key}))
    (used,) = read_outlines(tmp_path / "set", tmp_path)
    assert first.key != used.key == second.key


def test_an_image_without_ink_is_no_outline(write, tmp_path):
    assert read_outlines(write(ink="white"), tmp_path) == []


def test_the_same_images_are_traced_once(write, tmp_path, monkeypatch):
    (first,) = read_outlines(write(), tmp_path)
    monkeypatch.setattr(tracing, "trace_strokes", None)
    (again,) = read_outlines(write(), tmp_path)
    assert again.writer == first.writer
    for one, other in zip(first.strokes, again.strokes, strict=True):
        np.testing.assert_array_equal(one, other)


@pytest.mark.parametrize("rest", [b"", b"PK", b"no archive"])
def test_a_broken_cache_is_made_again(write, tmp_path, rest):
    (first,) = read_outlines(write(), tmp_path)
    (cache,) = tmp_path.glob("outlines-traced-*.npz")
    cache.write_bytes(rest)
    (again,) = read_outlines(write(), tmp_path)
    np.testing.assert_array_equal(first.strokes[0], again.strokes[0])


def test_a_cache_that_cannot_be_written_is_done_without(write, tmp_path):
    file = tmp_path / "file"
    file.touch()
    assert len(read_outlines(write(), file / "cache")) == 1


def test_a_file_that_is_no_image_is_an_error_that_names_it(write, tmp_path):
    folder = write()
    (file,) = folder.rglob("*.png")
    file.write_bytes(file.read_bytes()[:60])
    with pytest.raises(DataError, match=r"rectangle\.abc\.0001\.png: no PNG image"):
        read_outlines(folder, tmp_path)


def test_a_large_image_is_an_error(write, tmp_path):
    with pytest.raises(DataError, match=r"\(600, 600\), more than 512 pixels"):
        read_outlines(write(size=600), tmp_path)


def test_a_file_by_itself_is_an_error(write, tmp_path):
    (file,) = write().rglob("*.png")
    with pytest.raises(DataError, match="expected a path like"):
        read_outlines(file, tmp_path)


def test_the_ellipses_of_the_public_set_are_not_read(write, tmp_path):
    archive = tmp_path / "public.zip"
    (file,) = write().rglob("*.png")
    with zipfile.ZipFile(archive, "w") as parts:
        for label in ("rectangle", "ellipse"):
            parts.write(file, f"main/data/user.abc/images/{label}/{label}.abc.0001.png")
    assert [outline.label for outline in read_outlines(archive, tmp_path)] == ["rectangle"]


def test_without_a_path_the_error_says_where_to_get_it():
    with pytest.raises(DataError, match=r"hand-drawn-shapes-dataset .*--outlines PATH.*--without"):
        read_outlines()
