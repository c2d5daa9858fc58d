"""Headings as pages write them -> titles: without the site's name, invitations to watch, year and kind. Pure
functions, linear time.
"""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from kadr.collect.parts import split_title
from kadr.film import FIRST_YEAR, LAST_YEAR, Kind
from kadr.text import language_of, normalise, plain, words

__all__ = ["Titles", "read_title", "site_names"]

MAX_HEADING = 1_000
"""Characters of a heading that are read: twice the longest title kept."""
_BREAK = re.compile(r"\s+(?:[-\u2013\u2014|\u2022\u00b7:]|::|\u00bb|\u203a|//)\s+|\s*[|]\s*")
"""What stands between a title and a site's name."""
_INVITATION = re.compile(
    r"(?:^|(?<=[\s,.:;!?)\]»\"-]))(?:смотре(?:ть|ли)|смотрите|скачать|скачивай|watch|stream|download|"
    r"(?:в\s+)?онлайн|online|(?:все\s+)?серии\s+подряд|full\s+movie|фильм\s+целиком)(?![^\W\d_])",
    re.IGNORECASE,
)
"""Where a title ends and the site's call to watch begins, or the other way round."""
_CALL = frozenset(
    words(
        "смотреть смотрите онлайн бесплатно скачать торрент в на и хорошем высоком отличном качестве hd full fullhd"
        " 1080 720 4k uhd без регистрации рекламы смс все серии подряд фильм кино сериал мультфильм аниме дорама"
        " полностью целиком русском языке русский ru watch online free download stream movie film the full in"
        " for tv series show трейлер trailer отзывы рецензии описание сюжет актеры рейтинг дата выхода новости"
        " постеры кадры фото reviews cast ratings trivia synopsis plot фильмы сериалы где"
    )
)
"""Words a heading is made of that says nothing of the film itself."""
_SIGNALS = {
    "watch": frozenset(words("смотреть смотрите смотри скачать скачивай watch stream download")),
    "online": frozenset(words("онлайн online")),
    "free": frozenset(words("бесплатно free регистрации торрент")),
    "quality": frozenset(words("качестве hd fullhd 1080 720 4k uhd серии full")),
}
_LAST_BARE = 2035
"""A later number at the end of a title belongs to it (Blade Runner 2049); films are announced some years ahead."""
_KIND = re.compile(
    r"(?:(?:худож|документ|аним|полнометр|короткометр)[а-я]*\s+)?(фильм|кинофильм|кино|мультфильм|сериал|телесериал|"
    r"мини-сериал|минисериал|мультсериал|аниме|дорама|movie|film|series|tv series)\s*:?\s*(?=[«\"“„])",
    re.IGNORECASE,
)
_QUOTED = re.compile(r"[«“„\"]([^«»“”„\"]{1,300})[»”“\"]")
_SEASON = re.compile(
    r"[\s,]*[(\[]?\s*(?:\d{1,3}(?:\s*[-,]\s*\d{1,3})*\s*(?:сезон[а-я]*|season)|сезон\s*\d{1,3}|season\s*\d{1,3})"
)
_NOTE = re.compile(r"\s*[(\[]([^()\[\]]{2,200})[)\]]")
_YEAR = re.compile(r"(?<!\d)(1[89]\d\d|20\d\d)(?!\d)")
_LAST_YEAR = re.compile(r"[\s,]+((?:19|20)\d\d)(?:\s*(?:г|год|года)\b\.?)?$")
_SERIES_WORDS = frozenset(words("сериал телесериал минисериал мультсериал дорама series serial miniseries tv show"))


@dataclass(frozen=True, slots=True)
class Titles:
    """What a heading says: `original` is "" and `year` and `kind` None where it does not tell."""

    title: str
    original: str = ""
    year: int | None = None
    kind: Kind | None = None


def site_names(url: str, tags: Mapping[str, Sequence[str]]) -> tuple[str, ...]:
    """Return the names under which a site may stand in its headings: as its meta tags say, and its host."""
    try:
        host = (urlsplit(url).hostname or "").lower().removeprefix("www.")
    except ValueError:
        host = ""
    names = [name for key in ("og:site_name", "application-name", "twitter:site") for name in tags.get(key, ())[:1]]
    labels = [host, host.rpartition(".")[0], host.partition(".")[0]] if not host.replace(".", "").isdigit() else []
    return tuple(dict.fromkeys(key for name in (*names, *labels) if (key := normalise(name)) and len(key) > 2))


def read_title(text: str, sites: Collection[str]) -> Titles:
    """Read a heading.

    Args:
        text: as the page has it.
        sites: what `site_names` gave; a part of the heading that is one of them is left out.
    """
    text = plain(text[:MAX_HEADING])
    text = _without_segments(text, sites)
    kind = _kind_before_quotes(text)
    text, called = _without_call(text)
    quoted = _whole_quote(text)
    text = _KIND.sub("", text, count=1) if quoted is None else quoted
    return _parted(text, kind, decorated=called)


def _without_segments(text: str, sites: Collection[str]) -> str:
    """Drop the parts of a heading, from its end and its start, that are a site's name or a call to watch."""
    cuts = [(found.start(), found.end()) for found in _BREAK.finditer(text)]
    start, end = 0, len(text)
    while cuts and _is_noise(text[cuts[-1][1] : end], sites):
        end = cuts.pop()[0]
    while cuts and _is_noise(text[start : cuts[0][0]], sites):
        start = cuts.pop(0)[1]
    return text[start:end].strip()


def _is_noise(part: str, sites: Collection[str]) -> bool:
    key = normalise(part)
    if not key or key in sites or key in _WELL_KNOWN:
        return True
    found = [word for word in key.split() if not (word.isdigit() and len(word) == 4)]
    if all(word in _CALL for word in found) and len(found) > 0:
        return True
    return bool(_INVITATION.match(part.strip())) or any(
        key.endswith(" " + site) or key.startswith(site + " ") for site in sites
    )


_WELL_KNOWN = frozenset({"imdb", "кинопоиск", "kinopoisk", "wikipedia", "википедия", "the movie database tmdb", "tmdb"})


def _without_call(text: str) -> tuple[str, bool]:
    """Cut a call to watch behind the title, or the one before it; tells whether there was one.

    One word alone calls nobody: "Watch the Skies" and "Game Online" are films.
    """
    found = _INVITATION.search(text)
    if not found or len(_calls(words(text))) < 2:
        return text, False
    before = text[: found.start()].strip(" ,.-:;!|(")
    if any(word not in _CALL for word in words(before)):
        return before, True
    rest, said = text.split(), set[str]()
    while rest and not rest[0].startswith(("«", '"', "“", "„")):
        first = words(rest[0])
        if not all(word in _CALL for word in first) or said & _calls(first):
            break  # a second verb is the title's own: "Watch online Watch the Skies"
        said |= _calls(first)
        rest.pop(0)
    return (_without_call(" ".join(rest))[0], True) if rest else (text, False)


def _calls(found: Sequence[str]) -> set[str]:
    """Return what is called for, of watching, online, for free and in which quality."""
    return {name for name, of_it in _SIGNALS.items() if of_it & set(found)}


def _kind_before_quotes(text: str) -> Kind | None:
    found = _KIND.match(text)
    if not found:
        return None
    return Kind.SERIES if _SERIES_WORDS & set(words(found[1].replace("-", ""))) else Kind.FILM


def _whole_quote(text: str) -> str | None:
    """Return `Title note` for a heading of the form [kind] «Title» note, None when it has another form."""
    body = _KIND.sub("", text, count=1)
    found = _QUOTED.match(body)
    if not found:
        return None
    rest = body[found.end() :].strip(" ,.")
    if not rest or _NOTE.fullmatch(" " + rest) or _LAST_YEAR.fullmatch(" " + rest):
        return f"{found[1].strip()} {rest}".strip()
    note = _NOTE.match(" " + rest)
    return f"{found[1].strip()} {note[0].strip()}" if note and _YEAR.search(note[0]) else None


def _parted(text: str, kind: Kind | None, *, decorated: bool) -> Titles:
    """Part a title from its notes: year, kind, season, original title."""
    season = _SEASON.search(text)
    if season and season.start() > 0:
        text, kind = (
            text[: season.start()] + (" " + note[0] if (note := _YEAR_NOTE.search(text[season.end() :])) else ""),
            Kind.SERIES,
        )
    title, year, noted = split_title(text.strip(" ,"))
    original = ""
    if year is None:
        title, original, year, noted = _long_note(title)
    if year is None and decorated and (found := _LAST_YEAR.search(title)) and int(found[1]) <= _LAST_BARE:
        title, year = title[: found.start()].strip(), int(found[1])
    left, slash, right = title.partition(" / ")
    if slash and normalise(left) and language_of(left) != language_of(right) and normalise(right):
        title, original = left.strip(), original or right.partition(" / ")[0].strip()
    return Titles(title.strip(" ,"), original, year, noted or kind)


_YEAR_NOTE = re.compile(r"[(\[](?:19|20)\d\d[)\]]")


def _long_note(title: str) -> tuple[str, str, int | None, Kind | None]:
    """Read "Title (Original title, 1999)", and "Title (1999) and more"."""
    for found in _NOTE.finditer(title):
        note, before = found[1], title[: found.start()].strip()
        year = _YEAR.search(note)
        if not year or not normalise(before) or not FIRST_YEAR <= int(year[1]) <= LAST_YEAR:
            continue
        rest = [part.strip() for part in note.split(",") if not _YEAR.search(part) or len(words(part)) > 3]
        kinds = {word for part in rest for word in words(part)}
        series = Kind.SERIES if _SERIES_WORDS & kinds else None
        named = [part for part in rest if normalise(part) and not set(words(part)) <= _SERIES_WORDS | _CALL]
        return before, named[0] if len(named) == 1 and len(words(note)) > 1 else "", int(year[1]), series
    return title, "", None, None
