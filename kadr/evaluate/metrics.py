"""Success@k, MRR@k, NDCG@k, and the interval of a difference. Pure functions of ranks; ranks count from 1.

Success@k and MRR: Voorhees, The TREC-8 Question Answering Track Report (1999). NDCG with gain 1 and discount
log2(1 + rank): Järvelin & Kekäläinen, Cumulated gain-based evaluation of IR techniques (ACM TOIS 20(4), 2002), in the
form that trec_eval computes. Interval: percentile bootstrap over queries (Sakai, Evaluating evaluation metrics
based on the bootstrap, SIGIR 2006).
"""

import math
from collections.abc import Collection, Sequence
from dataclasses import dataclass

import numpy as np

__all__ = ["DEPTH", "Difference", "Outcome", "Scores", "compare", "ndcg_at", "reciprocal_rank", "success_at"]

DEPTH = 10
"""Films looked at: what one page of results shows."""
_RESAMPLES = 10_000
"""Bounds of a 95% interval then rest on 250 resamples a side: they move by about 1% of its width between seeds."""
_BATCH = 1 << 20  # draws held at once: 8 MB of positions
_SEED = 0  # any; fixed, so that two runs print the same interval


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one query found.

    Attributes:
        ranks: 1-based ranks of the relevant films that were found, ascending.
        wanted: how many different answers there are. Namesakes that fit one judged title are one answer.
    """

    ranks: tuple[int, ...]
    wanted: int = 1

    @classmethod
    def of(cls, ranking: Sequence[str], relevant: Collection[str], wanted: int = 1) -> "Outcome":
        """Find the relevant films in a ranking, best first; a film that stands there twice counts where it is first.

        >>> Outcome.of(["b", "a", "c", "a"], {"a", "c"}, wanted=2)
        Outcome(ranks=(2, 3), wanted=2)
        """
        first: dict[str, int] = {}
        for rank, film in enumerate(ranking, 1):
            if film in relevant:
                first.setdefault(film, rank)
        return cls(tuple(first.values()), wanted)


@dataclass(frozen=True, slots=True)
class Scores:
    """Means over `n` queries, each from 0 to 1, higher is better."""

    n: int
    success_1: float
    success_10: float
    mrr_10: float
    ndcg_10: float

    @classmethod
    def of(cls, outcomes: Sequence[Outcome]) -> "Scores":
        """Average the measures of one query or more.

        One query finds its film first, one third, one not at all: S@1 1/3, S@10 2/3, MRR (1 + 1/3) / 3,
        NDCG (1 + 1 / log2(4)) / 3.

        >>> found = Scores.of([Outcome((1,)), Outcome((3,)), Outcome(())])
        >>> [round(x, 3) for x in (found.success_1, found.success_10, found.mrr_10, found.ndcg_10)]
        [0.333, 0.667, 0.444, 0.5]
        """
        n = len(outcomes)
        return cls(
            n,
            math.fsum(success_at(each, 1) for each in outcomes) / n,
            math.fsum(success_at(each, DEPTH) for each in outcomes) / n,
            math.fsum(reciprocal_rank(each, DEPTH) for each in outcomes) / n,
            math.fsum(ndcg_at(each, DEPTH) for each in outcomes) / n,
        )


@dataclass(frozen=True, slots=True)
class Difference:
    """Mean difference of MRR@10 and the bounds of its 95% interval; above zero, the first run is better."""

    mean: float
    low: float
    high: float


def success_at(outcome: Outcome, k: int) -> float:
    """Return 1 when a relevant film is among the first k, else 0.

    >>> success_at(Outcome((3, 7)), 3), success_at(Outcome((3, 7)), 2), success_at(Outcome(()), 10)
    (1.0, 0.0, 0.0)
    """
    return float(bool(outcome.ranks) and outcome.ranks[0] <= k)


def reciprocal_rank(outcome: Outcome, k: int) -> float:
    """Return 1 / rank of the first relevant film, 0 beyond rank k.

    >>> reciprocal_rank(Outcome((4, 5)), 10), reciprocal_rank(Outcome((11,)), 10)
    (0.25, 0.0)
    """
    return success_at(outcome, k) / outcome.ranks[0] if outcome.ranks else 0.0


def ndcg_at(outcome: Outcome, k: int) -> float:
    """Return the normalised discounted cumulated gain of the first k films; each wanted answer has gain 1.

    Two answers wanted, found at ranks 1 and 3: (1 + 1 / log2(4)) / (1 + 1 / log2(3)) = 1.5 / 1.6309.

    >>> round(ndcg_at(Outcome((1, 3), wanted=2), 10), 4)
    0.9197

    Two namesakes of one wanted answer: the first counts, 1 / log2(3).

    >>> round(ndcg_at(Outcome((2, 3), wanted=1), 10), 4)
    0.6309
    """
    gained = [_discount(rank) for rank in outcome.ranks[: outcome.wanted] if rank <= k]
    return math.fsum(gained) / math.fsum(_discount(rank) for rank in range(1, min(outcome.wanted, k) + 1))


def compare(run: Sequence[Outcome], other: Sequence[Outcome]) -> Difference:
    """Return how much better in MRR@10 one run is than another, by a paired bootstrap over their common queries.

    Args:
        run: outcomes of one or more queries.
        other: outcomes of the same queries in the same order.

    Every query moves from rank 2 to rank 1, so every resample says the same.

    >>> compare([Outcome((1,))] * 3, [Outcome((2,))] * 3)
    Difference(mean=0.5, low=0.5, high=0.5)
    """
    pairs = zip(run, other, strict=True)
    gaps = np.array([reciprocal_rank(a, DEPTH) - reciprocal_rank(b, DEPTH) for a, b in pairs])
    draw = np.random.default_rng(_SEED)
    at_once = max(1, _BATCH // gaps.size)
    means = [
        gaps[draw.integers(0, gaps.size, (min(at_once, _RESAMPLES - done), gaps.size))].mean(axis=1)
        for done in range(0, _RESAMPLES, at_once)
    ]
    low, high = np.percentile(np.concatenate(means), (2.5, 97.5))
    return Difference(float(gaps.mean()), float(low), float(high))


def _discount(rank: int) -> float:
    return 1 / math.log2(1 + rank)
