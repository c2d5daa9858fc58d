"""What may be shown of what was found: filters and hard wishes choose, soft ones move, and none empties an answer."""

from dataclasses import replace

import numpy as np
import pytest

from kadr.film import Film
from kadr.index.columns import build_columns
from kadr.index.mentions import build_mentions
from kadr.search.choosing import FEW, Chosen, choose
from kadr.search.filters import clauses
from kadr.search.scoring import Scored
from kadr.search.types import Filters, Mode, Wish
from kadr.search.understand import Known, understand
from kadr.search.wishes import agreement
from tests.search.test_wishes import COLUMNS, COMEDY, ELKINA, FILMS, NINETIES, wish

ALL = np.ones(len(FILMS), dtype=np.bool_)
NONE = ~ALL
NO_FILTERS = Filters()


def found(mask: np.ndarray = ALL) -> Scored:
    return Scored(np.full(len(FILMS), 0.5, np.float32), mask, np.empty(0, np.int64), Mode.LEXICAL)


def chosen(*wishes: Wish, among: np.ndarray = ALL, filters: Filters = NO_FILTERS) -> Chosen:
    return choose(found(among), clauses(COLUMNS, filters), wishes, COLUMNS)


HARD = wish("genre", COMEDY.filters, soft=False)
HER = wish("person", ELKINA.filters, soft=False)


def answering(*wishes: Wish) -> list[bool]:
    """Return the films that are in the answer and do not only follow."""
    got = chosen(*wishes)
    return [bool(film) for film in got.allowed & ~got.following]


def test_hard_wishes_rule_out_and_soft_ones_do_not() -> None:
    assert answering(HARD, NINETIES) == [True, False, True, False]
    assert answering(HARD, HER) == [True, False, False, False]
    assert chosen(NINETIES).allowed.all()
    assert not chosen(HARD).relaxed
    assert not chosen(NINETIES).following.any()


def test_where_nothing_but_soft_wishes_is_asked_they_go_before_fame() -> None:
    fame = np.array([0.1, 1.0, 0.0, 0.9], np.float32)
    soft = wish("genre", COMEDY.filters)
    alone = replace(found(), scores=fame, mode=Mode.POPULAR)
    got = choose(alone, clauses(COLUMNS, NO_FILTERS), (soft,), COLUMNS)
    assert np.argsort(-got.found.scores).tolist() == [0, 2, 3, 1], "comedies, then what knows no genre, then the drama"
    assert got.found.scores.min() >= 0
    assert got.found.scores.max() <= 1
    among_words = choose(replace(alone, mode=Mode.LEXICAL), clauses(COLUMNS, NO_FILTERS), (soft,), COLUMNS)
    assert np.argsort(-among_words.found.scores).tolist()[0] == 3


def test_where_no_film_meets_all_hard_wishes_the_most_doubtful_only_moves() -> None:
    neither = wish("years", Filters(year_from=1890, year_to=1891), soft=False)
    got = chosen(HARD, neither)
    assert got.relaxed
    assert [(each.kind, each.soft) for each in got.wishes] == [("genre", False), ("years", True)]
    assert answering(HARD, neither) == [True, False, True, False]


def test_a_wish_that_no_film_meets_at_all_only_moves() -> None:
    got = chosen(wish("years", Filters(year_from=1890, year_to=1891), soft=False))
    assert got.relaxed
    assert got.allowed.all()
    assert got.wishes[0].soft


def test_one_more_filter_never_makes_an_answer_longer() -> None:
    first = np.array([True, False, False, False])
    for each in (COMEDY, HARD, HER):
        wide = chosen(each, among=first).allowed
        for narrow in (Filters(year_from=1990), Filters(genres_any=("драма",)), Filters(year_to=1990)):
            assert not (chosen(each, among=first, filters=narrow).allowed & ~wide).any()


def test_wishes_are_not_blamed_for_what_filters_empty() -> None:
    got = chosen(HARD, filters=Filters(year_from=2090))
    assert not got.relaxed
    assert not got.allowed.any()


def test_where_the_words_find_few_films_those_follow_that_meet_the_wishes() -> None:
    first = np.array([True, False, False, False])
    for each in (COMEDY, HARD):
        assert chosen(each, among=NONE).allowed.tolist() == [True, False, True, False]
        assert chosen(each, among=first).allowed.tolist() == [True, False, True, False]
    assert not chosen(among=NONE).allowed.any()
    no_comedy = wish("genre", Filters(genres_none=("комедия",)), soft=False, negated=True)
    assert not chosen(no_comedy, among=NONE).allowed.any(), "what is not wished says little of what is"
    assert not chosen(wish("mood", COMEDY.filters), among=NONE).allowed.any()


def test_where_neither_words_nor_all_wishes_are_met_those_come_first_that_meet_most() -> None:
    neither = wish("years", Filters(year_from=1890, year_to=1891))
    got = chosen(COMEDY, neither, among=NONE)
    assert got.relaxed
    assert got.allowed.all()


def test_a_description_is_answered_by_its_words() -> None:
    first = np.array([True, False, False, False])
    assert choose(found(first), {}, (COMEDY,), COLUMNS, long=True).allowed.tolist() == first.tolist()


def test_a_hard_wish_belongs_to_no_facet() -> None:
    got = chosen(HARD, filters=Filters(genres_any=("комедия", "драма")))
    assert got.masks[""].tolist() == [True, False, True, True], "the last one does not know its genres, and follows"
    assert got.masks["genre"].tolist() == [True, True, True, False]


@pytest.mark.parametrize(
    ("query", "allowed"), [("драма веры ёлкиной", [False, True, False, False]), ("драма без веры ёлкиной", None)]
)
def test_a_wish_read_from_a_query_does_what_it_says(query: str, allowed: list[bool] | None) -> None:
    known = Known(COLUMNS, build_mentions(FILMS, COLUMNS))
    got = answering(*understand(query, known).wishes)
    assert got == allowed if allowed else not any(got[:2])


def test_an_empty_catalogue_is_no_fault() -> None:
    columns = build_columns([])
    nothing = Scored(np.empty(0, np.float32), np.empty(0, np.bool_), np.empty(0, np.int64), Mode.LEXICAL)
    assert choose(nothing, {}, (HARD, NINETIES), columns).allowed.size == 0


def test_films_that_do_not_know_a_field_follow_those_that_meet_it() -> None:
    got = chosen(HARD)
    assert got.following.tolist() == [False, False, False, True], "the drama contradicts the wish"
    assert got.found.scores[3] < got.found.scores[[0, 2]].min()
    assert got.found.scores[[0, 2]].tolist() == pytest.approx([0.52, 0.52])


def test_where_no_word_speaks_for_a_film_it_must_meet_a_wish() -> None:
    everything = replace(found(), mode=Mode.POPULAR)
    assert not choose(everything, {}, (HARD,), COLUMNS).following.any()
    both = choose(everything, {}, (HARD, wish("country", Filters(countries_any=("СССР",)), soft=False)), COLUMNS)
    assert both.following.tolist() == [False, False, True, False], "a comedy from a country that is not known"


def test_followers_fill_a_page_and_no_more() -> None:
    films = [Film(f"f{i:02}", f"Пьеса {i}", genres=("комедия",), rating=5 + i / 10, votes=100) for i in range(40)]
    columns = build_columns(films)
    one = np.arange(40) == 7
    scores = np.where(one, 0.01, 0).astype(np.float32)
    got = choose(Scored(scores, one, np.empty(0, np.int64), Mode.LEXICAL), {}, (HARD,), columns)
    assert (int(got.allowed.sum()), int(got.following.sum())) == (FEW, FEW - 1)
    assert got.following[-1], "the best known come first"
    assert got.found.scores[7] > got.found.scores[got.following].max()


def test_a_title_that_was_typed_is_ruled_out_by_nothing_else() -> None:
    titled = replace(found(), exact=np.array([0]), titles=np.array([0]))
    no_comedy = wish("genre", Filters(genres_none=("комедия",)), soft=False, negated=True)
    assert choose(titled, {}, (no_comedy,), COLUMNS).allowed.tolist() == [True, True, False, True]
    namesakes = replace(found(), exact=np.array([0, 1]), titles=np.array([0, 1]))
    assert choose(namesakes, {}, (no_comedy,), COLUMNS).allowed.tolist() == [False, True, False, True]


def test_words_that_are_denied_move_a_film_down() -> None:
    denied = wish("words", Filters(), negated=True)
    got = choose(found(), {}, (denied,), COLUMNS, holding={denied.key: np.array([True, False, False, False])})
    assert got.allowed.all()
    assert got.found.scores.tolist() == pytest.approx([0.5 * 0.75 / 1.25, 0.5, 0.5, 0.5])


def test_years_of_which_any_is_meant() -> None:
    spans = wish("years", Filters(years_any=((1980, 1989), (2000, 2009))), soft=False)
    assert answering(spans) == [False, True, True, False]
    assert agreement(spans, COLUMNS).tolist() == pytest.approx([0, 1, 1, 0])
