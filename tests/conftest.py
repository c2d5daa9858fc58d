"""One small bundle, built once a session through the front door; an engine that has it open; a command line."""

import io
import os
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from docs.screenshot import find_chromium
from kadr.build import build
from kadr.build_report import BuildReport
from kadr.cli import main
from kadr.config import load_config
from kadr.engine import Engine
from kadr.progress import Lines
from tests.commands import Ended, Run
from tests.samples import FEW, write_config, write_films, write_shelf

# `make soak` asks every property twenty times as often; a busy machine is no fault, so examples have no deadline.
settings.register_profile("every day", deadline=None)
settings.register_profile("soak", deadline=None, max_examples=2000)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "every day"))


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Leave out, with a reason, what opens a browser where there is none."""
    if not find_chromium():
        for item in items:
            if item.get_closest_marker("browser"):
                item.add_marker(pytest.mark.skip("no Chromium on the PATH, and none named in KADR_CHROMIUM"))


@pytest.fixture(scope="session")
def config_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_shelf(tmp_path_factory.mktemp("shelf"))


@pytest.fixture(scope="session")
def built(config_file: Path) -> BuildReport:
    config = load_config(config_file)
    return build(config, config.publish.path, Lines(io.StringIO()))


@pytest.fixture(scope="session")
def bundles(built: BuildReport) -> Path:
    """The folder that holds the session's bundle; no test changes anything in it."""
    return built.folder.parent


@pytest.fixture(scope="session")
def engine(bundles: Path) -> Iterator[Engine]:
    with Engine.open(bundles) as opened:
        yield opened


@pytest.fixture
def kadr(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Run:
    """Run a command as a shell would, in an empty folder."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("KADR_BUNDLE", raising=False)

    def run(*arguments: str | Path) -> Ended:
        monkeypatch.setattr(sys, "argv", ["kadr", *map(str, arguments)])
        with pytest.raises(SystemExit) as end:
            main()
        code = end.value.code
        assert code is None or isinstance(code, int)
        return Ended(code or 0, *capsys.readouterr())

    return run


@pytest.fixture
def root(bundles: Path, tmp_path: Path) -> Path:
    """A copy of the session's bundles that a test may harm."""
    return Path(shutil.copytree(bundles, tmp_path / "bundles"))


@pytest.fixture
def few(tmp_path: Path) -> Path:
    """The catalogue file of one source of six films."""
    write_films(tmp_path / "few.jsonl", FEW)
    return write_config(tmp_path, few="few.jsonl")
