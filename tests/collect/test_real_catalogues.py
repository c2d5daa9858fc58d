"""The real catalogues are read with almost no rejects."""

from collections.abc import Callable
from functools import cache

import pytest

from kadr.collect.files import read_file
from kadr.collect.harvest import Harvest
from kadr.film import Kind
from kadr.sources import FileSource
from tests.data import real_data

pytestmark = pytest.mark.data


@pytest.fixture(scope="module")
def harvest() -> Callable[[str], Harvest]:
    """Return a function that reads a catalogue once; what was read goes with this module."""
    return cache(_harvested)


def _harvested(path: str) -> Harvest:
    got = read_file(FileSource("real", str(real_data(path))))
    print(path, got.rows, "rows,", len(got.rejects), "rejects,", sum(not f.descriptions for f in got.films), "bare")  # noqa: T201 - the counts are for the reader of `pytest -s`
    return got


@pytest.mark.parametrize(
    ("path", "rows"),
    [
        ("catalogues/ithinker.csv", 2_179),
        ("catalogues/lordserials.csv", 1_504),
        ("catalogues/viju.json", 513),
        ("catalogues/merged_ru.csv", 5_023),
        ("catalogues/eval_ru.csv", 4_780),
        ("catalogues/tmdb_overviews.csv", 14_275),
        ("movielens/films_enriched.csv", 9_742),
        ("catalogues/wikipedia-movie-data/movies-1990s.json", 2_849),
    ],
)
def test_rows_are_read(harvest: Callable[[str], Harvest], path: str, rows: int) -> None:
    got = harvest(path)
    assert got.rows == rows
    assert len(got.rejects) <= rows // 1_000


def test_particulars(harvest: Callable[[str], Harvest]) -> None:
    films = harvest("catalogues/ithinker.csv").films
    assert sum(not f.descriptions for f in films) == 377
    assert all(f.year and "(" not in f.title[-6:] for f in films)
    assert {f.kind for f in harvest("catalogues/lordserials.csv").films} == {Kind.SERIES}
    viju = harvest("catalogues/viju.json").films
    assert max(f.runtime_minutes or 0 for f in viju) < 300
    assert sum(bool(f.genres and f.countries) for f in viju) > 450
    lens = harvest("movielens/films_enriched.csv").films
    assert all("[" not in g for f in lens for g in f.genres + f.tags)
    wiki = harvest("catalogues/wikipedia-movie-data/movies-1990s.json").films
    assert sum(bool(f.actors and f.image_url and f.descriptions) for f in wiki) > 2_000
