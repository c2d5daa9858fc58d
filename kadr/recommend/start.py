"""Films to begin with, for a visitor of whom nothing is known: well known, so that many were seen, and of all sorts."""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from kadr.index.twins import ALONE
from kadr.recommend.diverse import diversified

__all__ = ["starters"]

POOL = 200
"""Best known films among which they are chosen: most people have seen some of them, and they are of every genre."""
SPREAD = 0.5
"""How much variety counts beside being known: as much."""

Rows = NDArray[np.integer]


def starters(rows: Rows, twins: NDArray[np.int32], near: Callable[[Rows, Rows], NDArray[np.float32]], k: int) -> Rows:
    """Return k of the best known films that are unlike each other, integers (<= k,), the first the best known of all.

    The first ones of a longer answer are the same.

    Args:
        rows: films that may be shown, the best known first.
        twins: int32 (n_films,), what rows of one film have in common, as `twins_of` says: one of them is enough.
        near: the nearness of films to films, float32 (some, others) in [0, 1].
        k: how many.
    """
    twin = twins[rows]
    one = np.where(twin == ALONE, ALONE - rows, twin)  # a film that has no other row gets a number of its own
    _, first = np.unique(one, return_index=True)
    pool = rows[np.sort(first)][:POOL]
    if not pool.size:
        return pool
    # Places, not numbers: votes fall so fast that the few best known films would leave no say to anything else.
    known = np.linspace(1, 0, pool.size, endpoint=False, dtype=np.float32)
    return pool[diversified(known, SPREAD, k, near(pool, pool))]
