"""A training server on the session's bundle: its films rated by people who like either comedies or dramas."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from kadr.engine import Engine
from kadr.live import Live
from kadr.recommend.train.store import Store
from kadr.trainer.factory import create
from kadr.trainer.learning import learn
from tests.trainer.trainings import KEY, Client, lesson, opinions, silent


@pytest.fixture(scope="session")
def films(engine: Engine) -> list[str]:
    return [film.id for film in engine.films()]


@pytest.fixture(scope="session")
def library(bundles: Path) -> Iterator[Live]:
    live = Live(bundles, Engine.open, poll_seconds=3600)
    live.current()
    yield live
    live.close()


@pytest.fixture(scope="session")
def first(engine: Engine) -> Any:
    """What is learned first."""
    return learn(lesson(engine, opinions(engine)), silent())[0]


@pytest.fixture
def store(tmp_path: Path, first: Any) -> Store:
    """One model, in its first version."""
    store = Store(tmp_path / "models")
    assert store.save(first) == 1
    return store


@pytest.fixture
def empty(tmp_path: Path) -> Store:
    return Store(tmp_path / "none")


@pytest.fixture
def trainer(library: Live) -> Client:
    """Makes a client of a training server of its own, which shows the key."""

    def client(store: Store) -> TestClient:
        return TestClient(create(store, library, KEY), "http://trainer.example", headers={"X-API-Key": KEY})

    return client
