"""Voices: what the texts of one source have in common, taken out of the films' vectors.

An encyclopaedia tells who made a film and when, a service what happens in it, and a model hears that first: of the ten
films nearest to one of an encyclopaedia 93 % were the encyclopaedia's, of two films in five that are, and asked with a
plot in a service's words it had 8 % of them in the first ten, where it has 17 % without the voices. So the mean of each
voice is brought to the mean of all; decision record 0006 has what that is worth.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

from kadr.film import Film

__all__ = ["Voices"]

LEAST = 200
"""Films of a voice that is taken out: of fewer, what they tell of would pass for how they tell it. The error of their
mean is then a fourteenth of a vector's length; two sources were .41 apart."""
BLOCK = 4_096
"""Films that are in memory at once."""
TINY = float(np.finfo(np.float32).tiny)

Vectors = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Voices:
    """The voices of a catalogue.

    `of_film`: intp (films,), the number of each film's. `apart`: float32 (voices, dim), by how much the mean of each
    differs from that of all; zeros for one of few films.
    """

    of_film: NDArray[np.intp]
    apart: Vectors

    @classmethod
    def of(cls, films: Sequence[Film], vectors: Vectors, firsts: NDArray[np.integer]) -> Self:
        """Return the voices of films: one for the sources and languages of their descriptions.

        Args:
            films: in row order.
            vectors: float32 (passages, dim), of length one, zeros for a passage that has none; possibly mapped.
            firsts: the passage that is each film's whole, (films,).
        """
        numbers: dict[frozenset[tuple[str, str]], int] = {}
        voices = [frozenset((d.source, d.language) for d in film.descriptions) for film in films]
        of_film = np.array([numbers.setdefault(voice, len(numbers)) for voice in voices], dtype=np.intp)
        sums, counts = np.zeros((len(numbers), vectors.shape[1])), np.zeros(len(numbers))
        for start in range(0, len(films), BLOCK):
            block, voice = vectors[firsts[start : start + BLOCK]], of_film[start : start + BLOCK]
            counts += np.bincount(voice[block.any(axis=1)], minlength=len(counts))
            for each in np.unique(voice):
                sums[each] += block[voice == each].sum(axis=0, dtype=np.float64)
        mean = sums.sum(axis=0) / max(counts.sum(), 1)
        apart = np.where((counts >= LEAST)[:, None], sums / np.maximum(counts, 1)[:, None] - mean, 0)
        return cls(of_film, apart.astype(np.float32))

    def without(self, vectors: Vectors, rows: NDArray[np.integer]) -> Vectors:
        """Return vectors, float32 (n, dim), less the voices of their films, of length one.

        Args:
            vectors: of length one; zeros, or NaN, for one that has none, and it stays so.
            rows: the film of each, (n,).
        """
        there = vectors.any(axis=1, keepdims=True)
        rest = np.where(there, vectors - self.apart[self.of_film[rows]], 0)
        lengths = np.linalg.norm(rest, axis=1, keepdims=True)
        plain: Vectors = (rest / np.maximum(lengths, np.float32(TINY))).astype(np.float32)
        return plain

    def take_out(self, vectors: Vectors, rows: NDArray[np.integer]) -> None:
        """Do the same in place, to vectors that may be mapped from disk."""
        for start in range(0, len(vectors), BLOCK):
            some = slice(start, start + BLOCK)
            vectors[some] = self.without(vectors[some], rows[some])
