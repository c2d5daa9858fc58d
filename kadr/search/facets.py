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
    if counts.size <= k:
        return np.flatnonzero(counts).tolist()
    # Most labels of a long column have one film: what is surely not among the k is left out before they are sorted.
    at_least = np.cumsum(np.bincount(counts, minlength=2)[::-1])[::-1]
    least = max(1, int(np.count_nonzero(at_least >= k)) - 1)
    places = np.flatnonzero(counts >= least)
    if places.size > k:
        # One sort key decides, so that equal counts at the edge always fall the same way.
        keyed = counts[places] * (counts.size + 1) - places
        places = places[np.argpartition(keyed, -k)[-k:]]
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


def _tally(numbers: NDArray[np.float32]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the whole numbers among some that are near to each other, ascending, and how often each occurs."""
    if not numbers.size:
        return np.empty(0, np.int64), np.empty(0, np.int64)
    whole = numbers.astype(np.int64)
    counts = np.bincount(whole - whole.min())
    kept = np.flatnonzero(counts)
    return kept + whole.min(), counts[kept]


def _decades(years: NDArray[np.float32], filters: Filters) -> tuple[FacetValue, ...]:
    decades, counts = _tally(np.floor_divide(years[np.isfinite(years)], 10))
    wished = filters.year_from is not None or filters.year_to is not None
    low, high = filters.year_from or 0, filters.year_to or 9999
    return tuple(
        FacetValue(str(d), n, chosen=wished and low <= d + 9 and d <= high)
        for d, n in zip((decades * 10).tolist(), counts.tolist(), strict=True)
    )


def _ages(ages: NDArray[np.float32], filters: Filters) -> tuple[FacetValue, ...]:
    marks, counts = _tally(ages[np.isfinite(ages)])
    bound = filters.age_max
    return tuple(
        FacetValue(str(a), n, chosen=bound is not None and a <= bound)
        for a, n in zip(marks.tolist(), counts.tolist(), strict=True)
    )
