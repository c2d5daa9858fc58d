"""Which films there are: the Wikidata Query Service lists them by date of release, a span of time at once."""

import datetime as dt
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from kadr.collect.download import shown_url
from kadr.collect.fetch.reasons import NO_ANSWER, PASSING, SERVER_FAULT
from kadr.collect.json_answers import dig, text_at
from kadr.collect.wikipedia.answers import FUTILE, Api
from kadr.collect.wikipedia.classes import CLASSES
from kadr.errors import PageError, SourceError
from kadr.film import FIRST_YEAR, LAST_YEAR, Kind
from kadr.progress import Advance
from kadr.sources import WikipediaSource

__all__ = ["Listed", "Listing", "Span", "list_films", "query_of", "read_rows", "spans"]

_QUERY = """SELECT DISTINCT ?film ?links ?title WHERE {{
  VALUES ?class {{ {classes} }}
  {dates}
  ?film wdt:P31 ?class ; wikibase:sitelinks ?links .
  FILTER(?links >= {known_in})
  ?article schema:about ?film ; schema:isPartOf <https://{language}.wikipedia.org/> ; schema:name ?title .
}}"""
"""`hint:rangeSafe` says that all dates have one type, so that the service can look the span up in its index instead of
filtering every film (mediawiki.org, "Wikidata Query Service/User Manual/Query hints"). One year of films takes it some
seconds; it stops at 60."""
_DATED = """?film wdt:{name} ?date . hint:Prior hint:rangeSafe true .
  FILTER(?date >= "{first}T00:00:00Z"^^xsd:dateTime && ?date < "{after}T00:00:00Z"^^xsd:dateTime)"""
"""The filter stands beside the pattern that the hint is about: behind a UNION it would come too late for the index."""
_DATES = {Kind.FILM: ("P577",), Kind.SERIES: ("P580", "P577")}
"""P577 is the publication date; series have a start time, P580, more often."""
_ENTITY = re.compile(r".{1,100}/(Q[1-9][0-9]{0,11})")
_THIN = (1930, 2030)
"""Before and after these years a decade has fewer films with an article than a year between has."""
_NOUNS = {Kind.FILM: "films", Kind.SERIES: "series"}
_UNREACHED = 2
"""Spans after which nothing more is asked where not one was answered: there is no way to the service."""
_SHOWN = 12  # spans named in a note
_MAX_LINKS = 1_000  # Wikimedia has some 350 wikis in all


@dataclass(frozen=True, slots=True)
class Listed:
    """A film to be read: its entry in Wikidata, the number of languages with an article, and that article's title."""

    qid: str
    languages: int
    title: str

    @property
    def number(self) -> int:
        """Of the entry."""
        return int(self.qid[1:])


@dataclass(frozen=True, slots=True)
class Listing:
    """What is to be read, the most widely known first, and notes on what could not be listed."""

    films: tuple[Listed, ...]
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Span:
    """Days from `first` on and before `after`."""

    first: dt.date
    after: dt.date

    def __str__(self) -> str:
        """Return the span as a person says it: "1999", "1999-03", "1920-1929"."""
        if self.after.year - self.first.year > 1:
            return f"{self.first.year}-{self.after.year - 1}"
        whole = (self.after - self.first).days > 31
        return f"{self.first:%Y}" if whole else f"{self.first:%Y-%m}"

    def split(self) -> "tuple[Span, ...]":
        """Return the years of a span of years, the months of a year, nothing for a month."""
        if self.after.year - self.first.year > 1:
            return tuple(_year(year) for year in range(self.first.year, self.after.year))
        if (self.after - self.first).days <= 31:
            return ()
        starts = [dt.date(self.first.year, month, 1) for month in range(1, 13)]
        return tuple(Span(*pair) for pair in zip(starts, [*starts[1:], self.after], strict=True))


def spans(first: int, last: int) -> Iterator[Span]:
    """Part years into what one query asks for: single years, decades where there are few films."""
    year, last = max(first, FIRST_YEAR), min(last, LAST_YEAR)
    while year <= last:
        thin = year < _THIN[0] or year >= _THIN[1]
        end = min(year - year % 10 + 9, last) if thin else year
        yield Span(dt.date(year, 1, 1), dt.date(end + 1, 1, 1))
        year = end + 1


def query_of(source: WikipediaSource, kind: Kind, span: Span) -> Mapping[str, str]:
    """Return the question for the films of one kind and span."""
    dates = [_DATED.format(name=each, first=span.first, after=span.after) for each in _DATES[kind]]
    text = _QUERY.format(
        classes=" ".join(f"wd:{qid}" for qid, each in CLASSES.items() if each.kind is kind),
        dates=" UNION ".join(f"{{ {each} }}" for each in dates) if len(dates) > 1 else dates[0],
        known_in=source.known_in,
        language=source.languages[0],
    )
    return {"query": text, "format": "json"}


def read_rows(answer: Mapping[str, Any]) -> list[Listed]:
    """Return the films of an answer; rows that name none are left out.

    Raises:
        ValueError: it is no answer of a query service.
    """
    rows = dig(answer, "results", "bindings")
    if not isinstance(rows, list):
        raise ValueError("holds no results")  # noqa: TRY004 - the one signal of this reader
    films = []
    for row in rows:
        found = _ENTITY.fullmatch(text_at(row, "film", "value"))
        title, links = text_at(row, "title", "value"), text_at(row, "links", "value")
        if found and title and links.isascii() and links.isdigit() and len(links) <= 4:
            films.append(Listed(found[1], min(int(links), _MAX_LINKS), title))
    return films


def list_films(source: WikipediaSource, api: Api, progress: Advance) -> Listing:
    """Return the films to read: the most widely known first, ties by the number of the entry.

    A span that takes the service too long is asked for in smaller ones.

    Args:
        source: says which are wanted.
        api: of the query service.
        progress: told what is being listed; how many there will be, nobody knows yet.

    Raises:
        SourceError: no span could be listed.
    """
    films: dict[str, Listed] = {}
    faults: list[tuple[Kind, Span, PageError]] = []
    todo = [(Kind(kind), span) for kind in source.kinds for span in spans(*source.years)]
    some = False
    while todo:
        kind, span = todo.pop(0)
        progress(0, None, f"listing {_NOUNS[kind]} of {span}")
        try:
            rows = _ask(source, api, kind, span)
        except PageError as fault:
            unreached = fault.reason == NO_ANSWER and not some
            smaller = () if unreached or fault.reason in FUTILE else span.split()
            todo[:0] = [(kind, part) for part in smaller]
            if not smaller:
                faults.append((kind, span, fault))
            if unreached and len(faults) == _UNREACHED:
                break
            continue
        some = True
        for film in rows:
            films.setdefault(film.qid, film)
    if faults and not some:
        why = faults[0][2]
        raise SourceError(f"{source.name}: films cannot be listed: {why}; try again later, what was fetched is kept")
    ordered = sorted(films.values(), key=lambda film: (-film.languages, film.number))
    return Listing(tuple(ordered[: source.limit]), tuple(_notes(faults)))


def _ask(source: WikipediaSource, api: Api, kind: Kind, span: Span) -> list[Listed]:
    """Return the films of a span.

    What takes the service too long once does so again; but a fault that may pass, or a span that cannot be made
    smaller, is asked for as often as any page.

    Raises:
        PageError: there was no answer, or an odd one.
    """
    query = query_of(source, kind, span)
    try:
        answer, _ = api.ask(query, tries=1)
    except PageError as fault:
        if fault.reason not in PASSING or (fault.reason == SERVER_FAULT and span.split()):
            raise
        answer, _ = api.ask(query)
    try:
        return read_rows(answer)
    except ValueError as cause:
        raise PageError(shown_url(api.base), "an odd answer", str(cause)) from cause


def _notes(faults: Iterable[tuple[Kind, Span, PageError]]) -> Iterator[str]:
    """Say what could not be listed, faults of one reason in one line."""
    by_reason: dict[tuple[Kind, str], list[str]] = {}
    for kind, span, fault in faults:
        by_reason.setdefault((kind, fault.reason), []).append(str(span))
    for (kind, reason), missed in by_reason.items():
        more = f" and {len(missed) - _SHOWN} more" if len(missed) > _SHOWN else ""
        yield f"{_NOUNS[kind]} of {', '.join(missed[:_SHOWN])}{more} could not be listed: {reason}"


def _year(year: int) -> Span:
    return Span(dt.date(year, 1, 1), dt.date(year + 1, 1, 1))
