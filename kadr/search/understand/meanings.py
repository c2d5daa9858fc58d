"""From what was read to a wish: its key, what is shown of it, and its filters."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from kadr.film import Kind
from kadr.search.types import Filters, Span, Wish
from kadr.search.understand.known import Known, Person
from kadr.search.understand.lexicon import LANGUAGE_COUNTRIES, MOOD_GENRES
from kadr.vocabulary import country_en, genre_en

__all__ = ["Draft", "conflicting", "wish_of"]

OLD_YEARS = 30
"""A film that was in cinemas before today's viewers grew up is called old."""
NEW_YEARS = 5
SHORT = "-90"
"""Minutes of what is called a short film of full length: a tenth of films or so are shorter."""
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
    """A wish as it was read: any of `values` is meant. `role`: the column of a person, "" for any."""

    kind: str
    values: tuple[str, ...]
    spans: tuple[Span, ...]
    negated: bool = False
    soft: bool = False
    person: Person | None = None
    role: str = ""


def wish_of(draft: Draft, known: Known, *, english: bool) -> Wish | None:
    """Return the wish of a draft; None where no film of this catalogue can meet it, or its contrary says nothing."""
    if draft.kind.startswith("-"):
        draft = replace(draft, kind=draft.kind[1:], negated=not draft.negated)
    if draft.negated and draft.values[0] in _CONTRARY:
        draft = replace(draft, values=(_CONTRARY[draft.values[0]],), negated=False)
    made = _person(draft) if draft.person is not None else _MAKERS[draft.kind](draft, known)
    if made is None:
        return None
    value, filters = made
    column = _COLUMNS.get(draft.kind)
    unsure = column is not None and known.coverage(column) < HALF
    sign = "-" if draft.negated else ""
    return Wish(
        key=f"{sign}{draft.kind}:{value.casefold()}",
        kind=draft.kind,
        label=_label(draft, value, english=english),
        spans=draft.spans,
        negated=draft.negated,
        soft=draft.soft or unsure or draft.kind in _ALWAYS_SOFT or draft.values[0] in _VAGUE,
        filters=filters,
    )


_ALWAYS_SOFT = frozenset(["mood", "language", "like"])
_CONTRARY = {"old": "new", "new": "old"}
_VAGUE = frozenset(["old", "new", "good", "short"])


def _genre(draft: Draft, known: Known) -> tuple[str, Filters] | None:
    present = [name for name in draft.values if known.has("genre", [name])]
    if not present and len(draft.values) == 1:
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
    if not known.has("country", draft.values):
        return None
    names = tuple(sorted(draft.values))
    filters = Filters(countries_none=names) if draft.negated else Filters(countries_any=names)
    return "/".join(names), filters


def _language(draft: Draft, known: Known) -> tuple[str, Filters] | None:
    names = LANGUAGE_COUNTRIES[draft.values[0]]
    if not known.has("country", names):
        return None
    return draft.values[0], Filters(countries_none=names) if draft.negated else Filters(countries_any=names)


def _mood(draft: Draft, known: Known) -> tuple[str, Filters] | None:
    names = MOOD_GENRES[draft.values[0]]
    if not known.has("genre", names):
        return None
    return draft.values[0], Filters(genres_none=names) if draft.negated else Filters(genres_any=names)


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
    low, high = _bounds(value)
    if draft.negated or (low is not None and high is not None and low > high):
        return None
    return value, Filters(year_from=_int(low), year_to=_int(high))


def _runtime(draft: Draft, _known: Known) -> tuple[str, Filters] | None:
    value = SHORT if draft.values[0] == "short" else draft.values[0]
    low, high = _bounds(value)
    if draft.negated:
        return None
    return value, Filters(runtime_min=_int(low), runtime_max=_int(high))


def _age(draft: Draft, _known: Known) -> tuple[str, Filters] | None:
    low, high = _bounds(draft.values[0])
    if draft.negated:
        low, high = (None, low - 1) if high is None and low is not None else ((high or 0) + 1, None)
    return draft.values[0], Filters(age_min=_int(low), age_max=_int(high))


def _rating(draft: Draft, _known: Known) -> tuple[str, Filters] | None:
    value = GOOD if draft.values[0] == "good" else draft.values[0]
    return None if draft.negated else (value, Filters(rating_min=_bounds(value)[0]))


def _person(draft: Draft) -> tuple[str, Filters]:
    person = draft.person
    assert person is not None  # noqa: S101  # the caller looked
    names = (person.name,)
    if draft.negated:
        return person.key, Filters(people_none=names)
    if draft.role == "director":
        return person.key, Filters(directors=names)
    return person.key, Filters(actors=names) if draft.role == "actor" else Filters(people_any=names)


def _like(draft: Draft, _known: Known) -> tuple[str, Filters] | None:
    return None if draft.negated else (draft.values[0], Filters())


_MAKERS = {
    "genre": _genre, "country": _country, "language": _language, "mood": _mood, "kind": _kind, "years": _years,
    "runtime": _runtime, "age": _age, "rating": _rating, "like": _like,
}  # fmt: skip


def _bounds(value: str) -> tuple[float | None, float | None]:
    low, _, high = value.partition("-")
    return (float(low) if low else None), (float(high) if high else None)


def _int(bound: float | None) -> int | None:
    return None if bound is None else int(bound)


_SHOWN = {
    "series": ("сериал", "series"), "film": ("фильм", "film"), "old": ("старый", "old"), "new": ("новый", "new"),
    "грустный": ("грустный", "sad"), "добрый": ("добрый", "feel-good"), "мрачный": ("мрачный", "dark"),
    "смешной": ("смешной", "funny"), "страшный": ("страшный", "scary"), "легкий": ("лёгкий", "light"),
    "атмосферный": ("атмосферный", "atmospheric"), "напряжённый": ("напряжённый", "gripping"),
    "умный": ("умный", "clever"), "английский": ("на английском", "in English"),
    "русский": ("на русском", "in Russian"), "французский": ("на французском", "in French"),
    "немецкий": ("на немецком", "in German"), "испанский": ("на испанском", "in Spanish"),
    "итальянский": ("на итальянском", "in Italian"), "японский": ("на японском", "in Japanese"),
    "корейский": ("на корейском", "in Korean"), "китайский": ("на китайском", "in Chinese"),
}  # fmt: skip
_UNITS = {
    "runtime": (("", " мин"), ("", " min")),
    "rating": (("рейтинг ", ""), ("rating ", "")),
    "age": (("", "+"), ("", "+")),
    "years": (("", ""), ("", "")),
}


def _label(draft: Draft, value: str, *, english: bool) -> str:
    """Return what is shown of a wish, in Russian or English."""
    if draft.person is not None:
        return draft.person.name
    if draft.kind in {"genre", "country"}:
        translate = genre_en if draft.kind == "genre" else country_en
        names = value.replace("+", "/").split("/")
        return (" + " if "+" in value else " / ").join(translate(name) if english else name for name in names)
    if value in _SHOWN:
        return _SHOWN[value][english]
    if draft.kind not in _UNITS:
        return value
    before, after = _UNITS[draft.kind][english]
    return f"{before}{_range(value, is_age=draft.kind == 'age')}{after}"


def _range(value: str, *, is_age: bool) -> str:
    low, _, high = value.partition("-")
    if is_age:
        return low or high
    if low and high:
        return low if low == high else f"{low}–{high}"  # an en dash between two numbers
    return f"≥ {low}" if low else f"≤ {high}"


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
