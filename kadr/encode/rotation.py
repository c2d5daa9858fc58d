"""A rotation that makes a vector's numbers of one size, so that eight bits hold each of them well."""

import numpy as np
from numpy.typing import NDArray

__all__ = ["rotation"]


def rotation(rank: int) -> NDArray[np.float64]:
    """Return a rotation, float64 (rank, rank), the same for the same rank.

    Axes that stand in the order of what they carry give most vectors a number or two far above the others, and a vector
    that is scaled by its largest number for eight bits leaves few levels to the rest. Turned at random, its numbers are
    of one size, and no cosine changes (what it gained: decision record 0012).
    """
    turn, _ = np.linalg.qr(np.random.default_rng(0).normal(size=(rank, rank)))
    return np.asarray(turn, dtype=np.float64)
