"""Who liked what a visitor liked: what a bundle learned from ratings, opened.

A film's part of a score is exact: the visitor's vector is the sum of what the films of the history add to it.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Self

import numpy as np
from numpy.typing import NDArray

from kadr.errors import BundleDamaged
from kadr.index.arrays import load, save
from kadr.index.vectors import VectorIndex
from kadr.recommend.card import ModelCard
from kadr.recommend.dots import Packed, dots
from kadr.recommend.factors import FOLDER, Factors
from kadr.recommend.fold_in import Taste
from kadr.recommend.spread import Spread

__all__ = ["Collaborative"]

FAME = "fame.npy"

Rows = NDArray[np.integer]
Scores = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Collaborative:
    """What was learned from ratings.

    Attributes:
        factors: encoder and decoder of every film.
        fame: float32 (n_films,), how popular each is among those who rated, in [0, 1].
        card: what the model says of itself.
        known: bool (n_films,), films of which the model can tell who would like them.
        lengths: float32 (n_films,), Euclidean norms of the decoder's int8 rows.
        spread: how far scores lie apart.
        packed: the decoder, laid out for a visitor's vector.
    """

    factors: Factors
    fame: Scores
    card: ModelCard
    known: NDArray[np.bool_]
    lengths: Scores
    spread: Spread
    packed: Packed

    @classmethod
    def of(cls, factors: Factors, fame: Scores, card: ModelCard) -> Self:
        """Return the parts of a model, ready to be asked."""
        known = factors.decoder_scales > 0
        decoder, scales = factors.decoder, factors.decoder_scales
        lengths = np.sqrt(np.einsum("ij,ij->i", decoder, decoder, dtype=np.float32)).astype(np.float32)
        rows = np.flatnonzero(known)
        spread = Spread.of(decoder, scales, rows, (lengths * scales)[rows])
        return cls(factors, fame, card, known, lengths, spread, Packed.of(decoder, scales))

    def save(self, bundle: Path) -> None:
        """Write the files of the model into the folder of a bundle."""
        folder = bundle / FOLDER
        self.factors.save(folder)
        save(folder / FAME, self.fame)
        self.card.save(folder)

    @classmethod
    def open(cls, bundle: Path, n_films: int) -> Self | None:
        """Map what `save` wrote into the folder of a bundle of so many films; None where it learned from no ratings.

        Raises:
            BundleDamaged: a file is missing or damaged, or is of other films.
        """
        folder = bundle / FOLDER
        if not folder.is_dir():
            return None
        fame = load(folder / FAME, np.float32)
        if fame.size != n_films or not bool(((fame >= 0) & (fame <= 1)).all()):
            raise BundleDamaged(f"{FAME}: does not tell how popular {n_films} films are; rebuild the bundle")
        return cls.of(Factors.open(folder, n_films), fame, ModelCard.open(folder))

    def vector(self, taste: Taste) -> NDArray[np.float64]:
        """Return the visitor's vector, float64 (rank,), the sum of what each liked film adds.

        Disliked films add nothing: on MovieLens no share of them was better than none (decision 0019).
        """
        weights = taste.liking * self.factors.encoder_scales[taste.rows]
        vector: NDArray[np.float64] = weights @ self.factors.encoder[taste.rows]
        return vector

    def parts(self, taste: Taste, rows: Rows) -> NDArray[np.float64]:
        """Return what each film of a taste adds to the score of each row, float64 (rows, films of the taste)."""
        f = self.factors
        weights = taste.liking * f.encoder_scales[taste.rows]
        products = dots(f.decoder[rows], f.encoder[taste.rows])
        parts: NDArray[np.float64] = products * weights * f.decoder_scales[rows, None].astype(np.float64)
        return parts

    @property
    def longest(self) -> float:
        """The greatest Euclidean norm of a film's decoder: no score is above it for a vector of length one."""
        return float((self.lengths * self.factors.decoder_scales).max(initial=0.0))

    def audiences(self) -> VectorIndex:
        """Return the decoder as an index, in which films are near that the same people like."""
        lengths = np.where(self.known, self.lengths, np.float32(np.inf))
        norms = np.where(self.known, self.lengths * self.factors.decoder_scales, np.float32(0))
        return VectorIndex(Path(FOLDER), self.factors.decoder, lengths, norms)
