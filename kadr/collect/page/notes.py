"""Notes behind a title: its kind, and the same title in another alphabet. Pure functions, linear time."""

import re

from kadr.film import Kind
from kadr.text import language_of, normalise

__all__ = ["other_alphabet", "without_kind"]

_LAST_NOTE = re.compile(r"\s*[(\[]([^()\[\]]{2,200})[)\]]$")
_LAST_PART = re.compile(r"\s+[|\u2013\u2014-]\s+([^|\u2013\u2014]{2,200})$")
_KIND_NOTES = {
    **dict.fromkeys(("film", "movie", "фильм", "мультфильм", "телефильм", "tv movie", "фільм"), Kind.FILM),
    **dict.fromkeys(
        ("tv series", "series", "tv show", "сериал", "телесериал", "мини сериал", "мультсериал", "серіал"), Kind.SERIES
    ),
}


def without_kind(title: str, kind: Kind | None) -> tuple[str, Kind | None]:
    """Part a title from a note of nothing but its kind, as encyclopaedias write it: "Title (film)"."""
    found = _LAST_NOTE.search(title)
    if not found or not normalise(title[: found.start()]) or normalise(found[1]) not in _KIND_NOTES:
        return title, kind
    return title[: found.start()].strip(), kind or _KIND_NOTES[normalise(found[1])]


def other_alphabet(title: str, *, dated: bool) -> tuple[str, str]:
    """Part "Название (Title)", told by the letters of its two halves, and, of one that had a year, "Название | Title".

    Without a year, what stands behind a bar is a site's name, and capitals are a quality: "(HD)".
    """
    note = _LAST_NOTE.search(title)
    found = (note or _LAST_PART.search(title)) if dated else note if note and not note[1].isupper() else None
    if not found or language_of(title[: found.start()]) != "ru" or language_of(found[1]) != "en":
        return title, ""
    return title[: found.start()].strip(), found[1].strip()
