"""Recommendations by ratings and meaning together: one sum, in which each film of a history has its exact part.

score(j) = sum over the history of weight(i) * (a * A(i) . Z(j) + b * (cosine(i, j) - floor)) + c * standing(j)

a and b are the weights that were tuned on a validation split, each divided by the standard deviation of its part over
the films that were rated, as the tuning did; `kadr.recommend.standing` says how well known a film is. All three are
divided by what a film could reach at the most, so that scores lie in [0, 1] and a filter changes none of them. Disliked
films rule out what is like them, and have no part in the sum.
"""

from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

from kadr.recommend.card import Weights
from kadr.recommend.collaborative import Collaborative
from kadr.recommend.content import TOO_NEAR, Content, ruled_out
from kadr.recommend.dots import Digits, dots
from kadr.recommend.fold_in import DISLIKED, Taste
from kadr.recommend.spread import Spread
from kadr.recommend.standing import standing
from kadr.search.filters import Mask

__all__ = ["CANDIDATES", "ByRatings", "Fused"]

CANDIDATES = 512
"""Films that are scored; where more are allowed, those with the best sum of ratings and standing, and of films that
ratings do not reach those with the best sum of meaning and standing. `bench/foldin.py` says how many of the ten best
are among them."""
FEW = 8
"""Where one film of so many is allowed, or fewer, their own products cost less than those of all."""

Rows = NDArray[np.integer]
Scores = NDArray[np.float32]
Exact = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Fused:
    """A mixture of what was learned from ratings with meaning and with how well known films are.

    `meanings`: how far films that were rated lie apart in meaning. `standing`: float32 (n_films,), what each has for
    being well known. `highest`: the most that any has. `longest`: `Collaborative.longest`. `others`: bool (n_films,),
    which ratings do not reach, neither their own nor by what they share with rated ones.
    """

    ratings: Collaborative
    content: Content
    weights: Weights
    meanings: Spread
    standing: Scores
    highest: float
    longest: float
    others: Mask

    @classmethod
    def of(cls, ratings: Collaborative, content: Content, votes: Scores, weights: Weights) -> Self:
        """Return the mixture of the parts of a bundle; `votes`: what `renown` makes of its films' votes."""
        vectors = content.vectors
        rows = np.flatnonzero(ratings.known & (vectors.norms > 0))
        meanings = Spread.of(vectors.matrix, vectors.inverse, rows, np.ones(rows.size, dtype=np.float32))
        known = standing(ratings.fame, votes, ratings.known, weights)
        others = ~ratings.known & (vectors.norms > 0)
        return cls(ratings, content, weights, meanings, known, float(known.max(initial=0.0)), ratings.longest, others)

    def is_void(self, row: int) -> bool:
        """Tell whether nothing is known of a film by which others could be found."""
        return not self.ratings.factors.encoder_scales[row] and (
            not self.weights.content or self.content.vectors.is_void(row)
        )

    def asked(self, taste: Taste) -> "ByRatings":
        """Return the scores for a taste."""
        vector = self.ratings.vector(taste)
        liking, meaning = Digits.of(vector), Digits.of(self._meaning(taste))
        weights = self.weights
        shares = np.array(
            [
                _over(weights.collaborative, self.ratings.spread.of_scores(liking)),
                _over(weights.content, self.meanings.of_scores(meaning)),
                1.0,
            ]
        )
        nearest = float(taste.liking.sum()) * (1 - self.content.floor)
        ceiling = float(shares @ (float(np.linalg.norm(vector)) * self.longest, nearest, self.highest))
        return ByRatings(self, taste, liking, meaning, shares / ceiling if ceiling > 0 else shares)

    def _meaning(self, taste: Taste) -> Exact:
        vectors = self.content.vectors
        weights = taste.liking * vectors.inverse[taste.rows]
        meaning: Exact = weights @ vectors.matrix[taste.rows]
        return meaning


@dataclass(frozen=True, slots=True)
class ByRatings:
    """The scores of films for one taste.

    `liking`, `meaning`: the visitor's vectors, of rank numbers and of dim, among those who rate and in meaning.
    `shares`: float64 (3,), what the parts are multiplied by.
    """

    model: Fused
    taste: Taste
    liking: Digits
    meaning: Digits
    shares: Exact

    def candidates(self, allowed: Mask) -> Rows:
        """Return the rows worth scoring, ascending: all that are allowed, or CANDIDATES of them.

        Of films that ratings reach those that are best by ratings and standing; of others by meaning and standing.
        """
        ratings, vectors = self.model.ratings, self.model.content.vectors
        a, b, c = self.shares.astype(np.float32)
        known = np.flatnonzero(allowed & ratings.known)
        if known.size > CANDIDATES:
            worth = a * self._liked_by(known) + c * self.model.standing[known]
            known = known[np.argpartition(-worth, CANDIDATES)[:CANDIDATES]]
        if not b:
            return np.sort(known)
        others = np.flatnonzero(allowed & self.model.others)
        if others.size > CANDIDATES:
            near = self.meaning.first(1).products(vectors.matrix[others]) * vectors.inverse[others]
            if self.model.weights.votes:
                near = b * near + c * self.model.standing[others]
            others = others[np.argpartition(-near, CANDIDATES)[:CANDIDATES]]
        return np.sort(np.concatenate((known, others)))

    def _liked_by(self, rows: Rows) -> Scores:
        """Return what ratings say of films, float32 (rows,), by the first place: it tells which are worth scoring."""
        ratings = self.model.ratings
        if rows.size * FEW > ratings.known.size:
            return ratings.packed.products(self.liking.first(1))[rows]
        found = self.liking.first(1).products(ratings.factors.decoder[rows]) * ratings.factors.decoder_scales[rows]
        return found.astype(np.float32)

    def scores(self, rows: Rows) -> Scores:
        """Return the score of each row, float32 (rows,); TOO_NEAR for those that are like a disliked film."""
        factors = self.model.ratings.factors
        a, _, c = self.shares
        scores = c * self.model.standing[rows].astype(np.float64)
        if a:
            scores += a * self.liking.products(factors.decoder[rows]) * factors.decoder_scales[rows]
        found: Scores = (scores + self._told(rows)).astype(np.float32)
        return found

    def _told(self, rows: Rows) -> Exact:
        """Return what meaning adds to each score, float64 (rows,); TOO_NEAR for those that are like a disliked film."""
        content, taste, b = self.model.content, self.taste, self.shares[1]
        vectors, against = content.vectors, taste.rows[taste.weights < 0]
        if not (b or against.size):
            return np.zeros(rows.size)
        # One product for both: what takes time is to bring the films' vectors together.
        products = dots(vectors.matrix[rows], np.concatenate((self.meaning.rounded, vectors.matrix[against])))
        places = self.meaning.steps.size
        has = vectors.norms[rows] > 0
        strange = content.floor * float(taste.liking[vectors.norms[taste.rows] > 0].sum())
        cosines = (products[:, :places] @ self.meaning.steps) * vectors.inverse[rows]
        told: Exact = b * (cosines - strange) * has
        alike = products[:, places:] * vectors.inverse[against]
        alike *= vectors.inverse[rows, None]
        told[has & ruled_out(alike.transpose() >= content.cosine_of(DISLIKED))] = TOO_NEAR
        return told

    def parts(self, rows: Rows) -> tuple[Exact, Exact]:
        """Return what each film of the taste gives to each row, float64 (rows, films of the taste), and standing."""
        a, b, c = self.shares
        ratings, content = self.model.ratings, self.model.content
        norms = content.vectors.norms
        both = (norms[rows, None] > 0) & (norms[self.taste.rows] > 0)
        near = (content.cosines(self.taste.rows, rows).T - content.floor) * both
        told = a * ratings.parts(self.taste, rows) + b * near * self.taste.liking
        return np.ascontiguousarray(told), c * self.model.standing[rows].astype(np.float64)


def _over(value: float, whole: float) -> float:
    return value / whole if whole > 0 else 0.0
