import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from kadr.index.twins import ALONE
from kadr.recommend.start import starters

N = 60
GROUPS = np.arange(N) % 6
ALL = np.arange(N)
NO_TWINS = np.full(N, ALONE, dtype=np.int32)


def near(some: NDArray[np.integer], others: NDArray[np.integer]) -> NDArray[np.float32]:
    """Films of one group are all but the same, others have nothing in common."""
    return np.where(GROUPS[some][:, None] == GROUPS[others], 0.9, 0.0).astype(np.float32)


def test_the_best_known_film_comes_first_and_each_group_is_there_before_any_comes_again() -> None:
    crowded = np.argsort(GROUPS, kind="stable")  # the ten best known films are all of one group
    chosen = starters(crowded, NO_TWINS, near, 6)
    assert chosen[0] == crowded[0]
    assert sorted(GROUPS[chosen].tolist()) == [0, 1, 2, 3, 4, 5]


def test_where_all_are_alike_the_best_known_come() -> None:
    def alike(some: NDArray[np.integer], others: NDArray[np.integer]) -> NDArray[np.float32]:
        return np.ones((some.size, others.size), dtype=np.float32)

    assert starters(ALL[::-1], NO_TWINS, alike, 5).tolist() == [59, 58, 57, 56, 55]


def test_a_film_of_two_rows_comes_once_as_its_better_known_row() -> None:
    twins = NO_TWINS.copy()
    twins[[7, 3]] = 3
    chosen = starters(np.array([7, 3, 0, 1]), twins, near, 4).tolist()
    assert chosen[0] == 7
    assert sorted(chosen) == [0, 1, 7]


@pytest.mark.parametrize("k", [1, 20])
def test_of_no_films_none_come(k: int) -> None:
    assert starters(ALL[:0], NO_TWINS, near, k).size == 0


@given(st.permutations(range(20)), st.integers(1, 20), st.integers(1, 20))
def test_a_longer_answer_begins_as_a_shorter_one_and_repeats_no_film(order: list[int], one: int, other: int) -> None:
    few, many = (starters(np.array(order), NO_TWINS, near, k).tolist() for k in sorted((one, other)))
    assert many[: len(few)] == few
    assert len(set(many)) == len(many) == max(one, other)
