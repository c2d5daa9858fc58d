"""`kadr doctor`: what would make the next build fail, before it is begun."""

from pathlib import Path

import pytest

from kadr.doctor import Check, Finding, State, examine
from kadr.engine import Access
from tests.commands import Run
from tests.doctor.examined import NO_TOKEN


def bad(config: Path) -> list[Finding]:
    found = examine(Check(config.parent / "none", config, Access(NO_TOKEN)))
    return [each for each in found if each.state is State.BAD]


def test_where_a_build_would_go_well_nothing_is_bad(few: Path) -> None:
    before = sorted(few.parent.rglob("*"))
    assert bad(few) == []
    assert sorted(few.parent.rglob("*")) == before


@pytest.mark.parametrize("there", [False, True], ids=["nothing", "a folder"])
def test_a_file_of_films_that_is_not_there_is_found(few: Path, there: bool) -> None:
    path = few.parent / "few.jsonl"
    path.unlink()
    if there:
        path.mkdir()
    (found,) = bad(few)
    assert (found.name, found.said) == ("source", f"few: {path}: is not there, or no file that can be read")
    assert "sources.path" in found.remedy


def test_a_folder_that_cannot_be_written_is_found(few: Path) -> None:
    (few.parent / "bundles").touch()
    (found,) = bad(few)
    assert (found.name, found.said) == ("disk", f"{few.parent / 'bundles'}: cannot be written (Not a directory)")
    assert found.remedy.endswith("name another folder: publish.path")


@pytest.mark.skipif(not Path("/proc/self").exists(), reason="a folder that nobody can write is known on Linux alone")
def test_folders_of_pages_matter_to_sources_that_fetch(few: Path) -> None:
    said = few.read_text(encoding="utf-8") + '[collect]\nfolder = "/proc/self/pages"\n'
    few.write_text(said, encoding="utf-8")
    assert bad(few) == []
    few.write_text(said.replace("few.jsonl", "https://films.example/few.jsonl"), encoding="utf-8")
    (found,) = bad(few)
    assert (found.name, found.remedy.rpartition(": ")[2]) == ("disk", "collect.folder")


def test_a_catalogue_file_must_be_there_only_where_it_is_named(kadr: Run, bundles: Path) -> None:
    ended = kadr("doctor", "nope.toml", "--bundle", bundles)
    assert (ended.code, ended.err) == (2, "")
    assert ended.out.startswith("bad  config    nope.toml: there is no such file")
    ended = kadr("doctor", "--bundle", bundles)
    assert (ended.code, ended.out.partition(":")[0]) == (0, "note config    data/catalogue.toml")
