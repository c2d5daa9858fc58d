"""What eight bits cost: `python -m bench.vectors [vectors.npy]`.

Recall@10 against float32, the time of a scan and the bytes of a film: as stored, with the nearest compared again by
what rounding lost, and with float16 copies of them. By default the vectors are the embedded encoder's of the English
corpus; a file of a model's own, float32 (n, dim), may be named instead. Every 40th vector asks, and is in no index.
"""

import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from bench.common import test_data
from kadr.collect.files import read_file
from kadr.encode.encoder import Role
from kadr.encode.fit import fit_embedded
from kadr.encode.passages import passage
from kadr.index.beside import FINE, RESCORED
from kadr.index.vectors import VectorIndex, write_vectors
from kadr.sources import FileSource

EVERY = 40
K = 10
Vectors = NDArray[np.float32]
Score = Callable[[Vectors], Vectors]


def main() -> None:
    """Write the vectors as a bundle holds them, and print a line for each way to compare them."""
    vectors = np.load(sys.argv[1]).astype(np.float32) if len(sys.argv) > 1 else _embedded()
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    asks = np.arange(len(vectors)) % EVERY == 0
    queries, films = vectors[asks], vectors[~asks]
    print(f"{len(films)} vectors of {films.shape[1]} dimensions, {len(queries)} queries")
    with tempfile.TemporaryDirectory() as folder:
        path, ids = Path(folder) / "films.usearch", [str(i) for i in range(len(films))]
        rough = VectorIndex.open(path, write_vectors(path, films, ids))
        size = path.stat().st_size / len(films)
        fine = VectorIndex.open(path, write_vectors(path, films, ids, fine=True))
        more = path.with_suffix(FINE).stat().st_size / len(films)
        half = films.astype(np.float16)
        ways: tuple[tuple[str, Score, float], ...] = (
            ("float32, every number", lambda q: films @ q, films.shape[1] * 4),
            ("int8, query too", rough.cosines, size),
            (f"int8, {RESCORED} nearest by float32 query", lambda q: _again(rough, q, rough.matrix), size),
            (f"int8, {RESCORED} nearest by float16", lambda q: _again(rough, q, half), size + 2 * films.shape[1]),
            (f"int8, {RESCORED} nearest by what was lost", fine.cosines, size + more),
        )
        truth = [_best(films @ q) for q in queries]
        for name, score, width in ways:
            _show(name, score, queries, truth, width)


def _embedded() -> Vectors:
    path = test_data() / "catalogues" / "tmdb_overviews.csv"
    passages = [passage(film) for film in read_file(FileSource(name="overviews", path=str(path))).films]
    return fit_embedded(passages).encode(passages, Role.PASSAGE)


def _again(index: VectorIndex, query: Vectors, rows: NDArray[np.generic]) -> Vectors:
    """Return the cosines of int8, the highest by other rows and the query as it is."""
    cosines = index.cosines(query)
    places = np.argpartition(cosines, len(cosines) - RESCORED)[len(cosines) - RESCORED :]
    exact = rows[places].astype(np.float32)
    # Others stay below: only the order of the first ten is looked at.
    cosines[places] = 1 + exact @ query / np.linalg.norm(exact, axis=1)
    return cosines


def _best(scores: Vectors) -> set[int]:
    return set(np.argsort(-scores, kind="stable")[:K].tolist())


def _show(name: str, score: Score, queries: Vectors, truth: list[set[int]], width: float) -> None:
    seconds = []
    found = 0
    for query, true in zip(queries, truth, strict=True):
        start = time.perf_counter()
        scores = score(query)
        seconds.append(time.perf_counter() - start)
        found += len(true & _best(scores))
    recall = found / (K * len(queries))
    print(f"{name:<40} recall@10 {recall:.4f}   median {np.median(seconds) * 1000:6.2f} ms   {width:6.0f} bytes a film")


if __name__ == "__main__":
    main()
