"""EASE-UW with a weight for each pair of films, before rank and bytes are cut: the shipped model is held against it."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from kadr.recommend.train.ease import FittedEase
from kadr.recommend.train.interactions import Interactions
from kadr.recommend.train.learnable import liked_films
from kadr.recommend.train.low_rank import Weights
from kadr.recommend.train.reduced import EaseUw

if TYPE_CHECKING:
    from kadr.recommend.train.inverse import Doubles, Inverse
    from kadr.recommend.train.reduced import Known, Liked

BLOCK = 512
Singles = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Whole(EaseUw):
    """The same model whole. Films that nobody liked have no weights."""

    def whole(self, data: Interactions) -> FittedEase:
        """Solve, in memory of the squared number of films, four bytes each."""
        return FittedEase(liked_films(data), self.vectors(data)[0], data.n_items)

    def spread(
        self,
        known: "Known",
        inverse: "Inverse",
        ridges: "Doubles",
        liked: "Liked",
    ) -> tuple[Singles, Singles]:
        """Return the weights, float32 (m, m), in place of the encoder, and nothing in place of the decoder."""
        del ridges, liked
        counts = known.counts
        damping = (np.maximum(counts, 1) / counts[counts > 0].mean()) ** -self.output_power
        m = known.films.size
        weights = Weights(inverse, damping[known.films], np.zeros(m))
        made = np.zeros((m, m), dtype=np.float32)
        for start in range(0, m, BLOCK):
            one = np.zeros((m, min(BLOCK, m - start)))
            one[np.arange(start, start + one.shape[1]), np.arange(one.shape[1])] = 1
            made[:, start : start + BLOCK] = weights.times(one)
        return made, np.empty((0, 0), dtype=np.float32)
