"""How a server starts and what it sends first: few open files, a path of its own, small files."""

import asyncio
import gzip
import re
import resource
import subprocess
import sys
from contextlib import AsyncExitStack

import pytest
import requests

from driving.drawings import THREE
from driving.server import ROOT, run_server, start_server, wait_for
from driving.visitor import Visitor
from tests.cheap_servers import STUB_PAGE

USUAL = 1024  # open files of a process, as systemd and most containers start it
PAGES, AT_ONCE = 400, 20


def limited(soft, hard=""):
    """Return the command that runs another with these limits."""
    return ["prlimit", f"--nofile={soft}:{hard}", "--"]


async def visit(address):
    """Open all pages, some at once, and draw on each; return what the last was told."""
    turns = asyncio.Semaphore(AT_ONCE)

    async def come(visitor):
        async with turns:
            await stack.enter_async_context(visitor)
            await visitor.draw([THREE])
        return visitor.shown["prediction"]

    async with AsyncExitStack() as stack:
        return await asyncio.gather(*(come(Visitor(address)) for _ in range(PAGES)))


def test_400_pages_are_answered_where_a_process_starts_with_1024_files(tmp_path):
    """Some 200 ended the server for everybody: too many open files."""
    if resource.getrlimit(resource.RLIMIT_NOFILE)[1] < 4 * USUAL:
        pytest.skip("this system allows no more files")
    log = tmp_path / "log"
    with (
        open(log, "w") as output,
        run_server(STUB_PAGE, output=output, prefix=limited(USUAL)) as (address, _),
    ):
        told = asyncio.run(visit(address))
    assert all(">3</p>" in answer for answer in told)
    assert "Too many open files" not in log.read_text()


def test_a_server_that_may_not_have_enough_files_says_so():
    code = "from server.process import allow_open_files; allow_open_files()"
    command = [*limited(USUAL, USUAL), sys.executable, "-c", code]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    assert "1024 open files are allowed, enough for 170 visitors" in done.stderr


@pytest.fixture(scope="module")
def below_a_path():
    """Yield the address of a page below a path."""
    path = ["env", "STREAMLIT_SERVER_BASE_URL_PATH=digits"]
    with start_server(STUB_PAGE, prefix=path) as (address, server):
        wait_for(server, f"{address}/digits/_stcore/health")
        yield f"{address}/digits"


def test_below_a_path_of_its_own_programs_are_answered_too(below_a_path):
    assert requests.get(f"{below_a_path}/api/openapi.yaml", timeout=60).ok


def test_a_shared_link_shows_what_the_page_is(below_a_path):
    """It was "Streamlit", without a word or a picture."""
    proxied = {"X-Forwarded-Proto": "https"}
    page = requests.get(f"{below_a_path}/", timeout=60, headers=proxied)
    shown = dict(re.findall('(?:property|name)="([^"]+)" content="([^"]*)"', page.text))
    assert "<title>MNIST-Draw</title>" in page.text
    assert shown["description"] == shown["og:description"]
    assert len(shown["description"]) > 80
    assert shown["og:image"] == below_a_path.replace("http:", "https:") + "/social.png"
    picture = requests.get(f"{below_a_path}/social.png", timeout=60)
    assert picture.headers["Content-Type"] == "image/png"


def scripts_of(page):
    """Return the paths of the scripts and styles that a page asks for at once."""
    text = requests.get(page, timeout=60).text
    return re.findall('(?:src|href)="[.](/static/[^"]+[.](?:js|css))"', text)


def test_scripts_and_styles_come_compressed_and_are_kept_for_ever(below_a_path):
    """They were 3.2 MB, of which protobuf.js was 861 kB."""
    sizes = []
    for path in scripts_of(below_a_path):
        sent = requests.get(below_a_path + path, timeout=60, stream=True)
        assert sent.headers["Cache-Control"] == "public, immutable, max-age=31536000"
        assert sent.headers["Vary"] == "Accept-Encoding"
        packed = sent.raw.read(decode_content=False)
        sizes.append((len(packed), len(gzip.decompress(packed))))
    packed, plain = map(sum, zip(*sizes, strict=True))
    assert packed < plain / 2.5


def test_who_takes_no_compressed_files_gets_them_plain(below_a_path):
    path = scripts_of(below_a_path)[0]
    plain = requests.get(below_a_path + path, timeout=60, headers={"Accept-Encoding": "identity"})
    assert "Content-Encoding" not in plain.headers
    assert plain.content == requests.get(below_a_path + path, timeout=60).content


def test_a_file_that_is_not_there_is_the_page(below_a_path):
    assert "<title>" in requests.get(f"{below_a_path}/static/js/n.AAAAAAAA.js", timeout=60).text
