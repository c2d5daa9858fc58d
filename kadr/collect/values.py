"""One cell -> one value. Pure functions that return None (or "" or ()) for "nothing there" and raise ValueError for
a cell that says something else than the field can hold.
"""

import datetime as dt
import json
import math
import re
from typing import Any

from kadr.film import FIRST_YEAR, LAST_YEAR, MAX_AGE_RATING, MAX_RATING, Kind
from kadr.text import normalise, plain

__all__ = ["age_of", "kind_of", "rating_of", "text_of", "url_of", "votes_of", "year_of"]

MAX_RAW = 40_000
"""Characters of a cell that are looked at: twice the longest description kept, to leave room for markup."""
MAX_URL = 2_000

_EMPTY = frozenset({"", "nan", "NaN", "NAN", "None", "NaT", "null", "NULL", "<NA>", "\\N"})
"""What pandas, R, SQL dumps and IMDb write where there is nothing."""
NUMBER = re.compile(r"-?\d{1,12}(?:[.,]\d{1,12})?")
_YEAR = re.compile(r"(?<!\d)(1[89]\d\d|20\d\d|2100)(?!\d)")
_RATING = re.compile(r"(\d{1,3}(?:[.,]\d{1,12})?)(?:\s*(?:/|из|of)\s*10)?")
_AGE = re.compile(r"(?:age|от)?\s*(\d{1,2})(?:[.,]0+)?\s*(?:\+|лет)?")
_POSTER_PATH = re.compile(r"/[\w-]{5,100}\.(?:jpe?g|png|webp)")
_TMDB_IMAGES = "https://image.tmdb.org/t/p/w500"
"""Base of the relative poster paths of TMDB dumps (developer.themoviedb.org, "Image basics"); 500 px wide."""

_KINDS = {
    Kind.FILM: "film, movie, feature, feature film, short, short film, tv movie, tv film, video, cartoon,"
    " animated film, фильм, фильмы, кино, полнометражный фильм,"
    " короткометражка, короткометражный фильм, мультфильм, мультфильмы,"
    " тв фильм, телефильм, кинофильм",
    Kind.SERIES: "series, serial, tv series, tv serial, tv show, tvshow, show, tv, tv mini series, mini series,"
    " miniseries, animated series, anime series, web series, tvseries, сериал, сериалы,"
    " телесериал, мультсериал, мини сериал,"
    " минисериал, аниме сериал, веб сериал, тв сериал, шоу, тв шоу",
}
_KIND_OF = {name.strip(): kind for kind, names in _KINDS.items() for name in names.split(",")}
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")


def raw_text(value: Any) -> str:
    """Return a cell as text: "" when empty, whole floats without their point, nested values as compact JSON."""
    if value is None:
        return ""
    if isinstance(value, str):
        text = value[:MAX_RAW].strip()
        text = "" if text in _EMPTY else text
    elif isinstance(value, bool):
        text = "true" if value else "false"
    elif isinstance(value, float):
        text = "" if not math.isfinite(value) else str(int(value)) if value.is_integer() else repr(value)
    elif isinstance(value, int):
        text = str(value) if value.bit_length() < 256 else ""  # int -> str refuses beyond 4,300 digits
    elif isinstance(value, (list, dict)):
        text = _json(value) if value else ""
    else:
        text = str(value)[:MAX_RAW]
    return text if text.isascii() else text.encode("utf-8", "replace").decode()  # lone surrogates from \ud800 in JSON


def text_of(value: Any) -> str:
    """Return a cell as plain text.

    Raises:
        ValueError: the cell is a list or an object.
    """
    if isinstance(value, (list, dict)):
        raise ValueError("is not a text")  # noqa: TRY004 - the one signal of all readers here
    return plain(raw_text(value))


def year_of(value: Any) -> int | None:
    """Return the first year of a cell: 1999, "1999.0", "1999-05-01", "1999-2003", "13 мая 1999".

    A bare number is returned as it is, so that one out of range rejects its row: cells have slipped there.

    Raises:
        ValueError: no year stands in the text.
    """
    text = short(value)
    if not text:
        return None
    if NUMBER.fullmatch(text):
        year = int(number(text))
        return year if year > 0 else None
    if found := _YEAR.search(text):
        return int(found[1])
    raise ValueError("holds no year")


def date_year_of(value: Any) -> int | None:
    """Return the year of a release date; unlike `year_of`, a number that is no year is refused, not returned.

    Raises:
        ValueError: no year stands in the text.
    """
    year = year_of(value)
    if year is not None and not FIRST_YEAR <= year <= LAST_YEAR:
        raise ValueError("holds no year")
    return year


def rating_of(value: Any) -> float | None:
    """Return a rating between 0 (excluded: it means "none") and 10 from 8.5, "8,5" or "8.5/10".

    Raises:
        ValueError: anything else.
    """
    text = short(value)
    if not text:
        return None
    found = _RATING.fullmatch(text)
    if not found or number(found[1]) > MAX_RATING:
        raise ValueError("is not a rating from 0 to 10")
    return number(found[1]) or None


def votes_of(value: Any) -> int | None:
    """Return a count from 12345, "12 345" or "12,345"; 0 is "not known".

    Raises:
        ValueError: anything else.
    """
    text = re.sub(r"(?<=\d)[\s,\u00a0](?=\d{3}(?!\d))", "", short(value))
    if not text:
        return None
    if not re.fullmatch(r"\d{1,12}(\.0+)?", text):
        raise ValueError("is not a count")
    return int(number(text)) or None


def age_of(value: Any) -> int | None:
    """Return an age from 18, "18+", "от 18 лет" or "age18".

    Raises:
        ValueError: anything else ("R", "PG-13").
    """
    text = short(value).lower()
    if not text:
        return None
    found = _AGE.fullmatch(text)
    if not found or int(found[1]) > MAX_AGE_RATING:
        raise ValueError("is not an age")
    return int(found[1])


def kind_of(value: Any) -> Kind | None:
    """Return the kind that a word names ("сериал", "tv_series", "tvSeries", "movie"), None for an empty cell.

    Raises:
        ValueError: the word names neither.
    """
    text = short(value)
    if not text:
        return None
    kind = _KIND_OF.get(normalise(_CAMEL.sub(" ", text)))
    if kind is None:
        raise ValueError("is neither a film nor a series")
    return kind


def url_of(value: Any) -> str:
    """Return an http(s) address; `//host` gets https, a TMDB poster path its host.

    Raises:
        ValueError: anything else.
    """
    if isinstance(value, dict):
        value = value.get("url")
    text = raw_text(value)
    if not text:
        return ""
    if text.startswith("//"):
        text = "https:" + text
    elif _POSTER_PATH.fullmatch(text):
        text = _TMDB_IMAGES + text
    if len(text) > MAX_URL or not re.fullmatch(r"(?i)https?://[^\s\x00-\x1f\x7f<>\"]+", text):
        raise ValueError("is not an http or https address")
    return text


def time_of(value: Any) -> str:
    """Return an ISO 8601 date or time as it stands.

    Raises:
        ValueError: anything else.
    """
    text = short(value)
    if text:
        dt.datetime.fromisoformat(text)
    return text


def short(value: Any) -> str:
    """Return a cell's text for the number readers; 100 characters hold any number or date."""
    return text_of(value if not isinstance(value, str) else value[:100])


def number(text: str) -> float:
    return float(text.replace(",", "."))


def _json(value: Any) -> str:
    try:
        return json.dumps(value, ensure_ascii=False, separators=(",", ":"), default=str)[:MAX_RAW]
    except (RecursionError, ValueError):
        return ""  # nested too deeply, or within itself: nothing a person could read
