"""Films like those of the history by what is known of them: the meaning of their texts, and their features."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Self

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from kadr.errors import RatingsError
from kadr.recommend.train.interactions import Interactions, ItemSide

if TYPE_CHECKING:
    from optuna import Trial

__all__ = ["Content", "FittedContent"]


@dataclass(frozen=True, slots=True)
class FittedContent:
    """What is known of films, and how much the features count: from 0, only the texts do, to 1."""

    side: ItemSide
    features: float

    @property
    def nbytes(self) -> int:
        """Bytes of what a bundle would carry of it: none, it has the texts and the features for other uses."""
        return 0

    def scores(self, histories: csr_array) -> NDArray[np.float32]:
        """Return the cosine of the mean of the history and each film, float32 (n, n_items), from -1 to 1."""
        scores = np.zeros(histories.shape, dtype=np.float32)
        if self.side.vectors is not None:
            means = _unit(histories @ self.side.vectors)
            scores += np.float32(1 - self.features) * (means @ self.side.vectors.T)
        if self.side.features is not None:
            told = histories @ self.side.features
            lengths = np.sqrt(np.asarray(told.power(2).sum(axis=1)).ravel())
            cosines = (told @ self.side.features.T).toarray() / np.where(lengths > 0, lengths, 1)[:, None]
            scores += (self.features * cosines).astype(np.float32)
        return scores


@dataclass(frozen=True, slots=True)
class Content:
    """Nearness by content; nothing of it is learned from likes.

    `features`: how much they count beside the texts, from 0 to 1; where only one of the two is known, it alone does.
    """

    name: ClassVar[str] = "content"
    features: float = 0.5

    @classmethod
    def suggested(cls, trial: "Trial") -> Self:
        """Return the model with hyper-parameters that a tuner proposes."""
        return cls(trial.suggest_float("content.features", 0, 1))

    def fit(self, data: Interactions) -> FittedContent:
        """Take what is known of the films.

        Raises:
            RatingsError: nothing is.
        """
        if data.side.vectors is None and data.side.features is None:
            raise RatingsError("content: the films have neither vectors nor features; leave this model out")
        only = 1.0 if data.side.vectors is None else 0.0 if data.side.features is None else self.features
        return FittedContent(data.side, only)


def _unit(rows: NDArray[np.float32]) -> NDArray[np.float32]:
    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    unit: NDArray[np.float32] = (rows / np.where(lengths > 0, lengths, 1)).astype(np.float32)
    return unit
