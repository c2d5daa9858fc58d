"""The rules of who may import whom, and the proof that the serving side lives without the `build` extra."""

import ast
import json
import os
import subprocess
import sys
import tomllib
from collections.abc import Iterable
from importlib.metadata import packages_distributions, requires
from pathlib import Path

import pytest
from importlinter.cli import EXIT_STATUS_SUCCESS
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[1]
BUILDING = (
    "kadr.build",
    "kadr.build_report",
    "kadr.calibrate",
    "kadr.checked_toml",
    "kadr.cli",
    "kadr.collect",
    "kadr.config",
    "kadr.doctor",
    "kadr.encode.distil",
    "kadr.encode.fit",
    "kadr.encode.hosted.cache",
    "kadr.encode.hosted.job",
    "kadr.encode.take_static",
    "kadr.evaluate",
    "kadr.harvesting",
    "kadr.indexing",
    "kadr.progress",
    "kadr.probes",
    "kadr.publish",
    "kadr.recommend.train",
    "kadr.search_config",
    "kadr.source_tables",
    "kadr.sources",
    "kadr.synonyms",
    "kadr.themes",
    "kadr.trainer",
    "kadr.vectorise",
    "kadr.weigh",
)
"""What serving never imports, whether it is there already or still to come."""
BEHIND = ("kadr.analysis", "kadr.catalogue", "kadr.encode", "kadr.index")
"""What the app does not reach for: the engine does, and answers in plain types."""


def is_in(module: str, parts: Iterable[str]) -> bool:
    return any(module == part or module.startswith(f"{part}.") for part in parts)


def run_python(code: str, *args: str, **environ: str) -> str:
    """Run code in a fresh interpreter and return what it printed."""
    command = [sys.executable, "-c", code, *args]
    done = subprocess.run(
        command, cwd=ROOT, env={**os.environ, **environ}, capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def lint(rules: Path) -> subprocess.CompletedProcess[str]:
    """Check the imports in a process of its own: the linter switches off every log that it does not know."""
    code = "import sys; from importlinter.cli import lint_imports as lint; "
    code += "sys.exit(lint(config_filename=sys.argv[1], no_cache=True, no_logo=True))"
    command = [sys.executable, "-c", code, str(rules)]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=120)


def test_the_import_rules_hold() -> None:
    done = lint(ROOT / ".importlinter")
    assert done.returncode == EXIT_STATUS_SUCCESS, done.stdout


def test_the_import_rules_bite(tmp_path: Path) -> None:
    """The same file, with the engine forbidden what it does import, must fail."""
    rules = (ROOT / ".importlinter").read_text(encoding="utf-8").replace("    streamlit\n", "    numpy\n")
    (tmp_path / "rules").write_text(rules, encoding="utf-8")
    assert "numpy" in lint(tmp_path / "rules").stdout


@pytest.mark.parametrize("path", sorted(ROOT.glob("app/**/*.py")), ids=lambda path: str(path.relative_to(ROOT)))
def test_the_app_asks_only_the_engine(path: Path) -> None:
    """Every file of the app, pages included, which are scripts that the contracts do not see."""
    imported: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            imported |= {name.name for name in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0
            imported |= {f"{node.module}.{name.name}" for name in node.names}
    assert not [name for name in sorted(imported) if is_in(name, (*BUILDING, *BEHIND))]


def distributions(of: Iterable[str]) -> set[str]:
    """Return the distributions that these requirements bring along here, all the way down."""
    found: set[str] = set()
    open_ends = [Requirement(text) for text in of]
    while open_ends:
        requirement = open_ends.pop()
        name = canonicalize_name(requirement.name)
        if name not in found and (requirement.marker is None or requirement.marker.evaluate({"extra": ""})):
            found.add(name)
            open_ends += [Requirement(text) for text in requires(name) or ()]
    return found


def modules_of_the_build_extra() -> list[str]:
    """Return the top-level modules that an installation without the extra would lack."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    only_build = distributions(project["optional-dependencies"]["build"]) - distributions(project["dependencies"])
    return sorted(
        module
        for module, names in packages_distributions().items()
        if {canonicalize_name(n) for n in names} <= only_build
    )


def test_the_build_extra_is_what_we_think() -> None:
    blocked = set(modules_of_the_build_extra())
    assert {"sklearn", "scipy", "joblib", "threadpoolctl", "openpyxl", "rich"} <= blocked
    assert not {"click", "duckdb", "numkong", "numpy", "Stemmer", "streamlit", "usearch"} & blocked


WITHOUT = """
import importlib, json, sys

blocked, root, titles = json.loads(sys.argv[1])

class Absent:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in blocked:
            raise ImportError(f"{name} is not installed on the serving side")

sys.meta_path.insert(0, Absent())
"""

ASKING = """
from kadr.engine import Engine
from kadr.search.types import Filters

with Engine.open(root) as engine:
    for query in titles:
        hit = engine.search(query, filters=Filters(genres_any=("драма", "комедия")), k=3).hits[0]
        assert hit.why.exact_title and engine.similar(hit.film.id, k=2) and engine.film(hit.film.id) == hit.film
    assert engine.search("").total > 3
print("answered")
"""

COMMANDS = """
from kadr.cli import main

for arguments in (["search", titles[0]], ["verify"], ["versions"], ["export", sys.argv[2]]):
    sys.argv = ["kadr", *arguments, "--bundle", root]
    try:
        main()
    except SystemExit as end:
        assert not end.code, arguments
print("answered")
"""

PAGES = """
import pkgutil
import app
from streamlit.testing.v1 import AppTest

for module in pkgutil.iter_modules(app.__path__, "app."):
    if module.name != "app.ui":  # a script: streamlit runs it
        importlib.import_module(module.name)
page = AppTest.from_file("app/ui.py", default_timeout=30).run()
assert not page.exception, page.exception
print("answered")
"""


@pytest.mark.parametrize("part", ["engine", "commands", "app"])
def test_the_serving_side_answers_without_the_build_extra(bundles: Path, tmp_path: Path, part: str) -> None:
    code = WITHOUT + {"engine": ASKING, "commands": COMMANDS, "app": PAGES}[part]
    told = json.dumps([modules_of_the_build_extra(), str(bundles), ["Ёлка на крыше", "Соль и сахар"]])
    printed = run_python(code, told, str(tmp_path / "out.csv"), KADR_BUNDLE=str(bundles))
    assert printed.endswith("answered\n")


def test_the_hook_hides_what_it_should() -> None:
    told = json.dumps([modules_of_the_build_extra(), "", []])
    code = WITHOUT + "try:\n    import sklearn.utils\nexcept ImportError as error:\n    print(error)\n"
    assert run_python(code, told) == "sklearn is not installed on the serving side\n"


LOADED = "import json, sys; before = set(sys.modules)\n{}\nprint(json.dumps(sorted(set(sys.modules) - before)))"


@pytest.mark.parametrize(
    ("statement", "heavy"),
    [
        # Starting a container: each of these costs .1 to 1 s, or tens of megabytes.
        ("import kadr.engine", {"pandas", "pyarrow", "streamlit", "requests", "usearch", "click", "rich", "sklearn"}),
        # `kadr --help`, `kadr versions`: nothing of what searching needs.
        ("import kadr.cli", {"numpy", "duckdb", "numkong", "usearch", "rich", "sklearn", "requests", "streamlit"}),
        ("import kadr.bundle", {"numpy", "duckdb", "numkong", "usearch", "click", "requests"}),
        ("import kadr.build", {"pandas", "pyarrow", "streamlit", "requests", "usearch", "rich", "sklearn", "openpyxl"}),
        ("import app.main", {"usearch", "rich", "sklearn", "scipy", "openpyxl"}),
    ],
)
def test_heavy_modules_stay_asleep(statement: str, heavy: set[str]) -> None:
    loaded = json.loads(run_python(LOADED.format(statement)))
    assert not {module.partition(".")[0] for module in loaded} & heavy


@pytest.mark.parametrize("module", ["kadr.engine", "app.main", "app.loading", "app.state"])
def test_serving_loads_nothing_of_the_building_side(module: str) -> None:
    loaded = json.loads(run_python(LOADED.format(f"import {module}")))
    assert module in loaded
    assert not [name for name in loaded if is_in(name, BUILDING)]
