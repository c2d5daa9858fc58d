"""The command that measures speed: its bounds, its percentiles, its queries."""

import json
import math
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.asking import LENGTHS, asked, percentile, queries_of
from bench.common import build_from
from bench.search import BYTES_A_FILM, Figure, missed
from kadr.engine import Engine
from kadr.search.types import Filters


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    texts = [" ".join(f"слово{i * 100 + j}" for j in range(i + 2)) for i in range(20)]
    rows = [{"id": f"f{i}", "title": f"Номер {i}", "description": text, "year": 1990} for i, text in enumerate(texts)]
    folder = tmp_path_factory.mktemp("bench")
    source = folder / "films.jsonl"
    source.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    with Engine.open(build_from({"some": source}, folder / "built").folder) as opened:
        yield opened


def test_what_is_above_its_bound_is_named_and_nothing_else() -> None:
    figures = [
        Figure("at it", 6.0, 6.0, "ms"),
        Figure("sentence: p99", 15.01, 15.0, "ms"),
        Figure("bytes", 1_234.5, BYTES_A_FILM, "bytes a film"),
        Figure("never measured", math.nan, 1.0, "s"),
    ]
    assert missed(figures) == [
        "sentence: p99: 15.01 ms, at most 15",
        "bytes: 1,234.50 bytes a film, at most 1,100",
        "never measured: nan s, at most 1",
    ]


@given(st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=400), st.floats(0, 1))
def test_no_more_than_the_share_lies_below_a_percentile(values: list[float], share: float) -> None:
    found = percentile(values, share)
    assert found in values
    assert sum(value < found for value in values) <= share * len(values)
    assert sum(value <= found for value in values) > share * len(values) - 1e-9 or share == 1


def test_the_queries_of_a_bundle_are_runs_of_its_words_and_always_the_same(engine: Engine) -> None:
    texts = [f" {film.description} " for film in engine.films()]
    queries = queries_of(engine, ["a whole description"])
    assert queries == queries_of(engine, ["a whole description"])
    assert set(queries) == {"three words", "sentence", "with wishes", "whole description"}  # no text has a hundred
    for kind in ("three words", "sentence"):
        assert all(len(query.split()) == LENGTHS[kind] for query in queries[kind])
        assert all(any(f" {query} " in text for text in texts) for query in queries[kind])
        assert len(set(queries[kind])) == len(queries[kind]) > 0


def test_each_query_is_timed_by_every_clock(engine: Engine) -> None:
    queries = queries_of(engine)["three words"]
    times = asked(engine, queries, Filters(year_from=1980))
    assert len(queries) == len(times.clock) == len(times.processor) == len(times.scans)
    assert all(scan > 0 for scan in times.scans)
    assert {"rank", "facets", "fetch", "total"} <= times.stages.keys()
    assert all(len(ms) == len(queries) for ms in times.stages.values())
