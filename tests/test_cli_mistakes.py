"""One plain line, the right exit code and nothing changed, for every mistake; never a traceback."""

import re
import shutil
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple

import pytest

from kadr.build_report import BuildReport
from kadr.bundle import FORMAT_VERSION
from tests.commands import Run

OURS = f'"format": {FORMAT_VERSION}'


def flip(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)


def edit(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def other(folder: Path, said: str, films: str = "") -> None:
    """Give the catalogue file another name, and let it say more of its source."""
    (folder / "catalogue.toml").rename(folder / "other.toml")
    edit(folder / "other.toml", 'name = "few"', f'name = "few"\n{said}')
    if films:
        (folder / "few.jsonl").write_text(films)


PROGRESS = re.compile(r"[\w ]+: (\d+ in )?\d+\.\d s")
"""A line that tells how long a stage of the build took."""


class Bad(NamedTuple):
    """A command, the exit code that it deserves, and what its one line must name."""

    arguments: str
    code: int
    names: Sequence[str]
    harm: Callable[[Path, Path], object] = lambda *_: None
    """What is done to the folder and to its current bundle before."""


BAD: Sequence[Bad] = (
    Bad("build missing.toml", 2, ["missing.toml", "no such file"]),
    Bad("build bundles", 2, ["bundles", "cannot be read"]),
    Bad("build catalogue.toml", 2, ["not valid TOML"], lambda p, _: edit(p / "catalogue.toml", "[[", "[")),
    Bad("build catalogue.toml", 2, ["catalogue.toml", "nmae"], lambda p, _: edit(p / "catalogue.toml", "name", "nmae")),
    Bad("build catalogue.toml", 2, ["few.jsonl"], lambda p, _: (p / "few.jsonl").unlink()),
    Bad("build catalogue.toml", 2, ["few.jsonl"], lambda p, _: (p / "few.jsonl").write_bytes(b"\0" * 999)),
    Bad("build catalogue.toml", 2, ["few.jsonl", "empty"], lambda p, _: (p / "few.jsonl").write_text("")),
    Bad("build catalogue.toml", 2, ["mapping.title"], lambda p, _: (p / "few.jsonl").write_text('{"a": 1}')),
    Bad("build other.toml", 2, ["few.jsonl: ", "in other.toml: mapping.title"], lambda p, _: other(p, "", '{"a": 1}')),
    Bad("build other.toml", 2, ["mapping.year: ", "in other.toml"], lambda p, _: other(p, "mapping.year = 'j'")),
    Bad("build other.toml", 2, ["other.toml: few: mapping.titel: "], lambda p, _: other(p, "mapping.titel = 'a'")),
    Bad("build catalogue.toml --encoder psychic", 2, ["--encoder", "psychic", "embedded"]),
    Bad("build catalogue.toml --sources few,fwe", 2, ["--sources", "fwe", "few"]),
    Bad("build catalogue.toml --sources ,", 2, ["--sources"]),
    Bad("build catalogue.toml --limit 0", 2, ["--limit"]),
    Bad("build catalogue.toml --limit ten", 2, ["--limit", "ten"]),
    Bad("build catalogue.toml --out few.jsonl", 2, ["few.jsonl"]),
    Bad("build catalogue.toml --out few.jsonl/below", 2, ["few.jsonl"]),
    Bad("build catalogue.toml --publish", 2, ["--publish"]),
    Bad("search x -k 0", 2, ["k: 0", "100"]),
    Bad("search x -k 101", 2, ["k: 101", "100"]),
    Bad("search x -k ten", 2, ["-k", "ten"]),
    Bad("search x --offset -1", 2, ["offset: -1"]),
    Bad("search x --mode psychic", 2, ["mode", "psychic", "hybrid, semantic, lexical"]),
    Bad("search x --mode popular", 2, ["mode", "popular"]),
    Bad("search x --sort best", 2, ["sort", "best", "relevance, newest, oldest, rating"]),
    Bad("search x --measure hamming", 2, ["measure", "hamming", "cosine, dot, l2"]),
    Bad("search x --year 1999-1990", 2, ["year_from", "1999", "1990"]),
    Bad("search x --year nineties", 2, ["--year", "1990-1999"]),
    Bad("search x --year 1990-1995-1999", 2, ["--year"]),
    Bad("search x --year -", 2, ["--year"]),
    Bad("search x --year 1_999", 2, ["--year"]),
    Bad("search x --year " + "9" * 5000, 2, ["--year"]),
    Bad("search x --kind play", 2, ["--kind", "play", "series"]),
    Bad("search x --rating 11", 2, ["rating_min", "10"]),
    Bad("search x --rating nan", 2, ["rating_min"]),
    Bad("search x --rating high", 2, ["--rating", "high"]),
    Bad("search x y", 2, ["unexpected extra argument", "y"]),
    Bad("search " + "x" * 10_001, 2, ["query", "10001", "10000"]),
    Bad("seek x", 2, ["seek"]),
    Bad("--version=no", 2, ["--version"]),
    Bad("search x --bundle nowhere", 3, ["nowhere", "make build"]),
    Bad("search x --bundle few.jsonl", 3, ["few.jsonl"]),
    Bad("search x", 3, ["bundles", "no bundle"], lambda p, _: shutil.rmtree(p / "bundles")),
    Bad("search x", 3, ["current", "rollback"], lambda p, _: (p / "bundles" / "current").write_text("../../etc\n")),
    Bad("search x", 3, ["current"], lambda p, _: (p / "bundles" / "current").write_bytes(b"\xff\0" * 40)),
    Bad("search x", 3, ["0123456789abcdef"], lambda p, _: (p / "bundles" / "current").write_text("0123456789abcdef\n")),
    Bad("search x", 3, ["films.usearch", "rollback"], lambda _, b: flip(b / "films.usearch")),
    Bad("search x", 3, ["lexical/stems/impacts.npy"], lambda _, b: flip(b / "lexical" / "stems" / "impacts.npy")),
    Bad("search x", 3, ["films.duckdb", "missing"], lambda _, b: (b / "films.duckdb").unlink()),
    Bad("search x", 3, ["extra.txt"], lambda _, b: (b / "extra.txt").write_text("x")),
    Bad("search x", 3, ["format 99"], lambda _, b: edit(b / "manifest.json", OURS, '"format": 99')),
    Bad("search x", 3, ["manifest.json"], lambda _, b: edit(b / "manifest.json", '"films": 41', '"films": 42')),
    Bad("verify", 3, ["films.duckdb"], lambda _, b: flip(b / "films.duckdb")),
    Bad("verify --bundle nowhere", 3, ["nowhere"]),
    Bad("versions --bundle nowhere", 3, ["nowhere"]),
    Bad("rollback", 3, ["no version was published before", "kadr versions"]),
    Bad("rollback --to 0123456789abcdef", 3, ["0123456789abcdef", "kadr versions"]),
    Bad("rollback --to ../few.jsonl", 3, ["../few.jsonl"]),
    Bad("export out.doc", 2, ["out.doc", ".parquet"]),
    Bad("export nowhere/out.csv", 2, ["out.csv"]),
    Bad("export", 2, ["OUT"]),
    Bad("export out.csv", 3, ["bundles"], lambda p, _: shutil.rmtree(p / "bundles")),
    Bad("evaluate missing.csv", 2, ["missing.csv"]),
    Bad("evaluate bundles", 2, ["bundles", "folder"]),
    Bad("evaluate few.jsonl", 2, ["few.jsonl", "query"]),
)  # fmt: skip


@pytest.mark.parametrize("bad", BAD, ids=lambda bad: f"{bad.arguments[:40]} {bad.names[0]}")
def test_a_mistake_gets_one_line_and_its_exit_code(
    kadr: Run, root: Path, few: Path, built: BuildReport, bad: Bad
) -> None:
    bad.harm(few.parent, root / built.version)
    before = {path: path.read_bytes() for path in sorted(few.parent.rglob("*")) if path.is_file()}
    ended = kadr(*bad.arguments.split(" "))
    told = [line for line in ended.err.splitlines() if not PROGRESS.fullmatch(line)]
    assert len(told) == 1, ended.err
    assert told[0].startswith(("kadr: ", f"kadr {bad.arguments.split(' ')[0]}: "))
    assert ended.code == bad.code, told
    for name in bad.names:
        assert name in told[0], told
    assert "Traceback" not in ended.err
    assert "unexpected" not in told[0] or "unexpected extra argument" in told[0]
    assert len(told[0]) < 400
    assert ended.out == ""
    assert {path: path.read_bytes() for path in sorted(few.parent.rglob("*")) if path.is_file()} == before


def test_a_wrong_setting_is_named_and_its_value_is_not_shown(kadr: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KADR_BUNDLE", "secret\nvalue")
    ended = kadr("search", "x")
    assert (ended.code, ended.out) == (2, "")
    assert ended.err.startswith("kadr: KADR_BUNDLE: ")
    assert "secret" not in ended.err
    for command in (["search", "x"], ["rollback"], ["serve"], ["serve", "--api-only"]):
        ended = kadr(*command, "--bundle", "ftp://me:secret@films.example/x")
        assert (ended.code, ended.out) == (2, "")
        assert ended.err.startswith("kadr: --bundle: must be a folder, ")
        assert "secret" not in ended.err
    monkeypatch.setenv("KADR_RESULTS", "many")
    assert kadr("search", "x", "--bundle", "here").err.startswith("kadr: KADR_RESULTS: ")
