"""Ratings -> what a model may learn from, and users it has to be right about. Pure functions of arrays and a seed.

What a user is asked about never stands in the training data, and hyper-parameters are chosen on other answers
(`Round.tuning`) than those that the round's test asks for.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array, vstack

from kadr.errors import RatingsError
from kadr.recommend.train.interactions import LIKED_FROM, Interactions, ItemSide, Ratings

__all__ = [
    "LEAST_LIKES",
    "Held",
    "Round",
    "Split",
    "cold_rounds",
    "faded",
    "last_round",
    "strong_rounds",
]

LEAST_LIKES = 5
"""Likes from which a user is asked about."""
LEAST_FOLDS = 3
"""One is asked, one is to choose hyper-parameters by, and there must be something to learn from."""
TARGET_SHARE = 0.2
"""Of a user's likes, those to be told from the others."""
LATE = 5
"""Likes of a user by which hyper-parameters are chosen where the last one is asked for."""
COLD_SHARE, COLD_LEAST = 0.1, 3
"""Films that are hidden as if they were new, of those with so many likes."""
COLD_USERS = 0.2
"""Users who are asked about new films."""

Mask = NDArray[np.bool_]
Rows = NDArray[np.integer]


@dataclass(frozen=True, slots=True)
class Held:
    """Users whom a model is asked about, a row each; every one has a right film.

    Attributes:
        histories: float32 (n, n_items), sparse, 1 where the user is known to have liked a film.
        seen: (n, n_items), sparse: what is stored is not recommended to him.
        targets: (n, n_items), sparse: what is stored would be right.
        users: int32 (n,), their numbers in the ratings.
        candidates: bool (n_items,), the only films that may be recommended; None where all may.
        ages: float32 (histories.nnz,), beside `histories.data`, how many likes came after each; None where no order is
            known, or none counts.
    """

    histories: csr_array
    seen: csr_array
    targets: csr_array
    users: NDArray[np.int32]
    candidates: Mask | None = None
    ages: NDArray[np.float32] | None = None

    @property
    def n(self) -> int:
        """How many users there are."""
        return int(self.users.size)


@dataclass(frozen=True, slots=True)
class Split:
    """What to learn from, and whom to be right about."""

    train: Interactions
    held: Held


@dataclass(frozen=True, slots=True)
class Round:
    """One round of a protocol: hyper-parameters are chosen on `tuning`, the model is measured on `test`."""

    tuning: Split
    test: Split


def faded(held: Held, half_life: float, floor: float) -> Held:
    """Return the same users with older likes weighing less: half after `half_life` newer ones, `floor` at the least."""
    if held.ages is None:
        return held
    weights = np.maximum(0.5 ** (held.ages / half_life), floor).astype(np.float32)
    kept = held.histories
    return replace(held, histories=csr_array((weights, kept.indices, kept.indptr), shape=kept.shape))


def strong_rounds(
    ratings: Ratings, side: ItemSide, folds: int = 5, seed: int = 7, least: float = LIKED_FROM
) -> Iterator[Round]:
    """Yield rounds of strong generalisation: each user is asked about once, by a model that never saw him.

    Users with LEAST_LIKES likes are dealt into folds; a fifth of a user's likes, at random, is to be told from the
    others. What he rated and did not like is seen. Hyper-parameters are chosen on the next fold, with both left out.

    Raises:
        RatingsError: there are fewer users with enough likes than folds, or fewer folds than LEAST_FOLDS.
    """
    latest, likes = _latest(ratings, least)
    many = np.flatnonzero(_likes_of(latest, likes) >= LEAST_LIKES)
    if folds < LEAST_FOLDS or many.size < folds:
        raise RatingsError(
            f"ratings: {many.size} users have {LEAST_LIKES} likes and more, too few for {folds} folds;"
            f" give more ratings, or fewer folds ({LEAST_FOLDS} at the least)"
        )
    draw = np.random.default_rng(seed)
    dealt = np.full(ratings.n_users, -1)
    dealt[draw.permutation(many)] = np.arange(many.size) % folds
    target = likes & _drawn(latest, likes, draw)
    for fold in range(folds):
        follower = (fold + 1) % folds
        tested, checked = dealt == fold, dealt == follower
        yield Round(
            Split(
                Interactions.of(latest.some(~(tested | checked)[latest.users]), side, least),
                _held(latest, likes & ~target, target, checked),
            ),
            Split(
                Interactions.of(latest.some(~tested[latest.users]), side, least),
                _held(latest, likes & ~target, target, tested),
            ),
        )


def last_round(ratings: Ratings, side: ItemSide, least: float = LIKED_FROM) -> Round:
    """Return the round in which each user's last like is to be told from what went before it.

    Hyper-parameters are chosen on the LATE likes before it, at most a third of the user's: one alone of each of some
    hundred users leaves open whether opinions fade after three films or after twenty. The model learns from everybody's
    likes before those that are asked for. What the user rated before the target is seen.

    Raises:
        RatingsError: times are unknown, or nobody has LEAST_LIKES likes.
    """
    if np.isnan(ratings.times).any():
        raise RatingsError("ratings: have no times, so nobody's last one is known; leave the protocol 'last' out")
    latest, likes = _latest(ratings, least)
    counts = _likes_of(latest, likes)
    asked = counts >= LEAST_LIKES
    if not asked.any():
        raise RatingsError(f"ratings: nobody has {LEAST_LIKES} likes; give more ratings")
    place = np.cumsum(likes)
    of_user = np.concatenate([[0], np.cumsum(counts)])
    back = np.where(likes, of_user[latest.users + 1] - place, -1)  # likes of the user that came after
    back[~asked[latest.users]] = -1

    def held(target: Mask, at: int) -> Held:
        when = np.zeros(ratings.n_users, dtype=np.int64)
        when[latest.users[target]] = np.flatnonzero(target)
        before = np.arange(latest.size) < when[latest.users]
        return _held(latest, likes & before, target, asked, before & ~target, back - at - 1)

    def split(first: int, most: Rows) -> Split:
        ends = first + most[latest.users]
        wanted = (back >= first) & (back < ends)
        each = [held(wanted & (back == at), at) for at in range(first, first + int(most.max()))]
        return Split(Interactions.of(latest.some(~((back >= 0) & (back < ends))), side, least), _joined(each))

    return Round(split(1, np.clip(counts // 3, 1, LATE)), split(0, np.ones_like(counts)))


def _joined(some: Sequence[Held]) -> Held:
    """Return all that is asked, one after the other; a user may be asked several times."""
    histories, seen, targets = (
        csr_array(vstack([getattr(each, name) for each in some])) for name in ("histories", "seen", "targets")
    )
    ages = [each.ages for each in some if each.ages is not None]
    users = np.concatenate([each.users for each in some])
    return Held(histories, seen, targets, users, ages=np.concatenate(ages) if ages else None)


def cold_rounds(
    ratings: Ratings, side: ItemSide, rounds: int = 10, seed: int = 7, least: float = LIKED_FROM
) -> Iterator[Round]:
    """Yield rounds in which films are new: a tenth of them is hidden, and only these may be recommended.

    A fifth of the users is asked, by a model that saw neither them nor the hidden films. Hyper-parameters are chosen
    once for all rounds (`tuning` is one object), on films and users that no round asks about.

    Raises:
        RatingsError: too few films have COLD_LEAST likes.
    """
    latest, likes = _latest(ratings, least)
    liked_by = np.bincount(latest.items[likes], minlength=ratings.n_items)
    films = np.flatnonzero(liked_by >= COLD_LEAST)
    users = np.flatnonzero(_likes_of(latest, likes) >= LEAST_LIKES)
    n_films, n_users = int(films.size * COLD_SHARE), int(users.size * COLD_USERS)
    if n_films < 1 or n_users < 1:
        raise RatingsError(
            f"ratings: {films.size} films have {COLD_LEAST} likes and {users.size} users {LEAST_LIKES}, too few to hide"
            " films as if they were new; leave the protocol 'cold' out"
        )
    draw = np.random.default_rng(seed)
    films, users = draw.permutation(films), draw.permutation(users)
    tuned_on = _chosen(films[:n_films], ratings.n_items), _chosen(users[:n_users], ratings.n_users)
    tuning = _cold(latest, likes, tuned_on, side, least)
    for _ in range(rounds):
        new = _chosen(draw.permutation(films[n_films:])[:n_films], ratings.n_items)
        asked = _chosen(draw.permutation(users[n_users:])[:n_users], ratings.n_users)
        test = _cold(latest, likes, (new, asked), side, least)
        if test.held.n:  # of a few ratings it happens that nobody likes any of the hidden films
            yield Round(tuning, test)


def _cold(latest: Ratings, likes: Mask, chosen: tuple[Mask, Mask], side: ItemSide, least: float) -> Split:
    new, asked = chosen
    is_new = new[latest.items]
    held = _held(latest, likes & ~is_new, likes & is_new, asked)
    train = latest.some(~is_new & ~asked[latest.users])
    return Split(Interactions.of(train, side, least), replace(held, candidates=new))


def _held(
    latest: Ratings, known: Mask, target: Mask, users: Mask, seen: Mask | None = None, ages: Rows | None = None
) -> Held:
    """Return the users of a mask who have both something known and something to be told."""
    has = users.copy()
    for mask in (known, target):
        has &= np.bincount(latest.users[mask], minlength=latest.n_users) > 0
    rows = np.flatnonzero(has)
    seen = ~target if seen is None else seen
    histories = _matrix(latest, known, rows)
    old = None if ages is None else _matrix(latest, known, rows, ages).data
    return Held(histories, _matrix(latest, seen, rows), _matrix(latest, target, rows), rows.astype(np.int32), ages=old)


def _matrix(latest: Ratings, chosen: Mask, rows: Rows, values: Rows | None = None) -> csr_array:
    """Return the chosen ratings of some users as a sparse matrix, float32 (rows, n_items), each row by film."""
    place = np.full(latest.n_users, -1)
    place[rows] = np.arange(rows.size)
    at = np.flatnonzero(chosen & (place[latest.users] >= 0))
    at = at[np.lexsort((latest.items[at], latest.users[at]))]
    data = np.ones(at.size, dtype=np.float32) if values is None else values[at].astype(np.float32)
    starts = np.searchsorted(place[latest.users[at]], np.arange(rows.size + 1))
    return csr_array((data, latest.items[at], starts), shape=(rows.size, latest.n_items))


def _latest(ratings: Ratings, least: float) -> tuple[Ratings, Mask]:
    """Return each user's last word on each film, in the order of the ratings, and which are likes."""
    pair = ratings.users.astype(np.int64) * ratings.n_items + ratings.items
    _, last = np.unique(pair[::-1], return_index=True)
    kept = np.zeros(ratings.size, dtype=bool)
    kept[ratings.size - 1 - last] = True
    latest = ratings.some(kept)
    return latest, latest.liked(least)


def _likes_of(latest: Ratings, likes: Mask) -> NDArray[np.int64]:
    return np.bincount(latest.users[likes], minlength=latest.n_users)


def _drawn(latest: Ratings, likes: Mask, draw: np.random.Generator) -> Mask:
    """Return a fifth of each user's likes, rounded, one at the least, at random."""
    at = np.flatnonzero(likes)
    at = at[np.lexsort((draw.random(at.size), latest.users[at]))]
    counts = _likes_of(latest, likes)
    place = np.arange(at.size) - np.repeat(np.cumsum(counts) - counts, counts)
    wanted = np.maximum(np.rint(TARGET_SHARE * counts), 1)
    drawn = np.zeros(latest.size, dtype=bool)
    drawn[at[place < wanted[latest.users[at]]]] = True
    return drawn


def _chosen(rows: Rows, n: int) -> Mask:
    mask = np.zeros(n, dtype=bool)
    mask[rows] = True
    return mask
