"""A server that does as it is told, and a store."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from kadr.collect.fetch.store import PageStore
from tests.collect.fetch.odd_server import Server, serving


@pytest.fixture
def server() -> Iterator[Server]:
    with serving() as started:
        yield started


@pytest.fixture
def store(tmp_path: Path) -> Iterator[PageStore]:
    with PageStore(tmp_path / "pages.sqlite") as opened:
        yield opened
