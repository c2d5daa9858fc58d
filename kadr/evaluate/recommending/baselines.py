"""What every model stands beside: one order of the films for everybody. A model that does not beat it learned nothing
of anybody.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Self

import numpy as np

from kadr.recommend.train.interactions import Interactions
from kadr.recommend.train.popular import FittedPopular

if TYPE_CHECKING:
    from optuna import Trial

__all__ = ["TopPop", "VoteCount"]


@dataclass(frozen=True, slots=True)
class TopPop:
    """Films by how many users of the training data liked them."""

    name: ClassVar[str] = "top-pop"

    @classmethod
    def suggested(cls, trial: "Trial") -> Self:
        """Return the model; there is nothing to choose."""
        del trial
        return cls()

    def fit(self, data: Interactions) -> FittedPopular:
        """Count likes."""
        return FittedPopular(data.counts)


@dataclass(frozen=True, slots=True)
class VoteCount:
    """Films by how many voted for them elsewhere; where that is not known, by how many rated them, liked or not."""

    name: ClassVar[str] = "votes"

    @classmethod
    def suggested(cls, trial: "Trial") -> Self:
        """Return the model; there is nothing to choose."""
        del trial
        return cls()

    def fit(self, data: Interactions) -> FittedPopular:
        """Count votes."""
        votes = data.side.votes
        if votes is not None and np.isfinite(votes).any():
            return FittedPopular(np.nan_to_num(votes))
        if data.ratings is None:
            return FittedPopular(data.counts)
        return FittedPopular(np.bincount(data.ratings.items, minlength=data.n_items).astype(np.float32))
