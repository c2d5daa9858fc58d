"""Which films there are: the lists of the API, most voted-for first, in slices of time that it can show whole."""

import heapq
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import groupby, islice
from typing import TYPE_CHECKING, Any

from kadr.collect.download import shown_url
from kadr.collect.fetch.reasons import GIVEN_UP, NOT_STORED, STOPPED
from kadr.collect.harvest import Reject
from kadr.collect.tmdb.answers import Api
from kadr.collect.tmdb.shapes import SHAPES, Work
from kadr.collect.values import text_of
from kadr.errors import PageError, SourceError
from kadr.film import Kind
from kadr.progress import Advance

if TYPE_CHECKING:
    from kadr.sources import TmdbSource

__all__ = ["Discovery"]

MAX_PAGES = 500
"""The last page that a list has, however many films there are (its error 22)."""
PER_PAGE = 20
REACH = MAX_PAGES * PER_PAGE
MAX_ID = 10**9
MAX_SHOWN_TITLE = 100
HOPELESS = frozenset({GIVEN_UP, NOT_STORED, STOPPED})
"""What the next page of a list would meet, too."""


@dataclass(frozen=True, slots=True)
class Slice:
    """Works of one kind whose dates lie between two days, both included."""

    kind: Kind
    first: date
    last: date

    def halves(self) -> tuple["Slice", "Slice"]:
        """Return the slice in two; it must be longer than a day."""
        middle = self.first + (self.last - self.first) // 2
        return Slice(self.kind, self.first, middle), Slice(self.kind, middle + timedelta(1), self.last)


@dataclass(frozen=True, slots=True)
class Listing:
    """One page of a list: the numbers of works and of pages in all, and the works of this one."""

    total: int
    pages: int
    works: tuple[Work, ...]


@dataclass(slots=True)
class Discovery:
    """The works of a source, and the pages of lists that were lost.

    Attributes:
        source: says which are wanted.
        api: is asked.
        progress: told what is being listed; how many there will be, nobody knows yet.
        rejects: a page of a list that failed costs its twenty films, not the run.
        notes: lines for the person who builds.
    """

    source: "TmdbSource"
    api: Api
    progress: Advance
    rejects: list[Reject] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def works(self) -> Iterator[Work]:
        """Yield every work once, most voted-for first; of two with as many votes the one with the lower id.

        Pages are asked for as they are needed.

        Raises:
            SourceError: the token is not accepted, or the works of a kind cannot be listed.
        """
        years = self.source.years
        whole = [Slice(Kind(kind), date(years[0], 1, 1), date(years[1], 12, 31)) for kind in self.source.kinds]
        streams = [stream for each in whole for stream in self._whole(each)]
        return islice(_once(heapq.merge(*streams, key=_rank)), self.source.limit)

    def _whole(self, kind: Slice) -> list[Iterator[Work]]:
        """Return the streams of a kind.

        Raises:
            SourceError: there are none; without a word a run would lose half of the source.
        """
        if not (streams := self._streams(kind)):
            what, why = SHAPES[kind.kind].path, self.rejects[-1].reason
            raise SourceError(
                f"{self.source.name}: {what}: films cannot be listed: {why}; try again later, what was fetched is kept"
            )
        return streams

    def _streams(self, part: Slice) -> list[Iterator[Work]]:
        """Return a sorted stream for the slice, or several where a list of it would not show all that is wanted."""
        self.progress(0, None, f"listing {SHAPES[part.kind].path} of {part.first} to {part.last}")
        head, first = self._listing(part, 1), 1
        if head is None:  # which costs the films of that page; how many there are, the next one says too
            head, first = self._listing(part, 2), 2
        if head is None:
            self.notes.append(f"{SHAPES[part.kind].path} of {part.first} to {part.last} could not be listed")
            return []
        if head.total > REACH and (self.source.limit is None or self.source.limit > REACH):
            if part.first < part.last:
                return [stream for half in part.halves() for stream in self._streams(half)]
            lost, path = head.total - REACH, SHAPES[part.kind].path
            self.notes.append(f"{lost:,} of {path} of {part.first} are out of the API's reach; raise min_votes")
        return [_sorted(self._listed(part, head, first))]

    def _listed(self, part: Slice, head: Listing, first: int) -> Iterator[Work]:
        yield from head.works
        for number in range(first + 1, min(head.pages, MAX_PAGES) + 1):
            page = self._listing(part, number)
            if page is not None:
                yield from page.works
            elif self.rejects[-1].reason in HOPELESS:
                return

    def _listing(self, part: Slice, number: int) -> Listing | None:
        """Return a page of a list; None where it failed, which is then the last of the rejects."""
        shape = SHAPES[part.kind]
        path = f"discover/{shape.path}"
        query = {
            "language": self.source.languages[0],
            "sort_by": "vote_count.desc",
            "include_adult": "false",
            **shape.extra,
            "vote_count.gte": str(self.source.min_votes),
            shape.since: part.first.isoformat(),
            shape.until: part.last.isoformat(),
            "page": str(number),
        }
        try:
            return _read(self.api.ask(path, query)[0], part.kind, self.api.url(path, query))
        except PageError as fault:
            self.rejects.append(
                Reject(len(self.rejects) + 1, "page", fault.reason, f"page {number} of a list", fault.url)
            )
            return None


def _read(answer: Any, kind: Kind, url: str) -> Listing:
    """Return what a page of a list holds.

    Raises:
        PageError: it is no list.
    """
    total, pages, results = answer.get("total_results"), answer.get("total_pages"), answer.get("results")
    if type(total) is not int or type(pages) is not int or not isinstance(results, list):
        raise PageError(shown_url(url), "not a list of films", "results or their number are missing")
    return Listing(total, pages, tuple(work for each in results if (work := _work(each, kind))))


def _work(result: Any, kind: Kind) -> Work | None:
    """Return a result of a list; None for one without an id, and for adult titles that came all the same."""
    if not isinstance(result, dict) or result.get("adult") is True:
        return None
    number, votes, title = result.get("id"), result.get("vote_count"), result.get(SHAPES[kind].title)
    if type(number) is not int or not 0 < number <= MAX_ID:
        return None
    votes = votes if type(votes) is int else 0
    return Work(kind, number, votes, text_of(title)[:MAX_SHOWN_TITLE].strip() if isinstance(title, str) else "")


def _rank(work: Work) -> tuple[int, int, str]:
    return -work.votes, work.id, work.kind


def _sorted(works: Iterator[Work]) -> Iterator[Work]:
    """Yield works that are sorted by votes; those with as many by id, which the API leaves open."""
    for _, alike in groupby(works, lambda work: work.votes):
        yield from sorted(alike, key=_rank)


def _once(works: Iterator[Work]) -> Iterator[Work]:
    """Yield each work once: it stands on two pages where votes came in between two calls."""
    seen: set[tuple[Kind, int]] = set()
    for work in works:
        key = work.kind, work.id
        if key not in seen:
            seen.add(key)
            yield work
