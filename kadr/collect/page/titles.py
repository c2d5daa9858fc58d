"""Headings as pages write them -> titles: without the site's name, invitations to watch, year and kind. Pure
functions, linear time.
"""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import urlsplit

from kadr.collect.page.notes import other_alphabet, without_kind
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
    r"(?:в\s+)?онлайн|online|(?:все\s+)?серии\s+подряд|full\s+movie|фильм\s+целиком|дивити(?:ся|сь)|(?:en\s+)?streaming|"
    r"ver|regarder|guarda|assistir|oglądaj|kostenlos|gratis|izle)(?![^\W\d_])",
    re.IGNORECASE,
)
"""Where a title ends and the site's call to watch begins, or the other way round."""
_CALL = frozenset(
    words(
        "смотреть смотрите онлайн бесплатно скачать торрент в на и хорошем высоком отличном качестве hd full fullhd"
        " 1080 720 4k uhd без регистрации рекламы смс все серии подряд фильм кино сериал мультфильм аниме дорама"
        " полностью целиком русском языке русский ru watch online free download stream movie film the full in"
        " for tv series show трейлер trailer отзывы рецензии описание сюжет актеры рейтинг дата выхода новости"
        " постеры кадры фото reviews cast ratings trivia synopsis plot фильмы сериалы где интересные факты трейлеры и"
        " роли сюжет премьеры премьера года год сезон сезоны рецензия отзыв дивитися дивитись українською"
        " безкоштовно якості фільм серіал ver regarder guarda assistir oglądaj gratis gratuit kostenlos darmo za vf"
        " vostfr streaming stream en película pelicula serie filme dorama izle official site to where"
        " 作品情報 キャスト あらすじ 動画 配信 豆瓣"
    )
)
"""Words a heading is made of that says nothing of the film itself."""
_SIGNALS = {
    "watch": frozenset(
        words(
            "смотреть смотрите смотри скачать скачивай watch stream download дивитися дивитись ver regarder guarda"
            " assistir oglądaj streaming izle ansehen"
        )
    ),
    "online": frozenset(words("онлайн online")),
    "free": frozenset(words("бесплатно free регистрации торрент безкоштовно gratis gratuit kostenlos darmo")),
    "quality": frozenset(words("качестве hd fullhd 1080 720 4k uhd серии full")),
}
_SIGNS = frozenset(word for found in _SIGNALS.values() for word in found) | frozenset(
    words("hdrip webrip dvdrip bdrip web dl rip 1080p 720p 2160p torrent dub lostfilm")
)
"""Words that no film's original title behind its year has."""
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
    return _read(text[:MAX_HEADING], tuple(sites))


@lru_cache(maxsize=64)
def _read(text: str, sites: tuple[str, ...]) -> Titles:
    """Read a heading, which several readers of one page ask for."""
    whole = plain(text)
    text, dropped = _without_segments(whole, sites)
    kind = _kind_before_quotes(text)
    text, called = _without_call(text)
    quoted = _whole_quote(text)
    text = _KIND.sub("", text, count=1) if quoted is None else quoted
    called = called or bool(_calls(words(dropped)))
    if not called and _CALL & set(words(dropped)):
        text = _COMMA_YEAR.sub(r" (\1)", text)
    found = _parted(text, kind, decorated=called)
    year = found.year or next((int(y[1]) for y in _YEAR.finditer(dropped) if int(y[1]) <= _LAST_BARE), None)
    named = _KIND_WORD.match(found.title) if called or year else None
    title = found.title[named.end() :] if named else found.title
    said = whole.replace(title, " ", 1).replace(found.original or title, " ", 1)
    return Titles(_AGE.sub("", title), found.original, year, found.kind or _kind_in(said))


def _without_segments(text: str, sites: Collection[str]) -> tuple[str, str]:
    """Drop the parts of a heading, from its end and its start, that are a site's name or a call to watch.

    Returns what is left and what was dropped. A dash in parentheses parts nothing: "(2018 - ...)".
    """
    inside, last, cuts = 0, 0, []
    for found in _BREAK.finditer(text):
        inside += text.count("(", last, found.start()) - text.count(")", last, found.start())
        last = found.start()
        if inside <= 0:
            cuts.append((found.start(), found.end()))
    start, end = 0, len(text)
    while cuts and _is_noise(text[cuts[-1][1] : end], sites):
        end = cuts.pop()[0]
    while cuts and _is_noise(text[start : cuts[0][0]], sites, first=True):
        start = cuts.pop(0)[1]
    return text[start:end].strip(), f"{text[:start]} {text[end:]}"


def _is_site(key: str, sites: Collection[str]) -> bool:
    """Tell whether a part is a site's name, with or without the spaces that its address lacks."""
    return bool(key) and (key in sites or key in _WELL_KNOWN or key.replace(" ", "") in sites)


def _kind_in(text: str) -> Kind | None:
    """Return the kind that a call names in the singular ("смотреть сериал онлайн"), None if it names both or none."""
    found = set(words(text))
    series, film = bool(found & _ONE_SERIES), bool(found & _ONE_FILM)
    return None if series == film else Kind.SERIES if series else Kind.FILM


def _is_noise(part: str, sites: Collection[str], *, first: bool = False) -> bool:
    """Tell whether a part of a heading says nothing of the film; the first may be "Watch" and the title."""
    key = normalise(part)
    if not key or _is_site(key, sites) or _DOMAIN.fullmatch(part.strip()):
        return True
    found = [word for word in key.split() if not (word.isdigit() and len(word) == 4)]
    if all(word in _CALL for word in found) and len(found) > 0:
        return True
    if first and _INVITATION.match(part.strip()):
        return False
    return bool(_INVITATION.match(part.strip())) or any(
        key.endswith(" " + site) or key.startswith(site + " ") for site in sites
    )


_DOMAIN = re.compile(
    r"[\w-]{2,40}(?:\.[\w-]{2,40})?\.(?:[a-z]{2}|com|net|org|info|club|online|site|top|pro|film)", re.IGNORECASE
)
_KIND_WORD = re.compile(r"(?i:(фильм|сериал|мультфильм|мультсериал|дорама|аниме))\s+(?=[A-ZА-ЯЁ\d«\"])")
"""Before a title without quotation marks, where a year or a call to watch shows that a site wrote it."""
_ONE_SERIES = frozenset(words("сериал мультсериал дорама серіал телесериал"))
_ONE_FILM = frozenset(words("фильм мультфильм фільм film película"))
_AGE = re.compile(r"\s+[(\[]?(?:0|6|12|16|18)\+[)\]]?$")
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
    return (_without_tail(" ".join(rest)), True) if rest else (text, False)


def _without_tail(text: str) -> str:
    """Cut the rest of a call that began before the title: one word of it is enough there."""
    found = _INVITATION.search(text)
    if found and normalise(text[: found.start()]) and all(word in _CALL for word in words(text[found.start() :])):
        return text[: found.start()].strip(" ,.-:;!|(")
    return _without_call(text)[0]


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
    if year is None and (found := _YEAR_AFTER.search(title)):
        title, year = title[: found.start() + 1], int(found[1])
    if year is None and decorated and (found := _LAST_YEAR.search(title)) and int(found[1]) <= _LAST_BARE:
        title, year = title[: found.start()].strip(), int(found[1])
    title, noted = without_kind(title, noted)
    if not original:
        title, original = other_alphabet(title, dated=year is not None)
    left, slash, right = title.partition(" / ")
    if slash and normalise(left) and language_of(left) != language_of(right) and normalise(right):
        other = right.partition(" / ")[0].strip()
        other = (
            other.rpartition(" (")[0] if other.count("(") > other.count(")") else other
        )  # the rest is behind a slash
        title, original = left.strip(), original or other.strip()
    return Titles(title.strip(" ,"), original, year, noted or kind)


_COMMA_YEAR = re.compile(r",\s+((?:19|20)\d\d)$")
_YEAR_AFTER = re.compile(r"[)\]],?\s+((?:19|20)\d\d)$")
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
        plain_words = _SERIES_WORDS | _CALL | {"mini", year[1]}
        named = [part for part in rest if normalise(part) and not set(words(part)) <= plain_words]
        after = title[found.end() :].strip()
        if not named and language_of(before) == "ru" and language_of(after) == "en" and after[:1].isalnum():
            named = [after] if not _SIGNS & set(words(after)) else []
        return before, named[0] if len(named) == 1 else "", int(year[1]), series
    return title, "", None, None
