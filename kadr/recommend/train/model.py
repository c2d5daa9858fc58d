"""What every model that learns from likes promises."""

from typing import TYPE_CHECKING, ClassVar, Protocol, Self

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from kadr.recommend.train.interactions import Interactions

if TYPE_CHECKING:
    from optuna import Trial

__all__ = ["Fitted", "Model"]


class Fitted(Protocol):
    """A model that has learned. It knows films, not users: whoever comes brings a history."""

    @property
    def nbytes(self) -> int:
        """Bytes of what a bundle would carry of it."""

    def scores(self, histories: csr_array) -> NDArray[np.float32]:
        """Return how well each film fits each history, float32 (n, n_items), higher is better.

        Args:
            histories: float32 (n, n_items), sparse: the weight of each film that a visitor liked, 1 or less for older
                ones. Films of the history have scores too: who asks leaves them out. An empty history gives scores
                that are all equal, unless the model is one of popularity.
        """


class Model(Protocol):
    """A way to learn from likes. Its fields are its hyper-parameters, each with a sensible value; it never changes."""

    name: ClassVar[str]

    @classmethod
    def suggested(cls, trial: "Trial") -> Self:
        """Return the model with hyper-parameters that a tuner proposes."""

    def fit(self, data: Interactions) -> Fitted:
        """Learn from likes. The same likes and hyper-parameters give the same bytes.

        Raises:
            RatingsError: there is nothing to learn from.
        """
