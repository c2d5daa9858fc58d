"""Likes in a few kinds, for the tests of what learns from them."""

import numpy as np
from scipy.sparse import csr_array

from kadr.recommend.train.interactions import Interactions, ItemSide, Ratings

__all__ = ["KINDS", "N_ITEMS", "N_USERS", "interactions", "of_likes"]

N_USERS, N_ITEMS, KINDS = 60, 24, 3
UNLIKED = 23
"""The last film is one that nobody liked; it has features, as the others have."""


def of_likes(pairs: list[tuple[int, int]], shape: tuple[int, int], side: ItemSide | None = None) -> Interactions:
    """Return interactions of which only likes are known."""
    users, items = zip(*pairs, strict=True) if pairs else ((), ())
    likes = csr_array((np.ones(len(pairs), dtype=np.float32), (users, items)), shape=shape)
    return Interactions(likes, side=side or ItemSide())


def interactions(seed: int = 5) -> Interactions:
    """Return users who mostly like the films of one kind, with ratings, times, features and vectors."""
    rng = np.random.default_rng(seed)
    users, items = np.nonzero(rng.random((N_USERS, N_ITEMS)) < 0.5)
    akin = users % KINDS == items % KINDS
    values = np.where(akin, 8.0, 4.0) + rng.integers(-1, 2, users.size).astype(np.float64)
    values[items == UNLIKED] = 2.0
    ratings = Ratings.of(users, items, values, rng.random(users.size) * 4e7, (N_USERS, N_ITEMS))
    kinds = np.eye(KINDS, dtype=np.float32)[np.arange(N_ITEMS) % KINDS]
    vectors = kinds + rng.normal(size=kinds.shape).astype(np.float32) * 0.2
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    return Interactions.of(ratings, ItemSide(csr_array(kinds), vectors))
