"""Titles: the very title, in either language, however it is typed."""

from pathlib import Path

import pytest
from hypothesis import given

from kadr.film import Film
from kadr.index.titles import TitleIndex, build_titles
from kadr.text import normalise
from tests.index.samples import catalogues, few, titles

FILMS = [
    Film(id="a", title="Ёлки-палки!", original_title="Fir & Sticks"),
    Film(id="b", title="Маяк", original_title="Маяк"),
    Film(id="c", title="Маяк", original_title="The Lighthouse"),
    Film(id="d", title="1984"),
]


@pytest.mark.parametrize(
    ("query", "rows"),
    [
        ("Ёлки-палки!", [0]),
        ("елки палки", [0]),
        ("  ЁЛКИ — ПАЛКИ ", [0]),
        ("fir sticks", [0]),
        ("маяк", [1, 2]),
        ("the lighthouse?", [2]),
        ("lighthouse", []),
        ("1984", [3]),
        ("маяк 2", []),
        ("", []),
        ("!", []),
    ],
)
def test_exact_titles(query: str, rows: list[int]) -> None:
    assert build_titles(FILMS).exact(query).tolist() == rows


@few
@given(catalogues, titles)
def test_exact_titles_of_any_catalogue(tmp_path_factory: pytest.TempPathFactory, films: list[Film], query: str) -> None:
    folder = tmp_path_factory.mktemp("titles")
    built = build_titles(films)
    built.save(folder)
    opened = TitleIndex.open(folder)
    for asked in (query, *(film.title for film in films)):
        key = normalise(asked)
        rows = [i for i, f in enumerate(films) if key in (normalise(f.title), normalise(f.original_title))]
        assert built.exact(asked).tolist() == opened.exact(asked).tolist() == rows


def test_an_empty_catalogue(tmp_path: Path) -> None:
    build_titles([]).save(tmp_path)
    assert TitleIndex.open(tmp_path).exact("маяк").tolist() == []
