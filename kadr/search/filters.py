"""Filters -> which films are allowed, before anything is scored.

Each wish is one mask over all films. They are kept apart by the facet they belong to, so that a facet can be counted
as if its own choice had not been made.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from kadr.errors import QueryError
from kadr.index.columns import Columns
from kadr.search.types import Filters
from kadr.vocabulary import country, genre

__all__ = ["OTHER", "Mask", "check_filters", "clauses", "conjunction"]

Mask = NDArray[np.bool_]

MAX_BOUND = 10**12
"""More than any year, minute or vote counts; a larger number would not fit the columns."""
OTHER = ""
"""The group of wishes that belong to no facet."""


def check_filters(filters: Filters) -> None:
    """Raise where a filter cannot mean anything.

    Raises:
        QueryError: a range is upside down or a bound is out of its scale; the message names the field.
    """
    for low, high in (("year_from", "year_to"), ("runtime_min", "runtime_max"), ("age_min", "age_max")):
        a, b = getattr(filters, low), getattr(filters, high)
        if a is not None and b is not None and a > b:
            raise QueryError(f"{low}: {a} is above {high} ({b}); swap them")
    if filters.rating_min is not None and not 0 <= filters.rating_min <= 10:
        raise QueryError("rating_min: must lie between 0 and 10")
    for first, last in filters.years_any:
        if not 0 <= first <= last <= MAX_BOUND:
            raise QueryError(f"years_any: {first} to {last} is no span of years; the first must not be above the last")
    for name in ("year_from", "year_to", "votes_min", "runtime_min", "runtime_max", "age_min", "age_max"):
        value = getattr(filters, name)
        if value is not None and not 0 <= value <= MAX_BOUND:
            raise QueryError(f"{name}: must lie between 0 and {MAX_BOUND}")


def clauses(columns: Columns, filters: Filters) -> dict[str, Mask]:
    """Return the mask of each facet's wishes, by facet; wishes that name no facet stand under "".

    Wishes that a further choice in the same facet would only sharpen (all of these genres, none of these) belong to
    no facet: counts then show what the next choice gives.
    """
    masks: dict[str, Mask] = {}
    for facet, mask in _wishes(columns, filters):
        masks[facet] = masks[facet] & mask if facet in masks else mask
    return masks


def conjunction(masks: Iterable[Mask], n_films: int) -> Mask:
    """Return the films that all masks allow; all films where there is no mask."""
    allowed = np.ones(n_films, dtype=np.bool_)
    for mask in masks:
        allowed &= mask
    return allowed


def _wishes(columns: Columns, f: Filters) -> Iterable[tuple[str, Mask]]:
    yield from _ranges(columns.numbers, f)
    if f.years_any:
        years = columns.numbers["year"]
        yield "decade", np.logical_or.reduce([(years >= low) & (years <= high) for low, high in f.years_any])
    any_of: tuple[tuple[str, Sequence[str], Callable[[str], str]], ...] = (
        ("kind", tuple(k.value for k in f.kinds), str),
        ("genre", f.genres_any, genre),
        ("country", f.countries_any, country),
        ("director", f.directors, str),
        ("actor", f.actors, str),
    )
    for facet, names, canonical in any_of:
        if names:
            yield facet, columns.lists[facet].rows_of([canonical(name) for name in names])
    if f.people_any:
        yield OTHER, _people(columns, f.people_any)
    if f.people_none:
        yield OTHER, ~_people(columns, f.people_none)
    if f.themes:
        yield "theme", columns.themes.rows_of(f.themes)
    for name in f.genres_all:
        yield OTHER, columns.lists["genre"].rows_of([genre(name)])
    if f.genres_none:
        yield OTHER, ~columns.lists["genre"].rows_of([genre(name) for name in f.genres_none])
    if f.countries_none:
        yield OTHER, ~columns.lists["country"].rows_of([country(name) for name in f.countries_none])


def _people(columns: Columns, names: Sequence[str]) -> Mask:
    """Return which films any of these people directed or played in."""
    mask: Mask = columns.lists["director"].rows_of(names) | columns.lists["actor"].rows_of(names)
    return mask


def _ranges(numbers: Mapping[str, NDArray[np.float32]], f: Filters) -> Iterable[tuple[str, Mask]]:
    # Comparing with NaN is false, so a film that does not know a number fails a wish about it.
    at_least = (
        ("decade", "year", f.year_from),
        (OTHER, "rating", f.rating_min),
        (OTHER, "votes", f.votes_min),
        (OTHER, "runtime", f.runtime_min),
        (OTHER, "age", f.age_min),
        (OTHER, "poster", 1.0 if f.has_poster else None),
    )
    at_most = (("decade", "year", f.year_to), (OTHER, "runtime", f.runtime_max), ("age", "age", f.age_max))
    for facet, column, bound in at_least:
        if bound is not None:
            yield facet, numbers[column] >= bound
    for facet, column, bound in at_most:
        if bound is not None:
            yield facet, numbers[column] <= bound
