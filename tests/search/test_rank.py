"""Fusion and order: laws on any scores."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from numpy.typing import NDArray

from kadr.search.rank import EXACT_TITLE, fuse, lexical_share, nearness, top

N = 9
unit = hnp.arrays(np.float32, N, elements=st.floats(0, 1, width=32))
scores = hnp.arrays(np.float32, N, elements=st.floats(0, 1000, width=32))
cosines = hnp.arrays(np.float32, N, elements=st.floats(-1, 1, width=32))
rows = st.lists(st.integers(0, N - 1), unique=True).map(lambda found: np.array(sorted(found), dtype=np.int64))
shares = st.floats(0, 1)
Floats = NDArray[np.float32]


@given(st.none() | unit, st.none() | unit, shares, rows)
def test_a_fused_score_lies_between_0_and_1(
    lexical: Floats | None, near: Floats | None, w: float, exact: Floats
) -> None:
    if lexical is None and near is None:
        with pytest.raises(ValueError, match="no leg"):
            fuse(lexical, near, w, exact)  # type: ignore[arg-type]  # rows, drawn as an array
        return
    before = [None if leg is None else leg.copy() for leg in (lexical, near)]
    fused = fuse(lexical, near, w, exact)  # type: ignore[arg-type]  # the same
    assert fused.dtype == np.float32
    assert fused.min() >= 0
    assert fused.max() <= 1
    for leg, copy in zip((lexical, near), before, strict=True):
        assert leg is copy is None or np.array_equal(leg, copy)  # type: ignore[arg-type]  # both are arrays here


@given(unit, unit, shares, st.integers(0, N - 1))
def test_a_lone_exact_title_is_first(lexical: Floats, near: Floats, w: float, row: int) -> None:
    fused = fuse(lexical, near, w, np.array([row]))
    assert fused[row] == EXACT_TITLE
    assert np.delete(fused, row).max() < EXACT_TITLE
    assert top(np.arange(N), (fused, np.zeros(N, dtype=np.float32)), 1).tolist() == [row]


@given(unit, unit, shares)
def test_more_of_either_leg_never_gives_less(lexical: Floats, near: Floats, w: float) -> None:
    none = np.empty(0, dtype=np.int64)
    base = fuse(lexical, near, w, none)
    assert np.all(fuse(np.minimum(lexical + np.float32(0.1), 1), near, w, none) >= base)
    assert np.all(fuse(lexical, np.minimum(near + np.float32(0.1), 1), w, none) >= base)


@given(unit, unit)
def test_a_share_of_all_or_nothing_gives_the_order_of_one_leg(lexical: Floats, near: Floats) -> None:
    none = np.empty(0, dtype=np.int64)
    assert np.allclose(fuse(lexical, near, 1, none), fuse(None, near, 0.3, none))
    assert np.allclose(fuse(lexical, near, 0, none), fuse(lexical, None, 0.3, none))


def test_the_fused_score_is_the_convex_combination() -> None:
    fused = fuse(np.float32([1, 0, 0.5]), np.float32([0, 1, 0.5]), 0.25, np.empty(0, dtype=np.int64))  # type: ignore[arg-type]  # numpy makes an array of a list
    assert fused.tolist() == pytest.approx([0.75 * 0.999, 0.25 * 0.999, 0.5 * 0.999])


@given(scores)
def test_the_lexical_share_keeps_order_and_its_best_is_one(found: Floats) -> None:
    share = lexical_share(found)
    assert share.dtype == np.float32
    if found.max() > 0:
        assert share.max() == 1
        assert np.all((share > 0) <= (found > 0))
        order = np.argsort(found, kind="stable")
        assert all(a <= b for a, b in pairwise(share[order].tolist()))
    else:
        assert not share.any()


def test_an_empty_catalogue_has_no_share() -> None:
    assert lexical_share(np.empty(0, dtype=np.float32)).shape == (0,)


@given(cosines, st.floats(-1, 1), st.floats(-1, 1))
def test_nearness_runs_from_floor_to_ceiling_in_order(found: Floats, floor: float, ceiling: float) -> None:
    near = nearness(found, floor, ceiling)
    assert near.dtype == np.float32
    assert near.min() >= 0
    assert near.max() <= 1
    order = np.argsort(found, kind="stable")
    assert all(a <= b for a, b in pairwise(near[order].tolist()))


def test_the_ends_of_nearness() -> None:
    near = nearness(np.array([0.1, 0.2, 0.4, 0.6, 0.9], dtype=np.float32), 0.2, 0.6)
    assert near.tolist() == pytest.approx([0, 0, 0.5, 1, 1], abs=1e-6)


KEY = hnp.arrays(
    np.float32, N, elements=st.sampled_from([0.0, 0.5, 1.0, -1.0, np.nan, np.inf]) | st.floats(-2, 2, width=32)
)


@given(rows, st.lists(KEY, min_size=1, max_size=3), st.integers(0, N + 1))
def test_top_is_a_plain_sort(chosen: NDArray[np.int64], keys: list[Floats], k: int) -> None:
    def place(row: int) -> tuple[float, ...]:
        return (*(np.inf if np.isnan(key[row]) else -float(key[row]) for key in keys), row)

    expected = sorted(chosen.tolist(), key=place)[:k]
    assert top(chosen, tuple(keys), k).tolist() == expected
