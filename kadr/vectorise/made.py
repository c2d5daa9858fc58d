"""What an encoder gives the build."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kadr.encode.encoder import Canary, Profile
from kadr.index.vectors import VectorIndex

__all__ = ["CANARIES", "CANARY_DIGITS", "Asked", "Made", "canaries_of"]

CANARIES = ("корабль терпит крушение у необитаемого острова", "a detective hunts a killer in a rainy city")
CANARY_DIGITS = 6
"""Six digits hold a cosine to 1e-6, and keep the manifest short."""

Vectors = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Asked:
    """A leg's vectors of the questions, each float32 (its questions, dim); a row of NaN where it has no vector."""

    pieces: Vectors
    nonsense: Vectors
    probes: Vectors


@dataclass(frozen=True, slots=True)
class Made:
    """What became of the films.

    `profile`: with canaries. `vectors`: float32 (passages, dim), in row order, possibly mapped from disk. `void`: bool
    (passages,), those without a vector. `starts`: which are a film's, as in `kadr.index.vectors.write_vectors`.
    `legs`: by name. `told`: what is to be told of the work, as JSON values.

    Probes are asked of films that lost a text to them. `reduced`: the passages of those that did, a row of NaN for one
    without a vector; or `blind`: all films, where the encoder was fitted anew, to know nothing of the texts.
    """

    profile: Profile
    vectors: Vectors
    void: NDArray[np.bool_]
    legs: Mapping[str, Asked]
    starts: NDArray[np.integer] | None = None
    reduced: VectorIndex | None = None
    blind: VectorIndex | None = None
    told: Mapping[str, Any] = field(default_factory=dict)

    def of_wholes(self) -> Vectors:
        """Return one vector a film, float32 (films, dim), that of its whole; a row of NaN for one that has none."""
        first = np.arange(len(self.vectors)) if self.starts is None else self.starts[:-1].astype(np.int64)
        wholes = np.array(self.vectors[first], dtype=np.float32)
        wholes[self.void[first]] = np.nan
        return wholes


def canaries_of(vectors: Vectors) -> tuple[Canary, ...]:
    """Return the canaries with their vectors, float32 (len(CANARIES), dim), as the manifest holds them."""
    rounded = vectors.astype(np.float64).round(CANARY_DIGITS).tolist()
    return tuple(Canary(text, tuple(vector)) for text, vector in zip(CANARIES, rounded, strict=True))
