"""Who liked which film, as the models are fitted to it."""

from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

__all__ = ["LIKED_FROM", "Interactions", "ItemSide", "Ratings"]

LIKED_FROM = 7.0
"""The rating, of ten, from which a film counts as liked where nobody says: 3.5 of five, as MovieLens is mostly read."""


@dataclass(frozen=True, slots=True)
class Ratings:
    """Ratings, those of a user together and in the order of their times; what has the same time keeps its order.

    Attributes:
        users, items: int32 (n,), numbers from 0.
        values: float32 (n,), from 0 to 10, higher is better; NaN where somebody only watched or bought.
        times: float64 (n,), seconds since 1970; NaN where unknown.
        n_users, n_items: how many there are, those without a rating counted too.
    """

    users: NDArray[np.int32]
    items: NDArray[np.int32]
    values: NDArray[np.float32]
    times: NDArray[np.float64]
    n_users: int
    n_items: int

    @classmethod
    def of(
        cls,
        users: NDArray[np.integer],
        items: NDArray[np.integer],
        values: NDArray[np.floating],
        times: NDArray[np.floating],
        shape: tuple[int, int],
    ) -> Self:
        """Return ratings in their order; `shape` is (n_users, n_items). Those without a time come first."""
        order = np.lexsort((np.nan_to_num(times, nan=-np.inf), users))  # stable: equal keys keep their order
        return cls(
            users[order].astype(np.int32),
            items[order].astype(np.int32),
            values[order].astype(np.float32),
            times[order].astype(np.float64),
            *shape,
        )

    @property
    def size(self) -> int:
        """How many ratings there are."""
        return int(self.users.size)

    def some(self, chosen: NDArray[np.bool_]) -> "Ratings":
        """Return the ratings that a mask (n,) chooses, users and items numbered as before."""
        parts = (self.users[chosen], self.items[chosen], self.values[chosen], self.times[chosen])
        return Ratings(*parts, self.n_users, self.n_items)

    def liked(self, least: float = LIKED_FROM) -> NDArray[np.bool_]:
        """Tell of each rating whether it is a like: `least` of ten and more, or no value at all; bool (n,)."""
        return np.isnan(self.values) | (self.values >= least)


@dataclass(frozen=True, slots=True)
class ItemSide:
    """What is known of films besides who liked them; None where nothing is.

    Attributes:
        features: float32 (n_items, n_features), sparse, rows of length 1 or 0: genres, people, words.
        vectors: float32 (n_items, dim), of length 1 or 0: the meaning of their texts.
        votes: float32 (n_items,), how many people voted elsewhere; NaN where unknown.
    """

    features: csr_array | None = None
    vectors: NDArray[np.float32] | None = None
    votes: NDArray[np.float32] | None = None


@dataclass(frozen=True, slots=True)
class Interactions:
    """What models are fitted to.

    Attributes:
        likes: float32 (n_users, n_items), sparse, 1 where a user liked a film, each once.
        days: float32 (likes.nnz,), beside `likes.data`, how many days before the newest like each was given; None
            where times are unknown.
        ratings: what the likes were taken from, for models of explicit ratings; None where only likes are known.
        side: what else is known of the films.
    """

    likes: csr_array
    days: NDArray[np.float32] | None = None
    ratings: Ratings | None = None
    side: ItemSide = ItemSide()

    @classmethod
    def of(cls, ratings: Ratings, side: ItemSide | None = None, least: float = LIKED_FROM) -> Self:
        """Return the likes of ratings, `least` of ten and more; of several of one user for one film the last counts."""
        pair = ratings.users.astype(np.int64) * ratings.n_items + ratings.items
        _, last = np.unique(pair[::-1], return_index=True)
        kept = ratings.size - 1 - last  # sorted by user and item, as a sparse matrix keeps them
        kept = kept[ratings.liked(least)[kept]]
        shape = (ratings.n_users, ratings.n_items)
        starts = np.searchsorted(ratings.users[kept], np.arange(ratings.n_users + 1))
        likes = csr_array((np.ones(kept.size, dtype=np.float32), ratings.items[kept], starts), shape=shape)
        times = ratings.times[kept]
        days = None if np.isnan(times).any() or not times.size else (times.max() - times) / 86_400
        return cls(likes, None if days is None else days.astype(np.float32), ratings, side or ItemSide())

    @property
    def n_items(self) -> int:
        """How many films there are."""
        return int(self.likes.shape[1])

    @property
    def counts(self) -> NDArray[np.float32]:
        """Return how many users liked each film, float32 (n_items,)."""
        counts: NDArray[np.float32] = np.asarray(self.likes.sum(axis=0), dtype=np.float32).ravel()
        return counts
