"""What a chat model's retelling and guesses add to an answer, and what they cannot."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kadr.encode.hosted.rewrite import Guess
from kadr.film import Film
from kadr.index.columns import build_columns
from kadr.index.titles import build_titles
from kadr.search.rewrite import (
    GUESS_WEIGHT,
    RETELLING_WEIGHT,
    UNSUPPORTED,
    Guessed,
    resolved,
    with_rewriting,
    worth_rewriting,
)
from kadr.search.scoring import Scored
from kadr.search.types import Mode
from tests.search.stories import Shelf, shelf

NOBODY = Guessed(np.empty(0, np.int64), np.empty(0, np.float32))
FILMS = [
    Film("s:0", "Последний трамвай", year=1968, rating=8.3, votes=12_000),
    Film("s:1", "Последний трамвай", year=2016, rating=5.1, votes=300),
    Film("s:2", "Последний трамвай", rating=5.0, votes=10),
    Film("s:3", "Пекарня напротив тюрьмы", original_title="Bread and Bars", year=2013),
    Film("s:4", "Последний трамвай", year=1990, rating=5.5, votes=700),
    Film("s:5", "Последние трамваи", year=1969),
]


@pytest.fixture(scope="module")
def stories() -> Shelf:
    return shelf()


def scored(scores: list[float], found: list[int], exact: list[int] | None = None) -> Scored:
    mask = np.zeros(len(scores), np.bool_)
    mask[found] = True
    return Scored(np.array(scores, np.float32), mask, np.array(exact or [], np.int64), Mode.LEXICAL)


def meant(*guesses: Guess) -> dict[int, float]:
    columns = build_columns(FILMS)
    found = resolved(guesses, build_titles(FILMS), columns.numbers["year"], columns.popularity)
    return dict(zip(found.rows.tolist(), found.voice.tolist(), strict=True))


def guessed(rows: list[int]) -> Guessed:
    return Guessed(np.array(rows, np.int64), np.ones(len(rows), np.float32))


def test_a_guess_means_the_film_of_its_year_or_the_best_known() -> None:
    assert meant(Guess("последний трамвай!", 1969)) == {0: 1.0, 2: 1.0}, "one of unknown year may be it"
    namesakes = meant(Guess("Последний трамвай"))
    assert (next(iter(namesakes)), len(namesakes)) == (0, 3), "three at the most, the best known first"
    assert meant(Guess("BREAD AND BARS", 2013)) == {3: 1.0}
    assert meant(Guess("Bread and Bars", 1950)) == {}
    assert meant(Guess("Ничего подобного", 1968), Guess("", None)) == {}


def test_later_guesses_and_misspelt_ones_speak_lower() -> None:
    found = meant(Guess("Пекарня напротив тюрмы", 2013), Guess("Последний трамвай", 2016), Guess("Bread and Bars"))
    assert 0.8 <= found[3] < 1.0, "the first that means a film counts"
    assert found[1] == 0.5
    assert set(meant(Guess("Последний трамвая", 1969))) == {0, 2}, "the closest title, not every close one"


def test_a_supported_guess_rises_and_an_unsupported_one_gets_at_most_its_bonus() -> None:
    own = scored([0.9, 0.8, 0.0, 0.3], [0, 1, 3])
    with_support = with_rewriting(own, None, guessed([1]), RETELLING_WEIGHT, GUESS_WEIGHT)
    assert np.argmax(with_support.scores) == 1
    alone = with_rewriting(own, None, guessed([2]), RETELLING_WEIGHT, GUESS_WEIGHT)
    assert alone.scores[2] <= UNSUPPORTED * GUESS_WEIGHT
    assert np.argsort(-alone.scores).tolist() == [0, 1, 3, 2]
    assert alone.found.tolist() == [True] * 4, "it is in the answer, at its end"


def test_the_retelling_finds_what_the_query_does_not_and_weighs_less(stories: Shelf) -> None:
    own = stories.scored("machine that looks after fruit trees")
    retold = stories.scored("a robot keeps an orchard")
    both = with_rewriting(own, retold, NOBODY, RETELLING_WEIGHT, GUESS_WEIGHT)
    assert not own.found[0]
    assert both.found[0]
    assert (own.found <= both.found).all()
    assert both.scores[0] <= RETELLING_WEIGHT


def test_nothing_is_added_where_nothing_came() -> None:
    own = scored([0.9, 0.8, 0.0], [0, 1], [0])
    same = with_rewriting(own, None, NOBODY, RETELLING_WEIGHT, GUESS_WEIGHT)
    np.testing.assert_allclose(same.scores[1:], own.scores[1:])
    np.testing.assert_array_equal(same.found, own.found)


ROWS = st.lists(st.integers(0, 9), unique=True, max_size=10)


@given(
    st.lists(st.floats(0, 0.9375, width=32), min_size=10, max_size=10),
    st.lists(st.floats(0, 1, width=32), min_size=10, max_size=10),
    ROWS,
    ROWS,
    st.tuples(st.floats(0, 1), st.floats(0, 1)),
)
def test_no_film_reaches_an_exact_title_and_scores_stay_scores(
    own: list[float], retold: list[float], exact: list[int], rows: list[int], weights: tuple[float, float]
) -> None:
    before = scored(own, list(range(10)), exact)
    before.scores[exact] = 1.0
    after = with_rewriting(before, scored(retold, [], []), guessed(rows), *weights)
    others = np.ones(10, np.bool_)
    others[exact] = False
    assert (after.scores[exact] == 1).all()
    assert (after.scores[others] < 1).all()
    assert (after.scores >= 0).all()


@given(st.lists(st.floats(0, 0.9375, width=32), min_size=10, max_size=10), ROWS)
def test_guesses_change_no_order_among_the_others(own: list[float], rows: list[int]) -> None:
    before = scored(own, list(range(10)))
    after = with_rewriting(before, None, guessed(rows), RETELLING_WEIGHT, GUESS_WEIGHT)
    rest = [row for row in range(10) if row not in rows]
    for a in rest:
        for b in rest:
            assert before.scores[a] > before.scores[b] or after.scores[a] <= after.scores[b]


@pytest.mark.parametrize(
    ("query", "exact", "worth"),
    [
        ("фильм про смотрителя маяка который сам себе пишет", [], True),
        ("маяк письмо бутылка шторм", [], True),
        ("матрица", [], False),
        ("Последний трамвай 1968", [], False),
        ("последний трамвай про войну", [0], False),
        ("", [], False),
    ],
)
def test_titles_are_not_put_in_other_words(query: str, exact: list[int], *, worth: bool) -> None:
    assert worth_rewriting(query, np.array(exact, np.int64)) is worth
