"""The Movie Database -> a harvest: works are listed, most voted-for first, and asked for one by one."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import islice
from typing import TYPE_CHECKING

from kadr.collect.download import shown_url
from kadr.collect.fetch.reasons import GIVEN_UP
from kadr.collect.harvest import DAY_S, Harvest, Reject, crashed, none_is_a_film, stale_note
from kadr.collect.tmdb.answers import Api
from kadr.collect.tmdb.discover import Discovery
from kadr.collect.tmdb.film import details_query, film_of
from kadr.collect.tmdb.shapes import Work
from kadr.collect.tmdb.token import authorised
from kadr.errors import KadrError, PageError, RowError, SourceError
from kadr.film import Film
from kadr.progress import Advance

if TYPE_CHECKING:
    from kadr.collect.fetch.client import Fetcher
    from kadr.sources import TmdbSource

__all__ = ["read_tmdb"]

THREADS = 4
"""Answers that are waited for or read at the same time; how many requests are under way, the fetcher decides."""
BATCH = 100
"""Works that are taken from the lists at once: five pages of them."""


def read_tmdb(source: "TmdbSource", fetcher: "Fetcher", *, token: str, progress: Advance) -> Harvest:
    """Read films and series. What was fetched is in the fetcher's store, so a run that was stopped goes on from it.

    A work that cannot be fetched, or is no film, becomes a `Reject`; so does a page of a list.

    Args:
        source: which works, and in which languages.
        fetcher: asks politely, and keeps what came; robots.txt is not meant for those who call the API.
        token: the API Read Access Token; "" where only the store is read.
        progress: told what is being listed, then after each work how many are done.

    Raises:
        ConfigError: the token has not the form of one.
        SourceError: the token is not accepted, nothing can be listed, or no work became a film.
    """
    api = Api(fetcher, source.url.rstrip("/"), authorised(token), source.refresh_days * DAY_S)
    discovery = Discovery(source, api, progress)
    films: list[Film] = []
    rejects: list[Reject] = []
    for done, outcome in enumerate(_outcomes(discovery.works(), _Reader(api, source)), 1):
        if isinstance(outcome, Film):
            films.append(outcome)
        else:
            rejects.append(outcome)
        progress(done, source.limit, f"{len(films):,} films")
    rejects += discovery.rejects
    if not rejects and not films:
        raise SourceError(f"source {source.name}: no film matches; widen years, kinds or min_votes")
    if not films:
        raise SourceError(none_is_a_film(source.name, "answers", rejects, "the first one:"))
    notes = (*discovery.notes, *_lost(source.name, rejects), *stale_note("answers", fetcher.stale))
    return Harvest(source.name, len(films) + len(rejects), tuple(films), tuple(rejects), notes=notes)


class _Reader:
    """Fetches and reads single works; called by several threads.

    Args:
        api: is asked.
        source: says in which languages.
    """

    def __init__(self, api: Api, source: "TmdbSource") -> None:
        self._api, self._source = api, source

    def __call__(self, row: int, work: Work) -> Film | Reject:
        """Return the film of a work, or what was wrong.

        Raises:
            KadrError: what would befall every other work, too: the token is refused, the store is broken.
        """
        query = details_query(work, self._source)
        url = self._api.url(work.path, query)
        try:
            answer, fetched_at = self._api.ask(work.path, query, stale=True)
            return film_of(answer, work, self._source, fetched_at, url)
        except PageError as fault:
            field, reason = "page", fault.reason
        except RowError as fault:
            field, reason = fault.field, fault.reason
        except KadrError:
            raise
        except Exception as fault:  # noqa: BLE001  # an answer that breaks the reader must cost that film, not the run
            field, reason = "page", crashed(fault)
        return Reject(row, field, reason, work.title, shown_url(url))


def _outcomes(works: Iterator[Work], read: _Reader) -> Iterator[Film | Reject]:
    """Yield what became of each work, in order."""
    pool = ThreadPoolExecutor(THREADS, thread_name_prefix="kadr-tmdb")
    row = 1
    try:
        while batch := list(islice(works, BATCH)):
            yield from pool.map(read, range(row, row + len(batch)), batch)
            row += len(batch)
    finally:
        # After an interrupt nobody waits for requests under way: they end when the fetcher is closed.
        pool.shutdown(wait=False, cancel_futures=True)


def _lost(name: str, rejects: list[Reject]) -> Iterator[str]:
    lost = sum(reject.reason == GIVEN_UP for reject in rejects)
    if lost:
        yield f"{name}: the API refused or failed time after time: {lost:,} answers were not asked for; run again later"
