"""What wishes do to an answer: hard ones rule films out, soft ones move the order a little and empty nothing."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kadr.film import Film, Kind
from kadr.index.columns import Columns, build_columns
from kadr.search.rank import BELOW_EXACT, EXACT_TITLE
from kadr.search.types import Filters, Wish
from kadr.search.wishes import OF_THE_MOOD, PULL, PULL_OF_LONG, YEARS_OFF, agreement, liked, moved, softened
from tests.index.samples import few

FILMS = (
    Film(id="a", title="Раз", year=1995, genres=("комедия",), countries=("СССР",), directors=("Вера Ёлкина",)),
    Film(id="b", title="Два", year=2003, genres=("драма",), countries=("Франция",), actors=("Вера Ёлкина",)),
    Film(id="c", title="Три", year=1989, genres=("комедия", "драма"), kind=Kind.SERIES, age_rating=18),
    Film(id="d", title="Четыре"),
)
COLUMNS = build_columns(FILMS)
NOBODY = np.empty(0, dtype=np.int64)


def wish(kind: str, filters: Filters, *, soft: bool = True, negated: bool = False) -> Wish:
    return Wish(f"{kind}:x", kind, "x", ((0, 1),), negated, soft, filters)


COMEDY = wish("genre", Filters(genres_any=("комедия",)))
NINETIES = wish("years", Filters(year_from=1990, year_to=1999))
ELKINA = wish("person", Filters(people_any=("Вера Ёлкина",)))


def test_wishes_are_made_soft_all_at_once() -> None:
    hard = wish("genre", COMEDY.filters, soft=False)
    assert [(w.key, w.soft) for w in softened((hard, NINETIES))] == [(hard.key, True), (NINETIES.key, True)]


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        (COMEDY, [1, -1, 1, 0]),
        (wish("genre", Filters(genres_none=("комедия",)), negated=True), [-1, 1, -1, 0]),
        (wish("mood", Filters(genres_any=("драма",))), [-1, 1, 1, 0]),
        (wish("mood", Filters(genres_any=("комедия", "драма"))), [1, OF_THE_MOOD, 1, 0]),
        (wish("mood", Filters(genres_none=("комедия",)), negated=True), [-1, 1, -1, 0]),
        (ELKINA, [1, 1, 0, 0]),
        (wish("country", Filters(countries_any=("Франция",))), [-1, 1, 0, 0]),
        (wish("kind", Filters(kinds=(Kind.SERIES,))), [0, 0, 1, 0]),
        (wish("age", Filters(age_max=6)), [0, 0, -1, 0]),
        (NINETIES, [1, 1 - 2 * 4 / YEARS_OFF, 1 - 2 * 1 / YEARS_OFF, 0]),
        (wish("years", Filters(year_to=1970)), [-1, -1, -1, 0]),
    ],
)
def test_a_film_agrees_contradicts_or_does_not_know(asked: Wish, expected: list[float]) -> None:
    assert agreement(asked, COLUMNS).tolist() == pytest.approx(expected)


def test_soft_wishes_decide_between_films_that_are_found_alike() -> None:
    scores = np.array([0.8, 0.9, 0.0, 0.85], dtype=np.float32)
    assert np.argsort(-moved(scores, (COMEDY,), COLUMNS, NOBODY)).tolist() == [0, 3, 1, 2]
    far = np.array([0.3, 0.9, 0.0, 0.0], dtype=np.float32)
    assert moved(far, (COMEDY,), COLUMNS, NOBODY)[1] > moved(far, (COMEDY,), COLUMNS, NOBODY)[0]


def test_namesakes_are_told_apart_and_stay_on_top() -> None:
    scores = np.array([EXACT_TITLE, EXACT_TITLE, BELOW_EXACT, 0.1], dtype=np.float32)
    got = moved(scores, (wish("years", Filters(year_from=2003, year_to=2003)),), COLUMNS, np.array([0, 1]))
    assert got[1] == EXACT_TITLE
    assert BELOW_EXACT <= got[0] < got[1]
    assert got[2] < got[0]


def test_hard_wishes_and_likeness_move_nothing() -> None:
    scores = np.array([0.5, 0.4, 0.3, 0.2], dtype=np.float32)
    for still in ((), (wish("genre", COMEDY.filters, soft=False),), (wish("like", Filters()),)):
        assert moved(scores, still, COLUMNS, NOBODY).tolist() == scores.tolist()


@few
@given(st.lists(st.floats(0, 1, width=32), min_size=4, max_size=4), st.floats(0, 1, width=32))
def test_scores_stay_in_their_range_and_within_the_bound(values: list[float], pull: float) -> None:
    scores = np.array(values, dtype=np.float32)
    got = moved(scores, (COMEDY, NINETIES, ELKINA), COLUMNS, NOBODY, pull)
    assert got.dtype == np.float32
    assert (got >= 0).all()
    assert (got <= scores + 1e-6).all()
    assert (got >= scores * (1 - pull) / (1 + pull) - 1e-6).all()
    assert (got[scores == 0] == 0).all()


def test_a_long_description_is_pulled_less() -> None:
    assert PULL_OF_LONG < PULL


def test_likeness_counts_half_and_the_named_film_stands_last() -> None:
    near = np.array([1.0, 0.6, 0.2, 0.0], dtype=np.float32)
    assert liked(None, near, (0,)).tolist() == pytest.approx([0, 0.6, 0.2, 0])
    words = np.array([1.0, 0.0, 0.8, 0.2], dtype=np.float32)
    assert liked(words, near, (0,)).tolist() == pytest.approx([0, 0.3, 0.5, 0.1])
    assert near[0] == 1


def test_an_empty_catalogue_is_no_fault() -> None:
    columns: Columns = build_columns([])
    nothing = np.empty(0, dtype=np.float32)
    assert moved(nothing, (COMEDY, NINETIES), columns, NOBODY).size == 0
