"""EASE in reduced rank beside how many people voted for a film elsewhere: of new films that is what is known first."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, ClassVar, Self

import numpy as np

from kadr.recommend.train.fusion import FittedFusion
from kadr.recommend.train.interactions import Interactions
from kadr.recommend.train.popular import FittedPopular
from kadr.recommend.train.reduced import EaseUw

if TYPE_CHECKING:
    from optuna import Trial

__all__ = ["Voted"]


@dataclass(frozen=True, slots=True)
class Voted:
    """The sum of standardised scores: of `ease`, and `weight` times the logarithm of votes, where any are known."""

    name: ClassVar[str] = "ease-uw+votes"
    ease: EaseUw = field(default_factory=EaseUw)
    weight: float = 0.1

    @classmethod
    def suggested(cls, trial: "Trial") -> Self:
        """Return the model with hyper-parameters that a tuner proposes."""
        return cls(EaseUw.suggested(trial), trial.suggest_float("ease-uw+votes.weight", 0.01, 2, log=True))

    def fit(self, data: Interactions) -> FittedFusion:
        """Fit.

        Raises:
            RatingsError: nobody likes a film.
        """
        fitted = self.ease.fit(data)
        votes = data.side.votes
        if votes is None or not np.isfinite(votes).any():
            return FittedFusion(((fitted, 1.0),))
        known = FittedPopular(np.log1p(np.nan_to_num(votes)))
        return FittedFusion(((fitted, 1.0), (known, self.weight)))
