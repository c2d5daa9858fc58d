import doctest

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from numpy.typing import NDArray
from scipy.sparse import csr_array

from kadr.recommend.train import metrics
from kadr.recommend.train.metrics import (
    NOBODY,
    Ranked,
    average_precision,
    best,
    coverage,
    distance,
    f1,
    gini,
    hit,
    ndcg,
    novelty,
    popularity,
    recall,
)


def test_the_worked_examples_hold() -> None:
    found = doctest.testmod(metrics)
    assert found.attempted >= 11
    assert not found.failed


def lists(*rows: tuple[int, ...]) -> NDArray[np.int32]:
    return np.array(rows, dtype=np.int32)


FEW = st.sampled_from([0.0, 0.25, 0.5, 1.0, float("-inf")])


@given(
    arrays.arrays(np.float32, st.tuples(st.integers(1, 4), st.integers(1, 12)), elements=FEW),
    st.integers(1, 15),
)
def test_the_best_are_those_of_a_stable_sort(scores: NDArray[np.float32], k: int) -> None:
    found = best(scores, k)
    assert found.shape == (scores.shape[0], k)
    for row, line in zip(scores, found, strict=True):
        wanted = [item for item in np.argsort(-row, kind="stable") if row[item] > -np.inf][:k]
        assert line.tolist() == [*wanted, *[NOBODY] * (k - len(wanted))]


def test_an_empty_place_is_no_hit() -> None:
    # Taken as a number, the empty place of the second user would be the last film of the first.
    targets = csr_array(np.array([[0, 0, 1], [1, 0, 0]], dtype=np.float32))
    found = Ranked.of(lists((0, 1), (0, NOBODY)), targets)
    assert found.hits.tolist() == [[False, False], [True, False]]
    assert found.wanted.tolist() == [1, 1]


def slow_ndcg(line: list[bool], wanted: int, k: int) -> float:
    gained = sum(1 / np.log2(rank + 1) for rank, right in enumerate(line[:k], 1) if right)
    return float(gained / sum(1 / np.log2(rank + 1) for rank in range(1, min(k, wanted) + 1)))


@given(st.lists(st.booleans(), min_size=1, max_size=12), st.integers(0, 5), st.integers(1, 12))
def test_measures_of_one_user_follow_their_formulas(line: list[bool], missed: int, k: int) -> None:
    wanted = max(1, sum(line) + missed)
    hits, many = np.array([line]), np.array([wanted])
    found = sum(line[:k])
    assert recall(hits, many, k)[0] == pytest.approx(found / wanted)
    assert ndcg(hits, many, k)[0] == pytest.approx(slow_ndcg(line, wanted, k))
    precision, share = found / k, found / wanted
    both = 2 * precision * share / (precision + share) if found else 0.0
    assert f1(hits, many, k)[0] == pytest.approx(both)
    assert hit(hits, k)[0] == (found > 0)
    summed = sum(sum(line[:rank]) / rank for rank in range(1, len(line[:k]) + 1) if line[rank - 1])
    assert average_precision(hits, many, k)[0] == pytest.approx(summed / min(k, wanted))


@given(st.integers(1, 6), st.integers(1, 6))
def test_everything_right_at_the_top_is_worth_one(wanted: int, k: int) -> None:
    hits, many = np.array([[True] * wanted + [False] * 6]), np.array([wanted])
    assert ndcg(hits, many, k)[0] == pytest.approx(1)
    assert average_precision(hits, many, k)[0] == pytest.approx(1)


def test_a_list_that_misses_everything_is_worth_nothing() -> None:
    hits, many = np.zeros((2, 4), dtype=bool), np.array([1, 3])
    for measure in (recall, ndcg, average_precision, f1):
        assert measure(hits, many, 3).tolist() == [0, 0]


def test_gini_is_zero_where_all_get_the_same_and_grows_with_what_one_gets() -> None:
    assert gini(lists((0, 1), (2, 3)), 2, 4) == 0
    assert gini(lists((0, 1), (0, 3)), 2, 4) > 0
    assert gini(np.zeros((50, 1), dtype=np.int32), 1, 100) == pytest.approx(0.99)
    assert gini(lists((NOBODY,)), 1, 4) == 0


def test_only_the_first_k_count_in_measures_of_lists() -> None:
    shown, counts = lists((0, 1, 2), (0, 1, 3)), np.array([8.0, 2.0, 1.0, 0.0])
    assert coverage(shown, 2, 4) == 0.5
    assert coverage(shown, 3, 4) == 1
    assert popularity(shown, counts, 2).tolist() == [5, 5]
    assert novelty(shown, counts, 8, 1).tolist() == [0, 0]
    assert novelty(shown, counts, 8, 3)[1] == pytest.approx((0 + 2 + 3) / 3)


@given(st.integers(0, 2**32 - 1), st.integers(2, 6), st.booleans())
def test_distance_is_the_mean_over_pairs_that_have_vectors(seed: int, k: int, sparse: bool) -> None:
    draw = np.random.default_rng(seed)
    vectors = draw.normal(size=(9, 4)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    vectors[7:] = 0
    shown = np.stack([draw.permutation(9)[:k] for _ in range(3)]).astype(np.int32)
    shown[0, -1] = NOBODY
    found = distance(shown, csr_array(vectors) if sparse else vectors, k)
    for line, value in zip(shown, found, strict=True):
        some = [item for item in line if item != NOBODY and item < 7]
        pairs = [1 - float(vectors[a] @ vectors[b]) for n, a in enumerate(some) for b in some[:n]]
        assert value == pytest.approx(np.mean(pairs), abs=1e-5) if pairs else np.isnan(value)
