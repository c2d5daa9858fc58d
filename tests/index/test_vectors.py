"""Vectors: refused, quantised, written the same twice, mapped, and compared as the formulas say."""

import struct
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from usearch.compiled import ScalarKind
from usearch.index import Index

from kadr.errors import BundleDamaged, EncodeError
from kadr.index.vectors import BLOCK, MEASURES, Measure, VectorIndex, quantise, write_vectors
from tests.index.samples import few

Floats = NDArray[np.float32]
INT8 = 0.01
"""What a cosine may be off by on 32 dimensions: twice the worst of 24,000 that were measured."""


def clustered(n: int, dim: int, seed: int = 0) -> Floats:
    """Return vectors as encoders give them: near a few themes, of length one."""
    rng = np.random.default_rng(seed)
    themes = rng.normal(size=(max(n // 50, 2), dim))
    vectors = themes[rng.integers(0, len(themes), n)] + 0.6 * rng.normal(size=(n, dim))
    return np.asarray(vectors / np.linalg.norm(vectors, axis=1, keepdims=True), dtype=np.float32)


def written(folder: Path, vectors: Floats) -> VectorIndex:
    path = folder / "films.usearch"
    return VectorIndex.open(path, write_vectors(path, vectors, [f"film-{i}" for i in range(len(vectors))]))


def cosines(query: Floats, vectors: Floats) -> Floats:
    lengths = np.linalg.norm(vectors, axis=1) * np.linalg.norm(query)
    return np.asarray(vectors @ query / lengths, dtype=np.float32)


@given(st.integers(0, 2**32 - 1), st.floats(1e-6, 1e6))
def test_each_vector_is_scaled_by_its_own_largest_component(seed: int, scale: float) -> None:
    vectors = np.random.default_rng(seed).normal(size=(4, 9)).astype(np.float32)
    quantised = quantise(vectors)
    assert quantised.dtype == np.int8
    assert np.abs(quantised.astype(int)).max(axis=1).tolist() == [127] * 4
    peaks = np.abs(vectors).max(axis=1, keepdims=True)
    assert np.abs(quantised / 127 - vectors / peaks).max() <= 0.5 / 127 + 1e-6
    own = np.float32(scale) * vectors[:1]
    assert np.abs(quantise(own).astype(int) - quantised[:1]).max() <= 1


@pytest.mark.parametrize(
    "spoil", [np.zeros(8), np.full(8, np.nan), np.r_[np.ones(7), np.inf], np.r_[np.ones(7), np.nan], -np.zeros(8)]
)
def test_a_vector_that_means_nothing_is_refused_with_the_film(tmp_path: Path, spoil: Floats) -> None:
    vectors = clustered(5, 8)
    vectors[3] = spoil
    with pytest.raises(EncodeError, match="the vector of film d is zero or not finite"):
        write_vectors(tmp_path / "v", vectors, list("abcde"))
    assert not (tmp_path / "v").exists()
    with pytest.raises(EncodeError, match="vector 3 is zero or not finite"):
        quantise(vectors)


@pytest.mark.parametrize("vectors", [clustered(4, 8), clustered(6, 8), np.ones(5, dtype=np.float32)])
def test_another_number_of_vectors_than_films_is_refused(tmp_path: Path, vectors: Floats) -> None:
    with pytest.raises(EncodeError, match="5 films need as many vectors"):
        write_vectors(tmp_path / "v", vectors, list("abcde"))


def test_a_query_of_the_wrong_shape_or_without_meaning_is_refused(tmp_path: Path) -> None:
    index = written(tmp_path, clustered(5, 8))
    for query in (np.ones(7, np.float32), np.ones(9, np.float32), np.ones((1, 8), np.float32)):
        with pytest.raises(EncodeError, match="the index holds vectors of 8"):
            index.cosines(query)
    for query in (np.zeros(8, np.float32), np.full(8, np.nan, dtype=np.float32)):
        with pytest.raises(EncodeError, match="zero or not finite"):
            index.similarities(query, "l2")


def test_two_writes_give_the_same_bytes(tmp_path: Path) -> None:
    vectors = clustered(700, 32)
    ids = [str(i) for i in range(700)]
    write_vectors(tmp_path / "a", vectors, ids)
    write_vectors(tmp_path / "b", vectors.copy(), ids)
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()


def test_the_file_is_one_that_usearch_reads_and_its_keys_are_rows(tmp_path: Path) -> None:
    vectors = clustered(300, 32)
    index = written(tmp_path, vectors)
    graph = Index.restore(str(index.path))
    assert graph is not None
    assert (len(graph), graph.ndim, graph.dtype) == (300, 32, ScalarKind.I8)
    assert sorted(graph.keys) == list(range(300))
    stored = np.asarray(graph.get(np.arange(300, dtype=np.uint64)))
    assert np.array_equal(stored, quantise(vectors))
    found = graph.search(quantise(vectors), 1, exact=True)
    near_itself = np.asarray(found.distances).ravel()
    assert np.abs(near_itself).max() < 1e-5
    assert (np.asarray(found.keys).ravel() == np.arange(300)).mean() == 1.0


def test_the_mapped_matrix_is_what_was_quantised(tmp_path: Path) -> None:
    vectors = clustered(200, 24) * np.linspace(0.1, 9, 200, dtype=np.float32)[:, None]
    index = written(tmp_path, vectors)
    assert np.array_equal(index.matrix, quantise(vectors))
    assert index.dim == 24
    assert np.allclose(index.lengths, np.linalg.norm(quantise(vectors).astype(float), axis=1), rtol=1e-6)
    assert np.allclose(index.norms, np.linalg.norm(vectors, axis=1), rtol=1e-6)
    with pytest.raises(ValueError, match="read-only"):
        index.matrix[0, 0] = 0


@few
@given(st.integers(0, 2**32 - 1), st.lists(st.integers(0, 59), max_size=20))
def test_the_scores_of_any_rows_are_those_of_brute_force(
    tmp_path_factory: pytest.TempPathFactory, seed: int, rows: list[int]
) -> None:
    vectors = clustered(60, 32, seed)
    index = written(tmp_path_factory.mktemp("v"), vectors)
    query = clustered(1, 32, seed + 1)[0]
    everything = index.cosines(query)
    assert everything.dtype == np.float32
    assert np.abs(everything - cosines(query, vectors)).max() < INT8
    some = index.cosines(query, np.array(rows, dtype=np.int64))
    assert np.array_equal(some, everything[rows])


def test_ten_nearest_are_those_of_float32(tmp_path: Path) -> None:
    vectors = clustered(3000, 128)
    index = written(tmp_path, vectors)
    found = 0
    for query in clustered(50, 128, seed=0) + 0.02:
        true = set(np.argsort(-cosines(query, vectors), kind="stable")[:10].tolist())
        found += len(true & set(np.argsort(-index.cosines(query), kind="stable")[:10].tolist()))
    assert found / 500 >= 0.98


@few
@given(st.integers(0, 2**32 - 1))
def test_dot_and_l2_follow_their_formulas_on_vectors_of_any_length(
    tmp_path_factory: pytest.TempPathFactory, seed: int
) -> None:
    rng = np.random.default_rng(seed)
    vectors = clustered(40, 32, seed) * rng.uniform(0.2, 5, size=(40, 1)).astype(np.float32)
    query = clustered(1, 32, seed + 1)[0] * np.float32(rng.uniform(0.2, 5))
    index = written(tmp_path_factory.mktemp("v"), vectors)
    sizes = np.linalg.norm(vectors, axis=1) * np.linalg.norm(query)
    assert np.all(np.abs(index.similarities(query, "dot") - vectors @ query) < INT8 * sizes)
    distances = np.linalg.norm(vectors - query, axis=1)
    back = 1 / index.similarities(query, "l2").astype(float) - 1
    # The error of a squared distance is twice that of the dot product.
    assert np.all(np.abs(back**2 - distances**2) < 2 * INT8 * sizes + 1e-3)
    assert np.array_equal(index.similarities(query, "cosine"), index.cosines(query))


def test_a_film_is_nearest_to_itself_and_its_vector_keeps_its_length(tmp_path: Path) -> None:
    vectors = clustered(50, 32) * np.float32(3)
    index = written(tmp_path, vectors)
    for row in range(50):
        assert np.linalg.norm(index.vector(row)) == pytest.approx(3, rel=1e-5)
        assert np.linalg.norm(index.vector(row) - vectors[row]) < 3 * 0.02
        own = index.cosines(index.vector(row))
        assert own[row] == pytest.approx(1, abs=1e-5)
        assert own.argmax() == row
        assert own.max() <= 1
    # A film at distance zero from the query has the greatest similarity there is.
    assert index.similarities(index.vector(4), "l2")[4] > 0.95


def test_an_empty_catalogue_and_a_single_film(tmp_path: Path) -> None:
    empty = written(tmp_path, np.empty((0, 8), dtype=np.float32))
    assert empty.cosines(np.ones(8, np.float32)).shape == (0,)
    one = written(tmp_path, np.ones((1, 8), dtype=np.float32))
    assert one.cosines(np.ones(8, np.float32)).tolist() == pytest.approx([1.0])
    assert one.similarities(-np.ones(8, np.float32), "cosine").tolist() == pytest.approx([-1.0])
    assert one.cosines(np.ones(8, np.float32), np.array([], dtype=np.int64)).shape == (0,)


def test_a_file_of_another_count_is_refused(tmp_path: Path) -> None:
    index = written(tmp_path, clustered(9, 8))
    with pytest.raises(BundleDamaged, match=r"films\.usearch: holds 9 vectors where 8 films are"):
        VectorIndex.open(index.path, index.norms[:8])
    data = index.path.read_bytes()
    for damaged in (b"", data[:7], data[:8], data[: 8 + 9 * 8 - 1], struct.pack("<II", 9, 2**31) + data[8:]):
        index.path.write_bytes(damaged)
        with pytest.raises(BundleDamaged, match="rebuild the bundle"):
            VectorIndex.open(index.path, index.norms)


@pytest.mark.parametrize("measure", MEASURES)
def test_a_film_without_a_vector_is_near_to_nothing(tmp_path: Path, measure: Measure) -> None:
    vectors = clustered(9, 6)
    void = np.zeros(9, dtype=np.bool_)
    void[[2, 8]] = True
    vectors[void] = [[0.0] * 6, [np.nan] * 6]  # whatever stands there
    norms = write_vectors(tmp_path / "films.usearch", vectors, [str(i) for i in range(9)], void)
    index = VectorIndex.open(tmp_path / "films.usearch", norms)
    assert [index.is_void(row) for row in range(9)] == void.tolist()
    for query in vectors[~void]:
        similar = index.similarities(query, measure)
        assert similar[void].max() <= similar[~void].min()


def test_a_matrix_of_many_blocks_is_written_as_one(tmp_path: Path) -> None:
    vectors = np.random.default_rng(4).normal(size=(BLOCK + 70, 4)).astype(np.float32)
    norms = write_vectors(tmp_path / "films.usearch", vectors, [str(i) for i in range(len(vectors))])
    index = VectorIndex.open(tmp_path / "films.usearch", norms)
    assert np.array_equal(index.matrix, quantise(vectors))
    assert np.allclose(index.norms, np.linalg.norm(vectors, axis=1))


def many(folder: Path, vectors: Floats, counts: list[int], void: list[int] | None = None) -> VectorIndex:
    """Write films of so many passages each."""
    starts = np.cumsum([0, *counts])
    nothing = np.zeros(len(vectors), dtype=np.bool_)
    nothing[void or []] = True
    path = folder / "films.usearch"
    norms = write_vectors(path, vectors, [f"film-{i}" for i in range(len(counts))], nothing, starts)
    return VectorIndex.open(path, norms)


@few
@given(st.integers(0, 2**32 - 1), st.lists(st.integers(1, 5), min_size=1, max_size=20))
def test_a_film_is_as_near_as_its_nearest_passage(
    tmp_path_factory: pytest.TempPathFactory, seed: int, counts: list[int]
) -> None:
    vectors = clustered(sum(counts), 16, seed)
    index, flat = many(tmp_path_factory.mktemp("v"), vectors, counts), written(tmp_path_factory.mktemp("v"), vectors)
    query = clustered(1, 16, seed + 1)[0]
    starts = np.cumsum([0, *counts]).tolist()
    assert index.n_films == len(counts)
    for measure in MEASURES:
        of_passages = flat.similarities(query, measure).tolist()
        films = [max(of_passages[a:b]) for a, b in pairwise(starts)]
        assert index.similarities(query, measure).tolist() == films
    cosines = flat.cosines(query).tolist()
    for row, (a, b) in enumerate(pairwise(starts)):
        assert cosines[a + index.nearest_passage(query, row)] == max(cosines[a:b])
        assert np.array_equal(index.vector(row), flat.vector(a))
    some = np.arange(len(counts))[::-2]
    assert np.array_equal(index.cosines(query, some), index.cosines(query)[some])


def test_films_of_one_passage_are_as_they_ever_were(tmp_path: Path) -> None:
    index = written(tmp_path, clustered(20, 8))
    assert index.starts is None
    assert index.n_films == 20
    assert [path.name for path in tmp_path.iterdir()] == ["films.usearch"]
    assert index.nearest_passage(np.ones(8, np.float32), 3) == 0


def test_a_film_has_a_vector_where_any_passage_has(tmp_path: Path) -> None:
    vectors = clustered(7, 8)
    index = many(tmp_path, vectors, [3, 1, 2, 1], void=[0, 3, 4, 5])
    assert [index.is_void(row) for row in range(4)] == [False, True, True, False]
    assert index.has_vector.tolist() == [True, False, False, True]
    assert np.allclose(index.vector(0), vectors[1], atol=0.02)  # its whole was refused: the first that was not
    assert index.cosines(vectors[6])[1:3].tolist() == [-1, -1]
    assert index.nearest_passage(vectors[2], 0) == 2


def test_a_refused_passage_names_its_film(tmp_path: Path) -> None:
    vectors = clustered(6, 8)
    vectors[4] = np.nan
    with pytest.raises(EncodeError, match="the vector of film film-1 is zero or not finite"):
        many(tmp_path, vectors, [3, 2, 1])
    with pytest.raises(EncodeError, match="2 films need as many vectors"):
        many(tmp_path, clustered(6, 8), [3, 2])


@pytest.mark.parametrize("starts", [[0, 3, 3, 6], [0, 4, 2, 6], [1, 2, 3, 6], [0, 2, 4, 5], [], [[0, 6]]])
def test_starts_that_are_none_are_refused(tmp_path: Path, starts: list[int]) -> None:
    index = many(tmp_path, clustered(6, 8), [2, 3, 1])
    np.save(tmp_path / "films.passages.npy", np.array(starts, dtype=np.uint32))
    with pytest.raises(
        BundleDamaged,
        match=r"films\.passages\.npy: (does not say which of 6 vectors are a film's|holds uint32 in 2 dimensions)",
    ):
        VectorIndex.open(index.path, index.norms)


def test_what_rounding_lost_gives_the_nearest_their_true_order(tmp_path: Path) -> None:
    vectors = clustered(3000, 64)
    path, ids = tmp_path / "films.usearch", [str(i) for i in range(3000)]
    rough = VectorIndex.open(path, write_vectors(path, vectors, ids))
    fine = VectorIndex.open(path, write_vectors(path, vectors, ids, fine=True))
    found = kept = 0
    for query in clustered(60, 64, seed=0) + 0.02:
        truth = cosines(query, vectors)
        true = set(np.argsort(-truth, kind="stable")[:10].tolist())
        best = np.argsort(-fine.cosines(query), kind="stable")[:10]
        assert np.abs(fine.cosines(query)[best] - truth[best]).max() < 1e-4
        found += len(true & set(best.tolist()))
        kept += len(true & set(np.argsort(-rough.cosines(query), kind="stable")[:10].tolist()))
    assert found >= 0.999 * 600
    assert kept < found


def test_films_without_a_vector_stay_last_where_the_nearest_are_compared_again(tmp_path: Path) -> None:
    void = np.array([False, True, True, False, True])
    path = tmp_path / "films.usearch"
    vectors = clustered(5, 8)
    index = VectorIndex.open(path, write_vectors(path, vectors, list("abcde"), void, fine=True))
    assert index.cosines(-vectors[0])[void].tolist() == [-1, -1, -1]


def test_another_index_s_fine_numbers_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "films.usearch"
    norms = write_vectors(path, clustered(5, 8), list("abcde"), fine=True)
    np.save(tmp_path / "films.fine.npy", np.zeros((4, 8), dtype=np.int8))
    with pytest.raises(BundleDamaged, match=r"films\.fine\.npy: is of other vectors than films\.usearch"):
        VectorIndex.open(path, norms)
