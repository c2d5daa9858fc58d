"""A projection: a linear map that brings a model's vectors into the space of a catalogue's films.

It is fitted when the bundle is built (`kadr.vectorise.projecting`), and every vector goes through it: of films, and of
queries.
"""

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Self

import numpy as np
from numpy.typing import NDArray

from kadr.encode.encoder import Profile
from kadr.errors import BundleDamaged
from kadr.index.arrays import load, save

__all__ = ["Projection"]

FILE = "projection.npy"
TINY = float(np.finfo(np.float32).tiny)

Vectors = NDArray[np.float32]


@dataclass(frozen=True, slots=True, eq=False)
class Projection:
    """`matrix`: float32 (the model's dimensions, the index's), of values that float16 has, as it is kept."""

    matrix: NDArray[np.float32]

    @classmethod
    def of(cls, matrix: NDArray[np.floating]) -> Self:
        """Return the projection of a matrix, rounded as it is kept, so that films and queries go through the same."""
        return cls(matrix.astype(np.float16).astype(np.float32))

    def __call__(self, vectors: Vectors) -> Vectors:
        """Return vectors, float32 (n, the model's dimensions), in the other space: (n, dim), of length one.

        A vector of zeros stays one.
        """
        # Not as a product of matrices, where a vector's last digits hang on its neighbours and on the number of cores.
        projected: Vectors = np.einsum("ij,jk->ik", vectors, self.matrix)
        projected /= np.maximum(np.linalg.norm(projected, axis=1, keepdims=True), np.float32(TINY))
        return projected

    def fingerprint(self) -> str:
        """Return 16 hex digits that name it."""
        return hashlib.sha256(np.ascontiguousarray(self.matrix).tobytes()).hexdigest()[:16]

    def save(self, folder: Path) -> None:
        """Write the matrix into a folder."""
        save(folder / FILE, self.matrix.astype(np.float16))

    @classmethod
    def open(cls, folder: Path, profile: Profile) -> Self:
        """Read the matrix of the encoder of a profile.

        Raises:
            BundleDamaged: it is not there, not whole, or of another encoder.
        """
        opened = cls(load(folder / FILE, np.float16, 2).astype(np.float32))
        if opened.matrix.shape != (profile.full_dim, profile.dim) or opened.fingerprint() != profile.revision:
            raise BundleDamaged(f"{folder.name}/{FILE}: is not the one of this bundle; rebuild the bundle")
        return opened
