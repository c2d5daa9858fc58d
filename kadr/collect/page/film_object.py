"""One object of a page's state -> the fields of a film, by the names of its keys. Pure functions, bounded in depth."""

import re
from collections.abc import Callable
from functools import lru_cache, partial
from itertools import islice
from typing import Any

from kadr.collect import parts, values
from kadr.collect.durations import runtime_of
from kadr.collect.headers import Field
from kadr.collect.page.labels import field_of_key, is_actor, is_director, spelt
from kadr.collect.page.people import apart
from kadr.collect.page.stores import Store
from kadr.text import collapse

__all__ = ["MAX_KEYS", "TELLING", "Found", "fields_of", "key_field"]

Found = dict[Field, Any]

MAX_KEYS = 200
MAX_ITEMS = 100
MAX_TEXT = 20_000
"""Characters: as long as the longest description that is kept."""
_DEPTH = 4
"""A name within a node within an edge within a list of credits is the deepest met."""

_LISTS = frozenset({Field.GENRES, Field.COUNTRIES, Field.DIRECTORS, Field.ACTORS, Field.TAGS})
_PEOPLE = frozenset({Field.DIRECTORS, Field.ACTORS})
TELLING = _LISTS | {Field.YEAR, Field.RELEASE_DATE, Field.RUNTIME, Field.ORIGINAL_TITLE, Field.AGE_RATING}
"""Fields that a film has and a menu entry, a trailer or a person has not."""
_TEXT_KEYS = (
    *("russian", "ru", "localized", "text", "plainText", "plotText", "name", "title", "value", "nameRu", "name_ru"),
    *("original", "originalName", "english", "en", "year", "minutes", "label", "age", "full", "world", "date"),
)
"""Where objects keep what they stand for, best first."""
_LIST_KEYS = ("items", "edges", "nodes", "results", "list", "data", "genres", "countries", "credits", "members", "cast")
"""Where pages of a list keep its items."""
_INNER_KEYS = ("node", "person", "human", "actor", "name", "nameText", "genre", "country", "user", "profile")
"""What an item of a list is wrapped in."""
_NAMED = ("name ru", "ru", "russian", "localized", "name")
"""Keys of a name that a page shows; beside one of them a full name is the same in other words."""
_FULL_NAMES = (("full name ru",), ("full name",), ("fullname",), ("display name",))
_NAME_PARTS = (
    *(("name", "surname"), ("first name", "last name"), ("firstname", "lastname"), ("given name", "family name")),
    *(("first name", "surname"), ("first", "last")),
)
"""Keys that make up a name; the first pair also where a name is told, which then is only a part of it."""
_CREDITS = frozenset(
    {"members", "persons", "people", "crew", "staff", "creators", "credits", "team", "participants"}
) | {
    *("film crew", "principal credits", "movie persons", "cast and crew"),
}
_ROLE_KEYS = (
    "role",
    "job",
    "enProfession",
    "professionKey",
    "profession",
    "professionText",
    "category",
    "department",
    "type",
)
_PERSONS = frozenset({"person", "people", "name", "human", "credit", "person credit"})
"""Types of an item that say nothing of its role."""
_ROLE_IN_KEY = re.compile(r'"role":\s?\[?"([^"]{1,40})"')
"""A GraphQL client writes the arguments of a question into the key of its answer."""
_TABLES = {
    Field.GENRES: ("genres", "genre"),
    Field.COUNTRIES: ("countries", "country"),
    Field.DIRECTORS: ("persons", "people", "directors", "names", "staff"),
    Field.ACTORS: ("persons", "people", "actors", "names", "staff"),
}
"""Tables that stores keep apart from their films, whose rows the films name by number."""
_RATED = {
    "kinopoisk": (Field.RATING_KINOPOISK, Field.VOTES_KINOPOISK),
    "kp": (Field.RATING_KINOPOISK, Field.VOTES_KINOPOISK),
    "imdb": (Field.RATING_IMDB, Field.VOTES_IMDB),
}
_READERS: dict[Field, Callable[[Any], object]] = {
    Field.YEAR: values.date_year_of,
    Field.RELEASE_DATE: values.date_year_of,
    Field.RUNTIME: runtime_of,
    Field.AGE_RATING: values.age_of,
    Field.KIND: values.kind_of,
    Field.RATING: values.rating_of,
    Field.RATING_KINOPOISK: values.rating_of,
    Field.RATING_IMDB: values.rating_of,
    Field.VOTES: values.votes_of,
    Field.VOTES_KINOPOISK: values.votes_of,
    Field.VOTES_IMDB: values.votes_of,
    Field.IMDB: partial(parts.external_id, "imdb"),
    Field.KINOPOISK: partial(parts.external_id, "kinopoisk"),
    Field.TMDB: partial(parts.external_id, "tmdb"),
    Field.WIKIDATA: partial(parts.external_id, "wikidata"),
}
"""Fields whose values are tried by the reader that will read them."""
_TEXTS = frozenset({Field.TITLE, Field.ORIGINAL_TITLE, Field.DESCRIPTION, Field.SHORT_DESCRIPTION, Field.TAGLINE})


def key_field(name: str) -> Field | None:
    """Return the field that a key names, without the arguments that a GraphQL client writes behind it."""
    return _field_of_base(name[:200])


@lru_cache(maxsize=4096)
def _field_of_base(name: str) -> Field | None:
    return field_of_key(_base(name))


def fields_of(store: Store, item: dict[str, Any]) -> Found:
    """Return the fields of a film object; of two keys for one field the first with a value counts."""
    found: Found = {}
    for name, value in list(item.items())[:MAX_KEYS]:
        field = key_field(name)
        if field in _LISTS:
            names = _names(store, value, _TABLES.get(field, ()))
            _keep(found, field, apart(names) if field in _PEOPLE and isinstance(value, str) else names)
        elif field in _TEXTS:
            text = _text(store, value)
            _keep(found, field, text if isinstance(text, str) else str(text) if text is not None else None)
        elif field in {Field.RATING, Field.VOTES} and isinstance(value, dict):
            _ratings(store, value, found)
        elif field in _READERS:
            _keep(found, field, _minutes(value) if field is Field.RUNTIME else _text(store, value))
        if field is Field.TITLE and isinstance(value, dict):
            _keep(found, Field.ORIGINAL_TITLE, _text(store, value.get("original")))
        if spelt(_base(name)) in _CREDITS:
            _credits(store, name, value, found)
    return found


def _base(name: str) -> str:
    return name[:200].partition("(")[0].partition(":")[0][:60]


def _keep(found: Found, field: Field, value: Any) -> None:
    """Take a value of a field that has none yet, if its reader takes it."""
    if value in (None, "", []):
        return
    try:
        fits = field not in _READERS or _READERS[field](value) not in (None, "")
    except ValueError:
        return
    if fits:
        found.setdefault(field, value)


def _minutes(value: Any) -> Any:
    """Return a running time: of an object the one that is said in minutes or seconds."""
    if not isinstance(value, dict):
        return value if isinstance(value, (int, float, str)) else None
    seconds = value.get("seconds")
    if isinstance(seconds, int) and not isinstance(seconds, bool):
        return max(round(seconds / 60), 1) if seconds > 0 else None
    return value.get("minutes") or value.get("value")


def _text(store: Store, value: Any, depth: int = 0) -> str | float | None:
    """Return the text or the number that a value stands for, None if there is none."""
    value = store.follow(value)
    if isinstance(value, bool) or value is None or depth > _DEPTH:
        return None
    if isinstance(value, (int, float)):
        return value
    if isinstance(value, str):
        return value[:MAX_TEXT].strip() or None
    if isinstance(value, dict):
        inner = (_text(store, value[key], depth + 1) for key in _TEXT_KEYS if value.get(key))
        return next((text for text in inner if text), None)
    return None


def _items(store: Store, value: Any) -> list[Any]:
    """Return the items of a list, of a page of one, or of a text with commas; references followed."""
    value = store.follow(value)
    if isinstance(value, dict):
        value = next((value[key] for key in _LIST_KEYS if isinstance(value.get(key), list)), [value])
    if isinstance(value, str):
        value = list(parts.list_of(value[:MAX_TEXT]))
    return [store.follow(item) for item in value[:MAX_ITEMS]] if isinstance(value, list) else []


def _names(store: Store, value: Any, tables: tuple[str, ...]) -> list[str]:
    """Return the names in a list, of its groups ({"category": ..., "credits": [...]}), too."""
    items = [inner for item in _items(store, value) for inner in _members(store, item)]
    return list(parts.list_of([_name(store, item, tables) for item in items]))


def _members(store: Store, item: Any) -> list[Any]:
    """Return the items of a group, or the item itself where it is none."""
    grouped = isinstance(item, dict) and any(isinstance(item.get(key), list) for key in ("credits", "members", "items"))
    return _items(store, item) if grouped else [item]


def _name(store: Store, item: Any, tables: tuple[str, ...] = (), depth: int = 0) -> str:
    """Return the name of an item, which may stand in an object within it or in a table; "" for a bare number."""
    item = store.follow(item)
    if isinstance(item, int) or (isinstance(item, str) and item.isdigit()):
        item = store.row(tables, item)
    if isinstance(item, str):
        return "" if item.isdigit() else item
    if not isinstance(item, dict) or depth > _DEPTH:
        return ""
    inner = (item[key] for key in _INNER_KEYS if isinstance(item.get(key), dict))
    found = next((name for each in inner if (name := _name(store, each, tables, depth + 1))), "")
    text = found or _full_name(item) or _text(store, item)
    return text if isinstance(text, str) else ""


def _full_name(item: dict[str, Any]) -> str:
    """Return the name of a person that is kept as such, or in parts: {"firstName": "Анна", "lastName": "Ли"}."""
    if isinstance(item.get("name"), str) and item["name"] and "surname" not in item:  # most people, told fast
        return ""
    spelled = {spelt(key): value for key, value in islice(item.items(), MAX_KEYS) if isinstance(value, str)}
    named = any(spelled.get(key) for key in _NAMED)
    tried = _NAME_PARTS[:1] if named else (*_FULL_NAMES, *_NAME_PARTS)
    found = (keys for keys in tried if all(spelled.get(key) for key in keys))
    return next((collapse(" ".join(spelled[key] for key in keys)[:MAX_TEXT]) for keys in found), "")


def _ratings(store: Store, value: dict[str, Any], found: Found) -> None:
    """Take {"kinopoisk": {"value": 8.1, "count": 9}, "imdb": 8}, or {"value": 8.1, "count": 9}."""
    pairs = [(fields, value[name]) for name, fields in _RATED.items() if name in value]
    for (rating, votes), one in pairs or [((Field.RATING, Field.VOTES), value)]:
        score = one.get("value", one.get("score", one.get("average"))) if isinstance(one, dict) else one
        _keep(found, rating, _text(store, score))
        _keep(found, votes, _text(store, one.get("count", one.get("votes")) if isinstance(one, dict) else None))


def _credits(store: Store, name: str, value: Any, found: Found) -> None:
    """Take directors and actors from a list of credits whose items, groups or key say the role."""
    value = store.follow(value)
    if isinstance(value, dict) and not any(isinstance(value.get(key), list) for key in ("items", "edges", "nodes")):
        groups = [(role, _items(store, items)) for role, items in list(value.items())[:MAX_KEYS]]
    else:
        roles = _ROLE_IN_KEY.findall(name[:500])
        groups = [(roles[0] if roles else "", _items(store, value))]
    people: dict[Field, list[str]] = {}
    for role, items in groups:
        for item in items:
            field = _role(store, item, role)
            if field:
                people.setdefault(field, []).extend(_name(store, one, _TABLES[field]) for one in _members(store, item))
    for field, names in people.items():
        _keep(found, field, list(parts.list_of(names)))


def _role(store: Store, item: Any, role: str) -> Field | None:
    """Return the field of a credit, by its own role if it says one, else by that of its list."""
    own = [_text(store, item[key]) for key in _ROLE_KEYS if item.get(key)] if isinstance(item, dict) else []
    words = [word for word in own if isinstance(word, str)]
    if not any(is_director(word) or is_actor(word) for word in words) and set(map(spelt, words)) <= _PERSONS:
        words = [role]
    if any(is_director(word) for word in words):
        return Field.DIRECTORS
    return Field.ACTORS if any(is_actor(word) for word in words) else None
