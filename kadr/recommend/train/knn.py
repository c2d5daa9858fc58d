"""Films that the same people liked: item-based nearest neighbours."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Self

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from kadr.recommend.train.interactions import Interactions
from kadr.recommend.train.learnable import liked_films

if TYPE_CHECKING:
    from optuna import Trial

__all__ = ["FittedKnn", "ItemKnn"]


@dataclass(frozen=True, slots=True)
class FittedKnn:
    """The nearest films of each. `nearest`: float32 (n_items, n_items), sparse; row j holds the films that speak for j.

    Column i of row j is how near i is to j.
    """

    nearest: csr_array

    @property
    def nbytes(self) -> int:
        """Bytes of what a bundle would carry of it."""
        return int(self.nearest.data.nbytes + self.nearest.indices.nbytes + self.nearest.indptr.nbytes)

    def scores(self, histories: csr_array) -> NDArray[np.float32]:
        """Return for each film the nearness of those of the history, added up, float32 (n, n_items)."""
        scores: NDArray[np.float32] = (histories @ self.nearest.T).toarray().astype(np.float32)
        return scores


@dataclass(frozen=True, slots=True)
class ItemKnn:
    """Cosine of the films' columns of likes, shrunk where few people decide it, the `neighbours` nearest of each kept.

    near(i, j) = both / (sqrt(n_i * n_j) + shrink), with how many liked both, and each (Sarwar et al., Item-based
    collaborative filtering, WWW 2001; the shrinkage as in Bell and Koren, KDD Cup 2007).
    """

    name: ClassVar[str] = "item-knn"
    neighbours: int = 100
    shrink: float = 10.0

    @classmethod
    def suggested(cls, trial: "Trial") -> Self:
        """Return the model with hyper-parameters that a tuner proposes."""
        neighbours = trial.suggest_int("item-knn.neighbours", 10, 400, log=True)
        return cls(neighbours, trial.suggest_float("item-knn.shrink", 0.1, 200, log=True))

    def fit(self, data: Interactions) -> FittedKnn:
        """Count who liked both.

        Raises:
            RatingsError: nobody likes a film.
        """
        liked_films(data)
        both = csr_array(data.likes.T @ data.likes)
        both.sort_indices()
        counts = data.counts.astype(np.float64)
        kept, values = [], []
        for film in range(data.n_items):
            others, near = self._nearest(film, both, counts)
            kept.append(others)
            values.append(near)
        starts = np.concatenate(([0], np.cumsum([others.size for others in kept])))
        shape = (data.n_items, data.n_items)
        return FittedKnn(csr_array((np.concatenate(values), np.concatenate(kept), starts), shape=shape))

    def _nearest(
        self, film: int, both: csr_array, counts: NDArray[np.float64]
    ) -> tuple[NDArray[np.int32], NDArray[np.float32]]:
        """Return the films nearest to one, ascending, and how near they are; of equals the lower number first."""
        span = slice(both.indptr[film], both.indptr[film + 1])
        others, shared = both.indices[span], both.data[span]
        others, shared = others[others != film], shared[others != film]
        near = shared / (np.sqrt(counts[film] * counts[others]) + self.shrink)
        best = np.sort(np.argsort(-near, kind="stable")[: self.neighbours])
        return others[best].astype(np.int32), near[best].astype(np.float32)
