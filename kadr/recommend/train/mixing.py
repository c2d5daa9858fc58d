"""How much ratings, meaning, fame and votes count beside one another: chosen on users held out.

Scores are those of `kadr.recommend.fused`, each part in units of its standard deviation over the films that were rated.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import product

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from kadr.recommend.card import Weights
from kadr.recommend.factors import Factors
from kadr.recommend.standing import in_spreads, standing
from kadr.recommend.train.metrics import ndcg
from kadr.recommend.train.ranking import ranked
from kadr.recommend.train.split import Held
from kadr.recommend.train.tune import DEPTH

__all__ = ["Mixture", "mixed", "some_users", "voted"]

MOST_USERS = 2_000
"""Users that weights are chosen by: the mean NDCG of so many is known to a hundredth."""
SHARES = (0.0, 0.1, 0.2, 0.4)
"""Weights that are tried for meaning and for fame, beside 1 for ratings, which lead; more was not tried."""
VOTES = (*SHARES, 0.8, 1.6)
"""Weights that are tried for votes. In two rounds of new films of MovieLens small .4 was best beside little of meaning;
the more meaning counts, the more votes must, to be heard."""

Scores = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Mixture:
    """A fitted model: what a bundle makes of its parts.

    Attributes:
        factors: of who likes what.
        fame: float32 (n_films,).
        vectors: float32 (n_films, dim), of length 1 or 0: what films tell of; None where nothing is known.
        weights: of the four.
        votes: float32 (n_films,), what `renown` makes of votes elsewhere; None where none are known.
    """

    factors: Factors
    fame: Scores
    vectors: Scores | None
    weights: Weights = Weights()  # noqa: RUF009  # frozen: one may serve all
    votes: Scores | None = None

    @property
    def nbytes(self) -> int:
        """Bytes of what a bundle carries of it beside vectors and votes, which it has for the search."""
        return self.factors.nbytes + self.fame.nbytes

    def scores(self, histories: csr_array) -> Scores:
        """Return the weighed sum of the parts, float32 (n, n_films)."""
        rows = np.arange(self.factors.n_films)
        known = self.factors.decoder_scales > 0
        liked_by = (histories @ self.factors.encoded(rows)) @ self.factors.decoded(rows).T
        scores = self.weights.collaborative * in_spreads(liked_by, known)
        if self.weights.content and self.vectors is not None:
            told = known & self.vectors.any(axis=1)
            scores += self.weights.content * in_spreads((histories @ self.vectors) @ self.vectors.T, told)
        scores += standing(self.fame, self.votes, known, self.weights)
        return scores.astype(np.float32)


Asked = tuple[Mixture, Held]
"""A mixture, and users whom it never saw."""


def mixed(mixture: Mixture, held: Held) -> Weights:
    """Return the weights with the best NDCG on some users, the smallest of equal ones."""
    meanings = SHARES if mixture.vectors is not None else SHARES[:1]
    return _best([Weights(1.0, content, popular) for content, popular in product(meanings, SHARES)], (mixture, held))


def voted(weights: Weights, new: Asked, known: Asked) -> Weights:
    """Return the weights with that of votes which is best by the sum of both NDCG, the smallest of equal ones.

    `new` are asked about films that are new, `known` about all: what helps the ones may not cost the others more.
    """
    return _best([replace(weights, votes=votes) for votes in VOTES], new, known)


def some_users(held: Held) -> Held:
    """Return at most MOST_USERS users, evenly spread."""
    if held.n <= MOST_USERS:
        return held
    rows = np.linspace(0, held.n - 1, MOST_USERS).astype(np.int64)
    kept = held.histories
    ages = None if held.ages is None else csr_array((held.ages, kept.indices, kept.indptr), shape=kept.shape)[rows].data
    return Held(kept[rows], held.seen[rows], held.targets[rows], held.users[rows], held.candidates, ages)


def _best(tried: Sequence[Weights], *asked: Asked) -> Weights:
    some = [(mixture, some_users(held)) for mixture, held in asked]
    found = [sum(_quality(replace(mixture, weights=weights), held) for mixture, held in some) for weights in tried]
    return tried[int(np.argmax(found))]


def _quality(mixture: Mixture, held: Held) -> float:
    found = ranked(mixture, held, DEPTH)
    return float(ndcg(found.hits, found.wanted, DEPTH).mean())
