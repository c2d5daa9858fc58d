"""Ranked lists -> every measure at every depth, user by user."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from kadr.evaluate.recommending.meter import Cost
from kadr.recommend.train import metrics
from kadr.recommend.train.interactions import Interactions
from kadr.recommend.train.metrics import Ranked

__all__ = ["Taken", "measured"]

PerUser = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Taken:
    """What one model did in one round.

    Attributes:
        users: int (n,), who was asked.
        values: "ndcg@10" and the like -> float64 (n,), NaN where it cannot be said of a user.
        whole: measures of all lists together, "coverage@10" and "gini@10" and the like.
        nbytes: what a bundle would carry of the model.
        cost: of fitting it.
        told: what it was made with.
    """

    users: NDArray[np.int32]
    values: Mapping[str, PerUser]
    whole: Mapping[str, float]
    nbytes: int
    cost: Cost
    told: str


def measured(
    found: Ranked, train: Interactions, candidates: NDArray[np.bool_] | None, depths: Sequence[int]
) -> tuple[dict[str, PerUser], dict[str, float]]:
    """Return the measures of each user, and those of all lists together.

    Films are compared by their vectors; where there are none by their features, else by who liked them.
    """
    films = int(candidates.sum()) if candidates is not None else train.n_items
    counts, n_users = train.counts, max(int((np.diff(train.likes.indptr) > 0).sum()), 1)
    vectors = _vectors(train)
    values: dict[str, PerUser] = {}
    whole: dict[str, float] = {}
    for k in depths:
        values |= {
            f"recall@{k}": metrics.recall(found.hits, found.wanted, k),
            f"ndcg@{k}": metrics.ndcg(found.hits, found.wanted, k),
            f"map@{k}": metrics.average_precision(found.hits, found.wanted, k),
            f"f1@{k}": metrics.f1(found.hits, found.wanted, k),
            f"hit@{k}": metrics.hit(found.hits, k),
            f"novelty@{k}": metrics.novelty(found.lists, counts, n_users, k),
            f"popularity@{k}": metrics.popularity(found.lists, counts, k),
            f"distance@{k}": metrics.distance(found.lists, vectors, k),
        }
        whole |= {
            f"coverage@{k}": metrics.coverage(found.lists, k, films),
            f"gini@{k}": metrics.gini(found.lists, k, films),
        }
    return values, whole


def _vectors(train: Interactions) -> NDArray[np.float32] | csr_array:
    if train.side.vectors is not None:
        return train.side.vectors
    if train.side.features is not None:
        return train.side.features
    lengths = np.sqrt(np.maximum(train.counts, 1))  # likes are ones: the square of a length is their number
    return csr_array(train.likes.T.multiply(1 / lengths[:, None]))
