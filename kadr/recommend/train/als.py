"""Likes as the product of factors of users and films: alternating least squares, by the library `implicit`."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, Self

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array, csr_matrix

from kadr.recommend.train.interactions import Interactions
from kadr.recommend.train.learnable import liked_films

if TYPE_CHECKING:
    from optuna import Trial

__all__ = ["Als", "FittedAls"]

SEED = 7


@dataclass(frozen=True, slots=True)
class Als:
    """Weighted matrix factorisation (Hu, Koren and Volinsky, ICDM 2008): a like counts 1 + confidence, the rest 1."""

    name: ClassVar[str] = "als"
    factors: int = 64
    regularization: float = 10.0
    confidence: float = 5.0
    iterations: int = 12

    @classmethod
    def suggested(cls, trial: "Trial") -> Self:
        """Return the model with hyper-parameters that a tuner proposes."""
        return cls(
            trial.suggest_categorical("als.factors", [32, 64, 128]),
            trial.suggest_float("als.regularization", 0.1, 100, log=True),
            trial.suggest_float("als.confidence", 0.5, 50, log=True),
            trial.suggest_int("als.iterations", 5, 20),
        )

    def fit(self, data: Interactions) -> "FittedAls":
        """Alternate, from a fixed start.

        Raises:
            RatingsError: nobody likes a film.
        """
        liked_films(data)
        with _one_thread():
            learner = self.learner()
            learner.fit(self.confident(data.likes), show_progress=False)
        return FittedAls(self, learner.item_factors)

    def learner(self) -> Any:
        """Return the library's model, unfitted."""
        from implicit.cpu.als import AlternatingLeastSquares

        return AlternatingLeastSquares(
            factors=self.factors,
            regularization=self.regularization,
            iterations=self.iterations,
            num_threads=1,  # several add up in another order each time
            random_state=SEED,
        )

    def confident(self, likes: csr_array) -> csr_matrix:
        """Return likes, or weighed histories, as the library takes them: the confidence in each."""
        data = (1 + self.confidence * likes.data).astype(np.float32)
        return csr_matrix((data, likes.indices, likes.indptr), shape=likes.shape)


@dataclass(frozen=True, slots=True)
class FittedAls:
    """Factors of films, float32 (n_items, factors); those of a visitor are solved from the history as in training."""

    model: Als
    item_factors: NDArray[np.float32]

    @property
    def nbytes(self) -> int:
        """Bytes of what a bundle would carry of it."""
        return self.item_factors.nbytes

    def scores(self, histories: csr_array) -> NDArray[np.float32]:
        """Return the product of the visitor's factors and the films', float32 (n, n_items)."""
        with _one_thread():
            learner = self.model.learner()
            learner.item_factors = self.item_factors
            visitors = learner.recalculate_user(np.arange(histories.shape[0]), self.model.confident(histories))
            scores: NDArray[np.float32] = visitors @ self.item_factors.T
        return scores


def _one_thread() -> Any:
    """Return a context in which BLAS takes one thread: the library warns of more, and they would change the bytes."""
    from threadpoolctl import threadpool_limits

    return threadpool_limits(1, "blas")
