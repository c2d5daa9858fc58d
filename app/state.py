"""What a visitor has asked for, as values of the page's fields and as the address of the page. Pure functions.

A choice stands under one short name everywhere: as the key of its widget, and as its parameter in the address.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Any

from kadr.engine import MAX_DEPTH, MAX_K, MAX_QUERY, MEASURES, SearchOptions
from kadr.film import FIRST_YEAR, LAST_YEAR, MAX_AGE_RATING, MAX_RATING, MAX_TITLE, Kind
from kadr.search.types import Filters, Mode, Sort

__all__ = [
    "FIELDS",
    "FILTERS",
    "MOST_MINUTES",
    "MOST_VOTES",
    "OF_QUERY",
    "VIEWS",
    "Choices",
    "Field",
    "defaults",
    "filters_of",
    "from_url",
    "is_filtered",
    "options_of",
    "pages_of",
    "read",
    "to_url",
]

Choices = Mapping[str, Any]
"""A value for each name of FIELDS: text, number, True or False, None for no choice, a list where many may be chosen."""

MAX_WISH = MAX_TITLE + 50
"""Characters of a wish's key: its kind and, at the longest, a title."""
MOST_VALUES = 50
"""Choices of one field that are read from an address: more than anyone clicks, few enough to show."""
MOST_PAGES = 9_999
MOST_VOTES = 9_999_999
MOST_MINUTES = 999
"""Longer than any film that is watched in one go: beyond it, a bound tells nothing."""
VIEWS = ("list", "grid")


@dataclass(frozen=True, slots=True)
class Field:
    """One field: how its value is read from text (ValueError where it cannot be), its default, and whether many."""

    read: Callable[[str], Any]
    default: Any = None
    many: bool = False


def _query(text: str) -> str:
    if len(text) > MAX_QUERY:
        raise ValueError
    return text.strip()


def _name(text: str) -> str:
    if not text.strip() or len(text) > MAX_TITLE:
        raise ValueError
    return text.strip()


def _wish(text: str) -> str:
    if not re.fullmatch(r"-?[a-z]{1,20}:\S.*", text) or len(text) > MAX_WISH:
        raise ValueError
    return text.strip()


def _flag(text: str) -> bool:
    return _one_of("1")(text) == "1"


def _whole(low: int, high: int) -> Callable[[str], int]:
    def read(text: str) -> int:
        if not re.fullmatch(r"[0-9]{1,7}", text) or not low <= int(text) <= high:
            raise ValueError
        return int(text)

    return read


def _rating(text: str) -> float:
    if not re.fullmatch(r"[0-9]{1,2}(\.[0-9])?", text) or float(text) > MAX_RATING:
        raise ValueError
    return float(text)


def _one_of(*allowed: Enum | str) -> Callable[[str], str]:
    values = [str(getattr(each, "value", each)) for each in allowed]

    def read(text: str) -> str:
        if text not in values:
            raise ValueError
        return text

    return read


FIELDS: Mapping[str, Field] = {
    "q": Field(_query, ""),
    "skip": Field(_wish, many=True),
    "exact": Field(_flag, default=False),
    "k": Field(_whole(1, MAX_K)),
    "page": Field(_whole(1, MOST_PAGES), 1),
    "view": Field(_one_of(*VIEWS), VIEWS[0]),
    "mode": Field(_one_of(Mode.HYBRID, Mode.SEMANTIC, Mode.LEXICAL), Mode.HYBRID.value),
    "measure": Field(_one_of(*MEASURES), MEASURES[0]),
    "sort": Field(_one_of(*Sort), Sort.RELEVANCE.value),
    "from": Field(_whole(FIRST_YEAR, LAST_YEAR)),
    "to": Field(_whole(FIRST_YEAR, LAST_YEAR)),
    "kind": Field(_one_of(*Kind), many=True),
    "genre": Field(_name, many=True),
    "not_genre": Field(_name, many=True),
    "country": Field(_name, many=True),
    "not_country": Field(_name, many=True),
    "director": Field(_name, many=True),
    "actor": Field(_name, many=True),
    "not_person": Field(_name, many=True),
    "theme": Field(_name, many=True),
    "rating": Field(_rating),
    "votes": Field(_whole(1, MOST_VOTES)),
    "minutes_from": Field(_whole(1, MOST_MINUTES)),
    "minutes_to": Field(_whole(1, MOST_MINUTES)),
    "age": Field(_whole(0, MAX_AGE_RATING)),
    "poster": Field(_flag, default=False),
}
"""The fields, in the order in which an address names them. The default of `k` is the deployment's own."""

FILTERS = tuple(FIELDS)[tuple(FIELDS).index("from") :]
"""The fields that narrow the catalogue."""
OF_QUERY = ("skip", "exact")
"""The fields that speak of one query, and not of the next: wishes that are none, and whether it is spelled as meant."""


def defaults(results: int) -> dict[str, Any]:
    """Return the choices of a visitor who has made none; `results` is the deployment's number of films on a page."""
    return {name: [] if field.many else field.default for name, field in FIELDS.items()} | {"k": results}


def from_url(params: Mapping[str, Sequence[str]], results: int) -> tuple[dict[str, Any], tuple[str, ...]]:
    """Read the parameters of an address.

    Returns:
        The choices, and the names of parameters that were not understood, wholly or in part. Of a parameter that takes
        one value the last one counts. Parameters of other names are none of ours and pass unnoticed.
    """
    choices, refused = defaults(results), []
    for name, field in FIELDS.items():
        texts = list(dict.fromkeys(params.get(name, ())))
        kept = texts[:MOST_VALUES] if field.many else texts[-1:]
        values = [value for value in (read(field, text) for text in kept) if value is not None]
        if field.many:
            choices[name] = list(dict.fromkeys(values))
        elif values:
            choices[name] = values[0]
        if len(values) < len(kept) or (field.many and len(kept) < len(texts)):
            refused.append(name)
    return choices, tuple(refused)


def to_url(choices: Choices, results: int) -> dict[str, list[str]]:
    """Return the parameters that mean these choices; what is as by default is left out."""
    plain = defaults(results)
    return {
        name: [_write(each) for each in (choices[name] if field.many else [choices[name]])]
        for name, field in FIELDS.items()
        if choices[name] != plain[name]
    }


def filters_of(choices: Choices) -> Filters:
    """Return the filters. A range that stands upside down is turned: its meaning is plain."""
    first, last = _range(choices["from"], choices["to"])
    shortest, longest = _range(choices["minutes_from"], choices["minutes_to"])
    return Filters(
        year_from=first,
        year_to=last,
        kinds=tuple(Kind(value) for value in choices["kind"]),
        genres_any=tuple(choices["genre"]),
        genres_none=tuple(choices["not_genre"]),
        countries_any=tuple(choices["country"]),
        countries_none=tuple(choices["not_country"]),
        directors=tuple(choices["director"]),
        actors=tuple(choices["actor"]),
        people_none=tuple(choices["not_person"]),
        themes=tuple(choices["theme"]),
        rating_min=choices["rating"],
        votes_min=choices["votes"],
        runtime_min=shortest,
        runtime_max=longest,
        age_max=choices["age"],
        has_poster=choices["poster"],
    )


def is_filtered(choices: Choices) -> bool:
    """Tell whether anything narrows the catalogue."""
    return filters_of(choices) != Filters()


def pages_of(total: int, k: int) -> int:
    """Return how many pages of `k` films may be looked at, at least one."""
    return max(1, min(-(-total // k), MAX_DEPTH // k + 1))


def options_of(choices: Choices) -> SearchOptions:
    """Return what the engine is asked beside the query."""
    return SearchOptions(
        k=choices["k"],
        offset=min((choices["page"] - 1) * choices["k"], MAX_DEPTH),
        mode=choices["mode"],
        sort=choices["sort"],
        measure=choices["measure"] if choices["mode"] == Mode.SEMANTIC else MEASURES[0],
        filters=filters_of(choices),
        ignored=tuple(choices["skip"]),
        as_typed=choices["exact"],
    )


def _range(low: int | None, high: int | None) -> tuple[int | None, int | None]:
    return (high, low) if low is not None and high is not None and low > high else (low, high)


def read(field: Field, text: str) -> Any:
    """Return the value that a text stands for, None where it stands for none."""
    try:
        return field.read(text)
    except ValueError:
        return None


def _write(value: Any) -> str:
    if value is True:
        return "1"
    return f"{value:g}" if isinstance(value, float) else str(value)
