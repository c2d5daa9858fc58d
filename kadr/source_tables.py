"""The [[sources]] blocks of a catalogue file -> checked sources."""

import os
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from urllib.parse import urlsplit

from kadr.checked_toml import Table
from kadr.errors import ConfigError
from kadr.film import FIRST_YEAR, LAST_YEAR, Kind
from kadr.sources import FileSource, SiteSource, Source, TmdbSource, WikipediaSource

__all__ = ["read_sources", "resolved"]

MAX_PLACES = 1_000
"""Sitemaps, list pages or patterns of one source: more are better put into a file of addresses."""
MAX_DELAY_S = 600.0
MAX_AT_ONCE = 16
"""Requests to one host at the same time; a browser opens six."""
MAX_REFRESH_DAYS = 3_650
TMDB_KEPT_DAYS = 180
"""TMDB's terms let nobody keep its answers for longer than six months."""
MAX_LANGUAGES = 10
MAX_KNOWN_IN = 350
"""Wikipedia has some 340 languages."""
_SITE, _WIKIPEDIA, _TMDB = SiteSource(""), WikipediaSource(""), TmdbSource("")
"""Hold the defaults."""
_NAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,63}", re.IGNORECASE | re.ASCII)
_URL = re.compile(r"https?://[^\s/?#@\\]+([/?#][^\s\\]*)?", re.IGNORECASE)
_WIKI_LANGUAGE = re.compile(r"[a-z]{2,3}(-[a-z]{2,8}){0,2}")
_TMDB_LANGUAGE = re.compile(r"[a-z]{2}(-[A-Z]{2})?")


def read_sources(top: Table, folder: Path) -> tuple[Source, ...]:
    """Return the sources in file order; relative paths count from `folder`.

    Raises:
        ConfigError: there is none, two have one name, or a key is unknown, missing or has a wrong value.
    """
    found = top.values.get("sources", [])
    if not isinstance(found, list) or not all(isinstance(values, dict) for values in found):
        raise ConfigError("sources: must be a list of tables; write [[sources]], with two brackets")
    if not found:
        raise ConfigError("sources: there is none; add a [[sources]] block with kind, name and path")
    sources: list[Source] = []
    seen: dict[str, int] = {}
    for number, values in enumerate(found, 1):
        at = f"sources[{number}]"
        source = _source(Table(at, values), folder)
        first = seen.setdefault(source.name.casefold(), number)
        if first != number:
            raise ConfigError(f"{at}.name: {source.name!r} is the name of sources[{first}] already; choose another")
        sources.append(source)
    return tuple(sources)


def resolved(path: str, folder: Path) -> str:
    """Return an address as it is, and a path as an absolute one, counted from the configuration's folder."""
    return path if "://" in path else os.path.realpath(folder / path)  # Path.resolve raises on a loop of links


def _source(table: Table, folder: Path) -> Source:
    # First, because it decides which other keys there are.
    return _READERS[table.choice("kind", tuple(_READERS))](table, folder)


def _file(table: Table, folder: Path) -> FileSource:
    table.only("kind", "name", "path", "mapping", "defaults", "encoding", "limit", "notice")
    return FileSource(
        name=_name(table),
        path=resolved(table.text("path"), folder),
        mapping=table.table("mapping").texts(),
        defaults=_defaults(table),
        encoding=table.text("encoding", ""),
        limit=_limit(table),
        notice=table.text("notice", ""),
    )


def _site(table: Table, folder: Path) -> SiteSource:
    places = ("url", "sitemaps", "lists", "urls")
    table.only(
        "kind", "name", *places, "include", "exclude", "limit", "delay", "at_once", "refresh_days", "defaults", "notice"
    )
    name = _name(table)
    if not any(place in table.values for place in places):
        raise ConfigError(f"{table.at}: says nowhere to find film pages; add {', '.join(places[:-1])} or {places[-1]}")
    home = (_url(table, "url").rstrip("/") + "/robots.txt",) if "url" in table.values else ()
    return SiteSource(
        name=name,
        sitemaps=home + _urls(table, "sitemaps"),
        lists=_lists(table),
        urls=resolved(table.text("urls"), folder) if "urls" in table.values else "",
        include=_patterns(table, "include"),
        exclude=_patterns(table, "exclude"),
        limit=_limit(table),
        delay_s=table.number("delay", MAX_DELAY_S, _SITE.delay_s),
        at_once=table.whole("at_once", 1, MAX_AT_ONCE, _SITE.at_once),
        refresh_days=_refresh(table),
        defaults=_defaults(table),
        notice=table.text("notice", ""),
    )


def _wikipedia(table: Table, folder: Path) -> WikipediaSource:
    del folder
    bases = ("sparql", "wikidata", "articles")
    table.only("kind", "name", "languages", "years", "known_in", "kinds", "limit", "refresh_days", *bases)
    return WikipediaSource(
        name=_name(table),
        languages=_languages(table, _WIKIPEDIA.languages, _WIKI_LANGUAGE, "ru"),
        years=_years(table),
        known_in=table.whole("known_in", 1, MAX_KNOWN_IN, _WIKIPEDIA.known_in),
        kinds=_kinds(table),
        limit=_limit(table),
        refresh_days=_refresh(table),
        **{base: _url(table, base) for base in bases if base in table.values},
    )


def _tmdb(table: Table, folder: Path) -> TmdbSource:
    del folder
    table.only("kind", "name", "languages", "years", "min_votes", "kinds", "limit", "refresh_days", "url")
    return TmdbSource(
        name=_name(table),
        languages=_languages(table, _TMDB.languages, _TMDB_LANGUAGE, "ru-RU"),
        years=_years(table),
        min_votes=table.whole("min_votes", 0, None, _TMDB.min_votes),
        kinds=_kinds(table),
        limit=_limit(table),
        refresh_days=_refresh(table, TMDB_KEPT_DAYS),
        **({"url": _safe_url(table)} if "url" in table.values else {}),
    )


_READERS: Mapping[str, Callable[[Table, Path], Source]] = {
    "file": _file,
    "site": _site,
    "wikipedia": _wikipedia,
    "tmdb": _tmdb,
}
"""What a source's `kind` may be."""


def _name(table: Table) -> str:
    name = table.text("name")
    if not _NAME.fullmatch(name):
        raise ConfigError(
            f"{table.key('name')}: must be 1 to 64 letters a-z, digits, dots, dashes or underscores,"
            " beginning with a letter or digit"
        )
    return name


def _limit(table: Table) -> int | None:
    return table.whole("limit", 1, None) if "limit" in table.values else None


def _refresh(table: Table, most: int = MAX_REFRESH_DAYS) -> int:
    return table.whole("refresh_days", 0, most, _SITE.refresh_days)


def _defaults(table: Table) -> dict[str, str]:
    return table.table("defaults").texts(numbers=True)


def _url(table: Table, name: str) -> str:
    return _checked_url(table.key(name), table.text(name))


def _urls(table: Table, name: str) -> tuple[str, ...]:
    """Return a list of addresses; one alone may stand without brackets."""
    if isinstance(table.values.get(name), str):
        return (_url(table, name),)
    urls = table.list_of_texts(name, MAX_PLACES)
    return tuple(_checked_url(f"{table.key(name)}[{number}]", url) for number, url in enumerate(urls, 1))


def _safe_url(table: Table) -> str:
    """Return the address of an API to which a token is sent: in the clear to this machine alone."""
    url = _url(table, "url").rstrip("/")
    if not url.lower().startswith("https://") and urlsplit(url).hostname not in {"127.0.0.1", "::1", "localhost"}:
        raise ConfigError(f"{table.key('url')}: must begin with https://, because a token is sent there")
    return url


def _lists(table: Table) -> tuple[str, ...]:
    """Return addresses of list pages, in which nothing but {page} stands between braces."""
    urls = _urls(table, "lists")
    for number, url in enumerate(urls, 1):
        odd = [name for name in re.findall(r"\{[^{}]{0,50}\}", url) if name != "{page}"]
        if odd:
            raise ConfigError(f"{table.key('lists')}[{number}]: {odd[0]} means nothing here; {{page}} counts the pages")
    return urls


def _patterns(table: Table, name: str) -> tuple[str, ...]:
    patterns = table.list_of_texts(name, MAX_PLACES)
    for number, pattern in enumerate(patterns, 1):
        if not pattern.startswith(("/", "*")):
            raise ConfigError(f"{table.key(name)}[{number}]: must begin with / or *, as '/film/*' does")
    return patterns


def _checked_url(at: str, url: str) -> str:
    if not _URL.fullmatch(url):
        raise ConfigError(f"{at}: must be an address such as https://films.example/sitemap.xml, without a password")
    return url


def _languages(table: Table, default: tuple[str, ...], form: re.Pattern[str], such_as: str) -> tuple[str, ...]:
    languages = table.list_of_texts("languages", MAX_LANGUAGES) or default
    for number, language in enumerate(languages, 1):
        if not form.fullmatch(language):
            raise ConfigError(
                f"{table.key('languages')}[{number}]: must be the code of a language, such as {such_as!r}"
            )
    return tuple(dict.fromkeys(languages))


def _years(table: Table) -> tuple[int, int]:
    given = table.values.get("years", list(_WIKIPEDIA.years))
    if not isinstance(given, list) or len(given) != 2 or not all(type(year) is int for year in given):
        raise ConfigError(f"{table.key('years')}: must be the first and the last year, as [1960, 2026]")
    first, last = given
    if not FIRST_YEAR <= first <= last <= LAST_YEAR:
        raise ConfigError(f"{table.key('years')}: must go up, and lie between {FIRST_YEAR} and {LAST_YEAR}")
    return first, last


def _kinds(table: Table) -> tuple[str, ...]:
    allowed = tuple(kind.value for kind in Kind)
    kinds = table.list_of_texts("kinds", len(allowed)) or allowed
    for number, kind in enumerate(kinds, 1):
        if kind not in allowed:
            raise ConfigError(f"{table.key('kinds')}[{number}]: must be {' or '.join(allowed)}")
    return tuple(dict.fromkeys(kinds))
