"""What a cross-encoder may change: the order of the first films of a ranking, and nothing else. Pure functions.

A cross-encoder reads a query and a film's text together, which is dearer than comparing two vectors and usually better
(Nogueira, Cho: Passage Re-ranking with BERT, 2019). It is asked about the head of the ranking only, its voice is
blended with the score that was there, and what it may do wrong is bounded.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from kadr.film import Film
from kadr.text import language_of

__all__ = ["DEPTH", "LOWEST_OF_FIRST", "WEIGHT", "calibrated", "head_of", "reading", "reranked", "scores_in_places"]

DEPTH = 50
"""Films that are read again: of the judged films within the first hundred nearly all stand there, and cross-encoders
take time by the film."""
WEIGHT = 0.6
"""The cross-encoder's share of the blended score where nobody chose another. No real model was measured (decision
record 0015); it is the least round share with which a film that the model is sure of (a logit of 5) passes one that it
is sure against (-5) whatever was thought of them before; where the model is in doubt the earlier score decides."""
LOWEST_OF_FIRST = 3
"""The lowest place, counted from 1, that the film may come to which was first before: whatever a model says, a visitor
still sees at a glance what the words and the meaning found."""
SOFTNESS = 2.0
"""What logits are divided by: those of cross-encoders run from about -11 to 10 (bge-reranker-v2-m3 gives its own
examples -8.2 and 5.3), which becomes .004 to .99. Undivided, most films of a query would have the same score, 0."""
MOST_LOGIT = 12.0
"""Beyond this single precision knows only 0 and 1."""
MOST_TEXT = 1_000
"""Characters of a description that are read: with the query within the 512 tokens that most models take."""
MOST_FACTS = 300
"""Characters of title and genres."""

Scores = NDArray[np.float32]


def reading(film: Film, query: str) -> str:
    """Return what a cross-encoder is given to read of a film: titles, year, genres and the beginning of a description.

    The description is in the query's language where there is one.
    """
    titles = " / ".join(dict.fromkeys(filter(None, (film.title, film.original_title))))
    facts = ". ".join(filter(None, (titles + (f" ({film.year})" if film.year else ""), ", ".join(film.genres))))
    told = [d.text for d in film.descriptions if d.language == language_of(query)]
    text = max(told, key=len, default=film.description)
    return ". ".join(filter(None, (facts[:MOST_FACTS], text[:MOST_TEXT])))


def head_of(ranked: NDArray[np.integer], exact: NDArray[np.integer], depth: int) -> slice:
    """Return the part of a ranking whose order may change: of its first `depth` films those behind exact titles.

    Args:
        ranked: rows, best first; exact titles stand before all others.
        exact: the rows whose very title was typed.
        depth: how far down films are read again.
    """
    low = int(np.isin(ranked, exact).sum())
    return slice(low, max(low, min(depth, len(ranked))))


def calibrated(scores: Scores) -> Scores:
    """Return a cross-encoder's scores on a scale that can be blended, float32 in (0, 1), in the same order.

    It is the logistic function of the logit divided by `SOFTNESS`, film by film: what one film gets does not depend on
    the others. Scores that all lie in [0, 1] are taken for probabilities, others for logits.
    """
    values = scores.astype(np.float64)
    if values.size and values.min() >= 0 and values.max() <= 1:
        tiny = 1 / (1 + np.exp(MOST_LOGIT))
        values = np.clip(values, tiny, 1 - tiny)
        values = np.log(values) - np.log1p(-values)
    clipped = np.clip(values, -MOST_LOGIT, MOST_LOGIT)
    soft: Scores = (1 / (1 + np.exp(-clipped / SOFTNESS))).astype(np.float32)
    return soft


def reranked(fused: Scores, cross: Scores, weight: float, *, keeps_first: bool) -> NDArray[np.int64]:
    """Return the new order of films as places in the old one, int64 (n,).

    A film that both voices put before another stays before it. Films of equal blend keep their order.

    Args:
        fused: scores of the films in their old order, (n,), in [0, 1], best first.
        cross: what the cross-encoder gave them, (n,), calibrated.
        weight: its share, in [0, 1].
        keeps_first: whether the first of these is the first of the whole ranking, which may not sink below place
            `LOWEST_OF_FIRST`.
    """
    w = np.float32(weight)
    order = np.argsort(-((1 - w) * fused + w * cross), kind="stable").astype(np.int64)
    if keeps_first and order.size:
        place = min(int(np.flatnonzero(order == 0)[0]), LOWEST_OF_FIRST - 1)
        order = np.insert(order[order != 0], place, 0)
    return order


def scores_in_places(scores: Scores, before: Sequence[int], after: Sequence[int]) -> Scores:
    """Return the scores of all films where some changed places: the scores stay with the places, highest first.

    So a score still falls from hit to hit, and films behind the head have no more than those in it.

    Args:
        scores: of all films, by row.
        before: the rows that changed places, in their old order.
        after: the same rows in the new order.
    """
    moved = scores.copy()
    moved[np.asarray(after, dtype=np.int64)] = scores[np.asarray(before, dtype=np.int64)]
    return moved
