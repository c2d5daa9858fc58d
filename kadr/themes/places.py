"""The map of a catalogue: drawn by t-SNE where it is new or has changed much, kept from the bundle before elsewhere.

t-SNE (van der Maaten and Hinton, JMLR 2008; its faster form: van der Maaten, JMLR 2014) draws another map where a few
films change. So, as with themes, films stay where they were as long as few came or went, and one that came is put
among those that it is nearest to. A map drawn anew begins from the one before, and is turned to lie as it did.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from kadr.film import Film
from kadr.index.arrays import key_of
from kadr.index.places import Places
from kadr.themes.axes import reduced

__all__ = ["make_places"]

FEWEST = 30
"""Films with a vector that a map needs: fewer are seen at a glance."""
DRAWN = 5_000
"""Films that t-SNE places, the best known ones; the others are put among them. Its time grows with their number."""
PERPLEXITY = 30
"""Neighbours that count, at most a third of the films: the middle of what its authors advise, 5 to 50."""
STEPS = 500
"""Of t-SNE. Of 5,000 films, the map keeps .512 of each one's ten nearest; 1,000 steps take twice the time for .518."""
BEGIN = 1e-4
"""Spread of the places that it begins from: small, so that films may pass each other (Kobak and Berens 2019)."""
PULL, PULL_AGAIN = 12.0, 4.0
"""How much t-SNE draws near films together in its first half (early exaggeration): its usual 12, and less where it
begins from a map: with 12 groups changed places by half a map, with 4 by a twentieth."""
NEIGHBOURS, SOFT = 5, 0.1
"""Of the nearest placed films, whose mean a film lies at: how many, and the cosine in which their weight falls by e."""
CHANGED = 0.1
"""Share of films that may come or go before a map is drawn anew."""
ASKED, BESIDE, AT_HOME = 1_000, 0.05, 0.5
"""A map is kept where, of so many films, at least this share has its nearest film within the nearest 5 % on the map.
A map just drawn has nine of ten there, a map of strange vectors one of twenty."""
BLOCK = 1_024

Vectors = NDArray[np.float64]
Keys = NDArray[np.uint64]
Spots = NDArray[np.float32]


def make_places(
    vectors: NDArray[np.float32],
    films: Sequence[Film],
    popularity: NDArray[np.float32],
    before: Places | None = None,
) -> Places:
    """Return where films lie on the map; the same input gives the same map.

    Args:
        vectors: float32 (n, dim), one a film; rows that are zero or not finite get no place.
        films: the catalogue in row order.
        popularity: float32 (n,), higher is better known.
        before: the map of the bundle before, None where there is none.
    """
    from threadpoolctl import threadpool_limits

    rows = np.flatnonzero(np.isfinite(vectors).all(axis=1) & vectors.any(axis=1))
    if rows.size < FEWEST:
        return Places.none(len(films))
    keys = np.fromiter((key_of(film.id) for film in films), dtype=np.uint64, count=len(films))
    unit = _unit(vectors[rows])
    short = reduced(_unit(unit - unit.mean(axis=0, dtype=np.float64).astype(np.float32)))
    at = np.full((len(films), 2), np.nan, dtype=np.float32)
    with threadpool_limits(limits=1):  # sums in another order would be other bits
        old = _old(keys[rows], before)
        if before is not None and _stays(short, old, keys, before):
            founders = before.founders
        else:
            founders, old = np.sort(keys), _drawn(short, _best_known(popularity[rows], keys[rows]), old)
        at[rows] = _filled(short, old)
    return Places(at, keys, founders)


def _old(keys: Keys, before: Places | None) -> Spots:
    """Return the places that films had, float32 (m, 2), NaN for those that had none."""
    spots = np.full((keys.size, 2), np.nan, dtype=np.float32)
    if before is not None and before.films.size:
        _, here, there = np.intersect1d(keys, before.films, return_indices=True)
        spots[here] = before.at[there]
    return spots


def _stays(short: Vectors, old: Spots, keys: Keys, before: Places) -> bool:
    """Tell whether the map before serves: few films came or went, and those that are near still lie together."""
    stayed = np.isin(before.founders, keys).sum()
    if not before.drawn or stayed < (1 - CHANGED) * max(before.founders.size, keys.size):
        return False
    known = np.flatnonzero(np.isfinite(old).all(axis=1))
    if known.size < FEWEST:
        return False
    asked = known[:: -(-known.size // ASKED)]
    meant = short[asked] @ short[asked].T
    apart = np.square(old[asked][:, None] - old[asked]).sum(axis=2)
    np.fill_diagonal(meant, -np.inf)
    np.fill_diagonal(apart, np.inf)
    nearest = apart[np.arange(asked.size), meant.argmax(axis=1)]
    closer = (apart < nearest[:, None]).mean(axis=1)
    return bool((closer < BESIDE).mean() >= AT_HOME)


def _best_known(popularity: NDArray[np.float32], keys: Keys) -> NDArray[np.int64]:
    """Return the places of the DRAWN films to draw, ascending."""
    order = np.lexsort((keys, -popularity))
    return np.sort(order[:DRAWN])


def _drawn(short: Vectors, chosen: NDArray[np.int64], old: Spots) -> Spots:
    """Return new places of the chosen films, float32 (m, 2) in [0, 1], NaN for the others."""
    from sklearn.manifold import TSNE

    begin = np.zeros((chosen.size, 2))
    begin[:, : short.shape[1]] = short[chosen, :2]  # the two widest axes
    known = np.isfinite(old[chosen]).all(axis=1)
    again = known.mean() > 0.5  # most of them
    if again:
        begin = _filled(short[chosen], old[chosen]).astype(np.float64)
    begin -= begin.mean(axis=0)
    begin *= BEGIN / (begin[:, 0].std() or 1.0)
    steps = TSNE(
        init=begin.astype(np.float32),
        perplexity=min(PERPLEXITY, (chosen.size - 1) / 3),
        early_exaggeration=PULL_AGAIN if again else PULL,
        max_iter=STEPS,
        random_state=0,
        n_jobs=1,
    )
    drawn = steps.fit_transform(short[chosen].astype(np.float32)).astype(np.float64)
    drawn -= drawn.mean(axis=0)
    if again:
        drawn = drawn @ _turn(drawn[known], old[chosen][known])
    spots = np.full((len(short), 2), np.nan, dtype=np.float32)
    spots[chosen] = _squared(drawn)
    return spots


def _turn(new: Vectors, old: Spots) -> Vectors:
    """Return the rotation or reflection that brings a map nearest to another (2, 2): orthogonal Procrustes."""
    left, _, right = np.linalg.svd(new.T @ (old - old.mean(axis=0, dtype=np.float64)))
    turn: Vectors = left @ right
    return turn


def _squared(drawn: Vectors) -> Spots:
    """Return a map scaled into the unit square, its middle in the middle and its shape as it is."""
    low, high = drawn.min(axis=0), drawn.max(axis=0)
    span = float((high - low).max()) or 1.0
    squared: Spots = np.clip(0.5 + (drawn - (low + high) / 2) / span, 0, 1).astype(np.float32)
    return squared


def _filled(short: Vectors, spots: Spots) -> Spots:
    """Return the places with those that lack one put at the weighted mean of the nearest films that have one."""
    lacking = ~np.isfinite(spots).all(axis=1)
    placed, filled = np.flatnonzero(~lacking), spots.copy()
    count = min(NEIGHBOURS, placed.size)
    for start in range(0, lacking.sum(), BLOCK):
        rows = np.flatnonzero(lacking)[start : start + BLOCK]
        cosines = (short[rows] @ short[placed].T).astype(np.float32)
        near = np.argpartition(-cosines, count - 1, axis=1)[:, :count]
        own = np.take_along_axis(cosines, near, axis=1)
        weights = np.exp((own - own.max(axis=1, keepdims=True)) / SOFT)
        weights /= weights.sum(axis=1, keepdims=True)
        filled[rows] = np.clip((spots[placed[near]] * weights[:, :, None]).sum(axis=1), 0, 1)
    return filled


def _unit(vectors: NDArray[np.float32]) -> NDArray[np.float32]:
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    scaled: NDArray[np.float32] = (vectors / np.maximum(lengths, np.finfo(np.float32).tiny)).astype(np.float32)
    return scaled
