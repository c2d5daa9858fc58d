"""Each film's likes foretold from those of all others: a linear autoencoder in closed form."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Self

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from kadr.recommend.train.interactions import Interactions
from kadr.recommend.train.inverse import inverted
from kadr.recommend.train.learnable import liked_films

if TYPE_CHECKING:
    from optuna import Trial

__all__ = ["Ease", "FittedEase"]


@dataclass(frozen=True, slots=True)
class FittedEase:
    """A weight for each pair of films.

    Attributes:
        films: int32 (m,), ascending, those that anybody liked.
        weights: float32 (m, m), what the film of a row says for that of a column; the diagonal is 0.
        n_items: films in all.
    """

    films: NDArray[np.int32]
    weights: NDArray[np.float32]
    n_items: int

    @property
    def nbytes(self) -> int:
        """Bytes of what a bundle would carry of it."""
        return self.weights.nbytes

    def scores(self, histories: csr_array) -> NDArray[np.float32]:
        """Return for each film the weights of those of the history, added up, float32 (n, n_items)."""
        scores = np.zeros((histories.shape[0], self.n_items), dtype=np.float32)
        scores[:, self.films] = histories[:, self.films] @ self.weights
        return scores


@dataclass(frozen=True, slots=True)
class Ease:
    """EASE^R (Steck, Embarrassingly shallow autoencoders for sparse data, WWW 2019).

    B = -P / diag(P) with P = (X'X + ridge)^-1 and no weight of a film for itself.

    `ridge` is in units of the square root of the number of likes. So the best was 1.2 on 590,000 likes (900,
    decision 0019) and 0.5 to 0.8 on 50,000 (validation folds of MovieLens small); beside the mean likes of a film it
    would differ fivefold.
    """

    name: ClassVar[str] = "ease"
    ridge: float = 0.8

    @classmethod
    def suggested(cls, trial: "Trial") -> Self:
        """Return the model with hyper-parameters that a tuner proposes."""
        return cls(trial.suggest_float("ease.ridge", 0.1, 10, log=True))

    def fit(self, data: Interactions) -> FittedEase:
        """Solve, in memory of 12 bytes for each pair of films.

        Raises:
            RatingsError: nobody likes a film.
        """
        films = liked_films(data)
        likes = data.likes[:, films]
        ridge = np.full(films.size, self.ridge * np.sqrt(likes.nnz))
        weights = inverted(likes, ridge).whole()
        weights /= -np.diagonal(weights).copy()
        np.fill_diagonal(weights, 0)
        return FittedEase(films, weights.astype(np.float32), data.n_items)
