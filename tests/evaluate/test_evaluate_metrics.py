import doctest
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kadr.evaluate import metrics
from kadr.evaluate.metrics import Outcome, Scores, ndcg_at, recall_at, reciprocal_rank, success_at

FILMS = [f"f{number}" for number in range(14)]
rankings = st.permutations(FILMS).flatmap(lambda films: st.integers(0, len(films)).map(lambda n: films[:n]))
relevant_sets = st.sets(st.sampled_from(FILMS), min_size=1)


def test_the_examples_worked_by_hand_hold() -> None:
    found = doctest.testmod(metrics)
    assert found.attempted >= 9
    assert not found.failed


@given(rankings, relevant_sets)
def test_measures_of_one_query_agree_with_their_definitions(ranking: list[str], relevant: set[str]) -> None:
    outcome = Outcome.of(ranking, [{film} for film in sorted(relevant)])
    gains = [float(film in relevant) for film in ranking]
    assert success_at(outcome, 1) == (1.0 if gains[:1] == [1.0] else 0.0)
    assert success_at(outcome, 10) == max(gains[:10], default=0.0)
    assert reciprocal_rank(outcome, 10) == max((g / r for r, g in enumerate(gains[:10], 1)), default=0.0)
    dcg = sum(g / math.log2(1 + r) for r, g in enumerate(gains[:10], 1))
    ideal = sum(1 / math.log2(1 + r) for r in range(1, min(10, len(relevant)) + 1))
    assert ndcg_at(outcome, 10) == pytest.approx(dcg / ideal)
    assert recall_at(outcome, 10) == pytest.approx(sum(gains[:10]) / len(relevant))


@given(rankings, relevant_sets)
def test_one_wanted_answer_orders_the_measures(ranking: list[str], relevant: set[str]) -> None:
    outcome = Outcome.of(ranking, [relevant])
    mrr, ndcg = reciprocal_rank(outcome, 10), ndcg_at(outcome, 10)
    assert success_at(outcome, 1) <= mrr <= ndcg <= success_at(outcome, 10) == recall_at(outcome, 10)


def test_a_film_listed_twice_is_found_once() -> None:
    twice = Outcome.of(["a", "a", "b"], [{"a"}, {"b"}])
    assert twice.ranks == (1, 3)
    assert ndcg_at(twice, 10) < 1


def test_rank_eleven_is_lost() -> None:
    scores = Scores.of([Outcome((11,))])
    assert scores == Scores(1, 0.0, 0.0, 0.0, 0.0, 0.0)


def test_namesakes_of_one_title_are_one_answer() -> None:
    both = Outcome.of(["x", "a1", "a2", "b"], [{"a1", "a2"}, {"b"}])
    assert (both.ranks, both.wanted) == ((2, 4), 2)
    assert recall_at(both, 10) == 1


def test_many_wanted_films_can_be_ideal_but_not_whole_in_ten() -> None:
    films = [str(number) for number in range(30)]
    best = Scores.of([Outcome.of(films[:10], [{film} for film in films])])
    assert best.ndcg_10 == pytest.approx(1)
    assert best.recall_10 == pytest.approx(1 / 3)
