"""The gate: what passes, what is refused, and that it says why."""

import io
import json
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, Unpack

import pytest
from click.testing import CliRunner, Result
from hypothesis import given
from hypothesis import strategies as st

from kadr.bundle import resolve
from kadr.cli.gating import gate as command
from kadr.config import GateConfig, PublishConfig, load_config
from kadr.engine import Engine
from kadr.errors import BundleMissing, ConfigError
from kadr.evaluate.gate import gate
from kadr.evaluate.gate_invariants import (
    Invariants,
    facet_faults,
    invariants_of,
    latencies_ms,
    sampled,
    self_retrieval,
)
from kadr.evaluate.gate_lines import Line, invariant_lines, latency_line, quality_lines
from kadr.evaluate.gate_shown import to_lines, to_markdown
from kadr.evaluate.run import evaluate
from kadr.evaluate.ways import Way
from kadr.film import Film
from kadr.progress import Lines
from kadr.publish import publish
from kadr.search.request import SearchOptions
from kadr.search.types import FacetValue, Hit, Mode, SearchResult
from tests.builds import build_from
from tests.samples import SHELF, id_of, write_config, write_films

GOOD = Invariants(
    films=1000,
    filled={"year": 0.9, "tagline": 0.0},
    found=0.99,
    facet_faults=(),
    bytes_per_film=2000.0,
    learned=None,
)
USUAL = GateConfig()


def refused(lines: Sequence[Line] | Iterator[Line]) -> list[str]:
    return [line.name for line in lines if not line.held]


@pytest.mark.parametrize(
    ("worse", "names"),
    [
        ({"films": 950}, []),  # 5 % down is allowed,
        ({"films": 949}, ["films"]),  # more is not
        ({"filled": {"year": 0.85, "tagline": 0.0}}, []),
        ({"filled": {"year": 0.84, "tagline": 0.0}}, ["have year"]),
        ({"found": 0.985}, []),
        ({"found": 0.984}, ["found by their titles"]),
        ({"bytes_per_film": 2200.0}, []),
        ({"bytes_per_film": 2201.0}, ["bytes a film"]),
        ({"facet_faults": ("kind: the counts add up to 3, and 4 films know it",)}, ["facets"]),
        ({"films": 2000, "found": 1.0, "bytes_per_film": 1.0, "filled": {"year": 1.0, "tagline": 1.0}}, []),
    ],
)
def test_each_invariant_has_its_edge(worse: dict[str, Any], names: list[str]) -> None:
    assert refused(invariant_lines(replace(GOOD, **worse), GOOD, USUAL)) == names


def test_a_looser_limit_lets_more_pass() -> None:
    worse = replace(GOOD, films=800, bytes_per_film=3000.0)
    assert refused(invariant_lines(worse, GOOD, USUAL)) == ["films", "bytes a film"]
    assert refused(invariant_lines(worse, GOOD, GateConfig(count=0.2, bytes_per_film=0.5))) == []


def test_a_first_publication_is_held_against_nothing_but_sense() -> None:
    assert refused(invariant_lines(GOOD, None, USUAL)) == []
    broken = replace(GOOD, films=0, found=0.97, facet_faults=("wrong",))
    assert refused(invariant_lines(broken, None, USUAL)) == ["films", "found by their titles", "facets"]


@given(st.floats(0.01, 100), st.floats(0.01, 100))
def test_time_is_a_ratio_and_a_millisecond_is_nothing(here: float, there: float) -> None:
    line = latency_line((here, there), USUAL)
    assert line.held == (here <= 1.5 * there or here - there < 1)
    assert latency_line((here,), USUAL).held


class Shelf:
    """Finds a judged film at the first place where its query's number is below `right`, else nowhere."""

    def __init__(self, right: int) -> None:
        self._right = right

    def search(self, query: str, **options: Unpack[SearchOptions]) -> SearchResult:
        films = [FILM] if int(query) < self._right else [OTHER]
        return SearchResult(query, Mode(options["mode"]), 1, (Hit(films[0], 1, 1.0),))

    def films(self) -> Iterator[Film]:
        return iter((FILM, OTHER))


FILM, OTHER = Film("a", "Верный"), Film("b", "Другой")


def judged_lines(tmp_path: Path, here: int, there: int, count: int, limits: GateConfig = USUAL) -> list[str]:
    rows = [{"query": f"{number}", "ids": "a"} for number in range(count)]
    judged = write_films(tmp_path / "judged.jsonl", rows)
    report = evaluate(Shelf(here), str(judged), against=Way(Shelf(there), {"mode": Mode.HYBRID}, "published"))
    return refused(quality_lines(report, limits))


def test_quality_is_refused_where_the_fall_is_large_and_certain(tmp_path: Path) -> None:
    assert judged_lines(tmp_path, 90, 100, 200) == ["S@10"]
    # Three of a hundred: more than .02, but its interval reaches zero; six of four hundred: certain, and small.
    assert judged_lines(tmp_path, 97, 100, 100) == []
    assert judged_lines(tmp_path, 394, 400, 400) == []
    assert judged_lines(tmp_path, 100, 90, 200) == []
    assert judged_lines(tmp_path, 90, 100, 200, GateConfig(success_10=0.06)) == []


class Amiss:
    """A bundle's engine whose answers are those for the film before, or whose facets count one too few."""

    def __init__(self, engine: Engine, *, shifted: bool = False, short: str = "") -> None:
        self._engine, self._shifted, self._short = engine, shifted, short
        self._films = list(engine.films())

    def films(self) -> Iterator[Film]:
        return iter(self._films)

    def search(self, query: str, **options: Unpack[SearchOptions]) -> SearchResult:
        found = self._engine.search(query, **options)
        if self._shifted:
            at = {film.id: number for number, film in enumerate(self._films)}
            found = replace(found, hits=tuple(replace(h, film=self._films[at[h.film.id] - 1]) for h in found.hits))
        if self._short in found.facets:
            first, *rest = found.facets[self._short]
            fewer = (FacetValue(first.value, first.count - 1), *rest)
            found = replace(found, facets={**found.facets, self._short: fewer})
        return found


def test_a_whole_bundle_finds_its_titles_and_counts_right(engine: Engine) -> None:
    films = tuple(engine.films())
    found = invariants_of(engine, films)
    assert (found.films, found.found, found.facet_faults) == (len(films), 1.0, ())
    assert found.bytes_per_film * len(films) == sum(entry.size for entry in engine.manifest.files.values())
    assert found.filled["year"] == sum(film.year is not None for film in films) / len(films)


def test_a_shifted_index_finds_nothing_by_its_title(engine: Engine) -> None:
    # Two films bear one title; nothing else that is shifted by a row is what was asked for.
    assert self_retrieval(Amiss(engine, shifted=True), list(engine.films())) <= 2 / 42


@pytest.mark.parametrize("facet", ["kind", "decade", "age", "genre", "country", "director", "actor"])
def test_a_facet_that_counts_one_too_few_is_named(engine: Engine, facet: str) -> None:
    faults = facet_faults(Amiss(engine, short=facet), list(engine.films()))
    assert faults
    assert all(fault.startswith(f"{facet}: ") for fault in faults)


def test_a_sample_hangs_on_the_ids_alone(engine: Engine) -> None:
    films = list(engine.films())
    some = sampled(films, 10)
    assert some == sampled(reversed(films), 10)
    assert set(sampled(films[1:], 10)) - set(some) <= {*films} - {*some}
    assert len(set(sampled(films[1:], 10)) & set(some)) >= 9


def test_all_engines_are_timed_by_the_same_queries(engine: Engine) -> None:
    times = latencies_ms([engine, engine], ["маяк", "кит"])
    assert len(times) == 2
    assert min(times) > 0
    assert latencies_ms([engine], []) == (0.0,)


# ---- from bundle to verdict


@pytest.fixture(scope="module")
def smaller(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A bundle of thirty of the forty films, without the judged ones of the last ten."""
    folder = tmp_path_factory.mktemp("smaller")
    write_films(folder / "shelf.jsonl", SHELF[:30])
    return build_from(write_config(folder, shelf="shelf.jsonl")).folder.parent


@pytest.fixture
def judged(tmp_path: Path) -> Path:
    rows = [
        {"query": "сторож учит медведя танцевать", "ids": id_of("Сторож зоопарка", 1999)},
        {"query": "an elevator stops at a burned floor", "title": "Ghost Elevator", "year": "2012"},
        {"query": "кит спит под портом", "ids": id_of("Кит под городом", 2021)},
    ]
    return write_films(tmp_path / "judged.jsonl", rows)


def test_the_same_version_passes_unasked(bundles: Path) -> None:
    verdict = gate(bundles, bundles, USUAL)
    assert (verdict.passed, verdict.lines) == (True, ())
    assert to_lines(verdict).endswith(f"bundle {verdict.candidate} passes: it is the published bundle itself")


def test_a_first_bundle_passes_by_itself(bundles: Path, judged: Path) -> None:
    verdict = gate(bundles, None, replace(USUAL, judgments=judged))
    assert verdict.passed
    assert verdict.quality
    assert "passes by itself, compared with none" in to_lines(verdict)


def test_what_is_better_passes_and_what_is_smaller_is_refused(bundles: Path, smaller: Path, judged: Path) -> None:
    limits = replace(USUAL, judgments=judged, latency=100.0, filled=1.0)
    # The smaller one has two of the three judged films: its judgments count as another catalogue's.
    better = gate(bundles, smaller, limits)
    assert refused(better.lines) == []
    assert "another catalogue" in better.unjudged
    worse = gate(smaller, bundles, limits)
    assert {"films", "judged queries whose film is there"} <= set(refused(worse.lines))
    told = to_markdown(worse)
    assert told.startswith(f"## Gate: bundle {worse.candidate} is refused against {worse.published}: films,")
    assert "| films | 30 | 41 | -26.8% | -5.0% | WORSE |" in told


def test_flips_are_listed(bundles: Path, smaller: Path, judged: Path) -> None:
    rows = judged.read_text(encoding="utf-8").splitlines()
    judged.write_text("\n".join(row for row in rows if "Ghost" not in row), encoding="utf-8")
    told = to_markdown(gate(smaller, bundles, replace(USUAL, judgments=judged)))
    assert "won, in the first ten only here: 0" in told
    assert told.count("```") == 2


def test_a_published_bundle_that_cannot_be_opened_holds_nobody_up(bundles: Path, root: Path) -> None:
    (resolve(root) / "films.duckdb").unlink()
    verdict = gate(bundles, root, USUAL)
    assert (verdict.passed, verdict.published) == (True, "")
    assert "cannot be opened" in to_markdown(verdict)
    assert "films.duckdb" in to_lines(verdict).replace("\\", "")


def configured(folder: Path, more: str) -> Path:
    write_films(folder / "few.jsonl", SHELF[:6])
    config = write_config(folder, few="few.jsonl")
    config.write_text(config.read_text(encoding="utf-8") + more, encoding="utf-8")
    return config


def test_a_looser_limit_needs_a_reason(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"gate\.count: is looser than 0\.05.*add gate\.reason"):
        load_config(configured(tmp_path, "\n[gate]\ncount = 0.5\n"))
    stricter = load_config(configured(tmp_path, "\n[gate]\ncount = 0.01\nlatency = 1.2\n")).gate
    assert (stricter.count, stricter.latency, stricter.reason) == (0.01, 1.2, "")
    loosened = load_config(configured(tmp_path, '\n[gate]\ncount = 0.5\nreason = "a source closed"\n')).gate
    assert (loosened.count, loosened.reason) == (0.5, "a source closed")


def test_judgments_are_those_beside_the_config_or_as_named(tmp_path: Path, judged: Path) -> None:
    assert load_config(configured(tmp_path, "")).gate.judgments == judged
    judged.unlink()
    assert load_config(configured(tmp_path, "")).gate.judgments is None
    with pytest.raises(ConfigError, match=r"gate\.judgments: .*there is no such file"):
        load_config(configured(tmp_path, '\n[gate]\njudgments = "none.jsonl"\n'))


# ---- the command


def asked(*arguments: str | Path) -> Result:
    return CliRunner().invoke(command, [*map(str, arguments)], standalone_mode=False)


def test_the_command_ends_with_three_and_writes_the_summary(bundles: Path, smaller: Path, tmp_path: Path) -> None:
    config, summary = configured(tmp_path, ""), tmp_path / "summary.md"
    ended = asked(smaller, "--against", bundles, "--config", config, "--summary", summary)
    assert ended.return_value == 3, ended.output
    assert "is refused" in ended.output.splitlines()[-1]
    assert summary.read_text(encoding="utf-8").startswith("## Gate: ")
    loose = configured(
        tmp_path,
        '\n[gate]\ncount = 0.5\nfilled = 1\nlatency = 100\nbytes_per_film = 1\nreason = "half of it *moved*"\n',
    )
    ended = asked(smaller, "--against", bundles, "--config", loose, "--summary", summary)
    assert ended.return_value is None, ended.output
    assert "because: half of it *moved*" in ended.output
    assert "half of it \\*moved\\*" in summary.read_text(encoding="utf-8")


def test_a_folder_that_publishes_nothing_is_a_first_publication(bundles: Path, tmp_path: Path) -> None:
    config = configured(tmp_path, "")
    ended = asked(bundles, "--config", config, "--json")  # its own folder of bundles is not there yet
    assert (ended.return_value, json.loads(ended.output)["published"]) == (None, "")
    ended = asked(bundles, "--config", config, "--against", tmp_path / "bundels")
    assert isinstance(ended.exception, ConfigError)
    assert "there is no such folder" in str(ended.exception)


def test_of_the_candidates_own_folder_it_is_held_against_the_one_before(root: Path, tmp_path: Path) -> None:
    write_films(tmp_path / "few.jsonl", SHELF[:6])
    config = write_config(tmp_path, few="few.jsonl")
    before = resolve(root).name
    now = build_from(config)  # into the same folder, `bundles` beside the file
    ended = asked(root, "--config", config, "--json")
    told = json.loads(ended.output)
    assert (told["candidate"], told["published"]) == (now.version, before), told
    assert ended.return_value == 3
    assert now.folder.parent == root


def test_what_a_folder_publishes_already_is_the_published_bundle(
    root: Path, bundles: Path, smaller: Path, tmp_path: Path
) -> None:
    config = configured(tmp_path, "")
    ended = asked(bundles, "--config", config, "--against", root)  # a copy, with nothing before it
    assert (ended.return_value, ended.output.splitlines()[-1]) == (
        None,
        f"bundle {resolve(bundles).name} passes: it is the published bundle itself",
    )
    # In the folder that it was built into it is a first publication, and must speak for itself.
    ended = asked(root / resolve(root).name, "--config", config, "--against", root)
    assert "compared with none" in ended.output.splitlines()[-1]
    assert "found by their titles" in ended.output
    # With one before it, it is held against that.
    publish(smaller, PublishConfig("folder", root), Lines(io.StringIO()), {})
    told = json.loads(asked(smaller, "--config", config, "--against", root, "--json").output)
    assert (told["candidate"], told["published"]) == (resolve(smaller).name, resolve(bundles).name)


def test_what_is_published_elsewhere_is_fetched(bundles: Path, smaller: Path, tmp_path: Path) -> None:
    config = configured(tmp_path, "")
    (tmp_path / "store").mkdir()
    place = f"file://{tmp_path / 'store'}"
    # Nothing is there yet: as a candidate that is a fault, to be compared with it is a first publication.
    assert isinstance(asked(place, "--config", config, "--alone").exception, BundleMissing)
    first = asked(smaller, "--config", config, "--against", place, "--json")
    assert (first.return_value, json.loads(first.stdout)["published"]) == (None, "")
    publish(smaller, PublishConfig("url", tmp_path, url=place), Lines(io.StringIO()), {})
    told = json.loads(asked(bundles, "--config", config, "--against", place, "--json").stdout)
    assert told["published"] == resolve(smaller).name
    assert [len(told["changes"][name]) for name in ("new", "gone")] == [11, 0]
    alone = json.loads(asked(place, "--config", config, "--alone", "--json").stdout)
    assert (alone["candidate"], alone["passed"]) == (resolve(smaller).name, True)
