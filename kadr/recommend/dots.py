"""Inner products of int8 vectors, many at once: whole numbers, so that no order of adding changes a score."""

from dataclasses import dataclass
from typing import Any, Self

import numkong
import numpy as np
from numpy.typing import NDArray

from kadr.index.vectors import LEVELS

__all__ = ["Digits", "Packed", "dots"]

PLACES = 3
"""int8 vectors that a vector is written as, where a score must be right to the last digit of float32."""

Int8 = NDArray[np.int8]


def dots(some: Int8, others: Int8) -> NDArray[np.int32]:
    """Return the inner product of each vector with each other one, int32 (some, others).

    It takes a third of the time that `numkong.cdist` takes, which answers in float64, and less where `others` are few.

    Args:
        some: int8 (any, dim).
        others: int8 (any, dim).
    """
    if not (some.size and others.size):
        return np.zeros((len(some), len(others)), dtype=np.int32)
    if len(others) == 1:  # laying out one vector gains nothing: so it takes a third of the time
        return np.asarray(numkong.cdist(others, some, metric="dot")).reshape(-1, 1).astype(np.int32)
    found: NDArray[np.int32] = np.asarray(numkong.dots_packed(some, _pack(others)))
    return found


@dataclass(frozen=True, slots=True)
class Digits:
    """A vector as a sum of int8 vectors, each of them what rounding lost of those before it.

    `rounded`: int8 (places, dim). `steps`: float64 (places,), what each is multiplied by. Of one place a part in 250 of
    the largest number is left at the most, of two one in 60,000, of three one in 16 million, which is float32's last.
    """

    rounded: Int8
    steps: NDArray[np.float64]

    @classmethod
    def of(cls, vector: NDArray[np.float64], places: int = PLACES) -> Self:
        """Return the first places of a vector, float64 (dim,)."""
        rounded = np.zeros((places, vector.size), dtype=np.int8)
        largest = float(np.abs(vector).max(initial=0.0))
        # What rounding loses is half a step, and so half of it is the largest number of the next place.
        steps = np.array([largest / LEVELS / (2 * LEVELS) ** place for place in range(places)])
        if largest > 0:
            rest = vector
            for place, step in enumerate(steps.tolist()):
                digit = np.rint(rest / step)
                rounded[place] = digit
                rest = rest - digit * step
        return cls(rounded, steps)

    def first(self, places: int) -> Self:
        """Return the vector rounded to so many places."""
        return type(self)(self.rounded[:places], self.steps[:places])

    def products(self, matrix: Int8) -> NDArray[np.float64]:
        """Return the inner products with int8 (n, dim), float64 (n,)."""
        products: NDArray[np.float64] = dots(matrix, self.rounded) @ self.steps
        return products


@dataclass(frozen=True, slots=True)
class Packed:
    """A matrix, laid out once for products with one vector after the other.

    `matrix`: numkong's layout of int8 (n, dim); None where it has no numbers. `scales`: float32 (n,), what each row is
    multiplied by.
    """

    matrix: Any
    scales: NDArray[np.float32]

    @classmethod
    def of(cls, matrix: Int8, scales: NDArray[np.float32]) -> Self:
        """Lay out int8 (n, dim); 40,000 rows of 128 take two milliseconds, and their bytes once more."""
        return cls(_pack(matrix) if matrix.size else None, scales)

    def products(self, vector: Digits) -> NDArray[np.float32]:
        """Return the inner product of a vector, of all its places, with each row, float32 (n,)."""
        if self.matrix is None:
            return np.zeros(self.scales.size, dtype=np.float32)
        whole = np.asarray(numkong.dots_packed(vector.rounded, self.matrix)).astype(np.float32)
        whole *= vector.steps.astype(np.float32)[:, None]
        products: NDArray[np.float32] = whole.sum(axis=0) if len(whole) > 1 else whole[0]
        products *= self.scales
        return products


def _pack(matrix: Int8) -> Any:
    return numkong.dots_pack(np.ascontiguousarray(matrix), dtype="int8")
