"""One small bundle, built once a session through the front door, and an engine that has it open."""

import io
from collections.abc import Iterator
from pathlib import Path

import pytest

from kadr.build import BuildReport, build
from kadr.config import load_config
from kadr.engine import Engine
from kadr.progress import Lines
from tests.samples import write_shelf


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
