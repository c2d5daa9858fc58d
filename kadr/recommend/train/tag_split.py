"""Ratings and tags -> profiles, and pairs to learn and to be measured by that nothing in a profile knows of."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from kadr.errors import RatingsError
from kadr.recommend.train.interactions import Ratings
from kadr.recommend.train.tag_model import Pairs
from kadr.recommend.train.tags import LIKED_FROM, Tags

__all__ = ["MOST", "TagSplit", "balanced", "split_tags"]

POOL = 0.4
"""Share of what was rated that is kept out of all profiles."""
LEARNING, STOPPING = 0.7, 0.1
"""Shares of the pairs to learn from and to stop by; the others measure, and decide nothing."""

MOST = 50_000
"""Pairs of each kind that are drawn: bounds a pass to some ten seconds of one core, whatever the number of ratings."""

Flags = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class TagSplit:
    """Two parts of what people said.

    Attributes:
        ratings: those that profiles and means may know.
        tags: the same of tags. What somebody said of a film of the other part is left out with their rating of it.
        pool: the other part: who rated what, each pair once, by the last rating.
    """

    ratings: Ratings
    tags: Tags
    pool: Pairs


def split_tags(ratings: Ratings, tags: Tags, seed: int) -> TagSplit:
    """Return both parts. All that one user said of one film falls into the same one.

    Raises:
        RatingsError: the ratings have no values, so that nobody is known to have disliked anything.
    """
    valued = ratings.some(~np.isnan(ratings.values))
    if not valued.size:
        raise RatingsError("ratings: have no values; the tag model learns from films that were disliked, too")
    of_pair = valued.users.astype(np.int64) * valued.n_items + valued.items
    pairs, inverse = np.unique(of_pair, return_inverse=True)
    chosen = np.random.default_rng(seed).random(pairs.size) < POOL
    last = np.zeros(pairs.size, dtype=np.int64)
    last[inverse] = np.arange(valued.size)  # of equal places the last one stays
    held = valued.some(np.sort(last[chosen]))
    said = tags.users.astype(np.int64) * valued.n_items + tags.items
    kept = tags.some(~np.isin(said, pairs[chosen]))  # what NO_USER said is a negative number here, and no pair
    return TagSplit(valued.some(~chosen[inverse]), kept, Pairs(held.users, held.items, held.values >= LIKED_FROM))


def balanced(pairs: Pairs, seed: int) -> tuple[Pairs, Pairs, Pairs]:
    """Return as many liked as disliked pairs, in three parts: to learn from, to stop by, to measure.

    All pairs of the rarer kind are in them, 50,000 at the most, and of the other as many, drawn at random.
    """
    draw = np.random.default_rng(seed)
    kinds = [np.flatnonzero(pairs.liked), np.flatnonzero(~pairs.liked)]
    most = min(MOST, *(kind.size for kind in kinds))
    bounds = [round(LEARNING * most), round((LEARNING + STOPPING) * most)]
    drawn = [np.split(draw.permutation(kind)[:most], bounds) for kind in kinds]
    learning, stopping, measuring = (pairs.some(np.concatenate(part)) for part in zip(*drawn, strict=True))
    return learning, stopping, measuring
