"""Titles: the very title, in either language, however it is typed."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given

from kadr.errors import BundleDamaged
from kadr.film import Film
from kadr.index.arrays import save
from kadr.index.titles import SURE, TitleIndex, build_titles
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


SHELF = build_titles(
    [
        Film(id="a", title="Щелкунчик", original_title="The Nutcracker", rating=7, votes=10),
        Film(id="b", title="Стражи", rating=6, votes=10),
        Film(id="c", title="Стражи", rating=8, votes=900),
        Film(id="d", title="Человек-паук"),
        Film(id="e", title="Страх", rating=9, votes=5000),
        Film(id="f", title="Кот"),
        Film(id="g", title="Любовь и голуби"),
        Film(id="h", title="Стража"),
    ]
)


@pytest.mark.parametrize(
    ("query", "rows", "sure"),
    [
        ("щелкунчек", [0], True),  # another letter
        ("щелкунчк", [0], True),  # one too few
        ("щелькунчик", [0], True),  # one too many
        ("щелукнчик", [0], True),  # two exchanged
        ("щилкунчек", [0], True),  # two errors
        ("щилкинчек", [], False),  # three
        ("the nutcraker", [0], True),
        ("otkrytka", [], False),  # another word
        ("shchelkunchik", [0], True),
        ("тхе нуткракер", [0], True),
        ("человекпаук", [3], True),
        ("Chelovek pauk", [3], True),
        ("k.,jdm b ujke,b", [6], True),
        ("лббовь и голуби", [6], True),
        ("кто", [], False),  # three letters are right or wrong
        ("щелкунчик", [], False),  # the very title
        ("", [], False),
        ("?", [], False),
    ],
)
def test_titles_that_are_near(query: str, rows: list[int], *, sure: bool) -> None:
    found, closeness = SHELF.near(query)
    assert found.tolist() == rows
    assert bool((closeness >= SURE).any()) is sure


def test_the_nearest_come_first() -> None:
    rows, closeness = SHELF.near("стражу")
    assert rows.tolist() == [1, 2, 7]
    assert closeness.tolist() == sorted(closeness.tolist(), reverse=True)


@pytest.mark.parametrize(
    ("title", "other", "query", "sure"),
    [
        ("Стражи", "Стража", "стражи", None),  # the very title
        ("Стражи", "Кражи", "кражу", False),  # a form of a known word, which may be meant
        ("Стражи севера", "Кража севера", "кражи севера", False),
        ("Дом у края моря", "Дом у рая моря", "дом у край моря", True),  # three words, one error
        ("Дом у края моря", "Рой морей", "дом у края морей", False),  # two errors
    ],
)
def test_known_words_may_be_meant(title: str, other: str, query: str, *, sure: bool | None) -> None:
    rows, closeness = build_titles([Film(id="a", title=title), Film(id="b", title=other)]).near(query)
    if sure is None:
        assert not rows.size
    else:
        assert rows.size
        assert bool((closeness >= SURE).any()) is sure


def test_a_description_is_no_title() -> None:
    rows, closeness = SHELF.near("щелкунчек " * 900)
    assert rows.size == closeness.size == 0


@few
@given(catalogues, titles)
def test_near_is_the_same_after_opening(
    tmp_path_factory: pytest.TempPathFactory, films: list[Film], query: str
) -> None:
    folder = tmp_path_factory.mktemp("near")
    built = build_titles(films)
    built.save(folder)
    opened = TitleIndex.open(folder)
    for asked in (query, query[1:], query.replace("а", "о")):
        (rows, closeness), (opened_rows, opened_closeness) = built.near(asked), opened.near(asked)
        assert rows.tolist() == opened_rows.tolist()
        assert closeness.tolist() == opened_closeness.tolist()


def test_the_same_films_give_the_same_bytes(tmp_path: Path) -> None:
    for name in ("one", "two"):
        build_titles(FILMS).save(tmp_path / name)
    for path in (tmp_path / "one").iterdir():
        assert path.read_bytes() == (tmp_path / "two" / path.name).read_bytes()


@pytest.mark.parametrize("part", ["names.fame", "names.blocks", "words.films", "words.pairs", "sounds.meant"])
def test_files_that_do_not_belong_together(tmp_path: Path, part: str) -> None:
    build_titles(FILMS).save(tmp_path)
    array = np.load(tmp_path / f"{part}.npy")
    save(tmp_path / f"{part}.npy", np.concatenate((array, array[-1:] + 1)))
    with pytest.raises(BundleDamaged, match=part):
        TitleIndex.open(tmp_path)


@pytest.mark.parametrize(
    "part",
    ["names.fame", "names.blocks", "names.letters", "words.films", "words.pairs", "words.stems", "words.shapes",
     "sounds.meant", "sounds.starts", "sounds.units", "words.sounds.meant"],
)  # fmt: skip
def test_an_array_of_another_sort_is_damage_and_named(tmp_path: Path, part: str) -> None:
    build_titles(FILMS).save(tmp_path)
    path = tmp_path / f"{part}.npy"
    array = np.load(path)
    for foreign in (array.astype(np.float64), array.reshape(-1, 1), array.astype(np.dtype("S9"))):
        save(path, foreign)
        with pytest.raises(BundleDamaged, match=part):
            TitleIndex.open(tmp_path)


def test_a_letter_or_two_are_no_title_in_the_other_layout() -> None:
    shelf = build_titles([Film(id="a", title="Я"), Film(id="b", title="Да"), Film(id="c", title="Оно")])
    assert shelf.near("z")[0].tolist() == shelf.near("lf")[0].tolist() == []
    assert shelf.near("jyj")[0].tolist() == [2]
