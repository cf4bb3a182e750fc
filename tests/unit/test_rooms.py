"""Which part of the project may know of which, by what their files import."""

import ast
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


# The rooms of digit_model that make and measure the network; all others answer.
MAKING = ["data", "strokes", "training", "evaluation"]


def files(name):
    """Return the files of a package, or of a module, at the project's root."""
    return [*(ROOT / name).rglob("*.py"), *ROOT.glob(f"{name}.py")]


@cache
def imported_modules(file):
    """Return the dotted names of all that a file imports, functions included."""
    found = set()
    for node in ast.walk(ast.parse(file.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            found |= {each.name for each in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {node.module, *(f"{node.module}.{each.name}" for each in node.names)}
    return found


@cache
def imported(name):
    """Return the first names of all that a package or module imports, functions included."""
    return {each.split(".")[0] for file in files(name) for each in imported_modules(file)}


def rooms_imported(paths):
    """Return which rooms of digit_model some files import."""
    names = [name.split(".") for file in paths for name in imported_modules(file)]
    return {name[1] for name in names if name[0] == "digit_model" and len(name) > 1}


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


@pytest.mark.parametrize("name", ["digit_model", "webapp", "page", "server", *BELOW_THE_PAGE[:3]])
def test_what_answers_imports_nothing_of_what_makes_or_measures_the_network(name):
    making = [ROOT / "digit_model" / room for room in MAKING]
    answering = [file for file in files(name) if not {*making} & {*file.parents}]
    assert answering
    assert not {*MAKING} & rooms_imported(answering)


@pytest.mark.parametrize(
    ("room", "others"),
    [
        ("data", {"training", "evaluation"}),
        ("strokes", {"training", "evaluation"}),
        ("training", {"evaluation"}),
        ("evaluation", {"training"}),
    ],
)
def test_imports_of_what_makes_the_network_go_one_way(room, others):
    assert not others & rooms_imported(files(f"digit_model/{room}"))


def test_the_image_is_without_what_makes_and_measures_the_network():
    lines = (ROOT / ".dockerignore").read_text("utf-8").splitlines()
    assert {"train_model.py", *(f"digit_model/{room}" for room in MAKING)} <= {*lines}
    assert not [line for line in lines if line.startswith("!digit_model/")]


def test_all_rooms_are_found():
    assert {"webapp", "tests", *BELOW_THE_PAGE, *BESIDE_THE_TESTS} <= {*ALL}


def test_what_a_file_imports_is_seen():
    assert {"page", "server", "streamlit"} <= known("webapp")
    assert {"data", "strokes"} <= rooms_imported(files("digit_model/training"))
