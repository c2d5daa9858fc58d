"""Counting what the result set holds: per facet its values, each facet as if its own choice had not been made."""

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from kadr.index.columns import Columns
from kadr.search.filters import Mask, conjunction
from kadr.search.types import FacetValue, Filters

__all__ = ["FACETS", "MOST_VALUES", "count_facets"]

FACETS = ("kind", "genre", "country", "decade", "age", "director", "actor")
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
    result = found & conjunction(clauses.values(), columns.n_films)
    facets = {}
    for facet in FACETS:
        if facet in clauses:
            others = (mask for name, mask in clauses.items() if name != facet)
            mask = found & conjunction(others, columns.n_films)
        else:
            mask = result
        facets[facet] = _count(columns, facet, mask, filters)
    return facets


def _count(columns: Columns, facet: str, mask: Mask, filters: Filters) -> tuple[FacetValue, ...]:
    if facet == "decade":
        return _decades(columns.numbers["year"][mask], filters)
    if facet == "age":
        return _ages(columns.numbers["age"][mask], filters)
    column = columns.lists[facet]
    counts = column.counts(mask)
    chosen = set(column.find(_chosen(facet, filters)))
    best = _most(counts, MOST_VALUES)
    labels = [*best, *sorted(chosen - set(best))]
    values = (FacetValue(column.labels[i], int(counts[i]), i in chosen) for i in labels)
    return tuple(sorted(values, key=lambda v: (-v.count, v.value)))


def _most(counts: NDArray[np.int64], k: int) -> list[int]:
    """Return the places of the k largest counts that are not zero; ties by place."""
    places = np.flatnonzero(counts)
    if places.size > k:
        # One sort key decides, so that equal counts at the edge always fall the same way.
        keyed = counts[places] * (counts.size + 1) - places
        places = places[np.argpartition(keyed, -k)[-k:]]
    return [int(p) for p in places]


def _chosen(facet: str, filters: Filters) -> tuple[str, ...]:
    from kadr.vocabulary import country, genre

    if facet == "kind":
        return tuple(k.value for k in filters.kinds)
    if facet == "genre":
        return tuple(genre(g) for g in (*filters.genres_any, *filters.genres_all))
    if facet == "country":
        return tuple(country(c) for c in filters.countries_any)
    return filters.directors if facet == "director" else filters.actors


def _decades(years: NDArray[np.float32], filters: Filters) -> tuple[FacetValue, ...]:
    decades, counts = np.unique(years[np.isfinite(years)] // 10 * 10, return_counts=True)
    wished = filters.year_from is not None or filters.year_to is not None
    low, high = filters.year_from or 0, filters.year_to or 9999
    return tuple(
        FacetValue(str(int(d)), n, chosen=wished and low <= d + 9 and d <= high)
        for d, n in zip(decades.tolist(), counts.tolist(), strict=True)
    )


def _ages(ages: NDArray[np.float32], filters: Filters) -> tuple[FacetValue, ...]:
    marks, counts = np.unique(ages[np.isfinite(ages)], return_counts=True)
    bound = filters.age_max
    return tuple(
        FacetValue(str(int(a)), n, chosen=bound is not None and a <= bound)
        for a, n in zip(marks.tolist(), counts.tolist(), strict=True)
    )
