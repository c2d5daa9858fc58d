"""Queries whose vectors travel in the bundle: those that visitors are likely to ask need no network."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Self

import numpy as np
from numpy.typing import NDArray

from kadr.index.arrays import Keys, load, save
from kadr.text import normalise

__all__ = ["ReadyQueries"]


@dataclass(frozen=True, slots=True)
class ReadyQueries:
    """A table of queries and their vectors. Queries that differ in case, spacing or punctuation are the same.

    `vectors`: float16 (n, dim), in the order of the keys: half precision moves a cosine by less than 1e-4.
    """

    keys: Keys
    vectors: NDArray[np.float16]

    @classmethod
    def of(cls, texts: Sequence[str], vectors: NDArray[np.float32]) -> Self:
        """Return the table of these texts; of texts that are the same the first one's vector counts.

        Args:
            texts: the queries.
            vectors: float32 (n, dim), one a text.
        """
        first: dict[str, int] = {}
        for place, text in enumerate(texts):
            if key := normalise(text):  # of punctuation alone nothing is left, and all such queries would be one
                first.setdefault(key, place)
        keys, order = Keys.of(list(first))
        table = np.empty((len(first), vectors.shape[1]), dtype=np.float16)
        table[order] = vectors[list(first.values())]
        return cls(keys, table)

    def vector(self, text: str) -> NDArray[np.float32] | None:
        """Return the vector of a query, float32 (dim,), of length one; None where the table lacks it."""
        place = int(self.keys.find([normalise(text)])[0])
        if place < 0:
            return None
        found = self.vectors[place].astype(np.float32)
        return found / np.linalg.norm(found)  # type: ignore[no-any-return]  # numpy's stubs lose the dtype here

    def save(self, folder: Path) -> None:
        """Write the arrays."""
        self.keys.save(folder / "keys.npy")
        save(folder / "vectors.npy", self.vectors)

    @classmethod
    def open(cls, folder: Path) -> Self:
        """Map the arrays."""
        keys = Keys.open(folder / "keys.npy")
        return cls(keys, load(folder / "vectors.npy", np.float16, 2, keys.sorted.size))
