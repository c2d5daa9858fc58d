"""What the tests of publishing share: three versions of a small catalogue, a Hub and a process that publishes to it."""

import io
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from kadr.bundle import is_version
from kadr.progress import Lines
from tests.builds import build_from
from tests.publish.worker import Worker
from tests.samples import FEW, write_config, write_films
from tests.servers.hub import HubServer, Token


@pytest.fixture
def reporter() -> Lines:
    return Lines(io.StringIO())


@pytest.fixture(scope="session")
def three(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path, Path]:
    """Three bundles, each in a folder of its version's name; no test changes anything in them."""
    folder = tmp_path_factory.mktemp("three")
    kept = []
    for number in range(3):
        write_films(folder / "few.jsonl", FEW[number:])
        built = build_from(write_config(folder, few="few.jsonl"))
        kept.append(Path(shutil.copytree(built.folder, folder / "kept" / built.version)))
    assert len({each.name for each in kept if is_version(each.name)}) == 3
    return kept[0], kept[1], kept[2]


@pytest.fixture(scope="session")
def hub() -> Iterator[HubServer]:
    """One Hub for all tests, each of which has a repository of its own: a process knows one Hub only."""
    with HubServer(tokens={"hf_mine": Token("write"), "hf_reads": Token("read")}) as server:
        yield server


@pytest.fixture(scope="session")
def worker(hub: HubServer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Worker]:
    with Worker(hub.url, tmp_path_factory.mktemp("home")) as process:
        yield process


@pytest.fixture
def calm(hub: HubServer) -> Iterator[HubServer]:
    """The Hub, whose faults end with the test."""
    yield hub
    hub.misbehave(())
