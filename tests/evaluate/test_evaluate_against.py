import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Unpack

import pytest

from kadr.errors import ConfigError, SourceError
from kadr.evaluate.flips import flips
from kadr.evaluate.judgments import Judgment
from kadr.evaluate.metrics import Outcome
from kadr.evaluate.report import Report
from kadr.evaluate.resolve import Target
from kadr.evaluate.run import evaluate
from kadr.evaluate.shown import to_text
from kadr.evaluate.ways import Searcher, Way, setting_of
from kadr.film import Film
from kadr.search.request import SearchOptions
from kadr.search.types import Hit, Mode, SearchResult

FILMS = {name: Film(name, f"Фильм {name}") for name in "abcdefghijklm"}
ORDER = "abcdefghijklm"


class Shelf:
    """Answers each query with the films that it was given for it; in the lexical mode from the last to the first."""

    def __init__(self, answers: Mapping[str, str], without: str = "") -> None:
        self._answers, self._without = answers, without

    def search(self, query: str, **options: Unpack[SearchOptions]) -> SearchResult:
        order = self._answers[query]
        order = order[::-1] if options["mode"] == Mode.LEXICAL else order
        hits = tuple(Hit(FILMS[name], rank, 0.0) for rank, name in enumerate(order[: options["k"]], 1))
        return SearchResult(query, Mode(options["mode"]), len(order), hits, encoder="embedded")

    def films(self) -> Iterator[Film]:
        return (film for name, film in FILMS.items() if name not in self._without)


HERE = Shelf({"один": ORDER, "два": ORDER, "три": "b" + ORDER, "четыре": "klm", "пять": ORDER})
THERE = Shelf({"один": "ba", "два": "m", "три": "cb", "четыре": "jkl", "пять": ORDER})


@pytest.fixture
def judged(tmp_path: Path) -> str:
    # Ranks here, there: one 1, 2; two 1, none; three 1, 2; four none, 1; five 3, 3.
    films = {"один": "a", "два": "a", "три": "b", "четыре": "j", "пять": "c"}
    path = tmp_path / "judged.csv"
    path.write_text("query,ids\n" + "".join(f"{query},{film}\n" for query, film in films.items()), encoding="utf-8")
    return str(path)


def _against(judged: str, other: Searcher, **options: str) -> Report:
    return evaluate(HERE, judged, against=Way(other, {"mode": Mode.HYBRID, **options}, "другой"))


def test_two_bundles_are_compared_query_by_query(judged: str) -> None:
    report = _against(judged, THERE)
    (whole,) = report.slices
    assert whole.scores.mrr_10 == pytest.approx((1 + 1 + 1 + 0 + 1 / 3) / 5)
    assert whole.against
    assert whole.against.scores.mrr_10 == pytest.approx((1 / 2 + 0 + 1 / 2 + 1 + 1 / 3) / 5)
    gap = whole.against.difference
    assert gap.mrr_10.mean == pytest.approx((1 / 2 + 1 + 1 / 2 - 1) / 5)
    assert gap.success_10.mean == 0
    assert gap.mrr_10.low < 0 < gap.mrr_10.high


def test_flips_say_what_was_won_lost_and_moved(judged: str) -> None:
    report = _against(judged, THERE)
    assert report.against
    found = report.against.flips
    assert [(each.judgment.query, each.rank, each.other) for each in found.won] == [("два", 1, None)]
    assert [(each.judgment.query, each.rank, each.other) for each in found.lost] == [("четыре", None, 1)]
    assert [(each.judgment.query, each.rank, each.other) for each in found.moved] == [("один", 1, 2), ("три", 1, 2)]


def test_text_and_json_tell_the_flips(judged: str) -> None:
    report = _against(judged, THERE)
    text = to_text(report, flips=1)
    assert "against другой\n  it answered hybrid: 5" in text
    assert "won, in the first ten only here: 1\n   - ->  1  row 2 'a': два" in text
    assert "lost, in the first ten only there: 1\n   1 ->  -  row 4 'j': четыре" in text
    assert "moved within the first ten: 2\n   2 ->  1  row 1 'a': один" in text
    assert "три" not in text
    told = json.loads(json.dumps(report.to_json()))["against"]
    assert [(each["row"], each["rank"], each["other_rank"]) for each in told["won"]] == [(2, 1, None)]
    assert [each["row"] for each in told["moved"]] == [1, 3]
    assert (told["name"], told["left_out"]) == ("другой", 0)


def test_a_setting_is_set_against_the_bundle_itself(judged: str) -> None:
    report = _against(judged, HERE, mode="lexical")
    assert report.answered == {"hybrid": 5}
    assert report.against
    assert report.against.answered == {"lexical": 5}
    assert [each.judgment.query for each in report.against.flips.won] == ["один", "два", "три", "пять"]


def test_queries_that_one_catalogue_cannot_answer_are_left_out_of_both(judged: str) -> None:
    report = _against(judged, Shelf({**THERE._answers}, without="j"))
    assert report.slices[0].scores.n == 4
    assert report.against
    assert report.against.left_out == 1
    assert "queries whose films it does not have, left out: 1" in to_text(report)
    assert not report.against.flips.lost


def test_another_catalogue_than_was_judged_is_refused(judged: str) -> None:
    with pytest.raises(SourceError, match="2 of 5 judged films are not in the catalogue"):
        _against(judged, Shelf({**THERE._answers}, without="jc"))


def _flips(ranks: Sequence[tuple[int | None, int | None]]) -> list[list[int]]:
    targets = [Target(Judgment(number, "q"), (frozenset("a"),)) for number in range(len(ranks))]
    run, other = ([Outcome((rank,) if rank else ()) for rank in side] for side in zip(*ranks, strict=True))
    found = flips(targets, run, other)
    return [[each.judgment.number for each in part] for part in (found.won, found.lost, found.moved)]


def test_flips_are_ordered_by_what_they_change() -> None:
    assert _flips([(7, None), (2, 11), (None, 9), (11, 3), (5, 4), (1, 2), (3, 1), (2, 2), (None, 12)]) == [
        [1, 0],  # found at 2 before found at 7; rank 11 is not in the first ten
        [3, 2],
        [6, 5, 4],  # 2/3, 1/2, 1/20
    ]


def test_settings_are_told_from_bundles() -> None:
    assert setting_of("mode=lexical") == {"mode": "lexical"}
    assert setting_of(" budget_ms=0 ") == {"budget_ms": 0.0}
    assert setting_of("bundles") is None
    assert setting_of("out/mode=lexical") is None
    assert setting_of("k=5") is None
    with pytest.raises(ConfigError, match="budget_ms must be a number"):
        setting_of("budget_ms=soon")
