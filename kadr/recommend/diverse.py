"""An order that shows various films: maximal marginal relevance."""

import numpy as np
from numpy.typing import NDArray

__all__ = ["diversified"]

Scores = NDArray[np.float32]


def diversified(scores: Scores, diversity: float, k: int, near: Scores) -> list[int]:
    """Return the first k places of an order in which near films do not crowd each other, each place once.

    Each next film has the greatest (1 - diversity) * score - diversity * nearness to the nearest one before it, scores
    as shares of the best (Carbonell and Goldstein, The Use of MMR, SIGIR 1998). The first k of a longer order are the
    same.

    Args:
        scores: float32 (n,), descending, the first above 0.
        diversity: from 0, the order of the scores, to 1, where they only choose the first film.
        k: how many, at the most n.
        near: the nearness of each place to each, float32 (n, n) in [0, 1].
    """
    worth = np.float32(1 - diversity) * scores / scores[0]
    crowded = np.zeros_like(worth)
    chosen: list[int] = []
    for _ in range(min(k, len(scores))):
        best = int((worth - np.float32(diversity) * crowded).argmax())
        worth[best] = -np.inf
        chosen.append(best)
        np.maximum(crowded, near[best], out=crowded)
    return chosen
