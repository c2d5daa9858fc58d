"""Vectors -> groups of films: dense cores by HDBSCAN, which then take in the films that are near them.

HDBSCAN alone leaves four films of five in no group at these sizes, and its groups change where a few films do. It says
how many groups there are and where they lie; spherical k-means from there, in which the films that are far from every
centre do not count (trimmed k-means: Cuesta-Albertos, Gordaliza, Matrán 1997), says who belongs to them.
"""

import numpy as np
from numpy.typing import NDArray

from kadr.index.themes import NO_THEME
from kadr.themes.axes import reduced

__all__ = [
    "FAR",
    "Labels",
    "Vectors",
    "centres_of",
    "compact",
    "cores",
    "cosines_to",
    "merged",
    "nearest",
    "own_cosines",
    "settled",
    "steady",
]

SMALLEST = 4
"""Films of a core at the least: three are a trilogy."""
FAR = 0.38
"""Share of films that are left without a theme: the farthest from any centre. 0.4 is the bound that was set."""
ALIKE = 0.6
"""Cosine of two centres above which they are one theme."""
MOST_STEPS = 60
"""Steps of k-means at the most; 2 to 30 were needed."""
MARGIN = 0.05
"""Cosine by which another centre must be nearer before a film leaves its theme: what lies between two themes would go
to and fro from build to build."""

Vectors = NDArray[np.float32]
Labels = NDArray[np.int32]


def cores(centred: Vectors) -> Labels:
    """Return the dense cores among films, int32 (n,), NO_THEME for films in none.

    A core has at least a tenth of the square root of the films it is sought among, and no fewer than SMALLEST: 4 of 500
    films, 7 of 5,000, 11 of 12,000. That gave 40 to 140 cores, of which a third to a half tell something.

    Args:
        centred: float32 (n, dim), unit length, the common mean taken out.
    """
    from sklearn.cluster import HDBSCAN

    # One neighbour as density: with three or five, nine films of ten lay in no core. Leaves, because the "excess of
    # mass" took half of a catalogue for one group.
    size = max(SMALLEST, round(len(centred) ** 0.5 / 10))
    finder = HDBSCAN(min_cluster_size=size, min_samples=1, cluster_selection_method="leaf", copy=True)
    labels: Labels = finder.fit_predict(reduced(centred)).astype(np.int32)
    return labels


def settled(centred: Vectors, labels: Labels) -> Labels:
    """Return who belongs to which group once each film is with the nearest centre, and the farthest FAR with none.

    Groups that lose all their films are gone; the others are numbered from 0 without gaps.
    """
    labels = compact(labels)
    for _ in range(MOST_STEPS):
        if labels.max(initial=NO_THEME) == NO_THEME:
            break
        moved = nearest(centred, centres_of(centred, labels))
        if np.array_equal(moved, labels):
            break
        labels = compact(moved)
    return labels


def nearest(centred: Vectors, centres: Vectors) -> Labels:
    """Return for each film the nearest centre, int32 (n,), NO_THEME for the farthest FAR of the films."""
    cosines = cosines_to(centres, centred)
    best = cosines.max(axis=1)
    return np.where(best >= np.quantile(best, FAR, method="lower"), cosines.argmax(axis=1), NO_THEME).astype(np.int32)


def steady(centred: Vectors, labels: Labels) -> Labels:
    """Return the groups once no film has a centre other than its own that is nearer by MARGIN.

    Films in no group stay so. The outcome is a fixed point: from it, and the same vectors, comes the same again.
    """
    for _ in range(MOST_STEPS):
        cosines = cosines_to(centres_of(centred, labels), centred)
        own = own_cosines(cosines, labels)
        moves = (labels != NO_THEME) & (cosines.max(axis=1, initial=-1) > own + MARGIN)
        if not moves.any():
            break
        labels = np.where(moves, cosines.argmax(axis=1), labels).astype(np.int32)
    return labels


def own_cosines(cosines: Vectors, labels: Labels) -> Vectors:
    """Return each film's cosine with the centre of its own group, float32 (n,); 1 for films in none."""
    own = np.ones(len(labels), dtype=np.float32)
    inside = np.flatnonzero(labels != NO_THEME)
    own[inside] = cosines[inside, labels[inside]]
    return own


def merged(centred: Vectors, labels: Labels) -> Labels:
    """Return the groups with those made one whose centres are alike, the most alike first."""
    labels = compact(labels)
    while labels.max(initial=NO_THEME) > 0:
        centres = centres_of(centred, labels)
        cosines = np.tril(centres @ centres.T, -1)
        larger, smaller = np.unravel_index(int(cosines.argmax()), cosines.shape)
        if cosines[larger, smaller] < ALIKE:
            break
        labels = compact(np.where(labels == larger, smaller, labels).astype(np.int32))
    return labels


def compact(labels: Labels) -> Labels:
    """Return the same groups, numbered from 0 without gaps."""
    used = np.unique(labels[labels != NO_THEME])
    return np.where(labels == NO_THEME, NO_THEME, np.searchsorted(used, labels)).astype(np.int32)


def centres_of(centred: Vectors, labels: Labels) -> Vectors:
    """Return the centre of each group, float32 (groups, dim), unit length."""
    n = int(labels.max(initial=NO_THEME)) + 1
    sums = np.zeros((n, centred.shape[1]))
    for label in range(n):
        sums[label] = centred[labels == label].sum(axis=0, dtype=np.float64)
    lengths = np.linalg.norm(sums, axis=1, keepdims=True)
    centres: Vectors = (sums / np.maximum(lengths, np.finfo(np.float32).tiny)).astype(np.float32)
    return centres


def cosines_to(centres: Vectors, centred: Vectors) -> Vectors:
    """Return the cosine of each film with each centre, float32 (films, centres), higher is nearer; -1 for no centre."""
    from threadpoolctl import threadpool_limits

    with threadpool_limits(limits=1):
        cosines: Vectors = centred @ centres.T
    cosines[:, ~centres.any(axis=1)] = -1  # of a group without films
    return cosines
