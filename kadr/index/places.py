"""Where each film lies on the map of the catalogue: a picture in which near films lie together, made by the build."""

from dataclasses import dataclass
from pathlib import Path
from typing import Self

import numpy as np
from numpy.typing import NDArray

from kadr.errors import BundleDamaged
from kadr.index.arrays import load, save

__all__ = ["Places"]

FILE = "places.npy"


@dataclass(frozen=True, slots=True)
class Places:
    """The map of a catalogue.

    `at`: float32 (n_films, 2), in [0, 1]; NaN for a film that has no vector, and for all where there is no map. The
    other arrays are for the next build, which keeps the map that visitors know. `films`: uint64 (n_films,),
    `kadr.index.arrays.key_of` of each film's id; `founders`: uint64 (any,), of the films that were there when the map
    was last drawn.
    """

    at: NDArray[np.float32]
    films: NDArray[np.uint64]
    founders: NDArray[np.uint64]

    @classmethod
    def none(cls, n_films: int) -> Self:
        """Return what a catalogue has that is too small for a map."""
        no_keys = np.empty(0, dtype=np.uint64)
        return cls(np.full((n_films, 2), np.nan, dtype=np.float32), no_keys, no_keys)

    @property
    def drawn(self) -> bool:
        """Tell whether there is a map."""
        return bool(np.isfinite(self.at).any())

    def save(self, folder: Path) -> None:
        """Write the arrays into a folder."""
        save(folder / FILE, self.at)
        save(folder / "places.films.npy", self.films)
        save(folder / "places.founders.npy", self.founders)

    @classmethod
    def open(cls, folder: Path, n_films: int) -> Self:
        """Map the arrays of a bundle of so many films; one that was built before there were maps has none.

        Raises:
            BundleDamaged: a file is damaged, or is of other films.
        """
        if not (folder / FILE).is_file():
            return cls.none(n_films)
        opened = cls(
            load(folder / FILE, np.float32, 2),
            load(folder / "places.films.npy", np.uint64),
            load(folder / "places.founders.npy", np.uint64),
        )
        at = opened.at
        if at.shape != (n_films, 2) or opened.films.size not in {0, n_films} or not _within(at):
            raise BundleDamaged(f"{FILE}: is no map of {n_films} films; rebuild the bundle")
        return opened


def _within(at: NDArray[np.float32]) -> bool:
    """Tell whether every place is a pair in [0, 1], or two NaN."""
    known = ~np.isnan(at).all(axis=1)
    return bool(((at[known] >= 0) & (at[known] <= 1)).all())
