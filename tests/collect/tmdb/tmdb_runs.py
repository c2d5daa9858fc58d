"""Runs of the reader against the loopback API, with its own client and store."""

import sqlite3
import zlib
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from kadr.collect.fetch.client import Fetcher, Manners
from kadr.collect.fetch.store import PageStore
from kadr.collect.harvest import Harvest
from kadr.collect.tmdb.read import read_tmdb
from kadr.sources import TmdbSource
from tests.servers.tmdb import TOKEN, TmdbApi


@contextmanager
def fetching(store: Path, **manners: Any) -> Iterator[Fetcher]:
    """Yield a client that is quick, and lets loopback pass."""
    quick: dict[str, Any] = {"delay_s": 0.0, "backoff_s": 0.01, "tries": 3, "timeout_s": 10.0, "at_once": 4}
    with PageStore(store) as pages, Fetcher(pages, Manners(**quick | manners, robots=False, allow_private=True)) as one:
        yield one


def source_at(api: TmdbApi, **settings: Any) -> TmdbSource:
    return TmdbSource("tmdb", url=api.url, **settings)


def harvest_of(api: TmdbApi, store: Path, token: str = TOKEN, *, offline: bool = False, **settings: Any) -> Harvest:
    with fetching(store, offline=offline) as fetcher:
        return read_tmdb(source_at(api, **settings), fetcher, token=token, progress=lambda *_: None)


def stored(store: Path) -> bytes:
    """Return everything that a store's file holds, with its log, and the bodies unpacked."""
    raw = b"".join(path.read_bytes() for path in sorted(store.parent.glob(f"{store.name}*")))
    with closing(sqlite3.connect(store)) as db:
        rows = db.execute("SELECT url, final_url, headers, body FROM pages").fetchall()
    return raw + b"".join(
        f"{url} {final} {headers}".encode() + zlib.decompress(body) for url, final, headers, body in rows
    )
