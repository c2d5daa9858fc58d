"""A site -> a harvest: its pages are found, fetched by several threads, read, and kept in the order they were found."""

from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass, field, replace
from functools import partial
from itertools import islice
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from kadr.collect.download import shown_url
from kadr.collect.fetch.reasons import GIVEN_UP
from kadr.collect.fetch.stored import RESUMED_S
from kadr.collect.harvest import SHOWN_REASONS, Harvest, Reject, crashed, none_is_a_film, stale_note
from kadr.collect.headers import Field, known_field
from kadr.collect.page.main_film import REFUSED
from kadr.collect.site.advice import on_site
from kadr.collect.site.discover import Found, Search
from kadr.collect.site.in_order import in_order
from kadr.collect.site.patterns import is_same_site
from kadr.collect.site.reading import Reading
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


def read_site(source: "SiteSource", fetcher: "Fetcher", *, progress: Advance) -> Harvest:
    """Read the films of a site. What was fetched is in the fetcher's store, so a run that was stopped goes on from it.

    A page that cannot be fetched, or is no film, becomes a `Reject`. A film found under several addresses is kept once,
    by its canonical address; films of one title stay apart.

    Args:
        source: the site, and where its film pages are listed.
        fetcher: asks politely, and keeps what came.
        progress: called after each page with the number of pages done, how many there are so far as is known, and
            what they were.

    Raises:
        SourceError: no page is a film; the message says what the pages were instead.
        ConfigError: a pattern, an address or a default of the source is not of its form.
    """
    crawl = _Crawl(
        source, fetcher, {known_field(key, "defaults"): value for key, value in sorted(source.defaults.items())}
    )
    search = Search(source, fetcher)
    progress(0, None, "looking for its pages")
    pages = islice(search.pages(), source.limit)
    with closing(in_order(crawl.read, pages, source.at_once + SPARE_THREADS)) as outcomes:
        for done, outcome in enumerate(outcomes, 1):
            crawl.keep(done, outcome)
            progress(done, _least(search.expected, source.limit), crawl.note())
    if not crawl.films:
        raise SourceError(
            none_is_a_film(source.name, "pages", crawl.rejects, _see(crawl.rejects))
            if crawl.rejects
            else f"source {source.name}: no film page was found ({search.summary()}); {search.advice}"
        )
    rejects = (*crawl.rejects, *search.rejects)
    notes = (*search.notes, *_lost_hosts(crawl.rejects), *stale_note("pages", fetcher.stale))
    return Harvest(source.name, len(crawl.films) + len(rejects), tuple(crawl.films), rejects, notes=notes)


@dataclass(frozen=True, slots=True)
class _Outcome:
    """What became of a page: a film, or what was wrong."""

    address: str
    film: "Film | None" = None
    reason: str = ""
    detail: str = ""


@dataclass(slots=True)
class _Crawl:
    """The films and rejects so far.

    `addresses`: where each film was asked for. `claims`: leads from the id that a film has by its page to the places of
    those among the films that claim it.
    """

    source: "SiteSource"
    fetcher: "Fetcher"
    defaults: Mapping[Field, str]
    films: list["Film"] = field(default_factory=list)
    rejects: list[Reject] = field(default_factory=list)
    addresses: list[str] = field(default_factory=list)
    claims: dict[str, list[int]] = field(default_factory=dict)
    refused: Counter[str] = field(default_factory=Counter)

    def read(self, found: Found) -> _Outcome:
        """Fetch and read one page; called by several threads.

        Raises:
            KadrError: what would befall every other page, too: the store is broken, a default does not fit.
        """
        try:
            return _Outcome(found.address, self._film(found))
        except PageError as fault:
            # What a refused page is instead tells more than that it is no film.
            told = (fault.detail, "") if fault.reason == REFUSED else (fault.reason, fault.detail)
            return _Outcome(found.address, None, *told)
        except KadrError:
            raise
        except Exception as fault:  # noqa: BLE001  # a page that breaks a parser must cost that page, not the run
            return _Outcome(found.address, reason=crashed(fault))

    def _film(self, found: Found) -> "Film":
        """Return the film of a page; a stored one that is no film is asked for once more, for it may be by now."""
        reading = Reading(self.source.name, self.defaults)
        get = partial(self.fetcher.get, found.address, judge=reading.judge, stale=True)
        page = get(fresh_s=found.fresh_s)
        if not reading.is_film(page) and found.fresh_s > RESUMED_S:
            page = get(fresh_s=RESUMED_S)
        return reading.film(page).film

    def note(self) -> str:
        """Return in words what came of the pages so far."""
        reasons = ", ".join(f"{reason} {count:,}" for reason, count in self.refused.most_common(SHOWN_REASONS))
        return f"{len(self.films):,} films" + (f", refused: {reasons}" if reasons else "")

    def keep(self, number: int, outcome: _Outcome) -> None:
        """Put the outcome of a page where it belongs."""
        film, reason, detail = outcome.film, outcome.reason, outcome.detail
        if film is not None:
            others = (self.films[place] for place in self.claims.get(film.id, ()))
            if same := next((other for other in others if _is_same(film, other)), None):
                reason, detail = REPEATED, shown_url(same.page_url)
        if film is None or reason:
            title = film.title if film else ""
            self.refused[reason] += 1
            self.rejects.append(Reject(number, "page", reason, title, shown_url(outcome.address), detail))
        else:
            self._add(film, outcome.address)

    def _add(self, film: "Film", address: str) -> None:
        """Keep a film. Several of one id all go by their addresses, so that which came first makes no difference."""
        places = self.claims.setdefault(film.id, [])
        places.append(len(self.films))
        self.films.append(film)
        self.addresses.append(address)
        for place in places if len(places) == 2 else places[2:][-1:]:
            self.films[place] = _named_by(self.addresses[place], self.films[place])


def _see(rejects: list[Reject]) -> str:
    """Return what to do about a site none of whose pages is a film: the words before an example."""
    reason = Counter(reject.reason for reject in rejects).most_common(1)[0][0]
    told = next(on_site(reject.reason, reject.detail) for reject in rejects if reject.reason == reason)
    return f"{told}; the first was" if told else "see what is read from one: kadr collect --check"


def _least(*numbers: int | None) -> int | None:
    return min((number for number in numbers if number is not None), default=None)


def _is_same(film: "Film", other: "Film") -> bool:
    """Tell whether two pages of one path show one film: on one site, of whatever host, by title and year."""
    alike = normalise(film.title) == normalise(other.title) and film.year == other.year
    return alike and is_same_site(film.page_url, other.page_url)


def _named_by(address: str, film: "Film") -> "Film":
    """Return a film that goes by the address it was asked for: another film has the same path, or canonical link."""
    link = film.sources[0]
    there = address.partition("://")[2]
    links = (replace(link, id=there, url=address), *film.sources[1:])
    return replace(film, id=source_id(link.name, there), page_url=address, sources=links)


def _lost_hosts(rejects: list[Reject]) -> Iterator[str]:
    lost = Counter(urlsplit(reject.url).netloc for reject in rejects if reject.reason == GIVEN_UP)
    for host, count in sorted(lost.items()):
        yield f"{host} refused or failed time after time: {count:,} pages were not asked for; run again later"
