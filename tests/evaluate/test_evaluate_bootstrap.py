import doctest

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kadr.evaluate import bootstrap
from kadr.evaluate.bootstrap import compare, spread
from kadr.evaluate.metrics import Outcome, Scores

outcomes = st.lists(st.integers(1, 12), max_size=3, unique=True).map(lambda ranks: Outcome(tuple(sorted(ranks))))


def test_the_examples_hold() -> None:
    found = doctest.testmod(bootstrap)
    assert found.attempted >= 2
    assert not found.failed


@given(st.lists(st.tuples(outcomes, outcomes), min_size=1, max_size=30))
def test_a_difference_lies_in_its_interval_and_turns_with_the_runs(pairs: list[tuple[Outcome, Outcome]]) -> None:
    run, other = [a for a, _ in pairs], [b for _, b in pairs]
    for name in ("success_10", "mrr_10"):
        gap, back, none = (getattr(compare(*both), name) for both in ((run, other), (other, run), (run, run)))
        assert (none.mean, none.low, none.high) == (0, 0, 0)
        assert gap.low - 1e-9 <= gap.high
        assert (gap.mean, gap.low, gap.high) == pytest.approx((-back.mean, -back.high, -back.low), abs=1e-9)
    assert compare(run, other) == compare(run, other)


@given(st.lists(outcomes, min_size=1, max_size=30))
def test_the_spread_of_a_run_is_about_its_scores(run: list[Outcome]) -> None:
    scores, found = Scores.of(run), spread(run)
    assert found.success_10.mean == pytest.approx(scores.success_10)
    assert found.mrr_10.mean == pytest.approx(scores.mrr_10)
    for each in (found.success_10, found.mrr_10):
        assert -1e-9 <= each.low <= each.high <= 1 + 1e-9
    assert found == spread(run)


def test_a_spread_is_the_difference_to_a_run_that_finds_nothing() -> None:
    run = [Outcome((rank,)) for rank in (1, 2, 3, 11, 5)]
    assert spread(run) == compare(run, [Outcome(())] * len(run))


def test_the_interval_has_the_width_that_theory_gives() -> None:
    # Half the queries gain 1, half lose 1: the mean of n has standard error 1 / sqrt(n), so 1.96 / sqrt(n) either side.
    n = 400
    run = [Outcome((1,)) if at % 2 else Outcome(()) for at in range(n)]
    other = [Outcome(()) if at % 2 else Outcome((1,)) for at in range(n)]
    gap = compare(run, other).mrr_10
    assert gap.mean == 0
    assert gap.high == pytest.approx(1.96 / n**0.5, rel=0.05)
    assert gap.low == pytest.approx(-1.96 / n**0.5, rel=0.05)


def test_the_interval_of_a_share_has_the_width_that_theory_gives() -> None:
    # Half of 400 found: standard error sqrt(.25 / 400) = .025.
    found = spread([Outcome((3,)) if at % 2 else Outcome((12,)) for at in range(400)]).success_10
    assert found.mean == 0.5
    assert (found.low, found.high) == pytest.approx((0.5 - 1.96 * 0.025, 0.5 + 1.96 * 0.025), abs=0.004)


def test_pairing_narrows_the_interval() -> None:
    draw = np.random.default_rng(5)
    other = [Outcome((int(rank),)) for rank in draw.integers(2, 9, 100)]
    better = [Outcome((other_rank.ranks[0] - 1,)) for other_rank in other]
    gap = compare(better, other).mrr_10
    assert 0 < gap.low < gap.mean < gap.high
    assert compare(better, sorted(other, key=lambda each: each.ranks)).mrr_10.low < gap.low


def test_a_large_set_is_drawn_in_pieces_and_takes_fewer_resamples() -> None:
    n = 100_000
    gap = spread([Outcome((1,)) if at % 2 else Outcome(()) for at in range(n)]).mrr_10
    assert (gap.low, gap.high) == pytest.approx((0.5 - 0.98 / n**0.5, 0.5 + 0.98 / n**0.5), abs=0.0004)


def test_runs_of_different_length_are_a_mistake() -> None:
    with pytest.raises(ValueError, match="runs of 1 and 0 queries"):
        compare([Outcome((1,))], [])
