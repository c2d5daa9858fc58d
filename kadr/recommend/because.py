"""Why a film is recommended: which films of the history speak for it, and by how much."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from kadr.recommend.types import Because

__all__ = ["because", "spoken"]


def spoken(parts: NDArray[np.float64]) -> NDArray[np.int64]:
    """Return the places of the films of a history that say anything of any of these films, ascending.

    Args:
        parts: float64 (films, history), what each film of the history gives to each film's score.
    """
    return np.flatnonzero(parts.any(axis=0))


def because(parts: NDArray[np.float64], whole: float, films: Sequence[tuple[str, str]]) -> tuple[Because, ...]:
    """Return what a score is made of, the largest part first; what gives nothing is left out.

    Args:
        parts: float64 (history,), what each film of the history gives.
        whole: the score.
        films: ids and titles, parallel to `parts`.
    """
    shares = parts / whole
    order = np.argsort(-shares, kind="stable")
    ranked = zip(order.tolist(), shares[order].tolist(), strict=True)
    return tuple(Because(films[at][0], films[at][1], share) for at, share in ranked if share)
