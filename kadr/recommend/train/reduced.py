"""EASE in reduced rank: two short vectors a film, in bytes, that foretell as well as a weight for each pair of films.

Beside plain EASE four things differ. Users who like much count less, each like by n^-power: else a few who have seen
everything decide. The ridge grows and the answer is damped with a film's likes. Films that somebody watched without
liking them go together, too: where ratings tell of them, they are rows as likes are. And what is known of the films'
own features are rows (collective EASE), so that films which nobody liked yet have vectors.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Self

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array, vstack

from kadr.errors import RatingsError
from kadr.recommend.factors import Factors
from kadr.recommend.train.gram import Gram, shares
from kadr.recommend.train.interactions import Interactions, Ratings
from kadr.recommend.train.inverse import ByFilms, Doubles, Inverse, inverted
from kadr.recommend.train.learnable import liked_films, nothing_to_learn
from kadr.recommend.train.low_rank import Kept, LowRank, Weights

if TYPE_CHECKING:
    from optuna import Trial

__all__ = ["EaseUw", "FittedFactors", "watched"]

Singles = NDArray[np.float32]
SHRINKAGE = 0.08
"""How far the Gram matrix is drawn to its diagonal where directions are chosen, times films by users: the noise of a
covariance grows so (Ledoit and Wolf, A well-conditioned estimator, 2004). On validation folds of MovieLens small, where
it comes to 1, NDCG@10 at rank 128 was .3610 with it and .3583 without, of all directions .3604; on a million ratings
of 3,600 films it comes to a twentieth."""
OWN = 0.5
"""How far a film speaks for itself where directions are chosen: of the way to what it says in ridge regression, where
nothing forbids it. Nobody is told of a film he has seen, so that number is free, and with 0 two films that go together
take two directions instead of one. On four validation folds of MovieLens small, 483 users asked five times each, rank
256 lost 1.4 % of the NDCG@10 of all directions with 0, .5 % with .3 and 1.2 % with 1; on two of the folds .45 and .65
did as well as .3."""
LIGHT, NEARLY = 1_000_000, 0.93
"""Bytes of a light model, and the share with which one is as good: from rank 128 to 256 of a million ratings of 3,600
films NDCG@20 grew by .1 % (decision 0019), and the greater share may take more than a megabyte there."""


@dataclass(frozen=True, slots=True)
class FittedFactors:
    """Two vectors a film, as a bundle carries them."""

    factors: Factors

    @property
    def nbytes(self) -> int:
        """Bytes of what a bundle would carry of it."""
        return self.factors.nbytes

    def scores(self, histories: csr_array) -> NDArray[np.float32]:
        """Return the products of the visitors' vectors and the films', float32 (n, n_items)."""
        rows = np.arange(self.factors.n_films)
        scores: NDArray[np.float32] = (histories @ self.factors.encoded(rows)) @ self.factors.decoded(rows).T
        return scores


@dataclass(frozen=True, slots=True)
class EaseUw:
    """How EASE in reduced rank is made.

    Attributes:
        rank: numbers in each vector of a film, at the most.
        share: the fewest directions are kept that have so much of the squares of all that is foretold. Of MovieLens
            small these are some 190, and from there to 290 no more than half a percent of NDCG@10 was lost beside all
            directions. Where those that fit into a megabyte have `NEARLY` as much, they are enough: 133 of 3,600 films.
        ridge: in units of the square root of the weight of all rows, as that of `Ease` of the number of likes.
        power: a user of n likes counts n^-power.
        ridge_power: the ridge of a film with n likes is multiplied by (n / mean)^this.
        output_power: its score is divided by (n / mean)^this.
        watched: what all that was watched counts together beside all likes, where ratings tell of films that were not
            liked; 0 where only likes count. On validation folds of MovieLens small the model with it reached .368
            NDCG@10, plain EASE .348; what it gains alone was not measured.
        features: the squared weight of features beside a like.
    """

    name: ClassVar[str] = "ease-uw"
    rank: int = 256
    share: float = 0.96
    ridge: float = 0.8
    power: float = 0.5
    ridge_power: float = 0.3
    output_power: float = 0.05
    watched: float = 1.5
    features: float = 20.0

    @classmethod
    def suggested(cls, trial: "Trial") -> Self:
        """Return the model with hyper-parameters that a tuner proposes; the rank follows from `share`."""
        return cls(
            ridge=trial.suggest_float("ease-uw.ridge", 0.2, 5, log=True),
            power=trial.suggest_float("ease-uw.power", 0, 0.8),
            ridge_power=trial.suggest_float("ease-uw.ridge_power", 0, 0.6),
            output_power=trial.suggest_float("ease-uw.output_power", -0.1, 0.15),
            watched=trial.suggest_float("ease-uw.watched", 0.05, 5, log=True),
            features=trial.suggest_float("ease-uw.features", 0.5, 100, log=True),
        )

    def fit(self, data: Interactions) -> FittedFactors:
        """Solve.

        Raises:
            RatingsError: nobody likes a film.
        """
        return FittedFactors(Factors.quantised(*self.vectors(data)))

    def vectors(self, data: Interactions) -> tuple[Singles, Singles]:
        """Return encoder and decoder before they are rounded, float32 (n_items, rank) each.

        Raises:
            RatingsError: nobody likes a film.
        """
        films = liked_films(data)
        likes = data.likes[:, films]
        liked = _weighed(likes, self.power, likes.nnz)
        rows = [liked]
        seen = None if data.ratings is None else watched(data.ratings)[:, films]
        if self.watched and seen is not None and seen.nnz > likes.nnz:
            rows.append(np.sqrt(self.watched) * _weighed(seen, self.power, likes.nnz))
        known = Known(films, data.counts.astype(np.float64), self._features_of(data.side.features))
        ridges = self._ridges(known.counts, len(rows) > 1)
        if known.features is not None:
            rows.append(known.features[films].T)
        inverse = inverted(csr_array(vstack(rows)), ridges[films])
        own = np.asarray(liked.power(2).sum(axis=0)).ravel()
        users = int(np.count_nonzero(np.diff(likes.indptr)))
        return self.spread(known, inverse, ridges, Liked(lambda columns: liked.T @ (liked @ columns), own, users))

    def solved(
        self, gram: Gram, counts: NDArray[np.floating], users: int, seen: Gram | None, features: csr_array | None
    ) -> FittedFactors:
        """Solve from matrices that were kept, without the likes: the same model but for rounding.

        Args:
            gram: of all likes; its power stands in place of `power`.
            counts: likes of each film, (n_items,).
            users: how many users like any film.
            seen: of all that was watched, liked or not; None where only likes are known.
            features: those of `ItemSide`.

        Raises:
            RatingsError: nobody likes a film, the matrices are of other films, or there is no solution.
        """
        films = np.flatnonzero(counts).astype(np.int32)
        if not films.size:
            raise nothing_to_learn()
        known = Known(films, counts.astype(np.float64), self._features_of(features))
        liked = _of_films(gram, known)
        matrix = liked.copy()
        ridges = self._ridges(known.counts, self.watched > 0 and seen is not None)
        if self.watched and seen is not None:
            matrix += self.watched * _of_films(seen, known)
        if known.features is not None:
            matrix += (known.features[films] @ known.features[films].T).toarray()
        inverse = ByFilms.of(matrix, ridges[films])
        told = Liked(lambda columns: liked @ columns, np.diagonal(liked), users)
        return FittedFactors(Factors.quantised(*self.spread(known, inverse, ridges, told)))

    def _features_of(self, features: csr_array | None) -> csr_array | None:
        """Return features as heavy as they count; None where they do not."""
        return None if features is None or not self.features else csr_array(np.sqrt(self.features) * features)

    def spread(self, known: "Known", inverse: Inverse, ridges: Doubles, liked: "Liked") -> tuple[Singles, Singles]:
        """Return the vectors of all films: of those that somebody liked, and of those that have features."""
        films, features = known.films, known.features
        damping = _relative(known.counts) ** -self.output_power
        weights = Weights(inverse, damping[films], OWN * (1 / (ridges[films] * inverse.diagonal) - 1))
        low = LowRank.of(weights, liked.shrunk, Kept(self.rank, self.share, _light(known.counts.size), NEARLY))
        encoder, decoder = np.zeros((2, known.counts.size, low.strengths.size), dtype=np.float32)
        encoder[films], decoder[films] = low.encoder, low.decoder
        if features is not None:
            rest = np.flatnonzero((known.counts == 0) & (np.diff(features.indptr) > 0))
            ties = csr_array(features[rest] @ features[films].T)
            own = np.asarray(features[rest].power(2).sum(axis=1)).ravel() + ridges[rest]
            encoder[rest], decoder[rest] = low.beside(weights, ties, own, damping[rest])
        return encoder, decoder

    def _ridges(self, counts: Doubles, beside: bool) -> Doubles:
        """Return the ridge of each film, float64 (n_items,); `beside`: whether watched films are rows, too."""
        told = counts.sum() * (1 + self.watched * beside)
        ridges: Doubles = self.ridge * np.sqrt(told) * _relative(counts) ** self.ridge_power
        return ridges


@dataclass(frozen=True, slots=True)
class Known:
    """`films`: int32 (m,), those that somebody liked; `counts`: float64 (n_items,), their likes; and their features."""

    films: NDArray[np.int32]
    counts: Doubles
    features: csr_array | None


@dataclass(frozen=True, slots=True)
class Liked:
    """How often films are liked together: what multiplies columns (m, any) by it, its diagonal (m,), how many users."""

    times: Callable[[Doubles], Doubles]
    own: Doubles
    users: int

    def shrunk(self, columns: Doubles) -> Doubles:
        """Multiply by the matrix with its diagonal enlarged: what users to come will be like, from those there are."""
        more = SHRINKAGE * self.own.size / max(self.users, 1)
        return self.times(columns) + more * self.own[:, None] * columns


def _of_films(gram: Gram, known: Known) -> Doubles:
    """Return the part of a matrix that is of the films liked, as heavy as their likes, float64 (m, m).

    Raises:
        RatingsError: the matrix is of other films.
    """
    if not np.isin(known.films, gram.films).all():
        raise RatingsError("gram.npy: lacks films that somebody likes; train the model again from its ratings")
    at = np.searchsorted(gram.films, known.films)
    part = gram.matrix[np.ix_(at, at)].astype(np.float64)
    weighed: Doubles = part * (known.counts.sum() / np.trace(part))
    return weighed


def _light(films: int) -> int:
    """Return the rank of which the vectors of so many films, int8 with a scale each, fit into a megabyte."""
    return max(LIGHT // (2 * films) - 4, 0)


def _relative(counts: Doubles) -> Doubles:
    """Return the likes of films beside the mean of those that have any, float64; a film without has one here."""
    relative: Doubles = np.maximum(counts, 1) / counts[counts > 0].mean()
    return relative


def watched(ratings: Ratings) -> csr_array:
    """Return who watched what, liked or not, float32 (n_users, n_items), 1 each."""
    shape = (ratings.n_users, ratings.n_items)
    pairs = csr_array((np.ones(ratings.size, dtype=np.float32), (ratings.users, ratings.items)), shape=shape)
    pairs.sum_duplicates()
    pairs.data[:] = 1
    return pairs


def _weighed(rows: csr_array, power: float, total: float) -> csr_array:
    """Return rows (n_users, m) times the root of what each user counts, together as much as `total` likes do.

    So the ridge means the same at every power.
    """
    counted = shares(rows, power).astype(np.float64)
    counted *= total / max(float(counted @ np.diff(rows.indptr)), 1e-300)
    weighed: csr_array = csr_array(rows.multiply(np.sqrt(counted)[:, None]))
    return weighed
