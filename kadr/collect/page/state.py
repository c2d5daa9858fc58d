"""The state that a page's own program carries along -> claims on the page's film, whatever the program."""

from collections.abc import Iterator
from functools import lru_cache
from itertools import islice
from typing import Any
from urllib.parse import unquote, urlsplit

from kadr.collect import values
from kadr.collect.headers import Field
from kadr.collect.page.claims import Claim, Trust
from kadr.collect.page.document import Document
from kadr.collect.page.film_object import MAX_KEYS, TELLING, Found, fields_of, key_field
from kadr.collect.page.heading import Names
from kadr.collect.page.labels import is_film_type
from kadr.collect.page.stores import Store, stores_in

__all__ = ["claims"]

MAX_CANDIDATES = 500
"""Objects that may be a film: a page of similar films has fifty."""
_NAMED = frozenset({Field.TITLE, Field.ORIGINAL_TITLE})
_TYPE_KEYS = ("__typename", "_type", "@type", "type", "kind")
_ID_KEYS = ("id", "_id", "filmId", "movieId", "kinopoiskId", "slug", "alias", "uuid", "code", "url", "path", "link")


def claims(document: Document) -> list[Claim]:
    """Return what the page's state says of its film, at most one claim a field.

    The film is the object whose id stands in the page's address or whose title the page bears; what other objects of
    the same id add is taken, too. Other films, such as similar ones, are left out.
    """
    names = Names(document)
    ranked: list[tuple[tuple[int, ...], str, Any, Found]] = []
    for store in stores_in(document.tree):
        for item in _candidates(store):
            found = fields_of(store, item)
            if rank := _rank(document.url, names, item, found):
                ranked.append((rank, store.name, item.get("id"), found))
    if not ranked:
        return []
    _, place, own_id, best = max(ranked, key=lambda each: each[0])
    places = dict.fromkeys(best, place)
    for _, name, other_id, found in ranked:
        if own_id is not None and other_id == own_id:
            places |= dict.fromkeys(found.keys() - best.keys(), name)
            best = found | best
    return [Claim(field, best[field], Trust.STATE, f"state: {places[field]}") for field in sorted(best)]


def _candidates(store: Store) -> Iterator[dict[str, Any]]:
    """Yield the objects that may be a film: with a title, and of a film's type or with two of a film's fields."""
    count = 0
    for item in store.objects:
        fields = _fields_named(tuple(islice(item, MAX_KEYS)))
        if fields & _NAMED and len(fields & TELLING) >= (1 if _typed(item) else 2):
            count += 1
            yield item
        if count >= MAX_CANDIDATES:
            return


@lru_cache(maxsize=512)
def _fields_named(keys: tuple[str, ...]) -> frozenset[Field]:
    """Return the fields that keys name. Objects of one type have the same keys, and a page's state has thousands."""
    return frozenset(field for name in keys if (field := key_field(name)))


def _typed(item: dict[str, Any]) -> bool:
    kinds = (item.get(name) for name in _TYPE_KEYS)
    return any(isinstance(kind, str) and is_film_type(kind) for kind in kinds)


def _rank(url: str, names: Names, item: dict[str, Any], found: Found) -> tuple[int, ...] | None:
    """Return how surely an object is the page's film, None if it is another."""
    titles = [found[field] for field in _NAMED if field in found]
    fit = max((names.fit(title) for title in titles), default=0)
    here = _is_here(url, item)
    if fit < (1 if here else 2):
        return None
    year = values.date_year_of(found[Field.YEAR]) if Field.YEAR in found else None
    return int(here), int(year in names.years), fit, len(found)


def _is_here(url: str, item: dict[str, Any]) -> bool:
    """Tell whether an object's id or address is a part of the page's address."""
    path = unquote(_path(url)).strip("/").lower()
    pieces = set(path.split("/"))
    pieces |= {part for piece in pieces for part in (piece.partition("-")[0], piece.rpartition("-")[2])}
    for key in _ID_KEYS:
        value = item.get(key)
        own = str(value)[:500].strip("/").lower() if isinstance(value, (str, int)) else ""
        own = _path(own).strip("/") if own.startswith("http") else own
        if own and (own in pieces or ("/" in own and own == path)):
            return True
    return False


def _path(url: str) -> str:
    try:
        return urlsplit(url).path
    except ValueError:  # "http://[" in a stranger's data
        return ""
