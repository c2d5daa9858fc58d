"""Judged queries for the weights: one half of a file, whatever is added to it."""

import json
from pathlib import Path

import pytest

from kadr.errors import UserError
from kadr.film import Film
from kadr.search_config import HALVES, Half
from kadr.vectorise.judged import judged_queries

FILMS = [Film(id=f"f{i}", title=f"Маяк {i}", year=1990 + i) for i in range(12)]


def written(folder: Path, count: int) -> str:
    path = folder / "judged.jsonl"
    lines = [{"query": f"сторож и море {i}", "title": f"Маяк {i % 13}", "year": 1990 + i % 13} for i in range(count)]
    path.write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
    return str(path)


def queries(path: str, half: Half) -> set[str]:
    return {query for query, _ in judged_queries(path, half, FILMS)}


def test_two_halves_make_the_whole_and_share_nothing(tmp_path: Path) -> None:
    path = written(tmp_path, 100)
    first, second, everything = (queries(path, half) for half in HALVES)
    assert first | second == everything
    assert not first & second
    assert min(len(first), len(second)) > 30
    assert "сторож и море 12" not in everything  # no film of ours answers it


def test_the_rows_are_those_of_the_films(tmp_path: Path) -> None:
    found = dict(judged_queries(written(tmp_path, 12), "all", FILMS))
    assert found == {f"сторож и море {i}": (i,) for i in range(12)}


def test_a_query_stays_in_its_half(tmp_path: Path) -> None:
    before = queries(written(tmp_path, 40), "first")
    assert before == queries(written(tmp_path, 100), "first") & {f"сторож и море {i}" for i in range(40)}


def test_a_file_that_is_not_there_is_said_to_be(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="judged"):
        judged_queries(str(tmp_path / "judged.jsonl"), "all", FILMS)
