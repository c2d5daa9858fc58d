import itertools
import json
import math
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Unpack

import pytest

from kadr.analysis import stems
from kadr.errors import ConfigError, QueryError, SourceError
from kadr.evaluate import HELP
from kadr.evaluate.baseline import bm25_baseline
from kadr.evaluate.judgments import Judgment
from kadr.evaluate.report import Report
from kadr.evaluate.resolve import Target
from kadr.evaluate.run import evaluate, measure
from kadr.evaluate.shown import to_text
from kadr.film import Description, Film, SourceLink
from kadr.search.request import SearchOptions
from kadr.search.types import Hit, Mode, SearchResult
from kadr.text import words

LONGEST = 300


def _film(own: str, title: str, text: str, year: int | None = None, actors: tuple[str, ...] = ()) -> Film:
    told = (Description(text, "полка", "ru"),)
    return Film(own, title, year=year, descriptions=told, actors=actors, sources=(SourceLink("полка", own),))


FILMS = [
    _film("a", "Маяк", "Смотритель находит письмо в бутылке.", 1994),
    _film("b", "Хлеб", "Сёстры пекут караваи и прячут в них план побега.", 1990, actors=("Вера Луна",)),
    _film("c", "Вторая луна", "Астроном видит луну, а остальные нет.", 2001),
    *(_film(f"d{n:02}", f"Серия {n}", "Почтальон едет через пустыню с одним письмом.") for n in range(12)),
]


class WordEngine:
    """Ranks films by how many words of the query their text holds, then by row; texts too long are refused."""

    def search(self, query: str, **options: Unpack[SearchOptions]) -> SearchResult:
        assert options["budget_ms"] >= 10_000
        mode = Mode(options["mode"])
        if len(query) > LONGEST:
            raise QueryError("q: is too long; shorten it")
        asked = set(words(query))
        shared = [len(asked & set(words(f"{film.title} {film.description}"))) for film in FILMS]
        order = sorted((row for row in range(len(FILMS)) if shared[row]), key=lambda row: -shared[row])
        hits = tuple(Hit(FILMS[row], rank, 0.0) for rank, row in enumerate(order[: options["k"]], 1))
        lame = "the encoder is asleep" if mode is Mode.HYBRID and "луна" in asked else ""
        return SearchResult(query, Mode.LEXICAL if lame else mode, len(order), hits, degraded=lame)

    def films(self) -> Iterator[Film]:
        return iter(FILMS)


JUDGED = """query,title,year,source,kind
смотритель письмо в бутылке,Маяк,1994,полка,plot
едет с письмом,Хлеб,1991,,plot
вторая луна,Вторая луна,,,title
почтальон едет через пустыню,Серия 11,,,plot
"""


@pytest.fixture
def judged(tmp_path: Path) -> str:
    path = tmp_path / "judged.csv"
    path.write_text(JUDGED, encoding="utf-8")
    return str(path)


def _row(report: Report, name: str) -> tuple[int, float, float, float]:
    scores = next(each.scores for each in report.slices if each.name == name)
    return scores.n, scores.success_1, scores.success_10, scores.mrr_10


def test_scores_are_those_worked_by_hand(judged: str) -> None:
    # "Маяк" and "Вторая луна" come first; "Хлеб" has no word of its query; "Серия 11" is the last of twelve alike.
    report = evaluate(WordEngine(), judged, slices=["kind"])
    assert _row(report, "all") == (4, 0.5, 0.5, 0.5)
    assert _row(report, "kind=plot") == (3, 1 / 3, 1 / 3, 1 / 3)
    assert _row(report, "kind=title") == (1, 1.0, 1.0, 1.0)
    assert [each.title for each in report.lost] == ["Хлеб", "Серия 11"]
    assert report.answered == {"hybrid": 3, "lexical (the encoder is asleep)": 1}


def test_the_engine_is_asked_for_ten_films(tmp_path: Path) -> None:
    path = tmp_path / "j.csv"
    path.write_text("query,title\nпочтальон в пустыне едет,Серия 9\nпочтальон едет,Серия 10\n", encoding="utf-8")
    scores = evaluate(WordEngine(), str(path)).slices[0].scores
    assert scores.success_10 == 0.5
    assert scores.mrr_10 == pytest.approx(0.05)  # rank 10, and lost


def test_the_mode_asked_for_reaches_the_engine(judged: str) -> None:
    assert evaluate(WordEngine(), judged, mode=Mode.LEXICAL).answered == {"lexical": 4}


def test_baseline_is_compared_slice_by_slice(judged: str) -> None:
    report = evaluate(WordEngine(), judged, slices=["year"], baseline=True)
    assert [each.name for each in report.slices] == ["all", "year", "no year"]
    for each in report.slices:
        assert each.baseline
        gap = each.baseline.difference.mrr_10
        assert each.baseline.scores.n == each.scores.n
        assert gap.mean == pytest.approx(each.scores.mrr_10 - each.baseline.scores.mrr_10)
        assert gap.low <= gap.mean <= gap.high
    assert all(each.baseline is None for each in evaluate(WordEngine(), judged).slices)


def test_json_and_text_carry_the_same_numbers(judged: str) -> None:
    report = evaluate(WordEngine(), judged, slices=["kind"], baseline=True)
    told = json.loads(json.dumps(report.to_json(lost=1), ensure_ascii=False))
    text = to_text(report, lost=1)
    table = text.splitlines()
    assert table[0].split() == [
        "slice",
        "n",
        "S@1",
        "S@10",
        "MRR@10",
        "NDCG@10",
        "R@10",
        "S@10:",
        "95%",
        "MRR@10:",
        "95%",
    ]
    lines = iter(table[1:])
    for part in told["slices"]:
        for scores in (part, part["baseline"]):
            shares = [f"{scores[name]:.3f}" for name in ("success_1", "success_10", "mrr_10", "ndcg_10", "recall_10")]
            assert " ".join([str(scores["n"]), *shares]) in " ".join(next(lines).split())
        assert f"{part['baseline']['mrr_10_difference']['mean']:+.3f} [" in text
        assert f"[{part['mrr_10_interval']['low']:.3f}, " in text
    assert told["lost_count"] == 2
    assert [each["title"] for each in told["lost"]] == ["Хлеб"]
    assert "row 2 'Хлеб' (1991): едет с письмом" in text
    assert "Серия 11" not in text
    assert "lost: 2 of 4" in text
    assert to_text(evaluate(WordEngine(), judged, slices=["kind"], baseline=True), lost=1) == text


def test_films_that_are_not_there_are_listed_up_to_a_fifth(tmp_path: Path) -> None:
    path = tmp_path / "j.csv"
    rows = [f"луна {n},Вторая луна,2001" for n in range(4)]
    path.write_text("\n".join(["query,title,year", *rows, "x,Пекарня,1980"]), encoding="utf-8")
    report = evaluate(WordEngine(), str(path))
    assert _row(report, "all")[0] == 4
    assert "not in the catalogue, left out: 1\n  row 5 'Пекарня' (1980)" in to_text(report)
    assert report.to_json()["unresolved"][0]["row"] == 5
    path.write_text("\n".join(["query,title,year", *rows, "x,Пекарня,1980", "y,Смола,"]), encoding="utf-8")
    with pytest.raises(
        SourceError, match=r"j\.csv: 2 of 6 judged films .* 20% .* row 5 'Пекарня' \(1980\), row 6 'Смола'"
    ):
        evaluate(WordEngine(), str(path))


def test_a_source_that_lacks_the_row_and_a_missing_id_show(tmp_path: Path) -> None:
    path = tmp_path / "j.jsonl"
    rows = [{"query": "луна", "title": "Вторая луна", "source": "чердак"}, {"query": "план побега", "ids": ["b", "zz"]}]
    path.write_text("\n".join(json.dumps(row) for row in rows), encoding="utf-8")
    text = to_text(evaluate(WordEngine(), str(path)))
    assert "any source counts: 1" in text
    assert "judged films that the catalogue lacks, beside others of their query: 1" in text


def test_hostile_text_cannot_break_the_lines(tmp_path: Path) -> None:
    path = tmp_path / "j.jsonl"
    rows = [{"query": "сёстры\n\x1b[31m" + "ы" * 200, "title": "Маяк", "year": 1994, "note": "a\nb\x1b"}] * 2
    path.write_text("\n".join(json.dumps(row) for row in rows), encoding="utf-8")
    text = to_text(evaluate(WordEngine(), str(path), slices=["note"]), lost=5)
    assert "\x1b" not in text
    assert max(map(len, text.splitlines())) < 140


def test_a_query_that_the_engine_refuses_is_named(tmp_path: Path) -> None:
    path = tmp_path / "j.csv"
    path.write_text(f"query,title\nмаяк,Маяк\n{'ы' * (LONGEST + 1)},Хлеб\n", encoding="utf-8")
    with pytest.raises(QueryError, match=r"judged query row 2 'Хлеб': q: is too long"):
        evaluate(WordEngine(), str(path))


def test_an_unknown_slice_is_refused_before_the_engine_is_asked(tmp_path: Path) -> None:
    path = tmp_path / "j.csv"
    path.write_text(f"query,title\n{'ы' * (LONGEST + 1)},Хлеб\n", encoding="utf-8")
    with pytest.raises(ConfigError, match="no judged query has a value"):
        evaluate(WordEngine(), str(path), slices=["colour"])


def test_measure_looks_at_ten_films_only() -> None:
    target = Target(Judgment(1, "q", ids=("x",)), (frozenset({"x"}),))
    assert measure([target], lambda _: [*"abcdefghi", "x"])[0].ranks == (10,)
    assert measure([target], lambda _: [*"abcdefghij", "x"])[0].ranks == ()


def test_baseline_is_bm25_over_title_and_description_only() -> None:
    rank = bm25_baseline(FILMS)
    assert rank("маяки") == ["a"]  # a stem of the title
    assert rank("караваев") == ["b"]  # a stem of the description
    assert rank("Вера") == []  # an actor is no part of it
    assert rank("почтальон") == [f"d{n:02}" for n in range(10)]  # equal scores: row order, ten at most
    assert rank("луна")[0] == "c"
    assert rank("несуществующее") == []
    assert bm25_baseline([])("луна") == []


def _textbook(query: str, texts: list[str]) -> list[float]:
    """Return BM25 (k1 1.2, b 0.75) of each text, written out."""
    bags = [stems(text) for text in texts]
    mean = sum(map(len, bags)) / len(bags)
    scores = [0.0] * len(bags)
    for term in stems(query):
        df = sum(term in bag for bag in bags)
        idf = math.log(1 + (len(bags) - df + 0.5) / (df + 0.5))
        for at, bag in enumerate(bags):
            tf = bag.count(term)
            scores[at] += idf * tf * 2.2 / (tf + 1.2 * (0.25 + 0.75 * len(bag) / mean))
    return scores


def test_baseline_is_the_textbook_formula() -> None:
    draw = random.Random(3)
    vocabulary = ["маяк", "хлеб", "луна", "пёс", "кот", "сад", "лес", "дом", "мост", "река", "снег", "поезд"]
    plots = [" ".join(draw.choices(vocabulary, k=draw.randint(2, 25))) for _ in range(9)]
    titles = [" ".join(draw.choices(vocabulary, k=2)) for _ in plots]
    films = [_film(str(n), *pair, actors=("Кот Луна",)) for n, pair in enumerate(zip(titles, plots, strict=True))]
    rank = bm25_baseline(films)
    for first, second in itertools.combinations(vocabulary, 2):
        query = f"{first} {second} {second}"
        scores = _textbook(query, [f"{title} {plot}" for title, plot in zip(titles, plots, strict=True)])
        found = [scores[int(own)] for own in rank(query)]
        assert len(found) == sum(score > 0 for score in scores)
        assert all(better >= worse - 1e-9 for better, worse in itertools.pairwise(found))


def test_help_names_every_measure_and_slice_form() -> None:
    for word in ("S@1", "S@10", "MRR@10", "NDCG@10", "R@10", "overlap<0.2", "--slice year", "BM25 on stems", "95%"):
        assert word in HELP
