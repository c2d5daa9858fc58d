"""A film as one canonical JSON text and back. The names in it are the names of Film's fields, and of the columns."""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import fields
from typing import Any

from kadr.errors import BundleDamaged, KadrError, SourceError
from kadr.film import FILM_FIELDS, Description, Film, Kind, SourceLink

__all__ = ["decode", "encode", "films_hash", "hash_records"]

_LISTS = ("genres", "countries", "directors", "actors", "tags")
_FIELDS = frozenset(FILM_FIELDS)
_TEXT = tuple(each.name for each in fields(Description))
_LINK = tuple(each.name for each in fields(SourceLink))


def encode(film: Film) -> str:
    """Return a film as JSON with sorted keys and no spaces: equal films give equal text.

    Raises:
        SourceError: a text holds half a character (a lone surrogate) or a NUL, which no file can store.
    """
    values: dict[str, Any] = {name: getattr(film, name) for name in FILM_FIELDS}
    values["descriptions"] = [{name: getattr(each, name) for name in _TEXT} for each in film.descriptions]
    values["sources"] = [{name: getattr(each, name) for name in _LINK} for each in film.sources]
    values["external_ids"], values["extra"] = dict(film.external_ids), dict(film.extra)
    if film.rating is not None:
        values["rating"] = float(film.rating)  # 7 and 7.0 are equal films and must give one text
    text = json.dumps(values, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise SourceError(f"film {film.id!a}: a text holds half a character; clean it where it is read") from error
    if "\\u0000" in text.replace("\\\\", ""):
        raise SourceError(f"film {film.id!a}: a text holds a NUL character; clean it where it is read")
    return text


def decode(text: str) -> Film:
    """Return the film that `encode` wrote.

    Raises:
        BundleDamaged: the text is not such a record.
    """
    try:
        values: dict[str, Any] = json.loads(text)
        if values.keys() != _FIELDS:
            raise BundleDamaged("a film's record has other fields than this program's; rebuild the bundle")
        for name in _LISTS:
            values[name] = tuple(values[name])
        values["kind"] = Kind(values["kind"]) if values["kind"] else None
        values["descriptions"] = tuple(Description(**each) for each in values["descriptions"])
        values["sources"] = tuple(SourceLink(**each) for each in values["sources"])
        return Film(**values)
    except (KadrError, ValueError, TypeError, AttributeError, RecursionError) as error:
        if isinstance(error, BundleDamaged):
            raise
        raise BundleDamaged("a film's record cannot be read; rebuild the bundle") from error


def films_hash(films: Iterable[Film]) -> str:
    """Return the SHA-256 (hex) of the films' records in the given order; `FilmTable.rows_hash` gives the same."""
    return hash_records(encode(film) for film in films)


def hash_records(records: Iterable[str]) -> str:
    """Return the SHA-256 (hex) of records, each ended by a newline (a record holds none)."""
    digest = hashlib.sha256()
    for record in records:
        digest.update(record.encode())
        digest.update(b"\n")
    return digest.hexdigest()
