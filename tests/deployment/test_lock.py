"""requirements.lock: what a deployment installs, to the byte."""

import re
from pathlib import Path

import pytest
from packaging.markers import default_environment
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[2]
LOCK = (ROOT / "requirements.lock").read_text()
ENTRIES = re.findall(r"^([\w.-]+==.*?)(?=^[\w.-]+==|\Z)", LOCK, re.MULTILINE | re.DOTALL)
LOCKED = [Requirement(entry.split("\\")[0]) for entry in ENTRIES]
PLATFORMS = [("linux", "x86_64"), ("linux", "aarch64"), ("darwin", "arm64"), ("win32", "AMD64")]


def requirements():
    lines = (ROOT / "requirements.txt").read_text().splitlines()
    return [Requirement(line) for line in lines if line and not line.startswith("#")]


@pytest.mark.parametrize("python", ["3.11", "3.12", "3.13"])
@pytest.mark.parametrize("platform", PLATFORMS, ids="-".join)
def test_every_requirement_is_pinned_to_one_version_that_satisfies_it(python, platform):
    here = default_environment() | {
        "python_version": python,
        "python_full_version": f"{python}.1",
        "sys_platform": platform[0],
        "platform_machine": platform[1],
    }

    def applies(requirement):
        return requirement.marker is None or requirement.marker.evaluate(here)

    for wanted in filter(applies, requirements()):
        name = canonicalize_name(wanted.name)
        (pin,) = [p for p in LOCKED if canonicalize_name(p.name) == name and applies(p)]
        (version,) = pin.specifier
        assert wanted.specifier.contains(version.version)


def test_every_entry_has_hashes_and_nothing_says_where_to_install_from():
    assert len(ENTRIES) > 50
    assert all(re.search(r"--hash=sha256:[0-9a-f]{64}", entry) for entry in ENTRIES)
    assert "://" not in LOCK
    assert "index" not in LOCK


def test_every_package_has_its_licence_named():
    licences = (ROOT / "LICENSES.md").read_text()
    named = {canonicalize_name(name) for name in re.findall(r"[\w.-]+", licences)}
    assert {canonicalize_name(pin.name) for pin in LOCKED} <= named
