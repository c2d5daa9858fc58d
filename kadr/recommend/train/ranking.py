"""Asking a fitted model about users, in blocks, so that memory stays bounded whatever their number."""

import numpy as np

from kadr.recommend.train.metrics import Ranked, best
from kadr.recommend.train.model import Fitted
from kadr.recommend.train.split import Held

__all__ = ["ranked"]

_CELLS = 1 << 22
"""Scores held at once: 16 MiB, and a few times that while the best are sought."""


def ranked(fitted: Fitted, held: Held, depth: int) -> Ranked:
    """Return the first `depth` films of each user, and which are right. All films are ranked, none are sampled.

    What the user has seen is left out, and so is a film whose score is no number.
    """
    n, n_items = held.histories.shape
    at_once = max(1, _CELLS // n_items)
    lists = [np.empty((0, depth), dtype=np.int32)]
    for start in range(0, n, at_once):
        block = slice(start, start + at_once)
        scores = np.array(fitted.scores(held.histories[block]), dtype=np.float32)
        scores[np.isnan(scores)] = -np.inf
        scores[held.seen[block].nonzero()] = -np.inf
        if held.candidates is not None:
            scores[:, ~held.candidates] = -np.inf
        lists.append(best(scores, depth))
    return Ranked.of(np.concatenate(lists), held.targets)
