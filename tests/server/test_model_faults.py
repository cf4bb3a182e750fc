"""A model file that is missing, broken or replaced under a real server with visitors."""

import asyncio
import os
import re
import shutil
import time

import keras
import pytest

from digit_model.model_file import Fitted, store_fitted
from digit_model.training.network import add_calibration, build_model
from driving.drawings import THREE
from driving.server import ROOT
from driving.visitor import Visitor
from tests.server.test_faults import running

VISITORS = 3
PIECES = 20  # in which a file is copied slowly


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    """Return a copy of the project, whose model file may be broken."""
    folder = tmp_path_factory.mktemp("model") / "project"
    aside = shutil.ignore_patterns(".git", ".venv", ".*cache", "tests", "data", "build")
    return shutil.copytree(ROOT, folder, ignore=aside, dirs_exist_ok=True)


@pytest.fixture(scope="module")
def server(project, tmp_path_factory):
    log = tmp_path_factory.mktemp("model") / "log"
    with running(log, "sqlite://", script="webapp.py", folder=project) as server:
        yield server


@pytest.fixture
def model_file(project):
    """Yield the path of the copy's model file, which is whole again afterwards."""
    file = project / "model.keras"
    yield file
    shutil.copy(ROOT / "model.keras", file)


@pytest.fixture(scope="module")
def other_network(tmp_path_factory):
    """Return the file of an untrained network."""
    file = tmp_path_factory.mktemp("other") / "model.keras"
    add_calibration(build_model(), temperature=2.0).save(file)
    store_fitted(file, Fitted(thresholds=[1] * 10))
    return file


def remove(file):
    file.unlink()


def truncate(file):
    os.truncate(file, 100_000)


def put_another_shape(file):
    keras.Sequential([keras.Input((4,)), keras.layers.Dense(2)]).save(file)


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        (remove, "There is no model file"),
        (truncate, "is not a whole Keras model file"),
        (put_another_shape, "is another network"),
    ],
)
def test_a_broken_model_file_is_named_and_a_whole_one_read_without_a_new_start(
    server, model_file, fault, words
):
    async def visit():
        async with Visitor(server.address) as visitor:
            await visitor.draw([THREE])
            assert ">3</p>" in visitor.shown["prediction"]
            fault(model_file)
            await visitor.draw([THREE])
            assert words in visitor.shown["prediction"]
            assert "git checkout model.keras" in visitor.shown["prediction"]
            shutil.copy(ROOT / "model.keras", model_file)
            await visitor.draw([THREE])
            assert ">3</p>" in visitor.shown["prediction"]
            assert not visitor.errors

    asyncio.run(visit())


def replace_at_once(new, file):
    shutil.copy(new, file.with_name("new.keras"))
    os.replace(file.with_name("new.keras"), file)


def write_over(new, file):
    """Write as `cp` does to a slow disk: for a moment, the file is a part of itself."""
    content = new.read_bytes()
    with open(file, "wb", buffering=0) as target:
        for start in range(0, len(content), len(content) // PIECES):
            target.write(content[start : start + len(content) // PIECES])
            time.sleep(0.02)


@pytest.mark.parametrize("replace", [replace_at_once, write_over])
def test_a_model_that_is_replaced_under_many_strokes_answers_as_the_old_or_the_new(
    server, model_file, other_network, replace
):
    """The answer of one network was kept under the fingerprint of another."""

    async def draw_on(visitor, answers, ended):
        while not ended.is_set():
            await visitor.draw([THREE])
            answers.append((visitor.shown["prediction"], visitor.shown["probabilities"]))

    async def visit():
        answers, ended = [], asyncio.Event()
        visitors = [Visitor(server.address) for _ in range(VISITORS)]
        for visitor in visitors:
            await visitor.__aenter__()
        tasks = [asyncio.create_task(draw_on(v, answers, ended)) for v in visitors]
        for new in (other_network, ROOT / "model.keras") * 2:
            await asyncio.to_thread(replace, new, model_file)
            seen = len(answers)
            while len(answers) < seen + 5 * VISITORS:
                await asyncio.sleep(0.05)
        ended.set()
        await asyncio.gather(*tasks)
        for visitor in visitors:
            await visitor.draw([THREE])
            assert ">3</p>" in visitor.shown["prediction"]
            assert not visitor.errors
            await visitor.disconnect()
        return answers

    answers = asyncio.run(visit())
    told = [(says, bars) for says, bars in answers if "model.keras" not in says]
    told = [(says, re.sub(r"--from: [\d.]+; ", "", bars)) for says, bars in told]
    assert len({bars for _, bars in told}) == 2  # the old network's and the new one's
    assert all(re.search('class="digit">[3?]</p>', says) for says, _ in told)
    for says in {says for says, _ in answers} - {says for says, _ in told}:
        assert re.search("is not a whole Keras model file|is being replaced|no model file", says)
