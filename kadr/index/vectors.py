"""The vectors of all films: int8, exact, memory-mapped from the very file that holds the usearch graph.

What was measured on film texts, and why it is built so:

* usearch's own cast to int8 uses 6 of 127 levels of a 384-d unit vector; scaling each vector by its own largest
  absolute value uses all of them, and lifts recall@10 against float32 from .94 to .99. Cosine does not see the scale.
* usearch's Python has no filter, and below some 300,000 films scoring every allowed one is affordable and never wrong.
  With one thread the file holds the matrix in insertion order behind an 8-byte header, so it is its own exact index.
* usearch accepts NaN and zero vectors and answers nonsense, so they are refused here, with the film's id.
* search parameters are not kept in the file: `expansion_search` falls back to 64 when it is opened again.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, Self

import numkong
import numpy as np
from numpy.typing import NDArray

from kadr.errors import BundleDamaged, EncodeError
from kadr.index.arrays import save
from kadr.index.beside import FINE, PASSAGES, fine_of, rescore, rests, starts_of

__all__ = ["LEVELS", "MEASURES", "Measure", "VectorIndex", "int8_rows", "quantise", "write_vectors"]

Measure = Literal["cosine", "dot", "l2"]
MEASURES: tuple[Measure, ...] = ("cosine", "dot", "l2")

LEVELS = 127
"""The largest int8 magnitude that both signs have."""
HEADER = 8
"""Bytes before the matrix in a usearch file: rows and bytes a row, uint32 each."""
CONNECTIVITY = 16
EXPANSION_ADD = 128
EXPANSION_SEARCH = 128
"""usearch's defaults, but for a wider search: the graph serves only catalogues too large for the exact scan."""
SPARSE = 4
"""Where less than one vector of so many is asked for, they are brought together first; else scanning all costs less (of
40,000 with 384 numbers, 10,000 cost a third of a scan to gather and a quarter to compare)."""
BLOCK = 4096
"""Rows that are in memory as float32 at once: 16 MiB at 1,024 dimensions."""


def int8_rows(rows: NDArray[np.float32]) -> tuple[NDArray[np.int8], NDArray[np.float32]]:
    """Return int8 (n, dim) and scales, float32 (n,), whose product is the rows, within half a step of each number.

    A row's step is a 127th of its largest absolute value; a row of zeros has the scale 0.
    """
    peaks = np.abs(rows).max(axis=1, initial=0.0).astype(np.float32)
    steps = np.where(peaks > 0, peaks, np.float32(1))[:, None]
    return np.rint(rows / steps * LEVELS).astype(np.int8), peaks / np.float32(LEVELS)


def quantise(vectors: NDArray[np.float32]) -> NDArray[np.int8]:
    """Return each vector scaled by its own largest absolute value and rounded to int8, (n, dim).

    Raises:
        EncodeError: a vector is zero or not finite.
    """
    bad = ~(np.isfinite(vectors).all(axis=1) & vectors.any(axis=1)) if vectors.size else np.empty(0, np.bool_)
    if bad.any():
        raise EncodeError(f"vector {int(np.flatnonzero(bad)[0])} is zero or not finite")
    return int8_rows(vectors)[0]


def write_vectors(
    path: Path,
    vectors: NDArray[np.float32],
    film_ids: Sequence[str],
    void: NDArray[np.bool_] | None = None,
    starts: NDArray[np.integer] | None = None,
    *,
    fine: bool = False,
) -> NDArray[np.float32]:
    """Write the usearch file of all films in row order, and return the raw norms, float32 (n,).

    Args:
        path: where the file goes; what else is needed goes beside it.
        vectors: float32 (n, dim), of any length; the scale of each is kept apart, in its norm. A memory-mapped array is
            read block by block.
        film_ids: the film of each row, for the messages.
        void: bool (n,), passages that have no vector: their rows may hold anything, their norm is 0, and they are near
            to nothing. None where every one has one.
        starts: unsigned (films + 1,), where films have several passages: film i has the vectors from `starts[i]` to
            before `starts[i + 1]`, its whole first. None where each has one.
        fine: whether what rounding lost is kept, too, as a byte a number: the nearest are then compared again.

    Raises:
        EncodeError: a vector is zero or not finite, or the counts differ; the message names the film.
    """
    from usearch.compiled import MetricKind, ScalarKind
    from usearch.index import Index

    bounds = np.arange(len(film_ids) + 1) if starts is None else starts
    if vectors.ndim != 2 or len(bounds) != len(film_ids) + 1 or len(vectors) != int(bounds[-1]):
        raise EncodeError(f"{len(film_ids)} films need as many vectors, got an array of shape {vectors.shape}")
    index = Index(
        ndim=vectors.shape[1],
        metric=MetricKind.Cos,
        dtype=ScalarKind.I8,
        connectivity=CONNECTIVITY,
        expansion_add=EXPANSION_ADD,
        expansion_search=EXPANSION_SEARCH,
    )
    norms = np.empty(len(vectors), dtype=np.float32)
    lost = np.empty(vectors.shape if fine else (0, 0), dtype=np.int8)
    nothing = np.zeros(len(vectors), dtype=np.bool_) if void is None else void
    for start in range(0, len(vectors), BLOCK):
        rows = slice(start, start + BLOCK)
        block, bad = _block(vectors[rows], nothing[rows])
        if bad.any():
            at = int(np.searchsorted(bounds, start + int(np.flatnonzero(bad)[0]), side="right")) - 1
            raise EncodeError(f"the vector of film {film_ids[at]} is zero or not finite")
        quantised = quantise(block)
        # One thread, so that the same vectors give the same bytes, and rows stand in insertion order.
        index.add(np.arange(start, start + len(block), dtype=np.uint64), quantised, threads=1)
        norms[rows] = np.where(nothing[rows], 0, np.linalg.norm(block, axis=1))
        if fine:
            lost[rows] = rests(block, quantised)
    index.save(str(path))
    if starts is not None:
        save(path.with_suffix(PASSAGES), starts.astype(np.uint32))
    if fine:
        save(path.with_suffix(FINE), lost)
    return norms


def _block(vectors: NDArray[np.float32], nothing: NDArray[np.bool_]) -> tuple[NDArray[np.float32], NDArray[np.bool_]]:
    """Return vectors as they are written, those that mean nothing as any direction, and which must not be."""
    block = np.array(vectors, dtype=np.float32)
    block[nothing] = 0
    block[nothing, :1] = 1  # the norm says that it means nothing
    return block, np.asarray(~(np.isfinite(block).all(axis=1) & block.any(axis=1)))


@dataclass(frozen=True, slots=True)
class VectorIndex:
    """Exact similarity of a query to films.

    `matrix`: int8 (n, dim), mapped. `lengths`: float32 (n,), Euclidean norms of the int8 rows, infinite for those that
    have no vector. `norms`: float32 (n,), norms of the vectors before they were quantised, 0 for those that have none.
    `starts`: where films have several passages, unsigned (films + 1,); film i has the rows from `starts[i]` to before
    `starts[i + 1]`, its whole first. None where each has one row. `fine`: int8 (n, dim), what rounding lost; None where
    that was not kept. `inverse`: float32 (n,), 1 / `lengths`, so that no query divides. `has_void`: whether any has
    no vector.

    A film is as near as the nearest of its passages. One without a vector counts as the opposite of whatever is asked.
    """

    path: Path
    matrix: NDArray[np.int8]
    lengths: NDArray[np.float32]
    norms: NDArray[np.float32]
    starts: NDArray[np.integer] | None = None
    fine: NDArray[np.int8] | None = None
    inverse: NDArray[np.float32] = field(init=False)
    has_void: bool = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "inverse", 1 / self.lengths)
        object.__setattr__(self, "has_void", bool(np.isinf(self.lengths).any()))

    @property
    def dim(self) -> int:
        """Number of dimensions."""
        return int(self.matrix.shape[1])

    @property
    def n_films(self) -> int:
        """Number of films."""
        return len(self.norms) if self.starts is None else len(self.starts) - 1

    @property
    def has_vector(self) -> NDArray[np.bool_]:
        """Which films have a vector, bool (films,)."""
        return self._best(self.norms) > 0

    @property
    def unit_norms(self) -> bool:
        """Tell whether all norms are one, so that cosine, dot and l2 rank alike."""
        return bool(np.allclose(self.norms[self.norms > 0], 1.0, atol=1e-3))

    def is_void(self, row: int) -> bool:
        """Tell whether a film has no vector."""
        return not self.norms[self._passages(row)].any()

    def cosines(self, query: NDArray[np.float32], rows: NDArray[np.integer] | None = None) -> NDArray[np.float32]:
        """Return the cosine of a query with every film, or with the given ones in their order; 1 is nearest.

        Raises:
            EncodeError: the query has the wrong dimension, or is zero or not finite.
        """
        if rows is not None and self.starts is None and rows.size * SPARSE < self.n_films:
            return self._cosines(query, rows)
        cosines = self._best(self._cosines(query, slice(None)))
        return cosines if rows is None else cosines[rows]

    def nearest_passage(self, query: NDArray[np.float32], row: int) -> int:
        """Return which passage of a film is nearest to a query: 0 is its whole, and 1 the first of its windows.

        Raises:
            EncodeError: the query has the wrong dimension, or is zero or not finite.
        """
        return int(np.argmax(self._cosines(query, self._passages(row))))

    def similarities(self, query: NDArray[np.float32], measure: Measure) -> NDArray[np.float32]:
        """Return the similarity of a query to every film under a measure, float32 (films,); higher is nearer.

        cosine: in [-1, 1]. dot: the inner product with the vector before normalisation. l2: 1 / (1 + Euclidean
        distance), in (0, 1]. The query counts with its own length.
        """
        cosines = self._cosines(query, slice(None))
        if measure == "cosine":
            return self._best(cosines)
        norms = np.where(self.norms > 0, self.norms, np.float32(1))
        length = np.float32(np.linalg.norm(query))
        dots = cosines * norms * length
        if measure == "dot":
            return self._best(dots)
        squared = np.maximum(norms**2 + length**2 - 2 * dots, 0)
        similar: NDArray[np.float32] = (1 / (1 + np.sqrt(squared))).astype(np.float32)
        return self._best(similar)

    def vector(self, row: int) -> NDArray[np.float32]:
        """Return the vector of one film, float32 (dim,), with its length before quantisation: that of its whole."""
        at = self._passages(row)
        first = at.start + int(np.argmax(self.norms[at] > 0))
        scale = self.norms[first] / self.lengths[first]
        vector: NDArray[np.float32] = self.matrix[first].astype(np.float32) * scale
        return vector

    def _passages(self, row: int) -> slice:
        if self.starts is None:
            return slice(row, row + 1)
        return slice(int(self.starts[row]), int(self.starts[row + 1]))

    def _best(self, of_passages: NDArray[np.float32]) -> NDArray[np.float32]:
        """Return the greatest number of each film, float32 (films,), of those of its passages."""
        if self.starts is None or not self.n_films:
            return of_passages
        best: NDArray[np.float32] = np.maximum.reduceat(of_passages, self.starts[:-1])
        return best

    def _cosines(self, query: NDArray[np.float32], at: slice | NDArray[np.integer]) -> NDArray[np.float32]:
        """Return the cosine of a query with vectors, whosesoever they are."""
        q = self._checked(query)
        matrix, inverse = self.matrix[at], self.inverse[at]
        if not len(matrix):
            return np.empty(0, dtype=np.float32)
        # Whole numbers below 2^24, which float32 holds; from here on in place, the scan has emptied the caches.
        cosines = np.asarray(numkong.cdist(q, matrix, metric="dot")).ravel().astype(np.float32)
        cosines *= inverse
        cosines *= 1 / np.linalg.norm(q.astype(np.float32))
        if self.has_void:
            cosines[inverse == 0] = -1
        if self.fine is not None:
            rescore(query, cosines, matrix, self.fine[at])
        return np.clip(cosines, np.float32(-1), np.float32(1), out=cosines)

    def _checked(self, query: NDArray[np.float32]) -> NDArray[np.int8]:
        if query.shape != (self.dim,):
            raise EncodeError(f"the query vector has shape {query.shape}, the index holds vectors of {self.dim}")
        return quantise(query[None, :])

    @classmethod
    def open(cls, path: Path, norms: NDArray[np.float32]) -> Self:
        """Map the matrix of a usearch file that `write_vectors` wrote, and what stands beside it.

        Raises:
            BundleDamaged: the file does not hold one int8 vector for each norm, or what stands beside it is of another.
        """
        size = path.stat().st_size
        rows, width = np.fromfile(path, dtype=np.uint32, count=2).tolist() if size >= HEADER else (0, 0)
        if rows != norms.size or size < HEADER + rows * width:
            raise BundleDamaged(f"{path.name}: holds {rows} vectors where {norms.size} films are; rebuild the bundle")
        if rows == 0:
            matrix = np.empty((0, width), dtype=np.int8)
        else:
            matrix = np.asarray(np.memmap(path, dtype=np.int8, mode="r", offset=HEADER, shape=(rows, width)))
        lengths = np.sqrt(np.einsum("ij,ij->i", matrix, matrix, dtype=np.float32)).astype(np.float32)
        lengths[norms == 0] = np.inf
        return cls(path, matrix, lengths, norms, starts_of(path, rows), fine_of(path, matrix.shape))
