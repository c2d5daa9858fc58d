"""What the images install: all that serving needs, and of what is left out nothing."""

import os
import re
from importlib.metadata import distribution, packages_distributions, requires
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.app.shelf import build_shelf
from tests.commands import ROOT, shell
from tools.image.wanted import LEFT_OUT, PYPROJECT, TARGETS, flags, wanted

LOCKS = {"app": ROOT / "requirements-serve.lock", "api": ROOT / "requirements-api.lock"}

BLOCKED = """
import sys
from importlib.abc import MetaPathFinder

class LeftOut(MetaPathFinder):
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in set(sys.argv[1].split(",")):
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)

sys.meta_path.insert(0, LeftOut())
"""
PAGES = (
    BLOCKED
    + """
from streamlit.testing.v1 import AppTest
import streamlit.web.cli, app.main
for place in ("", "map", "for_you", "about"):
    page = AppTest.from_file("app/ui.py", default_timeout=60).run()
    if place:
        page.switch_page(f"views/{place}.py").run()
    assert not page.exception, page.exception
    assert place or page.text_input, "no field to ask in"
"""
)


def locked(lock: Path) -> dict[str, set[str]]:
    """Return the versions of each package of a lock that this machine would install."""
    found: dict[str, set[str]] = {}
    for name, version in re.findall(r"^([\w.-]+)==([\w.]+)", lock.read_text("utf-8"), re.MULTILINE):
        found.setdefault(canonicalize_name(name), set()).add(version)
    return found


def asked_of(name: str) -> set[str]:
    """Return what a package asks for on this machine."""
    needs = [Requirement(each) for each in requires(name) or ()]
    return {canonicalize_name(n.name) for n in needs if n.marker is None or n.marker.evaluate({"extra": ""})}


def here(packages: set[str]) -> set[str]:
    """Return those of some packages that are installed here: others are for other systems."""
    known = {canonicalize_name(each) for names in packages_distributions().values() for each in names}
    return packages & known


@pytest.mark.parametrize("target", TARGETS)
def test_nothing_is_missing_but_what_is_left_out(target: str) -> None:
    lock = set(locked(LOCKS[target]))
    roots = {canonicalize_name(Requirement(each).name) for each in wanted(target, PYPROJECT.read_text("utf-8"))}
    asked = roots.union(*(asked_of(name) for name in here(lock)))
    assert asked - lock <= set(LEFT_OUT[target])
    assert roots <= lock
    assert not lock & set(LEFT_OUT[target])


@pytest.mark.parametrize("target", TARGETS)
def test_versions_are_those_that_the_tests_run_with(target: str) -> None:
    whole = locked(ROOT / "requirements.lock")
    different = {name for name, versions in locked(LOCKS[target]).items() if not versions <= whole[name]}
    assert different == set()


def test_the_api_alone_has_no_pages() -> None:
    names = set(locked(LOCKS["api"]))
    assert "uvicorn" in names
    assert not names & {"streamlit", "protobuf", "pandas", "pyarrow"}


def test_each_package_is_pinned_by_its_hash() -> None:
    for lock in LOCKS.values():
        for entry in re.split(r"^(?=[\w.-]+==)", lock.read_text("utf-8"), flags=re.MULTILINE)[1:]:
            assert "--hash=sha256:" in entry


def test_flags_name_each_package_that_is_left_out() -> None:
    assert flags("api") == [word for name in LEFT_OUT["api"] for word in ("--no-emit-package", name)]


def test_the_pages_run_without_what_is_left_out(tmp_path: Path) -> None:
    modules = [
        top
        for top, names in packages_distributions().items()
        if {canonicalize_name(n) for n in names} <= set(LEFT_OUT["app"])
    ]
    assert {"pyarrow", "PIL", "altair", "requests"} <= set(modules)
    assert distribution("streamlit")
    ended = shell("-c", PAGES, ",".join(modules), env=os.environ | {"KADR_BUNDLE": str(build_shelf(tmp_path))})
    assert ended.returncode == 0, ended.stderr[-2000:]
