"""The film pages of a site, found one after another: by sitemaps, by list pages, by a file of addresses."""

import math
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from kadr.collect.download import shown_url
from kadr.collect.fetch.stored import RESUMED_S
from kadr.collect.harvest import DAY_S
from kadr.collect.site.advice import OTHER_LISTS, OTHER_PATTERNS, OTHER_WAYS, on_site
from kadr.collect.site.lists import PAGE, follow_list
from kadr.collect.site.patterns import Patterns, canonical, is_same_site
from kadr.collect.site.seen import Seen
from kadr.collect.site.sitemap import MAX_SITEMAP, Entry, read_sitemap
from kadr.collect.site.urls import read_addresses
from kadr.errors import ConfigError, PageError, SourceError

if TYPE_CHECKING:
    from kadr.collect.fetch.client import Fetcher
    from kadr.collect.fetch.page import Page
    from kadr.collect.harvest import Reject
    from kadr.sources import SiteSource

__all__ = ["Found", "Search"]

MAX_FILM_PAGES = 500_000
"""Pages of one site: a tenth of what IMDb has; at 70 bytes each they are known again in 35 MB."""
MAX_SITEMAPS, MAX_DEPTH = 500, 3
"""Sitemaps of one source, and how deep indexes may nest; the protocol allows one level, sites make two."""
MAX_UNASKED_S = 90 * DAY_S
"""However old a `lastmod` is: there are sites that write it once and for all."""
MAX_AHEAD_S = 2 * DAY_S
"""A `lastmod` that lies further ahead is none: a date alone lasts a day and a half, and clocks differ."""
STAMPED_S = 3_600.0
"""Pages of one sitemap that all changed within an hour did not: it tells when the sitemap was written."""
MAX_UNWANTED = 10_000
"""Addresses that the patterns leave out are counted so far, each once: it is a hint, not a figure."""
MAX_NOTES = 20
_ADDRESSES = ("http://", "https://", "/")
"""What an address in a sitemap begins with; the protocol wants whole ones, and a path is understood."""


@dataclass(frozen=True, slots=True)
class Found:
    """A page to ask for: its canonical address, and the age in seconds up to which a stored copy will do."""

    address: str
    fresh_s: float


class Search:
    """Finds the pages of one source. `rejects`: bad lines of its file of addresses, once that was read."""

    def __init__(self, source: "SiteSource", fetcher: "Fetcher") -> None:
        self.rejects: tuple[Reject, ...] = ()
        self._source, self._fetcher = source, fetcher
        self._patterns = Patterns.of(source.include, source.exclude)
        self._refresh_s = source.refresh_days * DAY_S
        self._now = time.time()
        self._seen, self._unwanted = Seen(), Seen()
        self._unwanted_example = ""
        self._sitemaps = Seen()
        self._notes: list[str] = []
        self._told = 0
        self._fault: PageError | None = None
        self._ahead: int | None = 0

    def pages(self) -> Iterator[Found]:
        """Yield each page once, in the order of the source: sitemaps, lists, file. Asks only for what is needed next.

        Raises:
            SourceError: the file of addresses cannot be read.
            ConfigError: a sitemap, list or pattern is not of its form.
        """
        for found in self._all():
            if self._seen.add(found.address):
                yield found
                if len(self._seen) == MAX_FILM_PAGES:
                    self.tell(f"more than {MAX_FILM_PAGES:,} pages: the rest is left out; narrow `include`")
                    return

    @property
    def expected(self) -> int | None:
        """The number of pages that are known of so far; None while a list is followed, whose end nobody knows."""
        return None if self._ahead is None else len(self._seen) + self._ahead

    def summary(self) -> str:
        """Return in words what was found, for a person whose source yields nothing."""
        text = f"pages found: {len(self._seen):,}"
        if self._unwanted_example:
            example = shown_url(self._unwanted_example)
            text += f"; addresses that include and exclude leave out: {len(self._unwanted):,}, such as {example}"
        return "; ".join((text, *self.notes[:3]))

    @property
    def advice(self) -> str:
        """What to do where nothing was found: by what the patterns left out, else by the first fault."""
        if self._unwanted_example:
            return OTHER_PATTERNS
        told = on_site(self._fault.reason, self._fault.detail) if self._fault else ""
        return told or (OTHER_LISTS if self._source.lists else OTHER_WAYS)

    @property
    def notes(self) -> tuple[str, ...]:
        """Lines on what could not be read, the first twenty, and how many more there were."""
        more = f"... and {self._told - MAX_NOTES:,} more such lines" if self._told > MAX_NOTES else ""
        return (*self._notes, more) if more else tuple(self._notes)

    def tell(self, line: str) -> None:
        """Take a line for the person who builds."""
        self._told += 1
        if self._told <= MAX_NOTES:
            self._notes.append(line)

    def _tell_fault(self, what: str, fault: PageError) -> None:
        self._fault = self._fault or fault
        self.tell(f"{what}{fault}")

    def _all(self) -> Iterator[Found]:
        for sitemap in self._roots():
            yield from self._by_sitemap(sitemap, MAX_DEPTH)
        for template in self._source.lists:
            self._ahead = None
            _checked("lists", template.replace(PAGE, "1"))
            tell = partial(self._tell_fault, "list page ")
            yield from (Found(a, self._refresh_s) for a in follow_list(template, self._get, self._wants, tell))
        if self._source.urls:
            listed = read_addresses(self._source.urls)
            self.rejects = listed.rejects
            yield from self._announced([Found(a, self._refresh_s) for a in listed.pages if self._wants(a)])

    def _announced(self, pages: list[Found]) -> Iterator[Found]:
        """Yield pages of which it is known how many there are."""
        if self._ahead is not None:
            self._ahead += len(pages)
        for page in pages:
            if self._ahead is not None:
                self._ahead -= 1
            yield page

    def _get(self, address: str, max_bytes: int | None = None) -> "Page":
        """Fetch a sitemap or list page. A run that goes on where one was stopped takes the stored one; a later asks.

        Where the site does not answer, an old one leads to the pages that are stored.
        """
        return self._fetcher.get(address, fresh_s=min(self._refresh_s, RESUMED_S), max_bytes=max_bytes, stale=True)

    def _wants(self, address: str) -> bool:
        """Tell whether the patterns want a page; remember one that they do not."""
        if self._patterns.want(address):
            return True
        if len(self._unwanted) < MAX_UNWANTED:
            self._unwanted.add(address)
        self._unwanted_example = self._unwanted_example or address
        return False

    def _roots(self) -> Iterator[str]:
        for named in self._source.sitemaps:
            if urlsplit(_checked("sitemaps", named)).path == "/robots.txt":
                yield from self._by_robots(canonical(named))
            else:
                yield canonical(named)

    def _by_robots(self, origin: str) -> list[str]:
        """Return the sitemaps that robots.txt names, else the place where sitemaps are by convention."""
        try:
            named = [canonical(each, origin) for each in self._fetcher.sitemaps_of(origin)]
        except PageError as fault:
            self._tell_fault("", fault)
            named = []
        return list(filter(None, named)) or [canonical("/sitemap.xml", origin)]

    def _by_sitemap(self, address: str, depth: int) -> Iterator[Found]:
        """Yield the pages of a sitemap and of those that it names, depth first."""
        if not self._sitemaps.add(address):
            return
        inner, pages = [], []
        for entry in self._entries(address):
            if entry.is_sitemap:
                inner.append(entry.address)
            elif self._wants(entry.address):
                pages.append(entry)
        told = self._is_told([entry.changed for entry in pages])
        found = [Found(each.address, self._fresh_for(each.changed if told else None)) for each in pages]
        yield from self._announced(found)
        if inner and depth == 0:
            self.tell(f"sitemap {shown_url(address)}: indexes are nested too deeply")
            return
        for there in inner:
            if len(self._sitemaps) == MAX_SITEMAPS:
                self.tell(f"more than {MAX_SITEMAPS} sitemaps: the others are left out")
                return
            yield from self._by_sitemap(there, depth - 1)

    def _entries(self, address: str) -> Iterator[Entry]:
        """Yield what one sitemap names of its own site, by canonical addresses. A broken one costs its own pages."""
        try:
            page = self._get(address, MAX_SITEMAP)
            site = canonical(page.final_url) or address
            for entry in read_sitemap(page.body):
                named = entry.address.lower().startswith(_ADDRESSES)
                there = canonical(entry.address, site) if named else ""
                if there and is_same_site(there, site):
                    yield replace(entry, address=there)
        except PageError as fault:
            self._tell_fault("sitemap ", fault)
        except SourceError as fault:
            self.tell(f"sitemap {shown_url(address)}: {fault}")

    def _is_told(self, changes: list[float | None]) -> bool:
        """Tell whether the `lastmod` of a sitemap's pages tell of the pages, and not of the hour it was written in."""
        moments = [moment for moment in changes if moment is not None]
        if len(moments) < 2 or max(moments) - min(moments) > STAMPED_S:
            return True
        return self._now - max(moments) > self._refresh_s

    def _fresh_for(self, changed: float | None) -> float:
        """Return the age up to which a stored copy will do: one that was fetched after the page's last change does."""
        since = self._now - changed if changed is not None else -math.inf
        return (
            self._refresh_s if since < -MAX_AHEAD_S else max(min(RESUMED_S, self._refresh_s), min(since, MAX_UNASKED_S))
        )


def _checked(key: str, address: str) -> str:
    if not canonical(address):
        raise ConfigError(f"{key}: {shown_url(address)[:100]!r} is no http or https address")
    return address
