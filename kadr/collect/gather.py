"""One harvest a source, whatever kind it is of; the sources of a run share one store of pages."""

import fcntl
import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from kadr.collect.files import read_file
from kadr.collect.harvest import Harvest
from kadr.errors import ConfigError, SourceError
from kadr.progress import Advance
from kadr.sources import CollectConfig, FileSource, SiteSource, Source, TmdbSource, WikipediaSource

if TYPE_CHECKING:
    from kadr.collect.fetch.client import Fetcher, Manners
    from kadr.collect.fetch.store import PageStore

__all__ = ["Collector", "opened_collector", "opened_fetcher"]

PAGES = "pages.sqlite"
TMDB_DELAY_S, TMDB_AT_ONCE = 0.025, 4
"""TMDB takes some forty calls a second, however many at once."""
WIKIMEDIA_DELAY_S, UNNAMED_DELAY_S = 0.4, 6.0
"""Wikimedia takes 200 calls a minute from a program that says who runs it, and 10 from one that does not."""
API_MAX_BYTES = 64 << 20
"""Fifty long articles, or the answer to a query about a year of films."""
API_TIMEOUT_S = 120.0
"""The query service of Wikidata thinks for a minute before it gives up."""


@dataclass(frozen=True, slots=True)
class Collector:
    """What the sources of one run share. `pages`: opens the store, once, when the first source needs it."""

    config: CollectConfig
    environ: Mapping[str, str] = field(repr=False)
    offline: bool
    pages: "Callable[[], PageStore]"

    def gather(self, source: Source, *, limit: int | None = None, progress: Advance = lambda *_: None) -> Harvest:
        """Read a source.

        Args:
            source: where its films are.
            limit: read at most so many rows or pages; the source's own limit holds as well.
            progress: called with the number of rows or pages done so far.

        Raises:
            SourceError: the source cannot be read, or has no film.
            ConfigError: it needs a token that is not set.
        """
        bounds = [bound for bound in (limit, source.limit) if bound is not None]
        bounded = replace(source, limit=min(bounds, default=None))
        if isinstance(bounded, FileSource):
            return read_file(bounded, progress=progress)
        from kadr.collect.fetch.client import Fetcher

        with Fetcher(self.pages(), self._manners(bounded)) as fetcher:
            if isinstance(bounded, SiteSource):
                from kadr.collect.site.crawl import read_site

                return read_site(bounded, fetcher, progress=progress)
            if isinstance(bounded, WikipediaSource):
                from kadr.collect.wikipedia.read import read_wikipedia

                return read_wikipedia(bounded, fetcher, progress=progress)
            from kadr.collect.tmdb.read import read_tmdb

            return read_tmdb(bounded, fetcher, token=self._tmdb_token(), progress=progress)

    def _manners(self, source: SiteSource | WikipediaSource | TmdbSource) -> "Manners":
        manners = _manners(self.config, offline=self.offline)
        if isinstance(source, SiteSource):
            return replace(manners, delay_s=source.delay_s, at_once=source.at_once)
        # robots.txt speaks to those who read pages; an API has terms of its own.
        api = replace(manners, robots=False, max_bytes=API_MAX_BYTES, timeout_s=API_TIMEOUT_S, at_once=1)
        if isinstance(source, TmdbSource):
            return replace(api, delay_s=TMDB_DELAY_S, at_once=TMDB_AT_ONCE)
        return replace(api, delay_s=WIKIMEDIA_DELAY_S if self.config.contact else UNNAMED_DELAY_S)

    def _tmdb_token(self) -> str:
        from kadr.collect.tmdb.token import TMDB_TOKEN, WHERE

        token = self.environ.get(TMDB_TOKEN, "").strip()
        if not token and not self.offline:
            raise ConfigError(f"{TMDB_TOKEN}: is not set; set it to {WHERE}")
        return token


@contextmanager
def opened_collector(
    config: CollectConfig, environ: Mapping[str, str] = os.environ, *, offline: bool = False
) -> Iterator[Collector]:
    """Open what sources share, and close it at the end.

    Args:
        config: how the web is asked.
        environ: holds the token of TMDB.
        offline: whether only what is stored is read.
    """
    with ExitStack() as stack:
        opened: list[PageStore] = []

        def pages() -> "PageStore":
            if not opened:
                opened.append(stack.enter_context(_store(config.folder)))
                if not offline:
                    stack.enter_context(_alone(config.folder))
            return opened[0]

        yield Collector(config, environ, offline, pages)


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Keep other runs from the folder: two would ask a host twice as fast as it was promised.

    The lock goes with the process, however it ends.

    Raises:
        SourceError: another run is at work.
    """
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as cause:
        os.close(handle)
        raise SourceError(
            f"{folder}: another run is collecting into it; wait until it has ended, or name another: collect.folder"
        ) from cause
    try:
        yield
    finally:
        fcntl.flock(handle, fcntl.LOCK_UN)  # closing alone would leave it with a child forked meanwhile
        os.close(handle)


@contextmanager
def opened_fetcher(config: CollectConfig, *, offline: bool = False) -> "Iterator[Fetcher]":
    """Open a client that asks for pages as a crawl of a site with default manners would."""
    from kadr.collect.fetch.client import Fetcher

    with _store(config.folder) as store, Fetcher(store, _manners(config, offline=offline)) as fetcher:
        yield fetcher


def _manners(config: CollectConfig, *, offline: bool) -> "Manners":
    from kadr.collect.fetch.client import Manners

    return Manners(contact=config.contact, offline=offline, allow_private=config.allow_private)


def _store(folder: Path) -> "PageStore":
    from kadr.collect.fetch.store import PageStore

    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as cause:
        why = cause.strerror or "refused"
        raise ConfigError(f"{folder}: cannot be made ({why}); name another folder: collect.folder") from cause
    return PageStore(folder / PAGES)
