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


@pytest.mark.parametrize("name", ["history", "photo", "preprocess", "digit_model"])
def test_what_is_no_page_knows_no_streamlit(name):
    assert "streamlit" not in known(name)


@pytest.mark.parametrize("name", ["history", "photo", "preprocess", "digit_model"])
def test_what_is_no_page_knows_neither_page_nor_server(name):
    assert not {"page", "server", "webapp"} & known(name)


def test_nothing_imports_the_page_itself():
    names = [path.stem for path in ROOT.iterdir() if not path.name.startswith(".")]
    assert [name for name in names if "webapp" in imported(name)] == []


def test_what_a_file_imports_is_seen():
    assert {"page", "server", "streamlit"} <= known("webapp")
