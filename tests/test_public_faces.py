"""What a module says it offers is what it has, and what others take from it."""

import ast
import importlib
import inspect
import pkgutil
import re
from pathlib import Path
from types import ModuleType

import pytest

import app
import kadr
from kadr import errors
from kadr.engine import Engine, SearchOptions
from kadr.errors import BundleDamaged, BundleError, KadrError, RowError, ServiceError, UserError

ROOT = Path(__file__).parents[1]
SCRIPTS = {"kadr.__main__", "app.main", "app.ui"}
"""They run when they are imported."""
MODULES = sorted(
    found.name
    for package in (kadr, app)
    for found in pkgutil.walk_packages(package.__path__, f"{package.__name__}.")
    if found.name not in SCRIPTS
)


def own_names(module: ModuleType) -> set[str]:
    """Return the functions and classes that a module defines for others: those without a leading underscore."""
    return {
        name
        for name, value in vars(module).items()
        if not name.startswith("_")
        and (inspect.isclass(value) or inspect.isfunction(value))
        and value.__module__ == module.__name__
    }


@pytest.mark.parametrize("name", MODULES)
def test_a_face_names_what_is_there(name: str) -> None:
    module = importlib.import_module(name)
    listed = getattr(module, "__all__", [])
    assert len(set(listed)) == len(listed)
    for each in listed:
        assert not each.startswith("_")
        value = getattr(module, each)
        ours = str(getattr(value, "__module__", "")).startswith(("kadr", "app"))  # an option of click's has no docs
        if ours and (inspect.isclass(value) or inspect.isfunction(value)):
            assert inspect.getdoc(value), f"{name}.{each} has no docstring"
    # errors is a tree that its docstring draws; the test below compares the two.
    assert listed or not own_names(module) or module is errors, f"{name} offers {own_names(module)} without __all__"


def test_the_face_of_a_package_is_what_it_gathers() -> None:
    for name in ("kadr.bundle", "kadr.evaluate"):
        module = importlib.import_module(name)
        inside = {found.name for found in pkgutil.iter_modules(module.__path__)}
        public = {each for each in vars(module) if not each.startswith("_")}
        # `verify` is both a file and the function that it is for.
        assert public - (inside - set(module.__all__)) == set(module.__all__)


def imported_names(path: Path) -> list[tuple[str, str]]:
    """Return each name that a file takes from a module of ours, with that module."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return [
        (node.module, name.name)
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and node.module and node.module.split(".")[0] in ("kadr", "app")
        for name in node.names
    ]


@pytest.mark.parametrize("folder", ["kadr", "app", "bench"])
def test_nobody_takes_what_is_private(folder: str) -> None:
    taken = {pair for path in sorted(ROOT.glob(f"{folder}/**/*.py")) for pair in imported_names(path)}
    assert not [(module, name) for module, name in taken if name.startswith("_") and name != "__version__"]


def test_the_app_takes_only_what_is_offered() -> None:
    """A function or class that the app uses stands in the `__all__` of its module."""
    taken = {pair for path in sorted(ROOT.glob("app/**/*.py")) for pair in imported_names(path)}
    for name, each in sorted(taken):
        module = importlib.import_module(name)
        value = getattr(module, each)
        if module is not errors and (inspect.isclass(value) or inspect.isfunction(value)):
            assert each in module.__all__, f"{name}.{each}"


def test_the_engine_offers_what_the_design_promises() -> None:
    offered = {name for name in vars(Engine) if not name.startswith("_")} - set(Engine.__dataclass_fields__)
    assert offered >= {"open", "search", "film", "films", "similar", "random", "close"}
    assert all(inspect.getdoc(getattr(Engine, name)) for name in offered)


def test_every_search_option_is_explained() -> None:
    explained = set(re.findall(r"\b(\w+):", inspect.getdoc(SearchOptions) or ""))
    assert set(SearchOptions.__annotations__) <= explained


def tree() -> list[type[KadrError]]:
    return [value for _, value in inspect.getmembers(errors, inspect.isclass) if issubclass(value, KadrError)]


def drawn_tree() -> dict[str, str]:
    """Return the parent of each error as the docstring of kadr.errors draws it."""
    parents: dict[str, str] = {}
    path: list[str] = []
    for line in (errors.__doc__ or "").splitlines():
        if match := re.match(r"([│├└─ ]*)([A-Z]\w+)(?:  |$)", line):
            depth = len(match[1]) // 4
            path[depth:] = [match[2]]
            if depth:
                parents[match[2]] = path[depth - 1]
    return parents


def test_the_tree_of_errors_is_the_drawn_one() -> None:
    assert drawn_tree() == {each.__name__: each.__mro__[1].__name__ for each in tree() if each is not KadrError}
    assert len(tree()) >= 11


def test_exit_codes_follow_the_tree() -> None:
    codes = {UserError: 2, BundleError: 3, ServiceError: 4}
    assert KadrError.exit_code == 1
    for each in tree():
        assert each.exit_code == next((code for kind, code in codes.items() if issubclass(each, kind)), 1)
    assert issubclass(BundleDamaged, BundleError)


def test_a_row_error_says_which_row_and_field() -> None:
    assert str(RowError("year", "is no number", row=7)) == "row 7: year: is no number"
    assert str(RowError("year", "is no number")) == "year: is no number"
