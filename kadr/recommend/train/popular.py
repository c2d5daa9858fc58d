"""What many liked lately, and rated well."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Self

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from kadr.film import MAX_RATING
from kadr.recommend.train.interactions import Interactions, Ratings
from kadr.recommend.train.learnable import liked_films

if TYPE_CHECKING:
    from optuna import Trial

__all__ = ["FittedPopular", "Popular", "fame"]


@dataclass(frozen=True, slots=True)
class FittedPopular:
    """How popular each film is, whoever asks. `worth`: float32 (n_items,), 0 for films that nobody liked."""

    worth: NDArray[np.float32]

    @property
    def nbytes(self) -> int:
        """Bytes of what a bundle would carry of it."""
        return self.worth.nbytes

    def scores(self, histories: csr_array) -> NDArray[np.float32]:
        """Return the same for every history, float32 (n, n_items)."""
        return np.tile(self.worth, (histories.shape[0], 1))


@dataclass(frozen=True, slots=True)
class Popular:
    """Likes, older ones counting less, times the film's mean rating where ratings have values.

    Attributes:
        half_life: days after which a like counts half; 0 where all count the same, as they do where no times are known.
            On MovieLens any decay foretold worse (from .178 NDCG@20 to .173 with 7,300 days, .138 with 365), as its
            users come from 22 years; ratings of a running site may differ, so a tuner may choose one.
        prior: ratings of the mean value that each film is given beside its own, so that a film which one person adored
            is not the best of all (a Bayesian average).
    """

    name: ClassVar[str] = "popular"
    half_life: float = 0.0
    prior: float = 10.0

    @classmethod
    def suggested(cls, trial: "Trial") -> Self:
        """Return the model with hyper-parameters that a tuner proposes."""
        half_life = trial.suggest_float("popular.half_life", 90, 36_500, log=True)
        return cls(half_life, trial.suggest_float("popular.prior", 1, 100, log=True))

    def fit(self, data: Interactions) -> FittedPopular:
        """Count.

        Raises:
            RatingsError: nobody likes a film.
        """
        liked_films(data)
        decayed = None if data.days is None or not self.half_life else 0.5 ** (data.days / self.half_life)
        count = np.bincount(data.likes.indices, weights=decayed, minlength=data.n_items)
        good = 1.0 if data.ratings is None else _goodness(data.ratings, self.prior)
        return FittedPopular((count * good).astype(np.float32))


def fame(fitted: FittedPopular) -> NDArray[np.float32]:
    """Return how popular films are as a share of the most popular, by the logarithm, float32 (n_items,) in [0, 1].

    By the logarithm, because popularity falls off as a power: else all but a few dozen films would be near 0.
    """
    known = np.log1p(fitted.worth)
    shares: NDArray[np.float32] = (known / known.max()).astype(np.float32)
    return shares


def _goodness(ratings: Ratings, prior: float) -> NDArray[np.float64]:
    """Return each film's mean rating as a share of the highest, drawn towards the mean of all, float64 (n_items,)."""
    rated = ~np.isnan(ratings.values)
    if not rated.any():
        return np.ones(ratings.n_items)
    items, values = ratings.items[rated], ratings.values[rated].astype(np.float64)
    count = np.bincount(items, minlength=ratings.n_items)
    total = np.bincount(items, weights=values, minlength=ratings.n_items)
    goodness: NDArray[np.float64] = (total + prior * values.mean()) / (count + prior) / MAX_RATING
    return goodness
