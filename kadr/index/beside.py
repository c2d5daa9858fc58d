"""What may stand beside the usearch file: which vectors are a film's, and what rounding them to eight bits lost.

A byte a number holds what int8 lost to 1/254 of its step, sixteen bits in all, in half the room of a float16 copy.
Where it is kept, the nearest films are compared again (decision record 0012 has what that is worth).
"""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from kadr.errors import BundleDamaged
from kadr.index.arrays import load

__all__ = ["FINE", "PASSAGES", "RESCORED", "fine_of", "rescore", "rests", "starts_of"]

RESCORED = 50
"""Rows that are compared again where what rounding lost was kept: five times what is looked at."""
PASSAGES, FINE = ".passages.npy", ".fine.npy"
"""Endings of the files beside the usearch file: which rows are a film's, and what rounding lost."""
STEPS = 254
"""Of what was lost, in one step of int8: it is half a step at the most, either way."""


def rests(block: NDArray[np.float32], quantised: NDArray[np.int8]) -> NDArray[np.int8]:
    """Return what rounding lost, int8 (n, dim).

    Args:
        block: float32 (n, dim), no row of zeros.
        quantised: int8 (n, dim), its rows by `kadr.index.vectors.quantise`: the largest magnitude stands for the
            largest number.
    """
    steps = np.abs(block).max(axis=1, keepdims=True) / np.abs(quantised).max(axis=1, keepdims=True).astype(np.float32)
    lost: NDArray[np.int8] = np.rint((block / steps - quantised) * STEPS).astype(np.int8)
    return lost


def rescore(
    query: NDArray[np.float32], cosines: NDArray[np.float32], matrix: NDArray[np.int8], fine: NDArray[np.int8]
) -> None:
    """Put the cosine of the query as it is with vectors as they were in place of the highest ones."""
    k = min(RESCORED, len(cosines))
    best = np.argpartition(cosines, len(cosines) - k)[len(cosines) - k :]
    best = best[cosines[best] > -1]  # those are of films without a vector
    exact = matrix[best] + fine[best] / np.float32(STEPS)
    cosines[best] = exact @ query / (np.linalg.norm(exact, axis=1) * np.linalg.norm(query))


def starts_of(path: Path, rows: int) -> NDArray[np.integer] | None:
    """Return which of so many vectors of a usearch file are a film's, uint32 (films + 1,); None where each is one.

    Raises:
        BundleDamaged: the file beside it does not say so.
    """
    file = path.with_suffix(PASSAGES)
    if not file.is_file():
        return None
    starts = load(file, np.uint32)
    if not starts.size or starts[0] or int(starts[-1]) != rows or (starts[1:] <= starts[:-1]).any():
        raise BundleDamaged(f"{file.name}: does not say which of {rows} vectors are a film's; rebuild the bundle")
    return starts


def fine_of(path: Path, shape: tuple[int, ...]) -> NDArray[np.int8] | None:
    """Return what rounding the vectors of a usearch file lost, int8 of their shape; None where that was not kept.

    Raises:
        BundleDamaged: the file beside it is of other vectors.
    """
    file = path.with_suffix(FINE)
    if not file.is_file():
        return None
    fine = load(file, np.int8, 2)
    if fine.shape != shape:
        raise BundleDamaged(f"{file.name}: is of other vectors than {path.name}; rebuild the bundle")
    return fine
