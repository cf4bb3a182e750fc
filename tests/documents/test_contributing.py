"""CONTRIBUTING shows the whole tree: every file once, in about six words."""

import subprocess

import pytest

from driving.server import ROOT

MARK = "```tree\n"  # opens the code block that holds the tree


def read_tree():
    """Return (path, comment) of each line; a folder's path ends in "/"."""
    text = (ROOT / "CONTRIBUTING.md").read_text("utf-8")
    lines, folders = [], []
    for line in text.split(MARK)[1].split("```")[0].splitlines():
        name, _, comment = line.strip().partition(" ")
        depth = (len(line) - len(line.lstrip())) // 4
        folders = folders[:depth]
        lines.append(("".join([*folders, name]), comment.strip()))
        if name.endswith("/"):
            folders.append(name)
    return lines


def list_files():
    """Return the tracked files that the tree has a line for: tests have one for each folder."""
    try:
        listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, check=True)
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("not a git checkout")
    paths = listed.stdout.decode().split()
    return [p for p in paths if not p.startswith("tests/") and not p.endswith("__init__.py")]


def test_every_file_has_one_line_and_every_line_a_file():
    shown = [path for path, _ in read_tree() if not path.endswith("/")]
    assert sorted(shown) == sorted(list_files())


def test_every_folder_shown_is_there():
    assert all((ROOT / path).is_dir() for path, _ in read_tree() if path.endswith("/"))


def test_comments_have_two_to_nine_words():
    wrong = [path for path, comment in read_tree() if not 2 <= len(comment.split()) <= 9]
    assert not wrong
