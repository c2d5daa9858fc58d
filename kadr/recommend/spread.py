"""How far the scores of films lie apart for one visitor, told from some of the films."""

from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

from kadr.recommend.dots import Digits, Packed

__all__ = ["Spread", "deviation"]

SAMPLE = 1_024
"""Films of each half: of so many that are alike the deviation is right to 2 %, and those that stand out are all in."""


@dataclass(frozen=True, slots=True)
class Spread:
    """Films by which the deviation of their scores is told.

    `packed`: their vectors. `counts`: float64 (any,), for how many films each stands.
    """

    packed: Packed
    counts: NDArray[np.float64]

    @classmethod
    def of(
        cls,
        matrix: NDArray[np.int8],
        scales: NDArray[np.float32],
        rows: NDArray[np.integer],
        sizes: NDArray[np.float32],
    ) -> Self:
        """Choose among the rows of a matrix: the longest ones, and an even choice of the others.

        Args:
            matrix: int8 (n, dim).
            scales: float32 (n,).
            rows: those that may be chosen, ascending.
            sizes: float32 (rows,), how long their vectors are; where all are alike, none stands out.
        """
        long = np.zeros(rows.size, dtype=np.bool_)
        if rows.size > SAMPLE and sizes.min() < sizes.max():
            long[np.argpartition(-sizes, SAMPLE)[:SAMPLE]] = True
        others = rows[~long]
        even = others[np.linspace(0, others.size - 1, min(others.size, SAMPLE)).astype(np.int64)]
        chosen = np.concatenate((rows[long], even))
        counts = np.ones(chosen.size)
        counts[chosen.size - even.size :] = others.size / max(even.size, 1)
        return cls(Packed.of(matrix[chosen], scales[chosen]), counts)

    def of_scores(self, vector: Digits) -> float:
        """Return the standard deviation of the products of a visitor's vector with all films."""
        return deviation(self.packed.products(vector), self.counts) if self.counts.size else 0.0


def deviation(values: NDArray[np.floating], counts: NDArray[np.float64]) -> float:
    """Return the standard deviation of values, each of which stands for so many."""
    whole = float(counts.sum())
    mean = float(np.einsum("i,i->", values, counts)) / whole
    apart = values - mean
    return float(np.sqrt(np.einsum("i,i,i->", apart, apart, counts) / whole))
