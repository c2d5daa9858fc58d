"""The API on the session's bundle, as a client meets it, and on a port of this machine."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import uvicorn
from fastapi import FastAPI
from starlette.applications import Starlette
from starlette.testclient import TestClient

from app.api.factory import PREFIX, mount
from kadr.engine import Engine
from kadr.live import Live
from kadr.settings import Settings

Ask = Callable[..., TestClient]
"""Makes a client of an API of its own: a bundle's place where it is another, and settings by name."""
Serve = Callable[..., AbstractContextManager[str]]
"""Serves an API on a free port for as long as the block lasts, and gives its address with the prefix."""

NO_LIMIT = Settings(bundle=Path("nowhere"), results=10, api_rate=0)


_DESCRIBED: list[dict[str, Any]] = []


def mounted(live: Live, **settings: Any) -> Starlette:
    place = mount(live, replace(NO_LIMIT, **settings))
    assert isinstance(place.app, FastAPI)
    if not _DESCRIBED:  # an API describes itself when it is first asked, which takes a tenth of a second
        _DESCRIBED.append(place.app.openapi())
    place.app.openapi_schema = _DESCRIBED[0]
    return Starlette(routes=[place])


@pytest.fixture(scope="session")
def shelf(bundles: Path) -> Iterator[Live]:
    live = Live(bundles, Engine.open, poll_seconds=3600)
    live.current()
    yield live
    live.close()


@pytest.fixture
def ask(shelf: Live) -> Ask:
    def client(live: Live = shelf, address: str = "203.0.113.9", **settings: Any) -> TestClient:
        return TestClient(mounted(live, **settings), f"http://kadr.example{PREFIX}", client=(address, 4711))

    return client


@pytest.fixture(scope="session")
def serve(shelf: Live) -> Serve:
    @contextmanager
    def serving(live: Live = shelf, port: int = 0, **settings: Any) -> Iterator[str]:
        config = uvicorn.Config(mounted(live, **settings), "127.0.0.1", port, log_level="error", proxy_headers=False)
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, daemon=True)
        thread.start()
        until = time.monotonic() + 20
        while not server.started and thread.is_alive() and time.monotonic() < until:
            time.sleep(0.01)
        assert server.started
        try:
            yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}{PREFIX}"
        finally:
            server.should_exit = True
            thread.join(20)

    return serving
