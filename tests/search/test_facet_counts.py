"""Counting labels: the most frequent ones are those that sorting would give, whichever way they are chosen."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from kadr.film import Film
from kadr.index.columns import build_columns
from kadr.search.facets import FACETS, MOST_VALUES, _most, _tally, count_facets
from kadr.search.filters import clauses
from kadr.search.types import Filters


@given(st.lists(st.integers(0, 4), max_size=60), st.integers(1, 8))
def test_the_most_frequent_come_out_ties_by_place(counts: list[int], k: int) -> None:
    expected = sorted((i for i, n in enumerate(counts) if n), key=lambda i: (-counts[i], i))[:k]
    assert sorted(_most(np.array(counts, dtype=np.int64), k)) == sorted(expected)


@given(st.lists(st.integers(187, 210), max_size=40))
def test_a_tally_counts_each_number(numbers: list[int]) -> None:
    whole, counts = _tally(np.array(numbers, dtype=np.float32))
    assert dict(zip(whole.tolist(), counts.tolist(), strict=True)) == {n: numbers.count(n) for n in numbers}
    assert whole.tolist() == sorted(set(numbers))


def test_a_tally_counts_steps_by_their_least() -> None:
    years, counts = _tally(np.array([1999, 1990, 2000, 2021, 1999], dtype=np.float32), 10)
    assert (years.tolist(), counts.tolist()) == ([1990, 2000, 2020], [3, 1, 1])


def test_a_column_without_values_has_none_to_show() -> None:
    columns = build_columns([Film(id="a", title="x")])
    facets = count_facets(columns, np.ones(1, dtype=np.bool_), {}, Filters(actors=("Никто",)))
    assert facets == dict.fromkeys(FACETS, ())


def test_a_long_column_shows_its_most_frequent_values_and_the_chosen_one() -> None:
    # Actor i plays in every film whose number he divides: actor 1 in all, those above half of the films in one.
    n = 3 * MOST_VALUES
    films = [
        Film(
            id=f"{at:03}",
            title="x",
            year=1899 + at,
            actors=tuple(f"Имя {i:03}" for i in range(1, n + 1) if at % i == 0),
        )
        for at in range(1, n + 1)
    ]
    columns, chosen = build_columns(films), Filters(actors=(f"имя {n:03}",))
    found = np.ones(n, dtype=np.bool_)
    facets = count_facets(columns, found, clauses(columns, chosen), chosen)
    assert tuple(facets) == FACETS
    expected = [(f"Имя {i:03}", n // i, False) for i in range(1, MOST_VALUES + 1)]
    shown = [(v.value, v.count, v.chosen) for v in facets["actor"]]
    assert shown[:MOST_VALUES] == expected
    assert shown[MOST_VALUES:] == [(f"Имя {n:03}", 1, True)]
    assert [(v.value, v.count) for v in facets["decade"]] == [("1980", 1)]
