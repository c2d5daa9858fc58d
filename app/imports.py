"""Exports of other places -> what somebody said of films there: MovieLens, Letterboxd, IMDb, Kinopoisk, and tables
with similar columns. Pure functions of bytes; which films of the catalogue are meant is another's question.
"""

import math
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import islice
from pathlib import PurePosixPath
from typing import Literal

from app.tables import MAX_ROWS, Table, tables
from kadr.film import FIRST_YEAR, LAST_YEAR, MAX_RATING, MAX_TITLE
from kadr.recommend.lookup import Named
from kadr.recommend.types import EventKind
from kadr.text import collapse, normalise

__all__ = ["Entry", "Imported", "imported", "variants"]

Mark = EventKind | Literal["wanted"]
"""What may be said of a film: that of an event, or that it is to be watched."""
Fault = Literal["", "unknown", "people"]
"""Why nothing could be taken: no table is of a known kind, or it holds the ratings of several people."""


@dataclass(frozen=True, slots=True)
class Entry:
    """What was said of a film. `title`: as the file has it; `value`: from 0 to 10; `at`: in seconds since 1970."""

    title: str
    named: Named
    kind: Mark
    value: float | None = None
    at: float | None = None


@dataclass(frozen=True, slots=True)
class Imported:
    """What was read. `unread`: rows that name no film, or say nothing of it; `fault`: why there are no entries."""

    entries: tuple[Entry, ...]
    unread: int = 0
    fault: Fault = ""


_HEADERS: Mapping[str, str] = {
    "user": "user id",
    "movielens": "movie id",
    "imdb": "const|imdb id|imdb|imdb title id|id imdb",
    "tmdb": "tmdb id|tmdb|id tmdb",
    "kinopoisk": "kinopoisk id|kp id|id kp|id кинопоиска|id кинопоиск|кинопоиск id|kinopoisk",
    "url": "url|link|ссылка|адрес|film url|href",
    "title": "русскоязычное название|русское название|название|название фильма|фильм|name ru|title ru|russian title"
    "|name|title|film|movie|movie title|film name|film title",
    "original": "оригинальное название|original title|name original|original name|name en|english title|title en"
    "|title original|alternative name|name eng",
    "year": "year|год|release year|год выпуска|год выхода",
    "value": "моя оценка|ваша оценка|your rating|my rating|user rating|my score|user score|my vote|user vote|оценка"
    "|rating|score|vote|rate|grade|балл",
    "watched": "watched date|date watched|watched at|дата просмотра",
    "at": "date rated|rated at|дата и время|дата оценки|timestamp|дата|date|time|когда",
    "created": "created|created at",
    "type": "title type",
    "place": "position",
}
"""Columns by what they hold, the surest header first. Headers are normalised, and capitals within a word part it."""
_PLACES = ("imdb", "tmdb", "kinopoisk", "movielens")
_ADDRESSES: Mapping[str, re.Pattern[str]] = {
    "imdb": re.compile(r"imdb\.com/title/(tt\d{1,10})\b"),
    "tmdb": re.compile(r"themoviedb\.org/movie/(\d{1,9})\b"),
    "kinopoisk": re.compile(r"kinopoisk\.ru/(?:film|series)/(\d{1,9})\b"),
}
_SAID: Mapping[Mark, re.Pattern[str]] = {
    "wanted": re.compile(r"watch ?list|wish ?list|want|plan to|will watch|хочу|буду|посмотреть"),
    "liked": re.compile(r"\blikes?\b|\bliked\b|любим"),
    "watched": re.compile(r"watched|diary|seen|viewed|просмотр"),
}
"""What a file's name says of films that have no rating in it."""
_SEEN = frozenset(["zero", "watched", "просмотр", "просмотрен", "просмотрено"])
"""Stands for a rating at Kinopoisk where a film was watched and not rated."""
_CAPITAL = re.compile(r"(?<=[a-zа-яё])(?=[A-ZА-ЯЁ])")
_YEAR_NOTE = re.compile(r"\((\d{4})(?:\s*[-–—]\s*(?:\d{4})?)?\)\s*$")
_NOTE = re.compile(r"\s*\(([^()]*)\)$")
_ALSO = re.compile(r"^(?:a\.?k\.?a\.?|also known as)\s+", re.IGNORECASE)
_ARTICLES = "the|an?|la|le|les|l'|il|lo|gli|un|une|una|der|die|das|ein|eine|el|los|las|den|det|os?"
_ARTICLE_LAST = re.compile(rf"^(.+), ({_ARTICLES})$", re.IGNORECASE)
_ARTICLE_FIRST = re.compile(rf"^({_ARTICLES}) (.+)$", re.IGNORECASE)
MOST_ENTRIES = 5 * MAX_ROWS
"""Of all tables together: later ones are not read. Letterboxd's archive names a film in five of its tables."""
MOST_VARIANTS = 8
_NUMBER = re.compile(r"(\d{1,3}(?:[.,]\d{1,3})?)(?:\s*/\s*(5|10|100))?")
_DAY = re.compile(r"(\d{1,2})\.(\d{1,2})\.(\d{4})(?:\D{1,3}(\d{1,2}):(\d{2}))?")
MILLISECONDS_FROM = 100_000_000_000
"""Times beyond it are in milliseconds: as seconds they would be in the year 5138."""
LAST_SECOND = 253_402_300_799
"""The end of the year 9999."""
_SCALES = (5.0, 10.0, 100.0)


def imported(files: Sequence[tuple[str, bytes]]) -> Imported:
    """Read files that belong together, each a name and its bytes: one export, be it in several files or an archive."""
    read = [_Columns.of(table) for name, data in files for table in tables(name, data)]
    films = _films(read)
    telling = [columns for columns in read if columns.telling(films)]
    if not telling:
        return Imported((), fault="unknown")
    if any(len(set(columns.texts("user"))) > 1 for columns in telling):
        return Imported((), fault="people")
    entries = list(islice((entry for columns in telling for entry in columns.entries(films)), MOST_ENTRIES))
    known = [entry for entry in entries if entry is not None]
    return Imported(tuple(known), len(entries) - len(known))


def variants(title: str) -> tuple[str, ...]:
    """Return how a title may be written elsewhere, itself first.

    "Lodger, The (Mieter, Der)" may be "The Lodger" or "Der Mieter", and "Salt & Snow" may be "Salt and Snow". MovieLens
    puts articles last, and so does a catalogue that was made of it: both ways are tried.
    """
    plainly = title
    notes: list[str] = []
    while len(notes) < MOST_VARIANTS and (found := _NOTE.search(plainly)) and found.start():
        notes.append(_ALSO.sub("", found[1]))
        plainly = plainly[: found.start()]
    turned = [_ARTICLE_LAST.sub(r"\2 \1", each) for each in (plainly, *notes)]
    either = [each.replace("&", "and") if "&" in each else each.replace(" and ", " ") for each in turned]
    catalogued = [_ARTICLE_FIRST.sub(r"\2, \1", each) for each in turned]
    told = dict.fromkeys(each for each in (title, *turned, *either, *catalogued) if normalise(each))
    return tuple(told)[:MOST_VARIANTS]


@dataclass(frozen=True, slots=True)
class _Columns:
    """A table, and where its columns stand. `at`: by the names of _HEADERS, of those that are there."""

    table: Table
    at: Mapping[str, int]

    @classmethod
    def of(cls, table: Table) -> "_Columns":
        heads = [normalise(_CAPITAL.sub(" ", head[:MAX_TITLE])) for head in table.head]
        places = {
            name: next((heads.index(each) for each in known.split("|") if each in heads), -1)
            for name, known in _HEADERS.items()
        }
        return cls(table, {name: at for name, at in places.items() if at >= 0})

    def telling(self, films: Mapping[str, Named]) -> bool:
        """Tell whether the table says anything of films: names them, and has a column, or a name, that says what."""
        named = "title" in self.at or "original" in self.at or (films and "movielens" in self.at)
        numbered = any(place in self.at for place in _PLACES) and "value" in self.at
        return bool(numbered or (named and ("value" in self.at or self._unrated() is not None)))

    def texts(self, name: str) -> Iterator[str]:
        """Yield the cells of a column, "" where a row is too short; nothing where there is no such column."""
        at = self.at.get(name)
        return (_cell(row, at) for row in self.table.rows) if at is not None else iter(())

    def entries(self, films: Mapping[str, Named]) -> Iterator[Entry | None]:
        """Yield what each row says, None where it is no film, or nothing is said of it."""
        scale, unrated = self._scale(), self._unrated()
        for row in self.table.rows:
            said = {name: _cell(row, at) for name, at in self.at.items()}
            yield _entry(said, films, scale, unrated)

    def _scale(self) -> float:
        """Return the highest rating that may be given: the place's own, else by the highest that was."""
        head = normalise(self.table.head[self.at["value"]]) if "value" in self.at else ""
        if re.search("[а-я]", head) or "kinopoisk" in self.at or "type" in self.at:
            return MAX_RATING
        given = [number for number, most in map(_number, self.texts("value")) if most is None and number <= _SCALES[-1]]
        return next((scale for scale in _SCALES if max(given, default=0.0) <= scale), _SCALES[-1])

    def _unrated(self) -> Mark | None:
        """Return what it means that a film stands here without a rating; None where nothing tells."""
        *folders, name = PurePosixPath(self.table.name).parts or ("",)
        if "likes" in folders:  # of Letterboxd's archive
            return "liked"
        for mark, pattern in _SAID.items():
            if pattern.search(normalise(name)):
                return mark
        if "watched" in self.at:
            return "watched"
        # IMDb's lists have places and addresses alone, whatever their name: the one everybody has is the watchlist.
        return "wanted" if "place" in self.at and "imdb" in self.at else None


def _films(read: Sequence[_Columns]) -> dict[str, Named]:
    """Return the films that MovieLens's own tables, links and movies, name by their number there."""
    films: dict[str, Named] = {}
    for columns in read:
        if "movielens" not in columns.at or "value" in columns.at or "user" in columns.at:
            continue
        for row in columns.table.rows:
            said = {name: _cell(row, at) for name, at in columns.at.items()}
            named, before = _named(said), films.get(said["movielens"], Named(()))
            films[said["movielens"]] = Named(
                before.titles or named.titles, before.year or named.year, {**before.ids, **named.ids}
            )
    return films


def _entry(said: Mapping[str, str], films: Mapping[str, Named], scale: float, unrated: Mark | None) -> Entry | None:
    value = _rating(said.get("value", ""), scale)
    kind: Mark | None = "rated" if value is not None else unrated
    if normalise(said.get("value", "")) in _SEEN:
        kind = "watched"
    elif value is None and said.get("value", ""):
        kind = None  # a rating that is none: what was meant is not guessed
    own, known = _named(said), films.get(said.get("movielens", ""), Named(()))
    named = Named(own.titles or known.titles, own.year or known.year, {**known.ids, **own.ids})
    if kind is None or not (named.titles or named.ids):
        return None
    title = said.get("title") or said.get("original") or next(iter(named.titles or named.ids.values()))
    # An episode has a title of its own, which may be that of a film.
    found = Named((), named.year, named.ids) if "episode" in said.get("type", "").lower() else named
    return Entry(
        collapse(title), found, kind, value, _time(said.get("watched") or said.get("at") or said.get("created", ""))
    )


def _named(said: Mapping[str, str]) -> Named:
    titles = [said[name] for name in ("title", "original") if normalise(said.get(name, ""))]
    noted = [found[1] for title in titles if (found := _YEAR_NOTE.search(title))]
    plainly = [_YEAR_NOTE.sub("", title).strip() or title for title in titles]
    years = [year for text in (said.get("year", ""), *noted) if (year := _year(text))]
    own = dict.fromkeys(each for title in plainly for each in variants(title))
    ids = {place: number for place in _PLACES if (number := _id(place, said))}
    return Named(tuple(own), years[0] if years else None, ids)


def _id(place: str, said: Mapping[str, str]) -> str:
    """Return a film's id at a place in the form that films have it in, "" where none is told."""
    pattern = _ADDRESSES.get(place)
    linked = pattern.search(said.get("url", "")) if pattern else None
    text = said.get(place, "") or (linked[1] if linked else "")
    digits = re.fullmatch(r"(?:tt)?(\d{1,10})(?:\.0)?", text, re.ASCII)
    if not digits or not int(digits[1]):
        return ""
    return f"tt{int(digits[1]):07}" if place == "imdb" else str(int(digits[1]))


def _rating(text: str, scale: float) -> float | None:
    """Return a rating from 0 to 10, None where a cell holds none; 4/5 names a scale of its own."""
    number, own = _number(text)
    most = own or scale
    return number * MAX_RATING / most if 0 <= number <= most else None


def _number(text: str) -> tuple[float, float | None]:
    """Return the number in a cell, -1 where there is none, and the highest that it says there may be."""
    found = _NUMBER.fullmatch(text)
    if not found:
        return -1.0, None
    return float(found[1].replace(",", ".")), float(found[2]) if found[2] else None


def _year(text: str) -> int | None:
    found = re.match(r"\d{4}", text, re.ASCII)
    return int(found[0]) if found and FIRST_YEAR <= int(found[0]) <= LAST_YEAR else None


def _time(text: str) -> float | None:
    """Return a time in seconds since 1970, None where a text is none: a day alone is its beginning in Greenwich."""
    try:
        if day := _DAY.match(text):
            parts = [int(each or 0) for each in day.groups()]
            seconds = datetime(parts[2], parts[1], parts[0], parts[3], parts[4], tzinfo=UTC).timestamp()
        elif re.fullmatch(r"\d{9,13}(\.\d*)?", text, re.ASCII):
            seconds = float(text) / (1_000 if float(text) > MILLISECONDS_FROM else 1)
        else:
            when = datetime.fromisoformat(text)
            seconds = (when if when.tzinfo else when.replace(tzinfo=UTC)).timestamp()
    except (ValueError, OverflowError):
        return None
    return seconds if math.isfinite(seconds) and 0 <= seconds <= LAST_SECOND else None


def _cell(row: Sequence[str], at: int) -> str:
    text = row[at].strip() if at < len(row) else ""
    return text[:MAX_TITLE]
