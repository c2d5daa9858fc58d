"""Bundles are published, good and damaged, while visitors search a server that follows the place."""

import os
from dataclasses import replace
from pathlib import Path

import pytest

from bench.publishing import Findings, Plan, broken, soak
from bench.steady import MIXED, Answer, edition_in

PLAN = Plan() if os.environ.get("HYPOTHESIS_PROFILE") == "soak" else Plan(3, frozenset({1}), rate=20, films=12)


def test_no_request_fails_and_no_wrong_bundle_answers_while_others_are_published(tmp_path: Path) -> None:
    found = soak(PLAN, tmp_path)
    assert broken(found) == [], (tmp_path / "server.log").read_text(encoding="utf-8")
    assert len(found.answers) > PLAN.rate
    log = (tmp_path / "server.log").read_text(encoding="utf-8")
    assert log.count("the last one serves on") >= len(PLAN.damaged)  # the operator was told of each damaged one


_GOOD = Findings(
    Plan(3, frozenset({1})),
    [Answer(0.0, 1.0, 0), Answer(1.0, 6.0, 0), Answer(5.0, 5.5, 2), Answer(7.0, 8.0, 2)],
    {0: 0.0, 1: 2.0, 2: 4.0},
    {2: 0.5},
    [100, 120, 125],
)


def test_the_judge_lets_pass_what_is_right() -> None:
    assert broken(_GOOD) == []
    assert _GOOD.rate == pytest.approx(4 / 8)


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (Answer(3.0, 3.5, fault="503"), "requests failed: 503"),
        (Answer(3.0, 3.5, 1), r"answered by \[1\]"),
        (Answer(3.0, 3.5, MIXED), r"answered by \[-1\]"),
        (Answer(3.0, 3.5, 2), "not published yet"),
        (Answer(6.0, 6.5, 0), "older than one"),
    ],
)
def test_the_judge_sees_what_is_wrong(answer: Answer, said: str) -> None:
    faults = broken(replace(_GOOD, answers=[*_GOOD.answers, answer]))
    assert faults
    with pytest.raises(AssertionError, match=said):
        raise AssertionError(faults)


def test_the_judge_sees_memory_that_grows_and_an_edition_that_never_came() -> None:
    assert "memory grew" in broken(replace(_GOOD, memory_mb=[100, 120, 160]))[0]
    assert "never served: [2]" in broken(replace(_GOOD, answers=_GOOD.answers[:2]))[0]


@pytest.mark.parametrize(
    ("hits", "edition"),
    [
        ('{"film": {"tagline": "edition 4"}}', 4),
        ('{"film": {"tagline": "edition 4"}}, {"film": {"tagline": "edition 5"}}', MIXED),
        ('{"film": {"tagline": ""}}', MIXED),
        ("", MIXED),
    ],
)
def test_an_answer_is_of_one_edition_or_of_none(hits: str, edition: int) -> None:
    assert edition_in(f'{{"hits": [{hits}]}}'.encode()) == edition
