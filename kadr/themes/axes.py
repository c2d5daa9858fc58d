"""Vectors in few dimensions, as groups and maps are sought in them."""

import numpy as np
from numpy.typing import NDArray

__all__ = ["DIM", "reduced"]

DIM = 50
"""Dimensions of what is left: HDBSCAN loses its way in more (issue 5 sets the number), and t-SNE gains nothing."""


def reduced(centred: NDArray[np.float32]) -> NDArray[np.float64]:
    """Return vectors in at most DIM dimensions, float64, unit length.

    All axes are scaled alike: the axes of an embedding share one unit, and scaling each by its own deviation makes its
    noise as loud as its meaning (see decision record 0014).

    Args:
        centred: float32 (n, dim), unit length, the common mean taken out.
    """
    from threadpoolctl import threadpool_limits

    with threadpool_limits(limits=1):  # sums in another order would be other bits
        _, axes = np.linalg.eigh(centred.T.astype(np.float64) @ centred)
        kept = axes[:, ::-1][:, :DIM]
        # The sign of an axis is the library's whim: a fixed one gives the same map, and distances do not see it.
        kept = kept * np.where(kept[np.abs(kept).argmax(axis=0), np.arange(kept.shape[1])] < 0, -1, 1)
        short = centred @ kept
    lengths = np.linalg.norm(short, axis=1, keepdims=True)
    unit: NDArray[np.float64] = short / np.maximum(lengths, np.finfo(np.float32).tiny)
    return unit
