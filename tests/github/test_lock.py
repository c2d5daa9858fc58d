"""The lock, for every Python that is supported, as far as that can be told without the network."""

import re
import tomllib
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, distribution

import pytest
from packaging.markers import default_environment
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

from tests.commands import ROOT
from tests.github.reading import workflow

PYTHONS = ("3.11", "3.12", "3.13", "3.14")
PINS = re.compile(r"^([a-z][^\s\\]*==[^\\]+?) \\$", re.MULTILINE)
LOCK = ROOT / "requirements.lock"


def environment(python: str) -> dict[str, str]:
    """Return what markers are read by, on that Python of this machine."""
    return {**default_environment(), "python_version": python, "python_full_version": f"{python}.9", "extra": ""}  # type: ignore[dict-item]


def pins(python: str) -> dict[str, Version]:
    """Return the version of each package that the lock installs there; a package that has two is an error."""
    found: dict[str, Version] = {}
    for line in PINS.findall(LOCK.read_text(encoding="utf-8")):
        each = Requirement(line)
        if each.marker is None or each.marker.evaluate(environment(python)):
            name = canonicalize_name(each.name)
            assert name not in found, f"{name} is pinned twice for Python {python}"
            found[name] = Version(str(each.specifier).removeprefix("=="))
    return found


def wanted(name: str, version: Version, extras: set[str], python: str) -> Iterator[Requirement]:
    """Yield what a package asks for there, where this very version is installed here and so can be read."""
    try:
        package = distribution(name)
    except PackageNotFoundError:
        return
    if Version(package.version) != version:
        return
    for text in package.requires or ():
        each = Requirement(text)
        told = environment(python)
        if each.marker is None or any(each.marker.evaluate({**told, "extra": extra}) for extra in {"", *extras}):
            yield each


def roots(python: str) -> Iterator[Requirement]:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    for text in (*project["dependencies"], *(t for some in project["optional-dependencies"].values() for t in some)):
        each = Requirement(text)
        if each.marker is None or each.marker.evaluate(environment(python)):
            yield each


@pytest.mark.parametrize("python", PYTHONS)
def test_all_that_is_asked_for_is_pinned_to_what_meets_it(python: str) -> None:
    pinned = pins(python)
    left, done = list(roots(python)), set()
    while left:
        each = left.pop()
        name = canonicalize_name(each.name)
        if (name, frozenset(each.extras)) in done:
            continue
        assert name in pinned, f"{each} is not in requirements.lock for Python {python}; run `make lock`"
        assert each.specifier.contains(pinned[name], prereleases=True), f"{each}: pinned to {pinned[name]}"
        done.add((name, frozenset(each.extras)))
        left += wanted(name, pinned[name], each.extras, python)
    assert len(done) > 100  # it went beyond what the project names itself


@pytest.mark.parametrize("python", PYTHONS)
def test_what_is_pinned_and_installed_may_run_there(python: str) -> None:
    read = 0
    for name, version in pins(python).items():
        try:
            package = distribution(name)
        except PackageNotFoundError:
            continue
        asked = str(package.metadata.json.get("requires_python", ""))
        if asked and Version(package.version) == version:
            read += 1
            assert Requirement(f"python {asked}").specifier.contains(f"{python}.9"), f"{name}: Requires-Python {asked}"
    assert read > 100


def test_the_workflow_tests_what_the_project_says_it_supports() -> None:
    assert workflow("ci.yml")["jobs"]["test"]["strategy"]["matrix"]["python"] == list(PYTHONS)
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert project["requires-python"] == f">={PYTHONS[0]}"
