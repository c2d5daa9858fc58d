"""Nearness of candidates to recent queries."""

from pathlib import Path

import numpy as np

from kadr.index.vectors import VectorIndex, write_vectors
from kadr.search.closeness import closeness, meanings

X, Y, Z = np.eye(3, dtype=np.float32)


def test_the_nearest_is_one_and_the_farthest_none() -> None:
    found = closeness(np.array([X, Y, (X + Y) / np.sqrt(2)], np.float32), [X * 5])
    assert found[0] == 1
    assert found[1] == 0
    assert 0 < found[2] < 1


def test_a_later_query_counts_more() -> None:
    candidates = np.array([X, Y], np.float32)
    assert closeness(candidates, [X, Y]).tolist() == [0, 1]
    assert closeness(candidates, [Y, X]).tolist() == [1, 0]


def test_a_cluster_lifts_its_own() -> None:
    """Of two films equally far from what was asked, the one among films that are near comes first."""
    like = [X + 0.1 * Y, X + 0.05 * Y, X]
    rest = [Z, Z + 0.01 * Y, Z + 0.02 * Y, Y]
    candidates = np.array([*like, *rest], np.float32)
    candidates /= np.linalg.norm(candidates, axis=1, keepdims=True)
    found = closeness(candidates, [X])
    assert found[:3].min() > found[3:].max()


def test_nothing_is_near_to_nothing() -> None:
    assert closeness(np.zeros((2, 3), np.float32), [X]).tolist() == [0, 0]
    assert closeness(np.array([X, Y]), []).tolist() == [0, 0]
    assert closeness(np.empty((0, 3), np.float32), [X]).tolist() == []
    assert closeness(np.array([X, np.zeros(3)], np.float32), [X])[1] == 0


def test_meanings_are_those_of_the_films(tmp_path: Path) -> None:
    path = tmp_path / "films.usearch"
    norms = write_vectors(path, np.array([X, Y, Z], np.float32), ["a", "b", "c"], np.array([False, False, True]))
    found = meanings(VectorIndex.open(path, norms), [(0,), (0, 1), (2,), ()])
    assert np.allclose(found[0], X)
    assert np.allclose(found[1], (X + Y) / np.sqrt(2))
    assert not found[2].any()
    assert not found[3].any()
