"""How well known films are: among those who rated, and those that nobody liked yet by their votes elsewhere.

The part of a score that is the same for every visitor, shared by what is served (`kadr.recommend.fused`) and what its
weights are chosen by (`kadr.recommend.train.mixing`).
"""

import numpy as np
from numpy.typing import NDArray

from kadr.recommend.card import Weights

__all__ = ["in_spreads", "renown", "standing"]

Scores = NDArray[np.float32]


def renown(votes: Scores) -> Scores:
    """Return the logarithm of how many people voted, float32 (n_films,); where that is not known, nobody did.

    By the logarithm, because votes fall off as a power.
    """
    known: Scores = np.log1p(np.nan_to_num(votes)).astype(np.float32)
    return known


def standing(fame: Scores, votes: Scores | None, known: NDArray[np.bool_], weights: Weights) -> Scores:
    """Return what each film has for being well known, float32 (n_films,), 0 or more.

    Votes speak only for films that nobody liked: the others have their fame, and in a list of all films votes beside it
    made NDCG no better (decision 0019).

    Args:
        fame: float32 (n_films,), how popular films are among those who rated; 0 where nobody liked one.
        votes: float32 (n_films,), what `renown` makes of them, at any scale; None where none are known.
        known: bool (n_films,), the films by which spreads are told: those that the ratings' part tells apart.
        weights: of the parts.
    """
    total = weights.popular * in_spreads(fame[None, :], known)[0]
    if weights.votes and votes is not None:
        total += weights.votes * in_spreads(votes[None, :], known)[0] * (fame == 0)
    found: Scores = total.astype(np.float32)
    return found


def in_spreads(scores: Scores, among: NDArray[np.bool_]) -> Scores:
    """Return scores (n, n_films) in units of each row's standard deviation among some films; 0 where all are equal."""
    if not among.any():
        return np.zeros_like(scores)
    spread = scores[:, among].std(axis=1, keepdims=True, dtype=np.float64).astype(np.float32)
    units: Scores = np.divide(scores, spread, out=np.zeros_like(scores), where=spread > 0)
    return units
