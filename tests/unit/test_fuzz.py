"""Whatever a browser, a file or a folder holds: a refusal in one sentence, or an answer.

What was found once is kept in tests/corpus and tried each time. To look for more:

    pytest tests/unit/test_fuzz.py --hypothesis-profile=long
"""

import io
import json
import pickle
import zipfile
import zlib
from pathlib import Path
from types import SimpleNamespace
from unittest.mock import patch

import numpy as np
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from PIL import Image

from digit_model import ModelError, load_classifier
from digit_model.model_file import Fitted, store_fitted
from driving.drawings import canvas_value
from page.canvas import component as canvas
from page.canvas.drawing import SIDE, Drawing, DrawingError, decode_png, points_of
from page.canvas.fabric_transform import UNMOVED
from page.labels import component as labels
from photo.files import PhotographError, open_photograph
from photo.pictures import photo_to_mnist
from preprocess import canvas_to_mnist

FEWER = settings(
    max_examples=settings.default.max_examples // 4,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
# Pillow warns of what is odd in a file, and reads on.
pytestmark = pytest.mark.filterwarnings("ignore:::PIL")

CORPUS = Path(__file__).parents[1] / "corpus"


def kept(folder):
    """Return the files that made trouble once."""
    return sorted((CORPUS / folder).glob("*"))


@st.composite
def mutated(draw, files):
    """Change a good file: bytes overwritten, taken out, doubled, the end cut off."""
    file = bytearray(draw(st.sampled_from(files)))
    for _ in range(draw(st.integers(1, 8))):
        at = draw(st.integers(0, max(len(file) - 1, 0)) | st.integers(0, 64))
        change = draw(st.sampled_from(["write", "cut", "double", "end"]))
        some = draw(st.binary(min_size=1, max_size=8))
        if change == "write":
            file[at : at + len(some)] = some
        elif change == "cut":
            del file[at : at + len(some)]
        elif change == "double":
            file[at:at] = file[at : at + 64]
        elif draw(st.booleans()):
            del file[max(at, 16) :]
    return sign(bytes(file)) if draw(st.booleans()) else bytes(file)


def sign(file):
    """Give a PNG's chunks the checksums that they should have: what is changed is read then."""
    at, signed = 8, file[:8]
    while signed.startswith(b"\x89PNG") and at + 12 <= len(file):
        end = at + 8 + int.from_bytes(file[at : at + 4])
        signed += file[at:end] + zlib.crc32(file[at + 4 : end]).to_bytes(4)
        at = end + 4
    return signed + file[at:] if at <= len(file) + 4 else signed


# --- The canvas ------------------------------------------------------------------------------

numbers = st.integers() | st.floats() | st.integers(-(10**400), 10**400)
scalars = st.none() | st.booleans() | numbers | st.text()
anything = st.recursive(
    scalars, lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner), max_leaves=20
)
commands = st.lists(st.sampled_from("MLQCZ") | numbers, max_size=7) | anything
paths = st.fixed_dictionaries(
    {"path": st.lists(commands) | anything},
    optional=dict.fromkeys([*UNMOVED, "flipX", "strokeWidth"], anything),
)
drawings = st.lists(paths | anything) | anything


def read_value(value):
    """Take what a browser sent the canvas's way, without Streamlit."""
    component = canvas.load_canvas.__wrapped__
    with patch("streamlit.components.v2.component", lambda *_, **__: lambda **_: value):
        st_canvas = component()
    session = patch.object(canvas.st, "session_state", {"drawing": value})
    with patch.object(canvas, "load_canvas", lambda: st_canvas), session:
        return canvas.show_canvas(20, "drawing")


def check_drawing(value):
    try:
        drawing = read_value(value)
        assert isinstance(drawing, Drawing)
        points = points_of(drawing.strokes)
        json.dumps(points, allow_nan=False)
        assert 0 < drawing.brush < SIDE
        image = canvas_to_mnist(drawing.pixels)
    except DrawingError as error:
        assert len(str(error)) < 100
    else:
        assert image is None or (image.shape == (28, 28) and np.isfinite(image).all())


good = canvas_value([[(10, 10), (90, 90)]])
pictures = st.just(good["drawing"]["data"]) | st.text().map("data:image/png;base64,".__add__)


@given(
    st.dictionaries(
        st.sampled_from(["drawing", "backgroundFit"]),
        st.fixed_dictionaries(
            {},
            optional={
                "raw": st.fixed_dictionaries({"objects": drawings}) | anything,
                "data": pictures | anything,
            },
        )
        | anything,
    )
)
def test_any_value_of_the_canvas_is_a_drawing_or_a_short_refusal(value):
    check_drawing(value)


@given(drawings)
@example([{"path": [[]]}])
@example(2 * [{"path": [[1]]}])
def test_any_strokes_are_finite_points_near_the_canvas_or_a_short_refusal(strokes):
    try:
        points = np.array([xy for stroke in points_of(strokes) for xy in stroke]).reshape(-1, 2)
    except DrawingError as error:
        assert len(str(error)) < 100
    else:
        assert ((points >= -SIDE) & (points <= 2 * SIDE)).all()


def save(image, kind="PNG", **options):
    file = io.BytesIO()
    image.save(file, kind, **options)
    return file.getvalue()


BLANK = Image.new("RGBA", (SIDE, SIDE), (91, 108, 255, 0))
NOISE = Image.linear_gradient("L").resize((SIDE, SIDE)).convert("RGBA")
PNGS = [
    save(BLANK),
    save(NOISE),
    save(BLANK, save_all=True, append_images=[BLANK.rotate(90), NOISE]),
    save(BLANK, icc_profile=b"profile", exif=b"Exif\0\0MM\0*\0\0\0\x08\0\0\0\0\0\0"),
]


def check_png(png):
    try:
        pixels = decode_png(png)
    except DrawingError as error:
        assert len(str(error)) < 100
    else:
        assert (pixels.shape, pixels.dtype) == ((SIDE, SIDE, 4), np.uint8)


@given(mutated(PNGS) | st.binary())
def test_any_picture_of_the_canvas_is_its_pixels_or_a_short_refusal(png):
    check_png(png)


@pytest.mark.parametrize("file", kept("png"), ids=lambda file: file.name)
def test_a_picture_that_made_trouble_once_is_read_or_refused(file):
    check_png(file.read_bytes())


# --- Photographs -----------------------------------------------------------------------------


def photograph():
    image = Image.new("RGB", (96, 64), "white")
    image.paste("black", (40, 10, 52, 50))
    return image


EXIF = Image.Exif()
EXIF[0x0112], EXIF[0x010F] = 6, "a camera"
PHOTOGRAPHS = [
    save(photograph(), "JPEG", exif=EXIF),
    save(photograph(), "JPEG", progressive=True, icc_profile=b"profile"),
    save(photograph().convert("CMYK"), "JPEG"),
    save(photograph(), "MPO", save_all=True, append_images=[photograph()]),
    save(photograph(), "PNG", exif=EXIF),
    save(photograph().quantize(4), "PNG", transparency=1),
    save(photograph().convert("LA"), "PNG"),
    save(Image.new("I;16", (40, 60)), "PNG"),
    save(photograph(), "WEBP", exif=EXIF),
    save(photograph(), "WEBP", lossless=True),
    save(photograph(), "WEBP", save_all=True, append_images=[photograph().rotate(180)]),
]


def check_photograph(file):
    try:
        image = photo_to_mnist(open_photograph(io.BytesIO(file)))
    except PhotographError as error:
        assert len(str(error)) < 100
    else:
        assert image is None or (image.shape == (28, 28) and np.isfinite(image).all())


@given(mutated(PHOTOGRAPHS) | st.binary())
def test_any_photograph_is_read_or_a_short_refusal(file):
    check_photograph(file)


@pytest.mark.parametrize("file", kept("photographs"), ids=lambda file: file.name)
def test_a_photograph_that_made_trouble_once_is_read_or_refused(file):
    check_photograph(file.read_bytes())


# --- What was tapped -------------------------------------------------------------------------


@given(anything | st.sampled_from(["right", "3", "٣", "²", "-1", "10"]))
def test_any_answer_is_one_of_the_buttons_or_is_ignored(answer):
    for sent in (answer, {"value": answer, "drawing": answer}):
        state = {"labels": SimpleNamespace(answer=sent)}
        with patch.object(labels.st, "session_state", state):
            read = labels.read_answer("labels")
        check_answer(read)


def check_answer(read):
    assert (
        read is None
        or read in range(10)
        or read in {"right", "none", "forget", "photo", "history", "model", *labels.PLACES}
    )


# --- The model file --------------------------------------------------------------------------


@pytest.fixture(scope="module")
def load(tmp_path_factory):
    """Return a function that tries bytes as a model file."""
    file = tmp_path_factory.mktemp("model") / "model.keras"

    def try_to(content):
        file.write_bytes(content)
        try:
            classifier = load_classifier(file)
        except ModelError as error:
            assert "model.keras is" in str(error)
        else:
            assert classifier.predict(np.zeros((1, 28, 28), np.float32)).shape == (1, 10)

    return try_to


@pytest.fixture(scope="module")
def parts(tmp_path_factory):
    """Return the files in a small network's model file."""
    return unpack(save_network(tmp_path_factory.mktemp("network") / "model.keras"))


def save_network(file, *more):
    """Save a network of one layer, and more on top of it, with thresholds."""
    import keras

    layers = [keras.Input((28, 28, 1)), keras.layers.Flatten(), keras.layers.Dense(10), *more]
    keras.Sequential(layers).save(file)
    store_fitted(file, Fitted(thresholds=np.ones(10)))
    return file


def unpack(file):
    with zipfile.ZipFile(file) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def pack(parts, compression=zipfile.ZIP_STORED):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", compression) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return file.getvalue()


def test_a_small_network_is_loaded(tmp_path, parts):
    file = tmp_path / "model.keras"
    file.write_bytes(pack(parts))
    assert load_classifier(file).thresholds.tolist() == [1] * 10


@FEWER
@given(data=st.data())
def test_any_model_file_is_a_whole_classifier_or_refused(load, parts, data):
    load(data.draw(mutated([pack(parts)])))


@FEWER
@given(data=st.data())
def test_any_model_in_a_whole_archive_is_a_whole_classifier_or_refused(load, parts, data):
    name = data.draw(st.sampled_from(sorted(parts)))
    # No new numbers: a layer of a billion units would be asked for, not a broken file.
    text = st.sampled_from([b'"', b"{", b"]", b",", b"null", b"true", b"x", b"-", b"\xff", b""])
    content = bytearray(parts[name])
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(content)))
        content[at : at + data.draw(st.integers(0, 9))] = data.draw(text)
    load(pack(parts | {name: bytes(content)}))


def test_a_model_file_that_unpacks_to_gigabytes_is_refused_unread(load, parts):
    bomb = pack(parts | {"config.json": bytes(100_000_001)}, zipfile.ZIP_DEFLATED)
    assert len(bomb) < 1_000_000
    with patch("keras.models.load_model") as read:
        load(bomb)
    read.assert_not_called()


class Gadget:
    """What unpickled would call a function."""

    def __reduce__(self):
        return pytest.fail, ("a pickle was read",)


def test_a_pickle_is_never_read(load, parts):
    load(pickle.dumps(Gadget()))
    load(pack({name: pickle.dumps(Gadget()) for name in parts}))


def test_code_in_a_model_file_is_never_run(load, tmp_path):
    import keras

    file = save_network(tmp_path / "lambda.keras", keras.layers.Lambda(lambda x: x))
    with patch.object(keras.layers.Lambda, "call", side_effect=AssertionError) as call:
        load(file.read_bytes())
    call.assert_not_called()


@pytest.mark.parametrize("file", kept("models"), ids=lambda file: file.name)
def test_a_model_file_that_made_trouble_once_is_read_or_refused(load, file):
    load(file.read_bytes())
