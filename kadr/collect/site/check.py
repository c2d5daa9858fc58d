"""What would be read from one page: for a person who sets a site up, `kadr collect --check PLACE`."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from kadr.collect.download import shown_url
from kadr.collect.fetch.page import Page
from kadr.collect.fetch.wish import Judge
from kadr.collect.site.advice import on_page
from kadr.collect.site.patterns import canonical
from kadr.collect.site.reading import Reading
from kadr.collect.unpack import load
from kadr.errors import PageError, SourceError
from kadr.film import Film

if TYPE_CHECKING:
    from kadr.collect.fetch.client import Fetcher

__all__ = ["Checked", "check"]

MAX_SHOWN = 90
"""Characters of a value in a line of text; the JSON has all."""
SHOWN_ITEMS = 5
_WANTED = ("year", "kind", "genres", "countries", "directors", "actors", "descriptions", "image_url")
"""What a film page usually has, and what search and filters live on."""
_HIDDEN = frozenset({"id", "sources", "fetched_at"})
"""Fields that are made, not read."""
_SAVED_FROM = re.compile(rb"<!--\s*saved from url=\(\d{1,6}\)(https?://[^\s<>]{1,2000})\s*-->")
"""What browsers write at the top of a saved page."""
_SAVED_HEAD = 4_096
_NOWHERE = "http://saved.invalid/"
"""Stands for the address of a saved page that does not tell it; nobody can have this host (RFC 2606)."""
CHECK_S = 10.0
"""Seconds for the page, and as many for robots.txt, once each: a person waits."""


@dataclass(frozen=True, slots=True)
class Checked:
    """What was read from one page.

    Attributes:
        place: the page's address as it may be shown, or the path of the saved file.
        film: None where the page was refused.
        origins: a film's field to where in the page it came from.
        reason, detail: why it was refused; "" where it was not.
    """

    place: str
    film: Film | None = None
    origins: Mapping[str, str] = field(default_factory=dict, hash=False)
    reason: str = ""
    detail: str = ""

    @property
    def missing(self) -> tuple[str, ...]:
        """The fields that a film page usually has and this one does not give."""
        return tuple(name for name in _WANTED if self.film and getattr(self.film, name) in (None, "", ()))

    @property
    def advice(self) -> str:
        """What to do about a refusal, "" where there was none."""
        return on_page(self.reason, self.detail) if self.film is None else ""

    def to_json(self) -> dict[str, Any]:
        """Return plain JSON values: `fields` maps each field that was read to its value and its origin."""
        read = {name: {"value": value, "origin": self.origins.get(name, "")} for name, value in self._values()}
        refused = {"reason": self.reason, "detail": self.detail, "advice": self.advice} if self.film is None else None
        return {"place": self.place, "fields": read, "missing": list(self.missing), "refused": refused}

    def to_text(self) -> str:
        """Return a line a field: its name, its value, and where in the page it stood."""
        return "\n".join(self._lines())

    def _lines(self) -> Iterator[str]:
        yield self.place
        if self.film is None:
            yield f"  refused: {self.reason}" + (f" ({self.detail})" if self.detail else "")
            yield f"  {self.advice}"
            return
        for name, value in self._values():
            origin = self.origins.get(name, "")
            yield f"  {name:<18}{_short(value)}" + (f"  [{origin}]" if origin else "")
        if self.missing:
            yield f"  not found: {', '.join(self.missing)}"

    def _values(self) -> Iterator[tuple[str, Any]]:
        """Yield name and plain value of each field that the film has."""
        for name in [each.name for each in fields(Film)] if self.film else ():
            value = _plain(name, getattr(self.film, name))
            if name not in _HIDDEN and value not in (None, "", [], {}):
                yield name, value


def check(place: str, fetcher: "Fetcher | None", source: str = "site") -> Checked:
    """Read one page as a site's source would, and tell field by field what came of it.

    Args:
        place: the address of a page, or the path of a saved one; nothing is fetched for the latter.
        fetcher: needed for an address.
        source: the name that the source is to have.

    Raises:
        SourceError: the saved file cannot be read.
    """
    shown = shown_url(place) if "://" in place else place
    reading = Reading(source)
    try:
        got = reading.film(_fetched(place, fetcher, reading.judge) if "://" in place else _saved(place))
    except PageError as fault:
        return Checked(shown, reason=fault.reason, detail=fault.detail)
    return Checked(shown, _placed(got.film), got.origins)


def _fetched(address: str, fetcher: "Fetcher | None", judge: Judge) -> Page:
    if fetcher is None:
        raise SourceError(f"{shown_url(address)}: is an address, and nothing may be fetched; give a saved page")
    return fetcher.get(canonical(address) or address, tries=1, timeout_s=CHECK_S, judge=judge)


def _saved(path: str) -> Page:
    """Return a saved page as if it had been fetched from where the browser notes that it came from."""
    blob = load(path)
    told = _SAVED_FROM.search(blob.data[:_SAVED_HEAD])
    address = canonical(told[1].decode("utf-8", "replace")) if told else ""
    address = address or canonical(quote(Path(path).name), _NOWHERE) or _NOWHERE
    moment = datetime.now(UTC).isoformat(timespec="seconds")
    return Page(address, address, 200, {}, blob.data, moment)


def _placed(film: Film) -> Film:
    """Return a film without the addresses that nobody knows."""
    page, image = ("" if url.startswith(_NOWHERE) else url for url in (film.page_url, film.image_url))
    return replace(film, page_url=page, image_url=image)


def _plain(name: str, value: Any) -> Any:
    if name == "descriptions":
        return [{"text": each.text, "language": each.language} for each in value]
    if isinstance(value, tuple):
        return list(value)
    return dict(value) if isinstance(value, Mapping) else value


def _short(value: Any) -> str:
    """Return a value in one line, clipped."""
    if isinstance(value, dict):
        value = [f"{key} {text}" for key, text in value.items()]
    if isinstance(value, list):
        texts = [each["text"] if isinstance(each, dict) else str(each) for each in value]
        more = f" and {len(texts) - SHOWN_ITEMS} more" if len(texts) > SHOWN_ITEMS else ""
        value = ", ".join(_clipped(text) for text in texts[:SHOWN_ITEMS]) + more
    return _clipped(str(value), MAX_SHOWN * 2)


def _clipped(text: str, most: int = MAX_SHOWN) -> str:
    return text if len(text) <= most else text[: most - 1] + "…"
