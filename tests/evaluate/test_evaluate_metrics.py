import doctest
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kadr.evaluate import metrics
from kadr.evaluate.metrics import Outcome, Scores, compare, ndcg_at, reciprocal_rank, success_at

FILMS = [f"f{number}" for number in range(14)]
rankings = st.permutations(FILMS).flatmap(lambda films: st.integers(0, len(films)).map(lambda n: films[:n]))
relevant_sets = st.sets(st.sampled_from(FILMS), min_size=1)
outcomes = st.lists(st.integers(1, 12), max_size=3, unique=True).map(lambda ranks: Outcome(tuple(sorted(ranks))))


def test_the_examples_worked_by_hand_hold() -> None:
    found = doctest.testmod(metrics)
    assert found.attempted >= 7
    assert not found.failed


@given(rankings, relevant_sets)
def test_measures_of_one_query_agree_with_their_definitions(ranking: list[str], relevant: set[str]) -> None:
    outcome = Outcome.of(ranking, relevant, len(relevant))
    gains = [float(film in relevant) for film in ranking]
    assert success_at(outcome, 1) == (1.0 if gains[:1] == [1.0] else 0.0)
    assert success_at(outcome, 10) == max(gains[:10], default=0.0)
    assert reciprocal_rank(outcome, 10) == max((g / r for r, g in enumerate(gains[:10], 1)), default=0.0)
    dcg = sum(g / math.log2(1 + r) for r, g in enumerate(gains[:10], 1))
    ideal = sum(1 / math.log2(1 + r) for r in range(1, min(10, len(relevant)) + 1))
    assert ndcg_at(outcome, 10) == pytest.approx(dcg / ideal)


@given(rankings, relevant_sets)
def test_one_wanted_answer_orders_the_measures(ranking: list[str], relevant: set[str]) -> None:
    outcome = Outcome.of(ranking, relevant)
    mrr, ndcg = reciprocal_rank(outcome, 10), ndcg_at(outcome, 10)
    assert success_at(outcome, 1) <= mrr <= ndcg <= success_at(outcome, 10)


def test_a_film_listed_twice_is_found_once() -> None:
    twice = Outcome.of(["a", "a", "b"], {"a", "b"}, wanted=2)
    assert twice.ranks == (1, 3)
    assert ndcg_at(twice, 10) < 1


def test_rank_eleven_is_lost() -> None:
    scores = Scores.of([Outcome((11,))])
    assert scores == Scores(1, 0.0, 0.0, 0.0, 0.0)


@given(st.lists(st.tuples(outcomes, outcomes), min_size=1, max_size=30))
def test_a_difference_lies_in_its_interval_and_turns_with_the_runs(pairs: list[tuple[Outcome, Outcome]]) -> None:
    run, other = [a for a, _ in pairs], [b for _, b in pairs]
    gap, back, none = compare(run, other), compare(other, run), compare(run, run)
    assert (none.mean, none.low, none.high) == (0, 0, 0)
    assert gap.low - 1e-9 <= gap.high
    assert (gap.mean, gap.low, gap.high) == pytest.approx((-back.mean, -back.high, -back.low), abs=1e-9)
    assert gap == compare(run, other)


def test_the_interval_has_the_width_that_theory_gives() -> None:
    # Half the queries gain 1, half lose 1: the mean of n has standard error 1 / sqrt(n), so 1.96 / sqrt(n) either side.
    n = 400
    run = [Outcome((1,)) if at % 2 else Outcome(()) for at in range(n)]
    other = [Outcome(()) if at % 2 else Outcome((1,)) for at in range(n)]
    gap = compare(run, other)
    assert gap.mean == 0
    assert gap.high == pytest.approx(1.96 / n**0.5, rel=0.05)
    assert gap.low == pytest.approx(-1.96 / n**0.5, rel=0.05)


def test_pairing_narrows_the_interval() -> None:
    draw = np.random.default_rng(5)
    other = [Outcome((int(rank),)) for rank in draw.integers(2, 9, 100)]
    better = [Outcome((other_rank.ranks[0] - 1,)) for other_rank in other]
    gap = compare(better, other)
    assert 0 < gap.low < gap.mean < gap.high
    assert compare(better, sorted(other, key=lambda each: each.ranks)).low < gap.low


def test_runs_of_different_length_are_a_mistake() -> None:
    with pytest.raises(ValueError, match="zip"):
        compare([Outcome((1,))], [])
