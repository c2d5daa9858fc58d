"""Several models as one: the sum of their standardised scores."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, ClassVar, Self

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from kadr.recommend.train.als import Als
from kadr.recommend.train.content_model import Content
from kadr.recommend.train.interactions import Interactions
from kadr.recommend.train.model import Fitted, Model
from kadr.recommend.train.reduced import EaseUw

if TYPE_CHECKING:
    from optuna import Trial

__all__ = ["FittedFusion", "Fusion", "standardised"]


@dataclass(frozen=True, slots=True)
class FittedFusion:
    """Fitted models, each with its weight."""

    members: tuple[tuple[Fitted, float], ...]

    @property
    def nbytes(self) -> int:
        """Bytes of what a bundle would carry of them."""
        return sum(fitted.nbytes for fitted, _ in self.members)

    def scores(self, histories: csr_array) -> NDArray[np.float32]:
        """Return the weighed sum of the members' scores, each in units of its own spread, float32 (n, n_items)."""
        scores = np.zeros(histories.shape, dtype=np.float32)
        for fitted, weight in self.members:
            scores += np.float32(weight) * standardised(fitted.scores(histories))
        return scores


@dataclass(frozen=True, slots=True)
class Fusion:
    """EASE in reduced rank with what it is fused with; a weight of 0 leaves a member out.

    Attributes:
        ease: weighs 1.
        als, als_weight: factors of users and films.
        content, content_weight: nearness by content, left out where nothing is known of the films.
    """

    name: ClassVar[str] = "fusion"
    ease: EaseUw = field(default_factory=EaseUw)
    als: Als = field(default_factory=Als)
    content: Content = field(default_factory=Content)
    als_weight: float = 0.3
    content_weight: float = 0.05

    @classmethod
    def suggested(cls, trial: "Trial") -> Self:
        """Return the model with weights, and hyper-parameters of its members, that a tuner proposes."""
        return cls(
            EaseUw.suggested(trial),
            Als.suggested(trial),
            Content.suggested(trial),
            trial.suggest_float("fusion.als_weight", 0, 1),
            trial.suggest_float("fusion.content_weight", 0, 0.5),
        )

    def fit(self, data: Interactions) -> FittedFusion:
        """Fit the members.

        Raises:
            RatingsError: nobody likes a film.
        """
        chosen: list[tuple[Model, float]] = [(self.ease, 1.0), (self.als, self.als_weight)]
        if data.side.vectors is not None or data.side.features is not None:
            chosen.append((self.content, self.content_weight))
        return FittedFusion(tuple((model.fit(data), weight) for model, weight in chosen if weight))


def standardised(scores: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return scores (n, n_items) less the mean of their row, in units of its standard deviation; 0 where all equal."""
    centred = scores - scores.mean(axis=1, keepdims=True)
    spread = centred.std(axis=1, keepdims=True)
    standard: NDArray[np.float32] = np.divide(centred, spread, out=np.zeros_like(centred), where=spread > 0)
    return standard
