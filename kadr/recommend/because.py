"""Why films are recommended: which films of the history speak for each, and by how much."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from kadr.recommend.types import Because

__all__ = ["Named", "Shares"]

Named = Sequence[tuple[str, str]]
"""Ids and titles of films."""


@dataclass(frozen=True, slots=True)
class Shares:
    """What the scores of some films are made of.

    Attributes:
        order: int64 (films, most), places in the history, the greatest share first.
        shares: float64 (films, most), parallel to `order`, parts of a whole score.
        others: float64 (films,), what the films of the history add that are beyond `most`.
    """

    order: NDArray[np.int64]
    shares: NDArray[np.float64]
    others: NDArray[np.float64]

    @classmethod
    def of(cls, parts: NDArray[np.float64], wholes: NDArray[np.float64], most: int) -> "Shares":
        """Return the shares that are told.

        Args:
            parts: float64 (films, history), what each film of the history gives to each film's score.
            wholes: float64 (films,), the scores.
            most: films of the history that are told for each.
        """
        shares = parts / wholes[:, None]
        order = np.argsort(-shares, axis=1, kind="stable")
        ranked = np.take_along_axis(shares, order, axis=1)
        return cls(order[:, :most], ranked[:, :most], ranked[:, most:].sum(axis=1))

    def places(self) -> NDArray[np.int64]:
        """Return the places of the films of the history that are told of any, ascending."""
        return np.unique(self.order[self.shares != 0])

    def told(self, places: NDArray[np.int64], films: Named) -> Iterator[tuple[tuple[Because, ...], float]]:
        """Yield for each film what speaks for it, the greatest share first, and the share of what is not told.

        Args:
            places: of this `places`.
            films: theirs, in the same order.
        """
        named = dict(zip(places.tolist(), films, strict=True))
        for order, shares, others in zip(self.order.tolist(), self.shares.tolist(), self.others.tolist(), strict=True):
            speaking = [(*named[at], share) for at, share in zip(order, shares, strict=True) if share]
            yield tuple(Because(film, title, share) for film, title, share in speaking), others
