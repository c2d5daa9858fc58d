"""From the scores of two legs to one order. Free functions of arrays; higher is better everywhere.

The legs are fused by a convex combination of calibrated scores. Bruch, Gai, Ingber: An Analysis of Fusion Functions for
Hybrid Retrieval (TOIS 2023) found it better than reciprocal ranks in and out of domain; on Russian film texts
reciprocal ranks with a weak dense leg cost .11 to .20 MRR@10, and the combination nothing.
"""

import numpy as np
from numpy.typing import NDArray

from kadr.index.titles import SURE

__all__ = ["BELOW_EXACT", "EXACT_TITLE", "fuse", "lexical_share", "nearness", "top", "with_titles"]

EXACT_TITLE = 1.0
"""The score of a film whose very title was typed. No other film reaches it."""
BELOW_EXACT = 0.999
"""What a fused score is scaled by, so that an exact title stays alone at the top."""

NEAR_TITLE = 0.98
"""What other scores are scaled by where a misspelt title was surely meant: it stands alone below an exact one."""

Scores = NDArray[np.float32]


def lexical_share(scores: Scores) -> Scores:
    """Return BM25 scores as a share of the best one in the catalogue, float32 in [0, 1].

    The best of *all* films is the measure, not of the allowed ones, so that a filter changes no score. The lower end
    is the theoretical one, zero: a film is never pushed to zero for being the worst of those that match.
    """
    best = float(scores.max(initial=0.0))
    return scores / np.float32(best) if best > 0 else np.zeros_like(scores)


def nearness(cosines: Scores, floor: float, ceiling: float) -> Scores:
    """Return cosines on the scale from a strange film (`floor`, 0) to the text's own film (`ceiling`, 1)."""
    span = max(ceiling - floor, 1e-6)
    scaled: Scores = cosines - np.float32(floor)
    scaled /= np.float32(span)
    return np.clip(scaled, np.float32(0), np.float32(1), out=scaled)


def fuse(lexical: Scores | None, near: Scores | None, dense_weight: float, exact: NDArray[np.integer]) -> Scores:
    """Return the fused score of every film, float32 in [0, 1].

    Args:
        lexical: share of the best BM25 score, in [0, 1]; None where that leg was not asked.
        near: nearness in meaning, in [0, 1]; None where that leg was not asked.
        dense_weight: share of nearness where both were asked, in [0, 1].
        exact: rows of the films whose title is the query; they get `EXACT_TITLE`, all others less.

    Raises:
        ValueError: neither leg was asked.
    """
    w = np.float32(dense_weight)
    if lexical is not None and near is not None:
        fused: Scores = (1 - w) * lexical
        fused += w * near
    elif lexical is not None or near is not None:
        fused = (lexical if near is None else near).copy()  # type: ignore[union-attr]  # one of the two is there
    else:
        msg = "there is no leg to fuse"
        raise ValueError(msg)
    fused *= np.float32(BELOW_EXACT)
    fused[exact] = EXACT_TITLE
    return fused


def with_titles(scores: Scores, rows: NDArray[np.integer], close: Scores) -> Scores:
    """Return the scores with those of films whose misspelt title was typed, float32 in [0, 1].

    A title that was surely meant stands above all but an exact one; another is at least as good as it is close.

    Args:
        scores: fused, exact titles among them.
        rows: of the films of such titles.
        close: how close the title is to what was typed, in (0, 1], parallel to `rows`.
    """
    if not rows.size:
        return scores
    sure = close >= SURE
    lifted = scores * np.float32(NEAR_TITLE) if sure.any() else scores.copy()
    lifted[rows] = np.maximum(lifted[rows], np.float32(NEAR_TITLE) * close)
    lifted[rows[sure]] = NEAR_TITLE + (BELOW_EXACT - NEAR_TITLE) / 2 * close[sure]
    return lifted


def top(rows: NDArray[np.integer], keys: tuple[Scores, ...], k: int) -> NDArray[np.integer]:
    """Return the k best rows, best first.

    Args:
        rows: the rows to choose from, ascending.
        keys: scores of all films, by row: the first decides, the next break its ties, then the row number does.
            NaN counts as lowest.
        k: how many rows at the most.
    """
    if not k or not rows.size:
        return rows[:0]
    first = _known(keys[0][rows])
    if rows.size > k:
        # Everything that ties with the k-th stays in, so that the cut is as stable as the order.
        bound = np.partition(first, rows.size - k)[rows.size - k]
        kept = first >= bound
        rows, first = rows[kept], first[kept]
    others = [-_known(key[rows]) for key in reversed(keys[1:])]
    order = np.lexsort((rows, *others, -first))
    return rows[order[:k]]


def _known(scores: Scores) -> Scores:
    """Return scores with what is not known as the lowest of all; `np.nan_to_num` takes twice as long."""
    return np.where(np.isnan(scores), np.float32(-np.inf), scores)
