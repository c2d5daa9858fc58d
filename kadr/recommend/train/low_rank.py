"""The weights of EASE as a product of two thin matrices: the best of a rank at foretelling what they foretell."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Self

import numpy as np
from scipy.linalg import eigh, qr
from scipy.sparse import csr_array

from kadr.recommend.train.inverse import Doubles, Inverse

__all__ = ["LowRank", "Weights"]

SEED = 7
ROUNDS = 8
"""Rounds of the iteration: 99.9 % of the first twenty are then what they are after sixty (1,200 films, rank 64)."""
BEYOND = 32
"""Directions followed beside those that are kept, so that these settle the sooner."""
LEAST = 1e-9
"""Of the strongest direction: weaker ones are rounding."""
BLOCK = 512
"""Films without likes done at a time: of 7,000 films beside them, columns of 30 MB."""


@dataclass(frozen=True, slots=True)
class Weights:
    """B = (I - P / diag(P)) * damping, what each of m films says for each: never written out.

    `inverse`: P. `damping`: float64 (m,), what the scores of each film are multiplied by.
    """

    inverse: Inverse
    damping: Doubles

    def times(self, columns: Doubles) -> Doubles:
        """Return B times columns (m, any)."""
        damped = columns * self.damping[:, None]
        return damped - self.inverse.times(damped / self.inverse.diagonal[:, None])

    def transposed(self, columns: Doubles) -> Doubles:
        """Return the transpose of B times columns (m, any)."""
        return (columns - self.inverse.times(columns) / self.inverse.diagonal[:, None]) * self.damping[:, None]


@dataclass(frozen=True, slots=True)
class LowRank:
    """A Z' in place of B: of all of its rank the nearest to it in what it foretells.

    Z = V, the first eigenvectors of B'GB, and A = BV make |XB - XAZ'| least for the users of G = X'X (reduced-rank
    regression, Izenman 1975). To let a film speak for itself in B, which nobody asks, and to count the errors of
    popular films more was measured, too: at rank 128 and above neither was better.

    Attributes:
        encoder: A, float64 (m, rank). Where there are fewer directions than asked for, the last columns are 0.
        decoder: Z, float64 (m, rank).
        told: A'G, float64 (rank, m): it times a column of B, divided by `strengths`, is a row of Z.
        strengths: the eigenvalues, float64 (rank,), descending.
    """

    encoder: Doubles
    decoder: Doubles
    told: Doubles
    strengths: Doubles

    @classmethod
    def of(cls, weights: Weights, gram: Callable[[Doubles], Doubles], rank: int) -> Self:
        """Find the directions by subspace iteration from a fixed start.

        Args:
            weights: B.
            gram: what multiplies columns (m, any) by G.
            rank: how many are kept.
        """
        films = weights.damping.size
        start = np.random.default_rng(SEED).standard_normal((films, min(rank + BEYOND, films)))
        basis = _orthogonal(start)
        for _ in range(ROUNDS):
            basis = _orthogonal(weights.transposed(gram(weights.times(basis))))
        encoded = weights.times(basis)
        told = gram(encoded).T
        strengths, turn = eigh(told @ encoded)
        turn = turn[:, ::-1][:, :rank]
        turn *= _signs(basis @ turn)
        spare = ((0, 0), (0, rank - turn.shape[1]))
        turn, strengths = np.pad(turn, spare), np.pad(np.maximum(strengths[::-1][:rank], 0), spare[1])
        return cls(encoded @ turn, basis @ turn, turn.T @ told, strengths)

    def beside(self, weights: Weights, ties: csr_array, own: Doubles, damping: Doubles) -> tuple[Doubles, Doubles]:
        """Return encoder and decoder of films that B lacks, each as though it alone came to those it has.

        Args:
            weights: B.
            ties: float64 (n, m), sparse: row c is what the row of G would be of film c, without itself.
            own: float64 (n,): what its diagonal would be, the ridge included; above 0.
            damping: float64 (n,), what their scores are multiplied by.
        """
        diagonal = weights.inverse.diagonal[:, None]
        encoder, decoder = np.zeros((2, ties.shape[0], self.encoder.shape[1]))
        strengths = np.where(self.strengths > self.strengths[0] * LEAST, self.strengths, np.inf)
        for start in range(0, ties.shape[0], BLOCK):
            block = slice(start, start + BLOCK)
            tied = ties[block].T.toarray()
            foretold = weights.inverse.times(tied)  # by the films B has, of the new ones: (m, some)
            rest = own[block] - np.einsum("mc,mc->c", tied, foretold)
            # The inverse with one film more (Schur's complement): its row is -foretold / rest, the diagonal grows.
            says = foretold / rest / (diagonal + foretold**2 / rest) * weights.damping[:, None]
            encoder[block] = says.T @ self.decoder
            decoder[block] = (self.told @ foretold / strengths[:, None]).T * damping[block, None]
        return encoder, decoder


def _signs(columns: Doubles) -> Doubles:
    """Return for each column the sign of its largest entry: an eigenvector has none of its own."""
    signs: Doubles = np.sign(columns[np.abs(columns).argmax(axis=0), np.arange(columns.shape[1])])
    return signs


def _orthogonal(columns: Doubles) -> Doubles:
    basis: Doubles = qr(columns, mode="economic")[0]
    return basis
