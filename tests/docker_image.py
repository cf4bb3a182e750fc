"""The files that the Dockerfile copies into the image."""

import os
import shutil
from fnmatch import fnmatch
from pathlib import PurePath

from driving.server import ROOT


def image_files():
    """Return the paths of the files that .dockerignore lets through."""
    lines = (ROOT / ".dockerignore").read_text().splitlines()
    rules = [line for line in lines if line and not line.startswith("#")]
    found = []
    for folder, folders, names in os.walk(ROOT):
        here = PurePath(folder).relative_to(ROOT)
        folders[:] = [
            name
            for name in folders
            if _is_copied(here / name, rules)
            or any(rule.startswith(f"!{here / name}/") for rule in rules)
        ]
        found += [str(here / name) for name in names if _is_copied(here / name, rules)]
    return found


def _is_copied(path, rules):
    copied = True
    for rule in rules:  # the last one that fits decides
        if any(_fits(each, PurePath(rule.removeprefix("!"))) for each in (path, *path.parents)):
            copied = rule.startswith("!")
    return copied


def _fits(path, pattern):
    if pattern.parts[0] == "**":
        return path.match(pattern.name)
    return len(path.parts) == len(pattern.parts) and all(map(fnmatch, path.parts, pattern.parts))


def copy_image(folder):
    """Copy the image's files to a folder."""
    for path in image_files():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / path, folder / path)
