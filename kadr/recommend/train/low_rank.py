"""The weights of EASE as a product of two thin matrices: the best of a rank at foretelling what they foretell."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Self

import numpy as np
from scipy.linalg import eigh, qr
from scipy.sparse import csr_array

from kadr.recommend.train.inverse import Doubles, Inverse

__all__ = ["Kept", "LowRank", "Weights"]

SEED = 7
ROUNDS = 8
"""Rounds of the iteration: 99.9 % of the first twenty are then what they are after sixty (1,200 films, rank 64)."""
BEYOND = 32
"""Directions followed beside those that are kept, so that these settle the sooner."""
LEAST = 1e-9
"""Of the strongest direction: weaker ones are rounding."""
PROBES = 32
"""Random columns by which it is measured what the directions followed leave out: to a fiftieth, where that is spread
over some hundred others."""
BLOCK = 512
"""Films without likes done at a time: of 7,000 films beside them, columns of 30 MB."""


@dataclass(frozen=True, slots=True)
class Weights:
    """B = (I - P / diag(P) + own) * damping, what each of m films says for each: never written out.

    Attributes:
        inverse: P.
        damping: float64 (m,), what the scores of each film are multiplied by.
        own: float64 (m,), what each says for itself.
    """

    inverse: Inverse
    damping: Doubles
    own: Doubles

    def times(self, columns: Doubles) -> Doubles:
        """Return B times columns (m, any)."""
        damped = columns * self.damping[:, None]
        return damped * (1 + self.own[:, None]) - self.inverse.times(damped / self.inverse.diagonal[:, None])

    def transposed(self, columns: Doubles) -> Doubles:
        """Return the transpose of B times columns (m, any)."""
        others = self.inverse.times(columns) / self.inverse.diagonal[:, None]
        return (columns * (1 + self.own[:, None]) - others) * self.damping[:, None]


@dataclass(frozen=True, slots=True)
class Kept:
    """How many directions are kept: the fewest with this `share` of the squares of what is foretold, `rank` at most.

    Attributes:
        rank: at the most.
        share: what they are to have.
        light: how many fit where a small model is wanted.
        nearly: the share with which those are enough, although `share` would take more.
    """

    rank: int
    share: float
    light: int = 0
    nearly: float = 1.0

    def of(self, shares: Doubles) -> int:
        """Return how many of the directions are kept whose first 1, 2, ... have these shares, float64 (any,)."""
        fewest = min(self.rank, int(np.searchsorted(shares, self.share)) + 1)
        light = min(self.light, shares.size)
        return light if 0 < light < fewest and shares[light - 1] >= self.nearly else fewest


@dataclass(frozen=True, slots=True)
class LowRank:
    """A Z' in place of B: of all of its rank the nearest to it in what it foretells.

    Z = V, the first eigenvectors of B'GB, and A = BV make |XB - XAZ'| least for the users of G = X'X (reduced-rank
    regression, Izenman 1975).

    Attributes:
        encoder: A, float64 (m, rank).
        decoder: Z, float64 (m, rank).
        told: A'G, float64 (rank, m): it times a column of B, divided by `strengths`, is a row of Z.
        strengths: the eigenvalues, float64 (rank,), descending.
    """

    encoder: Doubles
    decoder: Doubles
    told: Doubles
    strengths: Doubles

    @classmethod
    def of(cls, weights: Weights, gram: Callable[[Doubles], Doubles], kept: Kept) -> Self:
        """Find the directions by subspace iteration from a fixed start.

        Args:
            weights: B.
            gram: what multiplies columns (m, any) by G.
            kept: how many of them are kept.
        """
        films = weights.damping.size
        draw = np.random.default_rng(SEED)
        basis = _orthogonal(draw.standard_normal((films, min(kept.rank + BEYOND, films))))
        for _ in range(ROUNDS):
            basis = _orthogonal(weights.transposed(gram(weights.times(basis))))
        encoded = weights.times(basis)
        told = gram(encoded).T
        ascending, turn = eigh(told @ encoded)
        strengths = np.maximum(ascending[::-1], 0)
        probes = draw.standard_normal((films, PROBES))
        probes = weights.times(probes - basis @ (basis.T @ probes))
        beyond = np.vdot(probes, gram(probes)) / PROBES  # Hutchinson's estimate of the trace without the basis
        rank = kept.of(strengths.cumsum() / max(strengths.sum() + beyond, LEAST))
        turn = turn[:, ::-1][:, :rank]
        turn *= _signs(basis @ turn)
        return cls(encoded @ turn, basis @ turn, turn.T @ told, strengths[:rank])

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
