"""The command line: what each command gives, and what its help says."""

import json
from collections.abc import Sequence
from pathlib import Path

import click
import pytest

from kadr import __version__
from kadr.build_report import BuildReport
from kadr.bundle import current
from kadr.cli import cli
from kadr.engine import Engine
from kadr.search.output import to_json, to_text
from tests.commands import Ended, Run
from tests.samples import FEW, SHELF, id_of, write_config, write_films

ANSI = "\x1b["


def test_search_prints_films_with_facts_snippet_and_reason(kadr: Run, bundles: Path, engine: Engine) -> None:
    ended = kadr("search", "медведь танцует в зоопарке", "--bundle", bundles, "-k", "2")
    assert (ended.code, ended.err) == (0, "")
    assert ended.out == to_text(engine.search("медведь танцует в зоопарке", k=2)) + "\n"
    lines = ended.out.splitlines()
    assert lines[1].startswith("  1. Сторож зоопарка (1999, драма, Россия)  0.")
    assert "[медведя]" in lines[2]
    assert "description: " in lines[3]


def test_search_names_an_exact_title(kadr: Run, bundles: Path) -> None:
    assert "exact title" in kadr("search", "елка на крыше", "--bundle", bundles).out


def test_search_that_finds_nothing_says_what_to_do(kadr: Run, bundles: Path) -> None:
    ended = kadr("search", "ыфщшжд хзъйц", "--bundle", bundles)
    assert ended == Ended(0, "Nothing close was found. Describe the plot in other words, or drop a filter.\n", "")


def test_search_as_json(kadr: Run, bundles: Path, engine: Engine) -> None:
    ended = kadr("search", "смотритель маяка", "--bundle", bundles, "--json", "-k", "3")
    answer = json.loads(ended.out)
    assert list(answer) == [
        "query", "mode", "encoder", "degraded", "total", "facets", "hits", "took_ms",
        "correction", "wishes", "relaxed", "following", "refined",
    ]  # fmt: skip
    assert (answer["mode"], answer["degraded"]) == ("hybrid", "")
    assert answer["total"] >= len(answer["hits"]) > 0
    for rank, hit in enumerate(answer["hits"], 1):
        assert list(hit) == ["rank", "score", "film", "snippet", "why"]
        assert hit["rank"] == rank
        assert 0 <= hit["score"] <= 1
        assert set(hit["why"]) == {"exact_title", "words", "nearness"}
    film = answer["hits"][0]["film"]
    assert (film["title"], film["year"], film["kind"]) == ("Маяк для двоих", 2004, "film")
    assert {"value": "film", "count": answer["total"], "chosen": False} in answer["facets"]["kind"]
    expected = json.loads(json.dumps(to_json(engine.search("смотритель маяка", k=3))))
    assert {**answer, "took_ms": 0} == {**expected, "took_ms": 0}
    assert "Маяк" in ended.out  # letters, not \u escapes


def test_search_without_a_query_gives_the_best_known(kadr: Run, bundles: Path) -> None:
    answer = json.loads(kadr("search", "--bundle", bundles, "--json").out)
    assert (answer["mode"], answer["total"], len(answer["hits"])) == ("popular", len(SHELF) + 1, 10)


@pytest.mark.parametrize(
    ("options", "titles"),
    [
        (["--year", "1999"], {"Сторож зоопарка", "Salt Road Caravan"}),
        (["--year", "-1949"], {"Rain over Harbor Street", "Glass Mountain"}),
        (["--year", "2022-"], {"The Orchard Robot", "Harbor of Names", "Письма с юга"}),
        (["--year", "1974-1976"], {"Голос из барханов", "The Snow Postman"}),
        (["--kind", "series"], {"Соль и сахар", "Письма с юга", "Ghost Elevator"}),
        (["--genre", "Western"], {"Nine Miles to Juniper"}),
        (["--genre", "western", "--genre", "спорт"], {"Nine Miles to Juniper", "Двенадцать вёсел"}),
        (["--genre", "драма", "--not-genre", "mystery", "--year", "-1969"], {"Последний трамвай"}),
        (["--country", "Japan", "--kind", "film", "--not-genre", "horror"], {"Zero Hour Lullaby", "The Snow Postman"}),
        (["--director", "глеб немов", "--rating", "7"], {"Шахматист и вор"}),
        (["--actor", "otto kranz", "--actor", "Aiko Tanabe"], {"Submarine Waltz", "Zero Hour Lullaby", "Seven Doors"}),
        (["--sort", "oldest", "-k", "1"], {"Glass Mountain"}),
        (["--sort", "rating", "-k", "1", "--offset", "1"], {"Капитан Репа"}),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)  # fmt: skip
def test_search_options_reach_the_engine(kadr: Run, bundles: Path, options: Sequence[str], titles: set[str]) -> None:
    answer = json.loads(kadr("search", "--bundle", bundles, "--json", *options).out)
    assert {hit["film"]["title"] for hit in answer["hits"]} == titles


def test_the_bundle_can_be_named_by_the_environment(kadr: Run, bundles: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KADR_BUNDLE", str(bundles))
    assert "Маяк для двоих" in kadr("search", "маяк").out
    assert kadr("search", "маяк", "--bundle", "elsewhere").code == 3  # the option wins


def test_build_reports_and_the_bundle_is_found_by_default(kadr: Run, few: Path) -> None:
    ended = kadr("build", few)
    assert ended.code == 0
    folder = current(few.parent / "bundles")
    assert ended.out.splitlines()[-1] == f"bundle {folder.name} is current: {folder}"
    assert "films out" in ended.out
    assert "encode: 6 in " in ended.err
    assert ANSI not in ended.err
    again = kadr("build", few)
    assert again.out.splitlines()[-1] == f"bundle {folder.name} is current; its content is as before: {folder}"
    assert "Кит под городом" in kadr("search", "кит").out  # ./bundles is where one looks


def test_build_as_json(kadr: Run, few: Path, tmp_path: Path) -> None:
    write_films(tmp_path / "few.jsonl", [*FEW, {"title": "x", "year": "3999"}])
    ended = kadr("build", few, "--json", "--out", tmp_path / "out", "--encoder", "embedded", "--sources", "few")
    told = json.loads(ended.out)
    assert told["folder"] == str(tmp_path / "out" / told["version"])
    assert told["rejects"] == str(tmp_path / "out" / "rejects.jsonl")
    assert told["catalogue"]["films"] == len(FEW)
    assert told["unchanged"] is False
    assert told["bytes_per_film"] == pytest.approx(sum(told["bytes"].values()) / len(FEW), abs=0.06)
    assert "encode" in told["seconds"]
    assert "refused rows and pages: " in kadr("build", few).out


def test_build_with_a_limit(kadr: Run, few: Path) -> None:
    assert json.loads(kadr("build", few, "--limit", "4", "--json").out)["catalogue"]["films"] == 4


@pytest.mark.parametrize("suffix", [".csv.gz", ".jsonl", ".parquet"])
def test_what_is_exported_can_be_built_from(kadr: Run, few: Path, tmp_path: Path, suffix: str) -> None:
    kadr("build", few)
    out = tmp_path / f"out{suffix}"
    assert kadr("export", out) == Ended(0, f"{len(FEW)} films: {out}\n", "")
    config = write_config(tmp_path, few=out.name)
    told = json.loads(kadr("build", config, "--out", tmp_path / "again", "--json").out)
    assert told["catalogue"]["films"] == len(FEW)
    with Engine.open(tmp_path / "bundles") as first, Engine.open(tmp_path / "again") as second:
        assert list(second.films()) == list(first.films())


def test_verify_and_versions(kadr: Run, root: Path, built: BuildReport) -> None:
    whole = kadr("verify", "--bundle", root).out
    assert whole.startswith(f"bundle {built.version} is whole: {len(SHELF) + 1} films, ")
    assert kadr("verify", "--bundle", root / built.version).out == whole
    assert kadr("versions", "--bundle", root).out.startswith(f"* {built.version}  20")
    listed = json.loads(kadr("versions", "--bundle", root, "--json").out)
    assert [(v["version"], v["films"], v["is_current"], v["flaw"]) for v in listed] == [(built.version, 41, True, "")]


def test_rollback_goes_back_and_on(kadr: Run, few: Path) -> None:
    first = json.loads(kadr("build", few, "--json").out)["version"]
    second = json.loads(kadr("build", few, "--json", "--limit", "5").out)["version"]
    assert kadr("rollback") == Ended(0, f"bundle {first} is current\n", "")
    assert current(few.parent / "bundles").name == first
    assert kadr("rollback", "--to", second) == Ended(0, f"bundle {second} is current\n", "")
    marks = [line[0] for line in kadr("versions").out.splitlines()]
    assert marks == ["*", " "]


def test_evaluate_scores_judged_queries(kadr: Run, bundles: Path, tmp_path: Path) -> None:
    judged: list[dict[str, str]] = [
        {"query": "сторож учит медведя танцевать", "ids": id_of("Сторож зоопарка", 1999)},
        {"query": "a thief bids for a painting at an auction", "title": "The Quiet Auction", "year": "2018"},
    ]
    write_films(tmp_path / "judged.jsonl", judged)
    ended = kadr("evaluate", tmp_path / "judged.jsonl", "--bundle", bundles, "--baseline")
    assert (ended.code, ended.err) == (0, "")
    assert "MRR@10" in ended.out
    assert json.loads(kadr("evaluate", tmp_path / "judged.jsonl", "--bundle", bundles, "--json").out)


def test_version(kadr: Run) -> None:
    assert kadr("--version") == Ended(0, f"kadr, version {__version__}\n", "")


@pytest.mark.parametrize("option", ["-h", "--help"])
def test_help_names_every_command_and_exit_code(kadr: Run, option: str) -> None:
    ended = kadr(option)
    assert (ended.code, ended.err) == (0, "")
    for name in cli.commands:
        assert f"\n  {name} " in ended.out
    text = " ".join(ended.out.split())
    for code in ("0 done", "1 a fault", "2 a mistake", "3 a bundle was refused", "130 stopped"):
        assert code in text


def test_without_a_command_the_help_is_shown(kadr: Run) -> None:
    ended = kadr()
    assert ended.code == 2
    assert "Commands:" in ended.err


@pytest.mark.parametrize("name", sorted(cli.commands))
def test_help_of_a_command_documents_every_option(kadr: Run, name: str) -> None:
    ended = kadr(name, "--help")
    assert (ended.code, ended.err) == (0, "")
    command = cli.commands[name]
    assert command.help
    for parameter in command.params:
        if isinstance(parameter, click.Option):
            assert parameter.help, f"{name} {parameter.opts[0]} has no help"
            assert parameter.opts[0] in ended.out
        else:
            assert parameter.human_readable_name in ended.out


def test_the_commands_are_those_of_the_design() -> None:
    assert {"build", "search", "evaluate", "export", "verify", "versions", "rollback"} <= set(cli.commands)
