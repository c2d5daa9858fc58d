"""The command that writes the README's table of recommendations: its format, its bounds."""

import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from scipy.sparse import csr_array

from bench.recommend import MUSTS
from bench.recommend_musts import END, HEADER, START, Must, missed, table
from bench.recommend_whole import Whole
from kadr.evaluate.bootstrap import Interval
from kadr.evaluate.recommending.report import Protocol, Row
from kadr.recommend.train.interactions import Interactions
from kadr.recommend.train.reduced import EaseUw

README = Path(__file__).parents[3] / "README.md"


def row(model: str, ndcg: float, gap: Interval | None = None) -> Row:
    scores = {"recall@10": 0.25, "ndcg@10": ndcg, "coverage@10": 0.031, "distance@10": 0.5}
    against = {} if gap is None else {rival: {"ndcg@10": gap} for rival in ("ease", "votes")}
    return Row(model, scores, {}, against, {}, 2_570_000, 1.0, None, ())


def protocol(name: str, *rows: Row) -> Protocol:
    return Protocol(name, 604, 5, rows, {})


GOOD = Interval(0.02, 0.01, 0.03)


def test_the_table_has_a_line_for_each_model_of_each_protocol() -> None:
    made = table([protocol("strong", row("ease", 0.3349), row("ease-uw", 0.3574, GOOD))])
    assert made.splitlines() == [
        *HEADER.splitlines(),
        "| strong (604) | ease | .250 | .335 |  | .031 | .500 | 2.57 |",
        "| strong (604) | ease-uw | .250 | .357 | +0.020 [+0.010, +0.030] | .031 | .500 | 2.57 |",
    ]


def test_a_bound_that_is_missed_is_named() -> None:
    good = protocol("strong", row("ease", 0.33), row("ease-uw", 0.35, GOOD))
    assert missed(good, MUSTS["strong"]) == []
    bad = protocol("strong", row("ease", 0.33), row("ease-uw", 0.3449, Interval(0.009, 0.0, 0.02)))
    assert missed(bad, MUSTS["strong"]) == [
        "strong, ease-uw: scores.ndcg@10 is 0.3449, must be at least 0.3450",
        "strong, ease-uw: against.ease.ndcg@10.mean is 0.0090, must be at least 0.0100",
        "strong, ease-uw: against.ease.ndcg@10.low is 0.0000, must be above 0.0000",
    ]


def test_a_bound_may_be_a_multiple_of_another_figure() -> None:
    must = Must("ease-uw", "scores.ndcg@10", 1.25, times=("ease", "scores.ndcg@10"))
    assert missed(protocol("last", row("ease", 0.04), row("ease-uw", 0.051)), [must]) == []
    assert missed(protocol("last", row("ease", 0.04), row("ease-uw", 0.049)), [must]) == [
        "last, ease-uw: scores.ndcg@10 is 0.0490, must be at least 0.0500"
    ]


def test_every_part_has_its_bounds_and_new_films_are_held_against_votes() -> None:
    assert {name: len(musts) for name, musts in MUSTS.items()} == {"strong": 3, "last": 1, "cold": 1}
    bad = protocol("cold", row("votes", 0.2), row("ease-uw+votes", 0.2, replace(GOOD, low=-0.001)))
    assert "against.votes.ndcg@10.low" in missed(bad, MUSTS["cold"])[0]


def test_the_whole_model_is_what_all_ranks_together_are() -> None:
    likes = csr_array((np.random.default_rng(2).random((30, 9)) < 0.4).astype(np.float32))
    data = Interactions(likes)
    encoder, decoder = EaseUw(share=1).vectors(data)
    asked = likes.toarray() == 0
    scores = Whole().whole(data).scores(likes)
    assert scores[asked] == pytest.approx((likes @ encoder @ decoder.T)[asked], abs=1e-4)


@pytest.mark.skipif(START not in README.read_text(encoding="utf-8"), reason="the README has no marks for the table yet")
def test_the_readme_holds_such_a_table() -> None:
    held = README.read_text(encoding="utf-8").split(START)[1].split(END)[0].strip()
    assert held.startswith(HEADER)
    lines = held[len(HEADER) :].strip().splitlines()
    assert len(lines) >= 5
    assert all(re.fullmatch(r"\| (strong|last|cold) \(\d+\) \| .+ \|", line) for line in lines)
