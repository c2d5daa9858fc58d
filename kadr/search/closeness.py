"""Which candidates lie near to what a visitor asked before: by their own vectors, and by the cluster they are in."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from kadr.index.vectors import VectorIndex

__all__ = ["MOST_RECENT", "closeness", "meanings"]

MOST_RECENT = 10
"""Queries of a visitor that count; older ones say little about what is typed now."""
FADING = 0.85
"""What a query is worth beside the one after it: the tenth counts a quarter of the last."""
CLUSTERS = 6
ROUNDS = 4
"""Rounds of k-means: some forty candidates settle in two or three."""
FILMS = 2
"""Films that a candidate's meaning is taken from."""

Vectors = NDArray[np.float32]


def meanings(vectors: VectorIndex, rows: Sequence[Sequence[int]]) -> Vectors:
    """Return the mean direction of each candidate's first films, float32 (n, dim); zeros where it has none."""
    found = np.zeros((len(rows), vectors.dim), dtype=np.float32)
    owned = [(i, row) for i, films in enumerate(rows) for row in films[:FILMS]]
    if owned:
        # The vector of a film that has none is zero, and stays so.
        directions = _units(np.array([vectors.vector(row) for _, row in owned]))
        np.add.at(found, [i for i, _ in owned], directions)
    return _units(found)


def closeness(candidates: Vectors, recent: Sequence[Vectors]) -> Vectors:
    """Return how near each candidate is to recent queries, float32 (n,) from 0 (the farthest of them) to 1.

    Half of it is the candidate's own cosine with the queries, half that of the centre of its cluster: one film that
    happens to lie far off is lifted by its like.

    Args:
        candidates: unit vectors, or zeros where nothing is known, (n, dim).
        recent: vectors of the visitor's queries, (dim,) each, the last one last; only `MOST_RECENT` count.
    """
    asked = _units(np.array(recent[-MOST_RECENT:], dtype=np.float32).reshape(-1, candidates.shape[1]))
    weights = FADING ** np.arange(len(asked) - 1, -1, -1, dtype=np.float32)
    if not weights.size or not candidates.any():
        return np.zeros(len(candidates), dtype=np.float32)
    centres, member = _clusters(candidates)
    own, like = candidates @ asked.T @ weights, (centres @ asked.T @ weights)[member]
    near = np.where(candidates.any(axis=1), own + like, np.float32(-np.inf))
    low, high = float(near[np.isfinite(near)].min()), float(near.max())
    spread: Vectors = np.clip((near - low) / max(high - low, 1e-6), 0, 1).astype(np.float32)
    return spread


def _clusters(vectors: Vectors) -> tuple[Vectors, NDArray[np.int64]]:
    """Return centres and the centre of each vector, by spherical k-means from vectors that lie far apart."""
    chosen, nearest = [0], vectors @ vectors[0]
    while len(chosen) < min(CLUSTERS, len(vectors)):
        chosen.append(int(nearest.argmin()))
        nearest = np.maximum(nearest, vectors @ vectors[chosen[-1]])
    centres = vectors[chosen]
    for _ in range(ROUNDS):
        member = (vectors @ centres.T).argmax(axis=1)
        sums = np.zeros_like(centres)
        np.add.at(sums, member, vectors)
        centres = np.where(sums.any(axis=1, keepdims=True), _units(sums), centres)
    return centres, (vectors @ centres.T).argmax(axis=1)


def _units(vectors: Vectors) -> Vectors:
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    scaled: Vectors = (vectors / np.where(lengths > 0, lengths, 1)).astype(np.float32)
    return scaled
