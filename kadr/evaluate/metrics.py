"""Success@k, MRR@k, NDCG@k and Recall@k. Pure functions of ranks; ranks count from 1.

Success@k and MRR: Voorhees, The TREC-8 Question Answering Track Report (1999). NDCG with gain 1 and discount
log2(1 + rank): Järvelin & Kekäläinen, Cumulated gain-based evaluation of IR techniques (ACM TOIS 20(4), 2002), in the
form that trec_eval computes; so is Recall@k.
"""

import math
from collections.abc import Collection, Sequence
from dataclasses import dataclass

__all__ = ["DEPTH", "Outcome", "Scores", "ndcg_at", "recall_at", "reciprocal_rank", "success_at"]

DEPTH = 10
"""Films looked at: what one page of results shows."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one query found.

    Attributes:
        ranks: 1-based ranks at which an answer was first met, ascending.
        wanted: how many different answers there are. Namesakes that fit one judged title are one answer.
    """

    ranks: tuple[int, ...]
    wanted: int = 1

    @classmethod
    def of(cls, ranking: Sequence[str], answers: Sequence[Collection[str]]) -> "Outcome":
        """Find answers in a ranking, best film first; each answer is given by any of its films, where it is first.

        Two answers, of which the first has two namesakes: the second namesake, and a film that stands there twice,
        count for nothing.

        >>> Outcome.of(["b", "a", "a2", "c", "a"], [{"a", "a2"}, {"c"}])
        Outcome(ranks=(2, 4), wanted=2)
        """
        left = list(answers)
        ranks = []
        for rank, film in enumerate(ranking, 1):
            at = next((at for at, films in enumerate(left) if film in films), None)
            if at is not None:
                del left[at]
                ranks.append(rank)
        return cls(tuple(ranks), len(answers))


@dataclass(frozen=True, slots=True)
class Scores:
    """Means over `n` queries, each from 0 to 1, higher is better."""

    n: int
    success_1: float
    success_10: float
    mrr_10: float
    ndcg_10: float
    recall_10: float

    @classmethod
    def of(cls, outcomes: Sequence[Outcome]) -> "Scores":
        """Average the measures of one query or more.

        One query finds its film first, one third, one not at all: S@1 1/3, S@10 2/3, MRR (1 + 1/3) / 3,
        NDCG (1 + 1 / log2(4)) / 3; with one film wanted, Recall@10 is S@10.

        >>> found = Scores.of([Outcome((1,)), Outcome((3,)), Outcome(())])
        >>> [round(x, 3) for x in (found.success_1, found.success_10, found.mrr_10, found.ndcg_10, found.recall_10)]
        [0.333, 0.667, 0.444, 0.5, 0.667]
        """
        n = len(outcomes)
        return cls(
            n,
            math.fsum(success_at(each, 1) for each in outcomes) / n,
            math.fsum(success_at(each, DEPTH) for each in outcomes) / n,
            math.fsum(reciprocal_rank(each, DEPTH) for each in outcomes) / n,
            math.fsum(ndcg_at(each, DEPTH) for each in outcomes) / n,
            math.fsum(recall_at(each, DEPTH) for each in outcomes) / n,
        )


def success_at(outcome: Outcome, k: int) -> float:
    """Return 1 when an answer is among the first k films, else 0.

    >>> success_at(Outcome((3, 7), wanted=2), 3), success_at(Outcome((3, 7), wanted=2), 2), success_at(Outcome(()), 10)
    (1.0, 0.0, 0.0)
    """
    return float(bool(outcome.ranks) and outcome.ranks[0] <= k)


def reciprocal_rank(outcome: Outcome, k: int) -> float:
    """Return 1 / rank of the first answer, 0 beyond rank k.

    >>> reciprocal_rank(Outcome((4, 5), wanted=3), 10), reciprocal_rank(Outcome((11,)), 10)
    (0.25, 0.0)
    """
    return success_at(outcome, k) / outcome.ranks[0] if outcome.ranks else 0.0


def ndcg_at(outcome: Outcome, k: int) -> float:
    """Return the normalised discounted cumulated gain of the first k films; each wanted answer has gain 1.

    The ideal has answers at the ranks 1 to min(k, wanted), so that 1 can be reached however many are wanted.

    Two answers wanted, found at ranks 1 and 3: (1 + 1 / log2(4)) / (1 + 1 / log2(3)) = 1.5 / 1.6309.

    >>> round(ndcg_at(Outcome((1, 3), wanted=2), 10), 4)
    0.9197

    Three wanted, two films looked at, both right: (1 + 1 / log2(3)) / (1 + 1 / log2(3)).

    >>> ndcg_at(Outcome((1, 2, 3), wanted=3), 2)
    1.0
    """
    gained = [_discount(rank) for rank in outcome.ranks if rank <= k]
    return math.fsum(gained) / math.fsum(_discount(rank) for rank in range(1, min(outcome.wanted, k) + 1))


def recall_at(outcome: Outcome, k: int) -> float:
    """Return the share of the wanted answers that are among the first k films.

    Four wanted, found at ranks 2 and 9: 2 / 4 of them among ten films, 1 / 4 among five.

    >>> recall_at(Outcome((2, 9), wanted=4), 10), recall_at(Outcome((2, 9), wanted=4), 5)
    (0.5, 0.25)

    Where more than k are wanted it stays below 1: of twenty, ten films can hold a half.

    >>> recall_at(Outcome(tuple(range(1, 21)), wanted=20), 10)
    0.5
    """
    return sum(rank <= k for rank in outcome.ranks) / outcome.wanted


def _discount(rank: int) -> float:
    return 1 / math.log2(1 + rank)
