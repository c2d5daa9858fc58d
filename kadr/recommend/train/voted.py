"""EASE in reduced rank beside how many people voted for a film elsewhere: of new films that is what is known first."""

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, ClassVar, Self

import numpy as np
from numpy.typing import NDArray

from kadr.recommend.card import Weights
from kadr.recommend.standing import renown
from kadr.recommend.train.interactions import Interactions, ItemSide
from kadr.recommend.train.mixing import Mixture, voted
from kadr.recommend.train.popular import FittedPopular, fame
from kadr.recommend.train.reduced import EaseUw
from kadr.recommend.train.split import Split

if TYPE_CHECKING:
    from optuna import Trial

__all__ = ["Voted", "renown_of"]


@dataclass(frozen=True, slots=True)
class Voted:
    """What a bundle serves of films that nobody liked yet: `ease`, and `weight` times the logarithm of votes.

    Both are in units of their spread, as `Mixture` has them. Films that somebody liked have the scores of `ease`.
    """

    name: ClassVar[str] = "ease-uw+votes"
    ease: EaseUw = field(default_factory=EaseUw)
    weight: float = 0.1

    @classmethod
    def suggested(cls, trial: "Trial") -> Self:
        """Return the model with hyper-parameters that a tuner proposes."""
        return cls(EaseUw.suggested(trial), trial.suggest_float("ease-uw+votes.weight", 0.01, 2, log=True))

    def weighed(self, tuning: Split) -> Self:
        """Return the model with the weight that is best for users held out, as a build chooses it."""
        asked = self.fit(tuning.train), tuning.held
        return replace(self, weight=voted(asked[0].weights, asked, asked).votes)

    def fit(self, data: Interactions) -> Mixture:
        """Fit.

        Raises:
            RatingsError: nobody likes a film.
        """
        factors = self.ease.fit(data).factors
        return Mixture(
            factors, fame(FittedPopular(data.counts)), None, Weights(votes=self.weight), renown_of(data.side)
        )


def renown_of(side: ItemSide) -> NDArray[np.float32] | None:
    """Return what `renown` makes of the votes of films, float32 (n_films,); None where no votes are known."""
    votes = side.votes
    return None if votes is None or not np.isfinite(votes).any() else renown(votes)
