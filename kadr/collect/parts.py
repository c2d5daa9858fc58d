"""Cells that hold more than one thing: lists of names, titles with a year, ids of other catalogues. Pure functions."""

import ast
import json
import re
import warnings
from collections.abc import Iterable
from typing import Any

from kadr.collect.values import raw_text, text_of
from kadr.film import FIRST_YEAR, LAST_YEAR, Kind
from kadr.text import is_placeholder, normalise, words

__all__ = ["Titled", "external_id", "list_of", "own_id", "split_title"]

MAX_ITEMS, MAX_ITEM = 50, 200
"""Bounds of one list: nobody reads the fifty-first actor, and a longer name is a broken cell."""
_ITEM_KEYS = ("title", "name", "name_ru", "nameRu", "full_name", "fullName", "genre", "country", "label", "value", "ru")
"""Where objects in lists keep their name, best first."""
_SEPARATORS = ("|", ";", "\n", " / ", ",")
"""The first that occurs splits the text; the comma last, since "Downey, Jr." may stand among others."""
_NO_ITEM = frozenset({"no genres listed"})

_NOTE = re.compile(r"^(.*\S)\s*[(\[]([^()\[\]]{4,60})[)\]]$", re.DOTALL)
_NOTE_SERIES = frozenset(words("сериал мини минисериал телесериал мультсериал шоу series serial miniseries show"))
_NOTE_WORDS = _NOTE_SERIES.union(
    words("тв фильм мультфильм телефильм видео аниме к м год года г н в по настоящее наст время"),
    words("tv film movie video short mini anime present now"),
)
_EXTERNAL = {
    "imdb": re.compile(r"(?:.{0,200}/title/)?(?:tt)?(\d{1,10})(?:[/?#].{0,200})?"),
    "kinopoisk": re.compile(r"(?:.{0,200}/(?:film|series)/)?(\d{1,9})(?:[/?#].{0,200})?"),
    "tmdb": re.compile(r"(?:.{0,200}/(?:movie|tv)/)?(\d{1,9})(?:[-/?#].{0,200})?"),
    "wikidata": re.compile(r"(?:.{0,200}/)?Q(\d{1,12})", re.IGNORECASE),
}

Titled = tuple[str, int | None, Kind | None]
"""A title without its year note, the year, and the kind the note tells."""


def list_of(value: Any, also: str = "") -> tuple[str, ...]:
    """Return the entries of a list cell in order, each once, without placeholders.

    Takes JSON lists of strings or of objects with a title or name, the same written as a JSON or Python literal in a
    string ("['a', 'b']"), and "a|b", "a; b", "a, b".

    Args:
        value: the cell.
        also: what parts entries, too, where none of the others does: "/" in "драма/комедия", but not in "AC/DC".
    """
    text = "" if isinstance(value, (list, dict)) else raw_text(value)
    items = value if isinstance(value, list) else [value] if isinstance(value, dict) else _split(text, also)
    kept: dict[str, str] = {}
    for item in items:
        name = _item(item)
        key = normalise(name)
        if key and key not in _NO_ITEM and (not is_placeholder(name) or any(c.isdigit() for c in key)):
            kept.setdefault(key, name)
        if len(kept) == MAX_ITEMS:
            break
    return tuple(kept.values())


def split_title(title: str) -> Titled:
    """Part a plain title from its year note: "Title (1999)", "Название (ТВ, 1981)", "Название (сериал 2010 - 2014)".

    A parenthesis that says anything but year and kind stays: "М (Убийца)", "(500) дней лета". A title is never left
    empty, so "1984" and "(1984)" stay titles.
    """
    found = _NOTE.match(title)
    if not found or not normalise(found[1]):
        return title, None, None
    note = words(found[2])
    years = [word for word in note if len(word) == 4 and word.isdigit()]
    rest = [word for word in note if word not in years]
    if not 1 <= len(years) <= 2 or not all(word in _NOTE_WORDS for word in rest):
        return title, None, None
    year = int(years[0])
    if not FIRST_YEAR <= year <= LAST_YEAR:
        return title, None, None
    return found[1].strip(), year, Kind.SERIES if _NOTE_SERIES & set(rest) else None


def external_id(catalogue: str, value: Any) -> str:
    """Return a film's id in another catalogue in its one form ("tt0133093", "301", "Q83495"); "" for an empty cell.

    Takes bare numbers ("301.0" from float columns) and page addresses too.

    Raises:
        ValueError: the cell has not that catalogue's shape.
    """
    text = re.sub(r"\.0+$", "", text_of(value))
    if not text:
        return ""
    found = _EXTERNAL[catalogue].fullmatch(text)
    if not found or not int(found[1]):
        raise ValueError(f"is not an id of {catalogue}")
    number = str(int(found[1]))
    return {"imdb": f"tt{number:0>7}", "wikidata": f"Q{number}"}.get(catalogue, number)


def own_id(value: Any) -> str:
    """Return a source's own id as text; "12.0" from a float column is "12"."""
    return re.sub(r"^(\d+)\.0+$", r"\1", text_of(value))[:MAX_ITEM]


def _item(item: Any) -> str:
    if isinstance(item, dict):
        named = next((item[k] for k in _ITEM_KEYS if isinstance(item.get(k), str) and item[k].strip()), "")
        item = named or " ".join(str(item[k]) for k in ("first_name", "last_name") if isinstance(item.get(k), str))
    return "" if isinstance(item, (list, dict)) else text_of(item)[:MAX_ITEM].strip()


def _split(text: str, also: str) -> Iterable[Any]:
    if text[:1] in "[{(" and (items := _literal(text)) is not None:
        return items
    separator = next((each for each in (*_SEPARATORS, also) if each and each in text), None)
    return text.split(separator) if separator else [text]


def _literal(text: str) -> list[Any] | None:
    """Read a list written as JSON or as a Python literal; None when it is neither."""
    for read in (json.loads, ast.literal_eval):
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # "\d" in a stranger's string is not our invalid escape
                value = read(text)
        except (ValueError, SyntaxError, TypeError, MemoryError, RecursionError):
            continue
        return list(value) if isinstance(value, (list, tuple)) else [value]
    return None
