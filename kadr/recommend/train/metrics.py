"""What a list of recommended films is worth. Pure functions of arrays; ranks count from 1.

Definitions: as LightGCN++ measures (`code/utils.py`: RecallPrecision_ATk, NDCGatK_r), whose published figures ours are
set beside. Of each user on its own, so that two models can be compared user by user.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

__all__ = [
    "NOBODY",
    "Ranked",
    "average_precision",
    "best",
    "coverage",
    "distance",
    "f1",
    "gini",
    "hit",
    "ndcg",
    "novelty",
    "popularity",
    "recall",
]

NOBODY = -1
"""Stands in a list where no film was left to recommend."""
_BLOCK = 512  # users whose lists are added up at once

Lists = NDArray[np.int32]
Hits = NDArray[np.bool_]
PerUser = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Ranked:
    """What users were recommended, and what of it was right.

    Attributes:
        lists: int32 (n, depth), numbers of films, best first; NOBODY where none was left.
        hits: bool (n, depth), whether the film there is a right one.
        wanted: int32 (n,), how many right films each user has, 1 or more.
    """

    lists: Lists
    hits: Hits
    wanted: NDArray[np.int32]

    @classmethod
    def of(cls, lists: Lists, targets: csr_array) -> "Ranked":
        """Return lists with what of them is right.

        Args:
            lists: int32 (n, depth).
            targets: (n, n_items), sparse: what is stored is right.
        """
        n, n_items = targets.shape
        rows = np.arange(n, dtype=np.int64)
        wanted = np.diff(targets.indptr)
        right = np.repeat(rows, wanted) * n_items + targets.indices
        hits = np.isin(rows[:, None] * n_items + lists, right) & (lists != NOBODY)
        return cls(lists, hits, wanted.astype(np.int32))


def best(scores: NDArray[np.float32], k: int) -> Lists:
    """Return the k best films of each row, int32 (n, k), best first; of equal ones the lower number comes first.

    >>> best(np.array([[0.5, 0.9, 0.5, 0.5], [-np.inf, 0.1, -np.inf, -np.inf]], dtype=np.float32), 2)
    array([[ 1,  0],
           [ 1, -1]], dtype=int32)

    Args:
        scores: float32 (n, n_items), higher is better; -inf where a film may not be recommended.
        k: how many; where there are fewer, NOBODY fills the list.
    """
    n, n_items = scores.shape
    lists = np.full((n, k), NOBODY, dtype=np.int32)
    depth = min(k, n_items)
    if not n or not depth:
        return lists
    cut = np.partition(scores, n_items - depth, axis=1)[:, n_items - depth]
    rows, items = np.nonzero((scores >= cut[:, None]) & (scores > -np.inf))
    order = np.lexsort((items, -scores[rows, items], rows))  # every film tied at the cut takes part
    rows, items = rows[order], items[order]
    rank = np.arange(rows.size) - np.searchsorted(rows, rows)
    kept = rank < k
    lists[rows[kept], rank[kept]] = items[kept]
    return lists


def recall(hits: Hits, wanted: NDArray[np.integer], k: int) -> PerUser:
    """Return Recall@k: right films among the first k, of all right films of the user, float64 (n,).

    One of three is found by rank 2; the denominator stays 3 at every k.

    >>> recall(np.array([[False, True, False]]), np.array([3]), 2).round(4).tolist()
    [0.3333]
    """
    found: PerUser = np.asarray(hits[:, :k].sum(axis=1) / wanted, dtype=np.float64)
    return found


def ndcg(hits: Hits, wanted: NDArray[np.integer], k: int) -> PerUser:
    """Return NDCG@k: sum of 1 / log2(1 + rank) of the hits, of that sum for min(k, wanted) hits at the top.

    Right at ranks 1 and 3, of two: (1 + 1/2) / (1 + 1/log2(3)) = 1.5 / 1.6309.

    >>> ndcg(np.array([[True, False, True]]), np.array([2]), 3).round(4).tolist()
    [0.9197]
    """
    discount = 1 / np.log2(np.arange(2, k + 2))
    ideal = np.cumsum(discount)[np.minimum(wanted, k) - 1]
    gained: PerUser = hits[:, :k] @ discount[: hits.shape[1]] / ideal
    return gained


def average_precision(hits: Hits, wanted: NDArray[np.integer], k: int) -> PerUser:
    """Return AP@k, whose mean is MAP@k: precision at each hit, summed and divided by min(k, wanted).

    Right at ranks 1 and 3, of two: (1/1 + 2/3) / 2.

    >>> average_precision(np.array([[True, False, True]]), np.array([2]), 3).round(4).tolist()
    [0.8333]
    """
    first = hits[:, :k]
    precision = np.cumsum(first, axis=1) / np.arange(1, first.shape[1] + 1)
    gained: PerUser = np.asarray((precision * first).sum(axis=1) / np.minimum(wanted, k), dtype=np.float64)
    return gained


def f1(hits: Hits, wanted: NDArray[np.integer], k: int) -> PerUser:
    """Return F1@k: 2PR / (P + R) of precision (hits / k) and recall, 0 where nothing was hit.

    One hit in two places, of three: P = 1/2, R = 1/3, and so 2/5.

    >>> f1(np.array([[False, True]]), np.array([3]), 2).round(4).tolist()
    [0.4]
    """
    # The same as 2PR / (P + R), without a division by zero.
    return np.asarray(2 * hits[:, :k].sum(axis=1) / (k + wanted), dtype=np.float64)


def hit(hits: Hits, k: int) -> PerUser:
    """Return 1 where any of the first k is right, else 0; the mean is the hit rate.

    >>> hit(np.array([[False, True], [False, False]]), 2).tolist()
    [1.0, 0.0]
    """
    return np.asarray(hits[:, :k].any(axis=1), dtype=np.float64)


def coverage(lists: Lists, k: int, of: int) -> float:
    """Return how many different films stand among the first k of all lists, as a share of `of`, at most 1.

    >>> coverage(np.array([[0, 1], [0, 2]], dtype=np.int32), 2, 4)
    0.75
    """
    shown = np.unique(lists[:, :k])
    return int((shown != NOBODY).sum()) / of


def gini(lists: Lists, k: int, of: int) -> float:
    """Return how unevenly the first k places are shared out among `of` films: 0 evenly, near 1 all to one.

    Three films with 0, 1 and 3 places: ((-2)*0 + 0*1 + 2*3) / (3*4).

    >>> gini(np.array([[2, 1], [2, -1], [2, -1]], dtype=np.int32), 2, 3)
    0.5
    """
    _, given = np.unique(lists[:, :k][lists[:, :k] != NOBODY], return_counts=True)
    if not given.size:
        return 0.0
    places = np.sort(given)
    # Films that got none stand below all these, and add nothing to the sum.
    ranks = np.arange(of - places.size + 1, of + 1)
    return float(((2 * ranks - of - 1) * places).sum() / (of * places.sum()))


def popularity(lists: Lists, counts: NDArray[np.floating], k: int) -> PerUser:
    """Return how many users of the training data liked a film among the first k, on average, float64 (n,).

    >>> popularity(np.array([[0, 1]], dtype=np.int32), np.array([10.0, 4.0]), 2).tolist()
    [7.0]
    """
    return _mean_of(lists[:, :k], counts.astype(np.float64))


def novelty(lists: Lists, counts: NDArray[np.floating], n_users: int, k: int) -> PerUser:
    """Return -log2 of the share of users who liked a film, averaged over the first k, in bits, float64 (n,).

    A film that nobody liked counts as liked by one. Zhou et al., Solving the apparent diversity-accuracy dilemma
    (PNAS 107(10), 2010): the mean self-information.

    >>> novelty(np.array([[0, 1]], dtype=np.int32), np.array([8.0, 1.0]), 8, 2).tolist()
    [1.5]
    """
    return _mean_of(lists[:, :k], np.log2(n_users / np.maximum(counts, 1).astype(np.float64)))


def distance(lists: Lists, vectors: NDArray[np.float32] | csr_array, k: int) -> PerUser:
    """Return 1 - cosine, averaged over all pairs among the first k, float64 (n,): higher is more various.

    Films without a vector take no part; NaN where fewer than two have one.

    >>> distance(np.array([[0, 1, 2]], dtype=np.int32), np.eye(2, dtype=np.float32)[[0, 0, 1]], 3).round(4).tolist()
    [0.6667]

    Args:
        lists: int32 (n, depth).
        vectors: float32 (n_items, dim), each of length 1 or 0, sparse or not.
        k: films of each list.
    """
    unit = csr_array(vectors)
    has = np.diff(unit.indptr) > 0
    parts = [_distance(lists[at : at + _BLOCK, :k], vectors, has) for at in range(0, lists.shape[0], _BLOCK)]
    return np.concatenate(parts) if parts else np.empty(0)


def _distance(lists: Lists, vectors: NDArray[np.float32] | csr_array, has: NDArray[np.bool_]) -> PerUser:
    """Return the mean distance within each list: of unit vectors, |sum|^2 = count + 2 * the cosines of all pairs."""
    there = (lists != NOBODY) & has[lists]
    count = there.sum(axis=1)
    starts = np.concatenate([[0], np.cumsum(count)])
    chosen = csr_array((np.ones(starts[-1]), lists[there], starts), shape=(lists.shape[0], has.size))
    total = csr_array(chosen @ vectors)
    length = np.asarray(total.multiply(total).sum(axis=1), dtype=np.float64).ravel()
    pairs = np.where(count > 1, count * (count - 1.0), np.nan)
    apart: PerUser = 1 - (length - count) / pairs
    return apart


def _mean_of(lists: Lists, worth: NDArray[np.float64]) -> PerUser:
    """Return the mean worth of the films in each list, 0 for an empty one."""
    there = lists != NOBODY
    total = np.where(there, worth[lists], 0.0).sum(axis=1)
    mean: PerUser = total / np.maximum(there.sum(axis=1), 1)
    return mean
