"""What all tests share: servers, a browser, databases, and small data files."""

import os
import secrets
from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from hypothesis import settings
from sqlalchemy import create_engine

from digit_model import load_classifier
from driving.postgresql import PostgreSQL, find_binaries
from tests.browser_tabs import STILL, Tabs
from tests.cheap_servers import share_page
from tests.fake_networks import FakeClassifier
from tests.installed_programs import find_chromium, give_up

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")

# The same each time, and quick; or to look for more, see tests/unit/test_fuzz.py.
settings.register_profile("ci", max_examples=50, derandomize=True, deadline=None, database=None)
settings.register_profile("long", max_examples=20_000, deadline=None, print_blob=True)
settings.load_profile("ci")

REAL_DATA = Path(__file__).parents[2] / "shared" / "data"


SEED = "MNIST_DRAW_TEST_SEED"  # an environment variable that repeats what was random


def pytest_xdist_auto_num_workers(config):
    """Choose how many processes run tests: one more than cores, as browsers and servers also wait.

    Unit tests only compute: as many as cores. One file is run by one, without xdist.
    """
    asked = [Path(each.partition("::")[0]) for each in config.args]
    if len(asked) == 1 and asked[0].is_file():
        return 0
    cores = min(os.cpu_count(), 4)
    return cores if all("unit" in path.parts for path in asked) else cores + 1


def pytest_configure():
    """Choose one seed for all processes that run tests."""
    os.environ.setdefault(SEED, str(secrets.randbelow(2**32)))


def pytest_report_header():
    return f"{SEED}={os.environ[SEED]}"


def pytest_collection_modifyitems(items):
    """Put the files with a browser last, and among the others the largest first.

    From the first browser on, Playwright's event loop runs in this thread, where visitors without
    a browser could then run none. A large file takes long: nobody should be alone with it in the
    end.
    """
    if twice := [name for name, times in Counter(i.nodeid for i in items).items() if times > 1]:
        raise pytest.UsageError(f"of tests by the same name, only one would run: {twice}")
    has_browser = {item.path for item in items if {"chromium", "browser"} & {*item.fixturenames}}
    size = {path: path.stat().st_size for path in {item.path for item in items}}
    items.sort(key=lambda item: (item.path in has_browser, -size[item.path]))


@pytest.fixture(scope="session")
def shared_folder(tmp_path_factory, worker_id):
    """Return a folder that all processes of this run share."""
    own = tmp_path_factory.getbasetemp()
    return own if worker_id == "master" else own.parent


@pytest.fixture
def chance():
    """Return a random generator; if the test fails, the output says how to have it again."""
    print(f"{SEED}={os.environ[SEED]}")
    return np.random.default_rng(int(os.environ[SEED]))


@pytest.fixture
def draw():
    """Return a function that turns rows of text into a canvas: '#' is ink, '.' is none."""

    def from_text(*rows, alpha=255):
        rgba = np.zeros((len(rows), len(rows[0]), 4), np.uint8)
        rgba[..., 3] = [[alpha * (mark == "#") for mark in row] for row in rows]
        return rgba

    return from_text


@pytest.fixture
def fake_classifier():
    """Return the class of fake networks."""
    return FakeClassifier


@pytest.fixture(scope="session")
def committed_classifier():
    """Return the network that is committed."""
    return load_classifier()


@pytest.fixture(scope="session")
def small_mnist(tmp_path_factory):
    """Write 240 training and 20 test images in Keras's layout; return the file's path."""
    rng = np.random.default_rng(0)
    labels = (np.arange(260) % 10).astype(np.uint8)
    images = rng.integers(0, 30, (260, 28, 28), dtype=np.uint8)
    for image, label in zip(images, labels, strict=True):
        image[4:24, 4 + 2 * label : 7 + 2 * label] = 255  # a bar whose place is the label
    file = tmp_path_factory.mktemp("mnist") / "mnist.npz"
    np.savez(
        file, x_train=images[:240], y_train=labels[:240], x_test=images[240:], y_test=labels[240:]
    )
    return file


UNIPEN_ONE = """.INCLUDE dene.doc
.HIERARCHY DIGIT

.SEGMENT DIGIT 0 ? "1"
.COMMENT 1 {writer} 5
.PEN_DOWN
 100 300
 105 200
 100 100
.PEN_UP
.DT 100
"""


@pytest.fixture(scope="session")
def write_unipen(tmp_path_factory):
    """Return a function that writes UNIPEN text to a new file, by default ones by some writers."""

    def write(text=None, writers=(1,)):
        file = tmp_path_factory.mktemp("unipen") / "digits.tra"
        ones = "".join(UNIPEN_ONE.format(writer=writer) for writer in writers)
        file.write_text(ones if text is None else text)
        return file

    return write


UNIPEN_LETTER = (
    '.SEGMENT CHARACTER 0 ? "A"\n.COMMENT Class [A]\n.PEN_DOWN\n 10 30\n 10 20\n.PEN_UP\n'
)


@pytest.fixture
def write_letters(tmp_path):
    """Return a function that writes a file of letters for each writer; and their folder."""

    def write(text=UNIPEN_LETTER, writers=(1,)):
        for writer in writers:
            (tmp_path / f"UJIpenchars-w{writer:02}.txt").write_text(text)
        return tmp_path

    return write


@pytest.fixture
def real_data():
    """Return the folder with the real data sets; skip if there is none."""
    if not REAL_DATA.is_dir():
        pytest.skip("the real data sets are not here")
    return REAL_DATA


@pytest.fixture(scope="session")
def postgresql():
    """Yield a running PostgreSQL of our own; skip if none is installed, fail in CI."""
    binaries = find_binaries()
    if binaries is None:
        give_up("no PostgreSQL here: apt-get install postgresql")
    with PostgreSQL(binaries) as server:
        yield server


@pytest.fixture
def empty_postgresql(postgresql):
    """Return the URL of a database without tables."""
    return postgresql.create_database()


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_engine(request, tmp_path):
    """Yield an engine of a database without tables."""
    if request.param == "sqlite":
        url = f"sqlite:///{tmp_path / 'history.db'}"
    else:
        url = request.getfixturevalue("empty_postgresql")
    engine = create_engine(url)
    yield engine
    engine.dispose()


CHROMIUM = [
    "--no-sandbox",
    "--use-fake-device-for-media-stream",  # a camera for tests
    "--use-fake-ui-for-media-stream",  # and a person who lets the page use it
]


@pytest.fixture(scope="session")
def chromium(tmp_path_factory):
    """Yield a running browser; skip if none is installed, fail in CI.

    Its first context keeps scripts compiled, as a person's browser does; no other can.
    """
    path = find_chromium()
    from playwright.sync_api import sync_playwright  # what only these tests need

    with sync_playwright() as driver:
        context = driver.chromium.launch_persistent_context(
            tmp_path_factory.mktemp("chromium"),
            executable_path=path,
            args=CHROMIUM,
            viewport={"width": 1280, "height": 800},
            **STILL,
        )
        yield context.browser
        context.browser.close()


@pytest.fixture(scope="session")
def shared_page(shared_folder):
    """Yield a running page with the real network, which all tests of a run share."""
    with share_page(shared_folder) as page:
        yield page


@pytest.fixture(scope="session")
def address(shared_page):
    """Return the address of that page."""
    return shared_page.address


@pytest.fixture(scope="session")
def database(shared_page):
    """Return the URL of the database where it saves drawings."""
    return shared_page.database


@pytest.fixture(scope="session")
def tabs(chromium):
    """Return the browser's tabs."""
    return Tabs(chromium)


@pytest.fixture
def open_page(chromium, tabs, address):
    """Return a function that opens the page as a new visitor, by default on a still desktop."""
    from driving.browser import wait_for_canvas

    opened = []

    def visit(url=address, prepare=None, **profile):
        # What prepares a page stays with its tab.
        page = tabs.open(profile) if prepare else tabs.take(profile)
        opened.append((page, profile, prepare))
        page.set_default_timeout(60_000)
        if prepare:
            prepare(page)
        page.goto(url)
        wait_for_canvas(page)
        page.locator(".ask[data-state]").wait_for(state="attached")  # now its buttons are heard
        return page

    yield visit
    for page, profile, prepare in opened:
        tabs.give_back(page, profile, again=prepare is None)
