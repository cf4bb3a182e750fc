"""Which part of the project may know of which, by what their files import."""

import ast
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


def files(name):
    """Return the files of a package, or of a module, at the project's root."""
    return [*(ROOT / name).rglob("*.py"), *ROOT.glob(f"{name}.py")]


@cache
def imported(name):
    """Return the first names of all that a package or module imports, functions included."""
    found = set()
    for file in files(name):
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if isinstance(node, ast.Import):
                found |= {each.name.split(".")[0] for each in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module:
                found.add(node.module.split(".")[0])
    return found


def known(name):
    """Return all that a package or module imports, by way of the project's others too."""
    found, ahead = set(), {name}
    while ahead:
        found |= ahead
        ahead = set().union(*map(imported, ahead)) - found
    return found - {name}


BELOW_THE_PAGE = ["history", "photo", "preprocess", "digit_model", "train_model"]
BESIDE_THE_TESTS = ["benchmarks", "docs", "driving", "tools"]
ALL = sorted({path.stem for path in ROOT.glob("[!.]*") if files(path.stem)})


@pytest.mark.parametrize("name", BELOW_THE_PAGE)
def test_what_is_below_the_page_does_not_import_streamlit(name):
    assert "streamlit" not in known(name)


@pytest.mark.parametrize("name", BELOW_THE_PAGE)
def test_what_is_below_the_page_imports_neither_page_nor_server(name):
    assert not {"page", "server"} & known(name)


@pytest.mark.parametrize("name", ALL)
def test_nothing_imports_the_page_itself(name):
    assert "webapp" not in imported(name)


@pytest.mark.parametrize("name", sorted({*ALL} - {"tests"}))
def test_nothing_but_tests_imports_tests(name):
    assert "tests" not in imported(name)


@pytest.mark.parametrize("name", ["webapp", "page", "server", *BELOW_THE_PAGE])
def test_what_is_served_imports_nothing_that_measures_or_drives_it(name):
    assert not {"tests", *BESIDE_THE_TESTS} & known(name)


def test_all_rooms_are_found():
    assert {"webapp", "tests", *BELOW_THE_PAGE, *BESIDE_THE_TESTS} <= {*ALL}


def test_what_a_file_imports_is_seen():
    assert {"page", "server", "streamlit"} <= known("webapp")
