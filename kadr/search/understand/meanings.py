"""From what was read to a wish: its key, what is shown of it, and its filters."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from kadr.film import Kind
from kadr.search.types import Filters, Span, Wish
from kadr.search.understand.known import Known, Person
from kadr.search.understand.labels import label
from kadr.search.understand.lexicon import LANGUAGE_COUNTRIES, MOOD_GENRES, REGIONS

__all__ = ["Draft", "conflicting", "wish_of"]

OLD_YEARS = 30
"""A film that was in cinemas before today's viewers grew up is called old."""
NEW_YEARS = 5
ENDLESS = 9999
"""The last year of years without an end."""
SHORT, LONG = "-90", "150-"
"""Minutes of what is called a short film of full length, and a long one: a tenth of films or so are beyond either."""
GOOD = "7-"
"""What "good" and "highly rated" ask for, on the scale to 10: the better third of films by IMDb's and Kinopoisk's
ratings."""

_PARTS = {
    "романтическая комедия": ("комедия", "мелодрама"),
    "трагикомедия": ("драма", "комедия"),
    "чёрная комедия": ("комедия",),
    "слэшер": ("ужасы",),
    "киберпанк": ("фантастика",),
    "антиутопия": ("фантастика",),
    "постапокалипсис": ("фантастика",),
    "супергеройский": ("фантастика", "боевик"),
    "детский": ("семейный",),
    "дорама": ("драма",),
    "семейный": ("детский",),
}
"""What a genre is made of, for catalogues that do not know it by its own name."""
_COLUMNS = {
    "genre": "genre", "mood": "genre", "country": "country", "language": "country", "kind": "kind", "years": "year",
    "runtime": "runtime", "age": "age", "rating": "rating",
}  # fmt: skip
HALF = 0.5
"""A field that fewer films know decides nothing: most films would fail a wish for want of knowledge."""


@dataclass(frozen=True, slots=True)
class Draft:
    """A wish as it was read: any of `values` is meant. `role`: the column of the people, "" for any."""

    kind: str
    values: tuple[str, ...]
    spans: tuple[Span, ...]
    negated: bool = False
    soft: bool = False
    people: tuple[Person, ...] = ()
    role: str = ""


def wish_of(draft: Draft, known: Known, *, english: bool) -> Wish | None:
    """Return the wish of a draft; None where no film of this catalogue can meet it, or its contrary says nothing."""
    if draft.kind.startswith("-"):
        draft = replace(draft, kind=draft.kind[1:], negated=not draft.negated)
    if draft.kind == "runtime":
        draft = _timed(draft)
    if draft.negated and draft.values[0] in _CONTRARY:
        draft = replace(draft, values=(_CONTRARY[draft.values[0]],), negated=False)
    made = _people(draft) if draft.people else _MAKERS[draft.kind](draft, known)
    if made is None:
        return None
    value, filters = made
    column = _COLUMNS.get(draft.kind)
    unsure = column is not None and known.coverage(column) < HALF
    parted = draft.negated and "+" in value  # a film without all of a genre's parts is not what is asked
    sign = "-" if draft.negated else ""
    return Wish(
        key=f"{sign}{draft.kind}:{value.casefold()}",
        kind=draft.kind,
        label=" / ".join(dict.fromkeys(person.name for person in draft.people))
        or label(draft.kind, value, english=english),
        spans=draft.spans,
        negated=draft.negated,
        soft=draft.soft or unsure or parted or draft.kind in _ALWAYS_SOFT or draft.values[0] in _VAGUE,
        filters=filters,
    )


def _timed(draft: Draft) -> Draft:
    """Return a length in minutes; denied, it is what lies beyond: "nothing over two hours" asks for what is shorter."""
    vague = draft.values[0] in _VAGUE
    low, _, high = {"short": SHORT, "long": LONG}.get(draft.values[0], draft.values[0]).partition("-")
    value = f"{high}-{low}" if draft.negated else f"{low}-{high}"
    return replace(draft, values=(value,), negated=False, soft=draft.soft or vague)


_ALWAYS_SOFT = frozenset(["mood", "language", "like", "words"])
_CONTRARY = {"old": "new", "new": "old"}
_VAGUE = frozenset(["old", "new", "good", "short", "long"])


def _genre(draft: Draft, known: Known) -> tuple[str, Filters] | None:
    present = {name for name in draft.values if known.has("genre", [name])}
    if not present and len(set(draft.values)) == 1:
        parts = _PARTS.get(draft.values[0], ())
        if not parts or not all(known.has("genre", [part]) for part in parts):
            return None
        filters = Filters(genres_none=parts) if draft.negated else Filters(genres_all=parts)
        return "+".join(sorted(parts)), filters
    if not present:
        return None
    names = tuple(sorted(present))
    return "/".join(names), Filters(genres_none=names) if draft.negated else Filters(genres_any=names)


def _country(draft: Draft, known: Known) -> tuple[str, Filters] | None:
    countries = {name for value in draft.values for name in REGIONS.get(value, ("", (value,)))[1]}
    if not known.has("country", sorted(countries)):
        return None
    names = tuple(sorted(countries))
    filters = Filters(countries_none=names) if draft.negated else Filters(countries_any=names)
    return "/".join(sorted(set(draft.values))), filters


def _language(draft: Draft, known: Known) -> tuple[str, Filters] | None:
    names = LANGUAGE_COUNTRIES[draft.values[0]]
    if not known.has("country", names):
        return None
    return draft.values[0], Filters(countries_none=names) if draft.negated else Filters(countries_any=names)


def _mood(draft: Draft, known: Known) -> tuple[str, Filters] | None:
    moods = sorted(set(draft.values))
    names = tuple(dict.fromkeys(name for mood in moods for name in MOOD_GENRES[mood]))
    if not known.has("genre", names):
        return None
    return "/".join(moods), Filters(genres_none=names) if draft.negated else Filters(genres_any=names)


def _kind(draft: Draft, known: Known) -> tuple[str, Filters] | None:
    kind = Kind(draft.values[0])
    other = Kind.FILM if kind is Kind.SERIES else Kind.SERIES
    if not known.has("kind", [kind.value]):
        return None
    return kind.value, Filters(kinds=(other,) if draft.negated else (kind,))


def _years(draft: Draft, known: Known) -> tuple[str, Filters] | None:
    value = draft.values[0]
    if value in {"old", "new"}:
        if value == "old":
            return value, Filters(year_to=known.last_year - OLD_YEARS)
        return value, Filters(year_from=known.last_year - NEW_YEARS)
    spans = _united([_years_of(value) for value in draft.values])
    if draft.negated or spans == ((0, ENDLESS),) or any(low > high for low, high in spans):
        return None
    value = "/".join(_written(span) for span in spans)
    if len(spans) > 1:
        return value, Filters(years_any=spans)
    ((low, high),) = spans
    return value, Filters(year_from=low or None, year_to=None if high == ENDLESS else high)


def _years_of(value: str) -> tuple[int, int]:
    low, high = _bounds(value)
    return int(low or 0), ENDLESS if high is None else int(high)


def _written(span: tuple[int, int]) -> str:
    return f"{span[0] or ''}-{'' if span[1] == ENDLESS else span[1]}"


def _united(spans: Sequence[tuple[int, int]]) -> tuple[tuple[int, int], ...]:
    """Return spans of years in order, with those that touch as one."""
    united: list[tuple[int, int]] = []
    for low, high in sorted(spans):
        if united and low <= united[-1][1] + 1:
            united[-1] = (united[-1][0], max(high, united[-1][1]))
        else:
            united.append((low, high))
    return tuple(united)


def _runtime(draft: Draft, _known: Known) -> tuple[str, Filters] | None:
    value = draft.values[0]
    low, high = _bounds(value)
    return value, Filters(runtime_min=_int(low), runtime_max=_int(high))


def _age(draft: Draft, _known: Known) -> tuple[str, Filters] | None:
    low, high = _bounds(draft.values[0])
    if draft.negated:
        low, high = (None, low - 1) if high is None and low is not None else ((high or 0) + 1, None)
    return draft.values[0], Filters(age_min=_int(low), age_max=_int(high))


def _rating(draft: Draft, _known: Known) -> tuple[str, Filters] | None:
    value = GOOD if draft.values[0] == "good" else draft.values[0]
    return None if draft.negated else (value, Filters(rating_min=_bounds(value)[0]))


def _people(draft: Draft) -> tuple[str, Filters]:
    named = {person.key: person.name for person in draft.people}
    names = tuple(named[key] for key in sorted(named))
    value = "/".join(sorted(named))
    if draft.negated:
        return value, Filters(people_none=names)
    if draft.role == "director":
        return value, Filters(directors=names)
    return value, Filters(actors=names) if draft.role == "actor" else Filters(people_any=names)


def _like(draft: Draft, _known: Known) -> tuple[str, Filters] | None:
    return None if draft.negated else (draft.values[0], Filters())


def _words(draft: Draft, _known: Known) -> tuple[str, Filters] | None:
    return (draft.values[0], Filters()) if draft.negated else None


_MAKERS = {
    "genre": _genre, "country": _country, "language": _language, "mood": _mood, "kind": _kind, "years": _years,
    "runtime": _runtime, "age": _age, "rating": _rating, "like": _like, "words": _words,
}  # fmt: skip


def _bounds(value: str) -> tuple[float | None, float | None]:
    low, _, high = value.partition("-")
    return (float(low) if low else None), (float(high) if high else None)


def _int(bound: float | None) -> int | None:
    return None if bound is None else int(bound)


def conflicting(wishes: Sequence[Wish]) -> frozenset[str]:
    """Return the keys of wishes that no film can meet together: a thing and its contrary, years that do not meet."""
    found: set[str] = set()
    for i, one in enumerate(wishes):
        for other in wishes[i + 1 :]:
            if one.kind == other.kind and _conflict(one, other):
                found |= {one.key, other.key}
    return frozenset(found)


def _conflict(one: Wish, other: Wish) -> bool:
    if one.key.lstrip("-") == other.key.lstrip("-"):
        return one.negated != other.negated
    if one.kind == "kind":
        return one.filters.kinds != other.filters.kinds
    a, b = one.filters, other.filters
    bounds = (("year_from", "year_to"), ("runtime_min", "runtime_max"), ("age_min", "age_max"))
    return any(
        _apart(getattr(a, low), getattr(b, high)) or _apart(getattr(b, low), getattr(a, high)) for low, high in bounds
    )


def _apart(low: int | None, high: int | None) -> bool:
    return low is not None and high is not None and low > high
