"""New ratings beside those that a model learned from before, and what of them is held back to measure it on."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from kadr.recommend.train.interactions import Interactions, ItemSide, Ratings
from kadr.recommend.train.split import Held
from kadr.recommend.train.store import Learned
from kadr.trainer.arriving import Arrived

__all__ = ["Merged", "held_back", "merged"]

SEED = 7


@dataclass(frozen=True, slots=True)
class Merged:
    """All ratings, and the names of those they are of.

    Attributes:
        users, films: ids, by number; those that were there before have the numbers that they had.
        ratings: old and new ones, each user's last word on each film.
        new: bool (ratings.size,), which of them came now.
        fresh: bool (ratings.size,), which of these are of films that their users had not rated before.
    """

    users: tuple[str, ...]
    films: tuple[str, ...]
    ratings: Ratings
    new: NDArray[np.bool_]
    fresh: NDArray[np.bool_]


def merged(base: Learned | None, came: Arrived, catalogue: Sequence[str]) -> Merged:
    """Return new ratings beside the old ones. They count as given when the newest of the old ones was, and after it.

    Args:
        base: what was learned before; None where nothing was.
        came: new ratings, their films by the catalogue's ids.
        catalogue: ids of all films, for a model that begins.
    """
    users = tuple(dict.fromkeys((*(base.users if base else ()), *came.users)))
    films = tuple(dict.fromkeys((*(base.films if base else catalogue), *came.films)))
    user_of, film_of = ({each: at for at, each in enumerate(names)} for names in (users, films))
    user_at = np.array([user_of[each] for each in came.users], dtype=np.int32)[came.user_at]
    film_at = np.array([film_of[each] for each in came.films], dtype=np.int32)[came.film_at]
    before = base.ratings if base else _none()
    now = np.max(before.times, initial=-np.inf, where=~np.isnan(before.times))
    times = np.full(came.values.size, now if np.isfinite(now) else np.nan)
    keys = np.concatenate((before.users.astype(np.int64) * len(films) + before.items, user_at * len(films) + film_at))
    is_new = np.arange(keys.size) >= before.size
    is_fresh = is_new & ~np.isin(keys, keys[: before.size])
    _, last = np.unique(keys[::-1], return_index=True)
    kept = np.sort(keys.size - 1 - last)
    parts = (
        np.concatenate((before.users, user_at))[kept],
        np.concatenate((before.items, film_at))[kept],
        np.concatenate((before.values, came.values))[kept],
        np.concatenate((before.times, times))[kept],
    )
    order = np.lexsort((np.nan_to_num(parts[3], nan=-np.inf), parts[0]))  # as `Ratings.of` has it
    return Merged(
        users, films, Ratings.of(*parts, (len(users), len(films))), is_new[kept][order], is_fresh[kept][order]
    )


def held_back(all_of: Merged, share: float, least: float) -> tuple[Ratings, Held | None]:
    """Return the ratings without a share of the new likes, and those whom these are to be told of.

    Args:
        all_of: old and new ratings.
        share: of the new likes, drawn with a seed, one at the least where it is above 0.
        least: the rating, of ten, from which a film counts as liked.

    Returns:
        What is left to learn from; and the users to measure on, None where no user has both a held like and another.
    """
    ratings = all_of.ratings
    likes = np.flatnonzero(all_of.fresh & ratings.liked(least))  # the model knows the others
    count = max(round(share * likes.size), 1) if share and likes.size else 0
    held = np.zeros(ratings.size, dtype=np.bool_)
    held[np.random.default_rng(SEED).permutation(likes)[:count]] = True
    rest = ratings.some(~held)
    known = Interactions.of(rest, ItemSide(), least).likes
    targets = _matrix(ratings.some(held))
    rows = np.flatnonzero((np.diff(known.indptr) > 0) & (np.diff(targets.indptr) > 0))
    if not rows.size:
        return ratings, None
    return rest, Held(known[rows], _matrix(rest)[rows], targets[rows], rows.astype(np.int32))


def _matrix(ratings: Ratings) -> csr_array:
    """Return what each user rated, float32 (n_users, n_items), sparse, 1 each."""
    ones = np.ones(ratings.size, dtype=np.float32)
    shape = (ratings.n_users, ratings.n_items)
    return csr_array((ones, (ratings.users, ratings.items)), shape=shape)


def _none() -> Ratings:
    nothing = np.zeros(0)
    return Ratings.of(nothing.astype(int), nothing.astype(int), nothing, nothing, (0, 0))
