"""The gate and what a bundle learned from ratings: what may be lost of them, and what is told."""

import json
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import pytest

from kadr.config import GateConfig
from kadr.engine import Engine
from kadr.evaluate.gate import gate
from kadr.evaluate.gate_invariants import Invariants, Learned, invariants_of
from kadr.evaluate.gate_lines import Line, invariant_lines
from kadr.evaluate.gate_shown import to_lines, to_markdown
from tests.builds import build_from
from tests.recommend.train.rated_world import films as rated_films
from tests.recommend.train.rated_world import write_ratings
from tests.samples import id_of, write_config, write_films

GOOD = Invariants(films=1000, filled={}, found=1.0, facet_faults=(), bytes_per_film=2000.0, learned=None)
RATED = replace(GOOD, learned=Learned(films=400, ratings=10_000, ndcg=0.31))
USUAL = GateConfig()


def refused(lines: Iterable[Line]) -> list[str]:
    return [line.name for line in lines if not line.held]


@pytest.mark.parametrize(
    ("films", "ratings", "names"),
    [
        (380, 10_000, []),
        (379, 10_000, ["films with ratings"]),
        (400, 5_000, []),  # half of them may be forgotten,
        (400, 4_999, ["ratings"]),  # more not, though each film still has some
        (800, 90_000, []),
    ],
)
def test_ratings_may_not_get_lost(films: int, ratings: int, names: list[str]) -> None:
    here = replace(RATED, learned=Learned(films, ratings, 0.1))
    lost = [line for line in invariant_lines(here, RATED, USUAL) if not line.held]
    assert refused(lost) == names
    assert all("[ratings]" in line.advice for line in lost)
    assert refused(invariant_lines(here, RATED, GateConfig(count=0.6))) == []


def test_a_model_that_is_gone_is_refused_and_allowed_only_by_all_of_it() -> None:
    assert refused(invariant_lines(GOOD, RATED, USUAL)) == ["films with ratings"]
    assert refused(invariant_lines(GOOD, RATED, GateConfig(count=0.99))) == ["films with ratings"]
    assert refused(invariant_lines(GOOD, RATED, GateConfig(count=1.0))) == []
    # Of a bundle that counts nothing of its model, too.
    silent = replace(GOOD, learned=Learned(0, 0, None))
    assert refused(invariant_lines(GOOD, silent, USUAL)) == ["films with ratings"]


def learned_lines(here: Invariants, there: Invariants | None) -> list[tuple[str, str, str, str]]:
    lines = invariant_lines(here, there, USUAL)
    told = [(line.name, line.candidate, line.published, line.change) for line in lines if line.held]
    return [each for each in told if "ratings" in each[0]]


def test_what_ratings_are_worth_is_told_where_there_are_any() -> None:
    worse = replace(RATED, learned=Learned(400, 10_000, 0.2))
    assert learned_lines(worse, RATED)[-1] == ("NDCG@10 by ratings", "0.200", "0.310", "-0.110")
    unknown = replace(RATED, learned=Learned(400, 10_000, None))
    assert learned_lines(RATED, unknown)[-1] == ("NDCG@10 by ratings", "0.310", "", "")
    first = [
        ("films with ratings", "400", "", ""),
        ("ratings", "10,000", "", ""),
        ("NDCG@10 by ratings", "0.310", "", ""),
    ]
    assert learned_lines(RATED, None) == learned_lines(RATED, GOOD) == first
    assert learned_lines(GOOD, GOOD) == learned_lines(GOOD, None) == []


@pytest.fixture
def config(tmp_path: Path) -> Path:
    """A catalogue of sixty films with ratings of all of them."""
    write_films(tmp_path / "few.jsonl", [{"title": film.title, "year": str(film.year)} for film in rated_films()])
    config = write_config(tmp_path, few="few.jsonl")
    config.write_text(
        config.read_text(encoding="utf-8") + '\n[ratings]\npath = "ratings.csv"\ntrials = 0\n', encoding="utf-8"
    )
    table = write_ratings(tmp_path / "ratings.csv").read_text(encoding="utf-8")
    for film in rated_films():
        table = table.replace(film.id, id_of(film.title, film.year))
    (tmp_path / "ratings.csv").write_text(table, encoding="utf-8")
    return config


def test_a_build_that_lost_its_ratings_is_refused(config: Path) -> None:
    ratings = config.with_name("ratings.csv")
    whole = build_from(config)
    with Engine.open(whole.folder) as engine:
        learned = invariants_of(engine, tuple(engine.films())).learned
    figures = json.loads((whole.folder / "recommend" / "model.json").read_text(encoding="utf-8"))["figures"]
    assert learned == Learned(60, 1920, figures["ndcg@10"])
    assert gate(whole.folder, None, USUAL).passed
    limits = replace(USUAL, latency=100.0)
    lines = ratings.read_text(encoding="utf-8").splitlines()
    ratings.write_text("\n".join(lines[:500]), encoding="utf-8")
    assert refused(gate(build_from(config).folder, whole.folder, limits).lines) == ["ratings"]
    ratings.write_bytes(b"\0\0\0")
    verdict = gate(build_from(config).folder, whole.folder, limits)
    assert refused(verdict.lines) == ["films with ratings"]
    assert "what is published recommends by ratings, and this bundle does not" in to_lines(verdict)
    assert "mend what [ratings] names" in to_markdown(verdict).replace("\\", "")
