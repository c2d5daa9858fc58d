"""Rows of one film to one film: which source wins a field, and what is kept from all. Pure functions."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from typing import Any

from kadr.catalogue.records import encode
from kadr.film import Description, Film
from kadr.text import normalise

__all__ = ["combine", "distinct_ids"]

_FIRST = ("original_title", "kind", "year", "countries", "runtime_minutes", "age_rating", "tagline", "page_url")
_FIRST_TOO = ("image_url", "fetched_at")
MAX_TEXTS = 64
"""Descriptions of one film that are looked at: eight times what eight services gave a film."""


def combine(films: Sequence[Film]) -> Film:
    """Return the one film that these rows describe, the earliest having precedence.

    The id and the title are the first row's. Rating and votes come together, from the row with most votes. Directors
    and actors are the first row's, else the longest list. Genres and tags are united, and so are sources, external
    ids, extras (the first value of a key stays) and descriptions (those that add nothing are dropped).
    """
    first = films[0]
    known: dict[str, Any] = {name: _first(films, name) for name in _FIRST + _FIRST_TOO}
    rated = max((f for f in films if f.rating is not None), key=lambda f: f.votes or 0, default=None)
    return replace(
        first,
        **known,
        genres=_union((value for film in films for value in film.genres), normalise),
        tags=_union((value for film in films for value in film.tags), normalise),
        directors=first.directors or max((film.directors for film in films), key=len),
        actors=first.actors or max((film.actors for film in films), key=len),
        rating=rated.rating if rated else None,
        votes=rated.votes if rated else _first(films, "votes"),
        descriptions=_telling([text for film in films for text in film.descriptions][:MAX_TEXTS]),
        sources=tuple(dict.fromkeys(link for film in films for link in film.sources)),
        external_ids={name: value for film in reversed(films) for name, value in film.external_ids.items()},
        extra={name: value for film in reversed(films) for name, value in film.extra.items()},
    )


def _first(films: Sequence[Film], name: str) -> Any:
    """Return the first known value of a field, else the field's empty value (0 is a known value)."""
    values = [getattr(film, name) for film in films]
    return next((value for value in values if value not in (None, "", ())), values[0])


def _union(values: Iterable[str], key: Callable[[str], str]) -> tuple[str, ...]:
    """Return values in order, each key once; a value whose key is empty ("+") is its own key."""
    kept: dict[str, str] = {}
    for value in values:
        kept.setdefault(key(value) or value, value)
    return tuple(kept.values())


def _telling(texts: Sequence[Description]) -> tuple[Description, ...]:
    """Return texts in order without those that equal an earlier one or lie within a longer one."""
    if len(texts) < 2:
        return tuple(texts)
    keys = {text: f" {normalise(text.text)} " for text in texts}
    first = {key: text for text, key in reversed(keys.items())}
    return tuple(
        text
        for text in keys
        if first[keys[text]] is text and not any(keys[text] != key and keys[text] in key for key in first)
    )


def distinct_ids(films: Iterable[Film]) -> tuple[Film, ...]:
    """Return films ordered by id, each id once: of namesakes with one id, all but one get "-2", "-3" and so on.

    Namesakes are films of one title and year that were kept apart. Which of them keeps the bare id follows from what
    they say (page address, then description, then all the rest), never from the order of the input, so ids hold from
    build to build as long as these films themselves do.
    """
    by_id: dict[str, list[Film]] = {}
    for film in films:
        by_id.setdefault(film.id, []).append(film)
    out: dict[str, Film] = {}
    for film_id in sorted(by_id):
        alike = by_id[film_id]
        if len(alike) > 1:
            alike.sort(key=lambda film: (film.page_url, film.description, encode(film)))
        out[film_id] = alike[0]
        number = 1
        for film in alike[1:]:
            number += 1
            while (new_id := f"{film_id}-{number}") in by_id or new_id in out:
                number += 1
            out[new_id] = replace(film, id=new_id)
    return tuple(sorted(out.values(), key=lambda film: film.id))
