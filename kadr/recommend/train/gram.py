"""How often films are liked together: what models of likes are solved from, kept up to date without all the likes."""

from dataclasses import dataclass
from pathlib import Path
from typing import Self

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from kadr.errors import BundleDamaged
from kadr.index.arrays import load, save

__all__ = ["Gram", "shares"]


@dataclass(frozen=True, slots=True)
class Gram:
    """X' W X of the likes X, for the films that anybody liked; W weighs a user of n likes by n^-power.

    Attributes:
        films: int32 (m,), ascending, their numbers.
        matrix: float32 (m, m).
        power: from 0, every user counts the same, to 1, every user's likes together count the same.
    """

    films: NDArray[np.int32]
    matrix: NDArray[np.float32]
    power: float

    @classmethod
    def of(cls, likes: csr_array, power: float) -> Self:
        """Return the matrix of likes, float32 (n_users, n_items), 1 where a user liked a film."""
        films = np.unique(likes.indices).astype(np.int32)
        return cls(films, _product(likes[:, films], power).astype(np.float32), power)

    def updated(self, before: csr_array, after: csr_array) -> Self:
        """Return the matrix after some users' likes became others; both (any, n_items), the same users in each.

        What it costs depends on these users alone. A film that nobody likes any more keeps its row, all zeros but for
        what rounding leaves.
        """
        films = np.union1d(self.films, after.indices).astype(np.int32)
        at = np.searchsorted(films, self.films)
        matrix = np.zeros((films.size, films.size), dtype=np.float32)
        matrix[np.ix_(at, at)] = self.matrix
        change = _product(after[:, films], self.power) - _product(before[:, films], self.power)
        return type(self)(films, matrix + change.astype(np.float32), self.power)

    def save(self, folder: Path) -> None:
        """Write both arrays into a folder."""
        save(folder / "gram_films.npy", self.films)
        save(folder / "gram.npy", self.matrix)

    @classmethod
    def open(cls, folder: Path, power: float) -> Self:
        """Map the arrays.

        Raises:
            BundleDamaged: they are missing, damaged, or do not belong together.
        """
        films, matrix = load(folder / "gram_films.npy", np.int32), load(folder / "gram.npy", np.float32, 2)
        if matrix.shape != (films.size, films.size):
            raise BundleDamaged(f"{folder.name}/gram.npy: does not fit gram_films.npy; train the model again")
        return cls(films, matrix, power)


def shares(likes: csr_array, power: float) -> NDArray[np.float32]:
    """Return what each user's likes count, float32 (n_users,): n^-power for n likes, 0 for none."""
    counts = np.diff(likes.indptr)
    some = np.maximum(counts, 1).astype(np.float64)
    weights: NDArray[np.float32] = np.where(counts > 0, some**-power, 0).astype(np.float32)
    return weights


def _product(likes: csr_array, power: float) -> NDArray[np.float64]:
    weighed = csr_array(
        (likes.data * np.repeat(shares(likes, power), np.diff(likes.indptr)), likes.indices, likes.indptr),
        shape=likes.shape,
    )
    product: NDArray[np.float64] = (likes.T.astype(np.float64) @ weighed.astype(np.float64)).toarray()
    return product
