"""Rows that are one film: a source or two may hold a film twice under ids of their own."""

import numpy as np
from numpy.typing import NDArray

from kadr.film import LAST_YEAR
from kadr.index.titles import TitleIndex

__all__ = ["ALONE", "twins_of"]

ALONE = -1
"""Stands for a film that has no other row."""


def twins_of(titles: TitleIndex, years: NDArray[np.float32]) -> NDArray[np.int32]:
    """Return a number that rows of one film have in common, int32 (n_films,); ALONE for films with one row.

    Rows are one film where they share a normalised title, or an original one, and the year, or where neither has one.

    Args:
        titles: of all films.
        years: float32 (n_films,), NaN where it is not known.
    """
    twins = np.arange(years.size, dtype=np.int32)
    low, high = titles.names.block("title")
    shared = low + np.flatnonzero(titles.names.rows.lengths()[low:high] > 1)
    rows = titles.names.rows.take(shared).astype(np.int64)
    names = np.repeat(shared, titles.names.rows.lengths()[shared])
    named = names * (LAST_YEAR + 1) + np.nan_to_num(years[rows]).astype(np.int64)
    _, of_pair = np.unique(named, return_inverse=True)
    while True:  # a film of two titles joins two groups: the least number goes round until all have it
        least = np.full(of_pair.max(initial=-1) + 1, years.size, dtype=np.int32)
        np.minimum.at(least, of_pair, twins[rows])
        joined = twins.copy()
        np.minimum.at(joined, rows, least[of_pair])
        if np.array_equal(joined, twins):
            break
        twins = joined
    alone = np.bincount(twins, minlength=years.size)[twins] == 1
    twins[alone] = ALONE
    return twins
