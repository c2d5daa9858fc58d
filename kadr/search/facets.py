"""Counting what the result set holds: per facet its values, each facet as if its own choice had not been made."""

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from kadr.index.columns import Columns
from kadr.index.themes import Themes
from kadr.search.filters import Mask, conjunction
from kadr.search.types import FacetValue, Filters

__all__ = ["FACETS", "MOST_VALUES", "count_facets"]

Rows = NDArray[np.integer]

FACETS = ("kind", "genre", "country", "decade", "age", "director", "actor", "theme")
"""The facets, in the order in which they are shown."""
MOST_VALUES = 30
"""Values of one facet at the most; chosen ones are always among them."""


def count_facets(
    columns: Columns, found: Mask, clauses: Mapping[str, Mask], filters: Filters
) -> dict[str, tuple[FacetValue, ...]]:
    """Return the values of each facet with their counts.

    Args:
        columns: the catalogue's columns.
        found: the films that the query found, filters aside.
        clauses: the wishes of the filters, by facet.
        filters: the filters, for what is chosen.
    """
    result = np.flatnonzero(found & conjunction(clauses.values(), columns.n_films))
    facets = {}
    for facet in FACETS:
        rows = result
        if facet in clauses:
            others = (mask for name, mask in clauses.items() if name != facet)
            rows = np.flatnonzero(found & conjunction(others, columns.n_films))
        facets[facet] = _count(columns, facet, rows, filters)
    return facets


def _count(columns: Columns, facet: str, rows: Rows, filters: Filters) -> tuple[FacetValue, ...]:
    if facet == "decade":
        return _decades(columns.numbers["year"][rows], filters)
    if facet == "age":
        return _ages(columns.numbers["age"][rows], filters)
    if facet == "theme":
        return _themes(columns.themes, rows, filters)
    column = columns.lists[facet]
    if not len(column.labels):
        return ()
    counts = column.counts(rows)
    chosen = set(column.find(_chosen(facet, filters)))
    shown = list(chosen.union(_most(counts, MOST_VALUES)))
    values = zip(column.labels.take(shown), counts[shown].tolist(), shown, strict=True)
    ordered = sorted((-n, label, place) for label, n, place in values)
    return tuple(FacetValue(label, -n, place in chosen) for n, label, place in ordered)


def _themes(themes: Themes, rows: Rows, filters: Filters) -> tuple[FacetValue, ...]:
    """Return the themes by their ids, which links hold; `Columns.themes` has their names."""
    counts = themes.counts(rows)
    chosen = set(themes.find(filters.themes))
    shown = {*_most(counts, MOST_VALUES), *chosen}
    values = (FacetValue(themes.themes[i].id, int(counts[i]), i in chosen) for i in shown)
    return tuple(sorted(values, key=lambda v: (-v.count, v.value)))


def _most(counts: NDArray[np.int64], k: int) -> list[int]:
    """Return the places of the k largest counts that are not zero; ties by place."""
    places = np.flatnonzero(counts > 0)  # of truth values in a seventh of the time that numbers take
    if places.size > k:
        # One sort key decides, so that equal counts at the edge always fall the same way.
        keyed = counts[places] * (counts.size + 1) - places
        places = places[keyed >= np.partition(keyed, -k)[-k]]
    return places.tolist()


def _chosen(facet: str, filters: Filters) -> tuple[str, ...]:
    from kadr.vocabulary import country, genre

    if facet == "kind":
        return tuple(k.value for k in filters.kinds)
    if facet == "genre":
        return tuple(genre(g) for g in (*filters.genres_any, *filters.genres_all))
    if facet == "country":
        return tuple(country(c) for c in filters.countries_any)
    return filters.directors if facet == "director" else filters.actors


def _tally(numbers: NDArray[np.float32], step: int = 1) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the steps, ascending, that whole numbers near to each other lie in, each by its least, and how many do."""
    if not numbers.size:
        return np.empty(0, np.int64), np.empty(0, np.int64)
    whole = numbers.astype(np.int64)
    least = int(whole.min()) // step * step
    counts = np.bincount(whole - least)
    counts = np.add.reduceat(counts, np.arange(0, counts.size, step))
    kept = np.flatnonzero(counts)
    return least + step * kept, counts[kept]


def _decades(years: NDArray[np.float32], filters: Filters) -> tuple[FacetValue, ...]:
    decades, counts = _tally(years[np.isfinite(years)], 10)
    wished = filters.year_from is not None or filters.year_to is not None
    low, high = filters.year_from or 0, filters.year_to or 9999
    return tuple(
        FacetValue(str(d), n, chosen=wished and low <= d + 9 and d <= high)
        for d, n in zip(decades.tolist(), counts.tolist(), strict=True)
    )


def _ages(ages: NDArray[np.float32], filters: Filters) -> tuple[FacetValue, ...]:
    marks, counts = _tally(ages[np.isfinite(ages)])
    bound = filters.age_max
    return tuple(
        FacetValue(str(a), n, chosen=bound is not None and a <= bound)
        for a, n in zip(marks.tolist(), counts.tolist(), strict=True)
    )
