"""Texts by their skeletons: what is written in the other alphabet, or with other spaces, is found under one key."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Self

import numpy as np
from numpy.typing import NDArray

from kadr.errors import BundleDamaged
from kadr.index.arrays import load, save
from kadr.index.fuzzy import Spellings
from kadr.index.skeleton import skeleton

__all__ = ["Sounds"]


@dataclass(frozen=True, slots=True)
class Sounds:
    """Skeletons, sorted, and the number of the text that each belongs to; several texts may share one."""

    keys: Spellings
    meant: NDArray[np.uint32]

    @classmethod
    def of(cls, texts: Iterable[tuple[int, str]]) -> Self:
        """Return the keys of numbered texts; those without a word have none."""
        keys = sorted((key, number) for number, text in texts if (key := skeleton(text)))
        return cls(Spellings.of([key for key, _ in keys]), np.array([number for _, number in keys], dtype=np.uint32))

    def same(self, key: str) -> NDArray[np.uint32]:
        """Return the texts of a key."""
        low, high = self.keys.same(key)
        return self.meant[low:high]

    def beginning(self, key: str) -> NDArray[np.uint32]:
        """Return the texts whose keys begin with a key."""
        low, high = self.keys.span(key)
        return self.meant[low:high]

    def near(self, key: str, errors: int) -> list[tuple[int, int]]:
        """Return the texts whose keys a key becomes by so many edits at the most, each with its edits."""
        close = self.keys.near(key, errors)
        return list(zip(self.meant[close.ids].tolist(), close.errors.tolist(), strict=True))

    def save(self, folder: Path, name: str) -> None:
        """Write the arrays."""
        self.keys.save(folder, name)
        save(folder / f"{name}.meant.npy", self.meant)

    @classmethod
    def open(cls, folder: Path, name: str) -> Self:
        """Map the arrays.

        Raises:
            BundleDamaged: the files do not belong together.
        """
        keys, meant = Spellings.open(folder, name), load(folder / f"{name}.meant.npy", np.uint32)
        if meant.size != len(keys):
            raise BundleDamaged(f"{name}.meant.npy: does not fit {name}.starts.npy; rebuild the bundle")
        return cls(keys, meant)
