"""The embedded encoder: TF-IDF of stems, projected by a truncated SVD that was fitted on the catalogue itself.

It needs no download, no token and no library but numpy. It is latent semantic analysis (Deerwester et al. 1990), not a
language model: it carries "more like this", the map, and the fallback where no word matches; measurement gives it a
small weight beside the words themselves.

Two axes stand behind the projected ones:

* *unknown*: what a query says that the projection cannot tell: words that the catalogue lacks, and what the projection
  drops of those it has. A query of unknown words lies on this axis alone, at a right angle to every film, so that
  nonsense is near to nothing.
* *void*: where a passage without a single known word lies, apart from every query.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Self

import numpy as np
from numpy.typing import NDArray

from kadr.analysis import stems
from kadr.encode.encoder import Profile, Role, checked_texts
from kadr.errors import BundleDamaged
from kadr.index.arrays import Keys, load, save

__all__ = ["EXTRA_AXES", "EmbeddedEncoder", "term_weights"]

EXTRA_AXES = 2
"""The unknown axis and the void axis, in this order, behind the projected ones."""
ROUNDING = 1e-6
"""A vector shorter than this is nothing but rounding."""


@dataclass(frozen=True, slots=True)
class EmbeddedEncoder:
    """A fitted encoder.

    `terms`: the vocabulary. `idf`: float32 (terms,). `directions`: int8 (terms, rank), and `scales`: float32 (terms,),
    whose product is the row of the projection. `unknown_idf`: the idf of a word that the catalogue lacks.
    `retention`: mean length that a passage of unit length keeps through the projection; what a query keeps less than
    that is its share of the unknown axis.
    """

    profile: Profile
    terms: Keys
    idf: NDArray[np.float32]
    directions: NDArray[np.int8]
    scales: NDArray[np.float32]
    unknown_idf: float
    retention: float

    def encode(self, texts: Sequence[str], role: Role) -> NDArray[np.float32]:
        """Return one vector a text, float32 (n, dim), each of length one.

        Raises:
            EncodeError: a text is empty.
        """
        vectors = np.zeros((len(texts), self.profile.dim), dtype=np.float32)
        for vector, text in zip(vectors, checked_texts(texts), strict=True):
            self._project(text[: self.profile.max_chars], role, vector)
        return vectors

    def vector(self, text: str) -> NDArray[np.float32]:
        """Return a query's vector, float32 (dim,); one of unknown words is at a right angle to every film."""
        return self.encode([text], Role.QUERY)[0]  # type: ignore[no-any-return]  # a row of an array is an array

    def is_void(self, vector: NDArray[np.float32]) -> bool:
        """Tell whether a passage's vector lies on the void axis."""
        return not vector[:-1].any()

    def _project(self, text: str, role: Role, vector: NDArray[np.float32]) -> None:
        names, tf = term_weights(text)
        at = self.terms.find(names)
        known = at >= 0
        at = at[known]
        weights = tf[known] * self.idf[at]
        unknown = float(np.sum((tf[~known] * self.unknown_idf) ** 2)) if role is Role.QUERY else 0.0
        length = float(np.sqrt(np.sum(weights**2) + unknown))
        if length > 0:
            weights = (weights / length * self.scales[at]).astype(np.float32)
            vector[:-EXTRA_AXES] = weights @ self.directions[at].astype(np.float32)
        kept = float(np.linalg.norm(vector))
        if role is Role.QUERY:
            vector[-2] = np.sqrt(max(self.retention**2 - kept**2, 0.0))
        norm = float(np.linalg.norm(vector))
        if norm > ROUNDING:
            vector /= norm
        else:
            vector[-2 if role is Role.QUERY else -1] = 1.0

    def save(self, folder: Path) -> None:
        """Write the arrays; the profile stands in the manifest."""
        self.terms.save(folder / "terms.npy")
        save(folder / "idf.npy", self.idf)
        save(folder / "directions.npy", self.directions)
        save(folder / "scales.npy", self.scales)
        save(folder / "unknown.npy", np.array([self.unknown_idf, self.retention]))

    @classmethod
    def open(cls, folder: Path, profile: Profile) -> Self:
        """Map the arrays.

        Raises:
            BundleDamaged: one is missing, cut short or does not fit the others.
        """
        unknown_idf, retention = load(folder / "unknown.npy", np.float64, length=2).tolist()
        terms = Keys.open(folder / "terms.npy")
        n = terms.sorted.size
        directions = load(folder / "directions.npy", np.int8, 2, n)
        if directions.shape[1] + EXTRA_AXES != profile.dim:
            raise BundleDamaged(f"directions.npy: is not of {profile.dim} dimensions; rebuild the bundle")
        return cls(
            profile=profile,
            terms=terms,
            idf=load(folder / "idf.npy", np.float32, length=n),
            directions=directions,
            scales=load(folder / "scales.npy", np.float32, length=n),
            unknown_idf=unknown_idf,
            retention=retention,
        )


def term_weights(text: str) -> tuple[list[str], NDArray[np.float32]]:
    """Return the distinct stems of a text and their sublinear frequencies, 1 + ln(tf), float32."""
    counts = Counter(stems(text))
    return list(counts), (1 + np.log(np.fromiter(counts.values(), dtype=np.float32, count=len(counts))))
