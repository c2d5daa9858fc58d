"""The distilled encoder: a query's vector in a hosted model's own space, from a table of words and nothing else.

A query is the sum of its words' rows, weighed by frequency and idf, carried by a linear map into the space of the
films' vectors, with a share of the films' mean added. What that finds beside the model itself is measured in decision
record 0006. `kadr.encode.distil` fits it.

A word that the table lacks is stood in for by the mean of the words that share its first letters. Where nothing of a
query is known there is no vector: nothing is better than noise.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Self

import numpy as np
from numpy.typing import NDArray

from kadr.analysis import PREFIX_LENGTH, prefix
from kadr.encode.embedded import ROUNDING, term_weights
from kadr.encode.encoder import Profile, Role, checked_texts
from kadr.errors import BundleDamaged, EncodeError
from kadr.index.arrays import Groups, Keys, load, save

__all__ = ["DistilledEncoder", "Kin", "begins_like_others"]


@dataclass(frozen=True, slots=True)
class Kin:
    """Words by their first letters. `prefixes`: the keys. `rows`: for each, some rows of the table."""

    prefixes: Keys
    rows: Groups

    def of(self, stems: Sequence[str]) -> tuple[NDArray[np.integer], NDArray[np.int64]]:
        """Return the rows of words that begin as these stems do, and for each row the place of its stem."""
        places = np.array([i for i, stem in enumerate(stems) if begins_like_others(stem)], dtype=np.int64)
        at = self.prefixes.find([prefix(stems[i]) for i in places.tolist()])
        groups, places = at[at >= 0], places[at >= 0]
        lengths = self.rows.starts[groups + 1].astype(np.int64) - self.rows.starts[groups].astype(np.int64)
        return self.rows.take(groups), np.repeat(places, lengths)

    def save(self, folder: Path) -> None:
        """Write the arrays."""
        self.prefixes.save(folder / "prefixes.npy")
        self.rows.save(folder, "kin")

    @classmethod
    def open(cls, folder: Path) -> Self:
        """Map the arrays."""
        return cls(Keys.open(folder / "prefixes.npy"), Groups.open(folder, "kin"))


@dataclass(frozen=True, slots=True)
class DistilledEncoder:
    """A fitted encoder.

    `profile`: the hosted model's, whose space this is. `terms`: the stems of the table. `table`: int8 (terms, rank),
    and `scales`: float32 (terms,), whose product is a word's row, its idf in it. `directions`: float32 (rank, dim), of
    values that float16 has. `lean`: float32 (dim,), what is added to every query before it is brought to length one.
    """

    profile: Profile
    terms: Keys
    table: NDArray[np.int8]
    scales: NDArray[np.float32]
    kin: Kin
    directions: NDArray[np.float32]
    lean: NDArray[np.float32]

    def vector(self, text: str) -> NDArray[np.float32] | None:
        """Return a query's vector, float32 (dim,), of length one; None where no word of it is known."""
        rows, weights = self._rows(*term_weights(text[: self.profile.max_chars]))
        meant = (weights * self.scales[rows]) @ self.table[rows].astype(np.float32) @ self.directions
        length = float(np.linalg.norm(meant))
        if length < ROUNDING:
            return None
        vector = meant / np.float32(length) + self.lean
        unit: NDArray[np.float32] = (vector / np.linalg.norm(vector)).astype(np.float32)
        return unit

    def _rows(self, stems: Sequence[str], tf: NDArray[np.float32]) -> tuple[NDArray[np.integer], NDArray[np.float32]]:
        """Return the rows that speak for stems, and the weight of each."""
        at = self.terms.find(stems)
        unknown = np.flatnonzero(at < 0)
        if not unknown.size:
            return at, tf
        like, place = self.kin.of([stems[i] for i in unknown.tolist()])
        shares = tf[unknown[place]] / np.bincount(place)[place]
        known = at >= 0
        return np.concatenate((at[known], like)), np.concatenate((tf[known], shares)).astype(np.float32)

    def encode(self, texts: Sequence[str], role: Role) -> NDArray[np.float32]:
        """Return one vector a query, float32 (n, dim), of length one; a row of NaN where no word is known.

        Raises:
            EncodeError: a text is empty, or is no query: films keep the vectors that the model itself gave them.
        """
        if role is not Role.QUERY:
            raise EncodeError("the distilled encoder encodes queries alone; films have the vectors of the hosted model")
        vectors = np.full((len(texts), self.profile.dim), np.nan, dtype=np.float32)
        for row, text in zip(vectors, checked_texts(texts), strict=True):
            vector = self.vector(text)
            if vector is not None:
                row[:] = vector
        return vectors

    def is_void(self, vector: NDArray[np.float32]) -> bool:
        """Tell whether a vector stands for a text that nothing is known of."""
        return not np.isfinite(vector).all()

    def save(self, folder: Path) -> None:
        """Write the arrays; the profile stands in the manifest."""
        self.terms.save(folder / "terms.npy")
        save(folder / "table.npy", self.table)
        save(folder / "scales.npy", self.scales)
        self.kin.save(folder)
        save(folder / "directions.npy", self.directions.astype(np.float16))
        save(folder / "lean.npy", self.lean)

    @classmethod
    def open(cls, folder: Path, profile: Profile) -> Self:
        """Map the arrays.

        Raises:
            BundleDamaged: they do not fit each other, or the profile.
        """
        opened = cls(
            profile=profile,
            terms=Keys.open(folder / "terms.npy"),
            table=load(folder / "table.npy", np.int8, 2),
            scales=load(folder / "scales.npy", np.float32),
            kin=Kin.open(folder),
            directions=load(folder / "directions.npy", np.float16, 2).astype(np.float32),
            lean=load(folder / "lean.npy", np.float32),
        )
        if not opened.fits():
            raise BundleDamaged(
                f"{folder.name}: the arrays of the distilled encoder do not fit each other, or vectors of "
                f"{profile.dim} dimensions; rebuild the bundle"
            )
        return opened

    def fits(self) -> bool:
        """Tell whether the shapes are those of one encoder."""
        words, rank, dim = self.terms.sorted.size, self.directions.shape[:1], (self.profile.dim,)
        groups, rows = self.kin.rows.starts, self.kin.rows.values
        return (
            self.table.shape == (words, *rank)
            and self.scales.shape == (words,)
            and self.directions.shape == (*rank, *dim)
            and self.lean.shape == dim
            and groups.shape == (self.kin.prefixes.sorted.size + 1,)
            and int(groups[-1]) == rows.size
            and int(rows.max(initial=0)) < max(words, 1)
        )


def begins_like_others(stem: str) -> bool:
    """Tell whether a stem's first letters may speak for it: it is no number, and longer than what is compared."""
    return len(stem) >= PREFIX_LENGTH and not stem.isdigit()
