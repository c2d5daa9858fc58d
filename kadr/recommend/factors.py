"""A model of who likes what, as a bundle carries it: two short int8 vectors a film.

score(j) = sum over the history of weight(i) * (A(i) . Z(j)), with A the encoder and Z the decoder, so that each film's
part of a score is exact. In reduced rank a film takes one or two hundred bytes twice, and little or nothing is lost
beside the dense matrix (docs/decisions/0019).
"""

from dataclasses import dataclass, fields
from pathlib import Path
from typing import Self

import numpy as np
from numpy.typing import NDArray

from kadr.errors import BundleDamaged
from kadr.index.arrays import load, save
from kadr.index.vectors import int8_rows

__all__ = ["FOLDER", "Factors"]

FOLDER = "recommend"
"""The folder of a bundle that holds what was learned from ratings; a bundle without ratings has none."""


@dataclass(frozen=True, slots=True)
class Factors:
    """Encoder and decoder of every film, in row order.

    Attributes:
        encoder: int8 (n_films, rank), what a film of a history adds to the visitor's vector.
        encoder_scales: float32 (n_films,), what a row of it is multiplied by; 0 for a film of which nothing is known.
        decoder: int8 (n_films, rank), what a visitor's vector is compared with.
        decoder_scales: float32 (n_films,), as above.
    """

    encoder: NDArray[np.int8]
    encoder_scales: NDArray[np.float32]
    decoder: NDArray[np.int8]
    decoder_scales: NDArray[np.float32]

    @classmethod
    def quantised(cls, encoder: NDArray[np.float32], decoder: NDArray[np.float32]) -> Self:
        """Return factors rounded to int8, each row by its own largest absolute value.

        Args:
            encoder: float32 (n_films, rank).
            decoder: float32 (n_films, rank).
        """
        return cls(*int8_rows(encoder), *int8_rows(decoder))

    @property
    def n_films(self) -> int:
        """Number of films."""
        return len(self.encoder)

    @property
    def rank(self) -> int:
        """Numbers in a vector."""
        return int(self.encoder.shape[1])

    @property
    def nbytes(self) -> int:
        """Bytes of the four arrays."""
        return sum(int(getattr(self, each.name).nbytes) for each in fields(self))

    def encoded(self, rows: NDArray[np.integer]) -> NDArray[np.float32]:
        """Return the encoder's vectors of some films, float32 (rows, rank)."""
        vectors: NDArray[np.float32] = self.encoder[rows].astype(np.float32) * self.encoder_scales[rows, None]
        return vectors

    def decoded(self, rows: NDArray[np.integer]) -> NDArray[np.float32]:
        """Return the decoder's vectors of some films, float32 (rows, rank)."""
        vectors: NDArray[np.float32] = self.decoder[rows].astype(np.float32) * self.decoder_scales[rows, None]
        return vectors

    def save(self, folder: Path) -> None:
        """Write the four arrays into a folder."""
        for each in fields(self):
            save(folder / f"{each.name}.npy", getattr(self, each.name))

    @classmethod
    def open(cls, folder: Path, n_films: int) -> Self:
        """Map the arrays that `save` wrote.

        Args:
            folder: where they are.
            n_films: how many films the bundle has.

        Raises:
            BundleDamaged: one is missing or damaged, or is of other films.
        """
        opened = cls(
            load(folder / "encoder.npy", np.int8, 2),
            load(folder / "encoder_scales.npy", np.float32),
            load(folder / "decoder.npy", np.int8, 2),
            load(folder / "decoder_scales.npy", np.float32),
        )
        for each in fields(opened):
            array = getattr(opened, each.name)
            if len(array) != n_films:
                raise BundleDamaged(
                    f"{each.name}.npy: is of {len(array)} films, the bundle has {n_films}; rebuild the bundle"
                )
        if opened.encoder.shape != opened.decoder.shape:
            raise BundleDamaged("decoder.npy: has another rank than encoder.npy; rebuild the bundle")
        for name in ("encoder_scales", "decoder_scales"):
            scales = getattr(opened, name)
            if not bool((np.isfinite(scales) & (scales >= 0)).all()):
                raise BundleDamaged(f"{name}.npy: holds a number that is no scale; rebuild the bundle")
        return opened
