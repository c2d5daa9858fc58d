"""A site -> a harvest: its pages are found, fetched by several threads, read, and kept in the order they were found."""

from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass, field, replace
from itertools import islice
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from kadr.collect.download import shown_url
from kadr.collect.fetch.reasons import GIVEN_UP
from kadr.collect.harvest import Harvest, Reject
from kadr.collect.headers import Field, known_field
from kadr.collect.page.main_film import REFUSED
from kadr.collect.page.read import read_page
from kadr.collect.site.discover import Found, Search
from kadr.collect.site.in_order import in_order
from kadr.collect.site.patterns import is_same_site
from kadr.errors import KadrError, PageError, SourceError
from kadr.film import source_id
from kadr.progress import Advance
from kadr.text import normalise

if TYPE_CHECKING:
    from kadr.collect.fetch.client import Fetcher
    from kadr.film import Film
    from kadr.sources import SiteSource

__all__ = ["read_site"]

SPARE_THREADS = 2
"""Threads beyond the requests that the host takes at once: they read pages while the others wait for theirs."""
REPEATED = "the same film as a page before it"
CRASHED = "the reader failed"
SHOWN_REASONS = 3


def read_site(source: "SiteSource", fetcher: "Fetcher", *, progress: Advance, limit: int | None = None) -> Harvest:
    """Read the films of a site. What was fetched is in the fetcher's store, so a run that was stopped goes on from it.

    A page that cannot be fetched, or is no film, becomes a `Reject`. A film found under several addresses is kept once,
    by its canonical address; films of one title stay apart.

    Args:
        source: the site, and where its film pages are listed.
        fetcher: asks politely, and keeps what came.
        progress: called after each page with the number of pages done, how many there are so far as is known, and
            what they were.
        limit: most pages to ask for, beside the source's own limit.

    Raises:
        SourceError: no page is a film; the message says what the pages were instead.
        ConfigError: a pattern, an address or a default of the source is not of its form.
    """
    crawl = _Crawl(
        source, fetcher, {known_field(key, "defaults"): value for key, value in sorted(source.defaults.items())}
    )
    search = Search(source, fetcher)
    limits = [most for most in (source.limit, limit) if most is not None]
    most = min(limits, default=None)
    pages = islice(search.pages(), most)
    with closing(in_order(crawl.read, pages, source.at_once + SPARE_THREADS)) as outcomes:
        for done, outcome in enumerate(outcomes, 1):
            crawl.keep(done, outcome)
            progress(done, _least(search.expected, most), crawl.note())
    if not crawl.films:
        raise SourceError(_nothing(source.name, crawl.rejects, search.summary()))
    rejects = (*crawl.rejects, *search.rejects)
    notes = (*search.notes, *_lost_hosts(crawl.rejects))
    return Harvest(source.name, len(crawl.films) + len(rejects), tuple(crawl.films), rejects, notes=notes)


@dataclass(frozen=True, slots=True)
class _Outcome:
    """What became of a page: a film, or what was wrong."""

    address: str
    film: "Film | None" = None
    reason: str = ""


@dataclass(slots=True)
class _Crawl:
    """The films and rejects so far; `ids` leads from a film's id to its place among the films."""

    source: "SiteSource"
    fetcher: "Fetcher"
    defaults: Mapping[Field, str]
    films: list["Film"] = field(default_factory=list)
    rejects: list[Reject] = field(default_factory=list)
    ids: dict[str, int] = field(default_factory=dict)
    refused: Counter[str] = field(default_factory=Counter)

    def read(self, found: Found) -> _Outcome:
        """Fetch and read one page; called by several threads.

        Raises:
            KadrError: what would befall every other page, too: the store is broken, a default does not fit.
        """
        try:
            page = self.fetcher.get(found.address, fresh_s=found.fresh_s)
            return _Outcome(found.address, read_page(page, self.source.name, self.defaults).film)
        except PageError as fault:
            # What a refused page is instead tells more than that it is no film.
            return _Outcome(found.address, reason=fault.detail if fault.reason == REFUSED else fault.reason)
        except KadrError:
            raise
        except Exception as fault:  # noqa: BLE001  # a page that breaks a parser must cost that page, not the run
            return _Outcome(found.address, reason=f"{CRASHED} ({type(fault).__name__})")

    def note(self) -> str:
        """Return in words what came of the pages so far."""
        reasons = ", ".join(f"{reason} {count:,}" for reason, count in self.refused.most_common(SHOWN_REASONS))
        return f"{len(self.films):,} films" + (f", refused: {reasons}" if reasons else "")

    def keep(self, number: int, outcome: _Outcome) -> None:
        """Put the outcome of a page where it belongs."""
        film, reason = outcome.film, outcome.reason
        if film is not None and film.id in self.ids:
            if _is_same(film, self.films[self.ids[film.id]]):
                reason = REPEATED
            else:
                film = _named_by(outcome.address, film)
        if film is None or reason:
            title = film.title if film else ""
            self.refused[reason] += 1
            self.rejects.append(Reject(number, "page", reason, title, shown_url(outcome.address)))
        else:
            self.ids[film.id] = len(self.films)
            self.films.append(film)


def _least(*numbers: int | None) -> int | None:
    return min((number for number in numbers if number is not None), default=None)


def _is_same(film: "Film", other: "Film") -> bool:
    """Tell whether two pages of one path show one film: on one site, of whatever host, by title and year."""
    alike = normalise(film.title) == normalise(other.title) and film.year == other.year
    return alike and is_same_site(film.page_url, other.page_url)


def _named_by(address: str, film: "Film") -> "Film":
    """Return a film that goes by the address it was asked for: another film has its path, or its canonical link."""
    link = film.sources[0]
    there = address.partition("://")[2]
    links = (replace(link, id=there, url=address), *film.sources[1:])
    return replace(film, id=source_id(link.name, there), page_url=address, sources=links)


def _nothing(name: str, rejects: list[Reject], summary: str) -> str:
    if not rejects:
        return f"source {name}: no film page was found ({summary}); check its sitemaps, lists, urls and include"
    common = Counter(reject.reason for reject in rejects).most_common(SHOWN_REASONS)
    reasons = ", ".join(f"{reason} ({count:,})" for reason, count in common)
    example = next(reject.url for reject in rejects if reject.reason == common[0][0])
    return (
        f"source {name}: none of {len(rejects):,} pages is a film: {reasons};"
        f" see what is read from one: kadr collect --check {example}"
    )


def _lost_hosts(rejects: list[Reject]) -> Iterator[str]:
    lost = Counter(urlsplit(reject.url).netloc for reject in rejects if reject.reason == GIVEN_UP)
    for host, count in sorted(lost.items()):
        yield f"{host} refused or failed time after time: {count:,} pages were not asked for; run again later"
