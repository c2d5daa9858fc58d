"""Suggestions while somebody types."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kadr.film import Film
from kadr.index.titles import TitleIndex, build_titles
from kadr.index.vectors import VectorIndex, write_vectors
from kadr.search.suggest import Suggester
from kadr.search.types import Suggestion
from tests.index.samples import catalogues, few

FILMS = [
    Film(
        id="a", title="Матрица", original_title="The Matrix", genres=("фантастика",), actors=("Киану Ривз",), rating=9
    ),
    Film(id="b", title="Матрица 2", original_title="The Matrix 2", actors=("Киану Ривз",), rating=8),
    Film(id="c", title="Матрица 3", rating=7),
    Film(id="d", title="Матрос с Кометы", rating=6),
    Film(id="e", title="Наша Маша", genres=("комедия",), actors=("Маша Матвеева",), rating=5),
    Film(id="f", title="Человек-амфибия", genres=("фантастика", "мелодрама"), rating=8),
    Film(id="g", title="Мать и матч", rating=4),
    Film(id="h", title="Night Train", actors=("Quentin Holloway",), rating=6),
    Film(id="i", title="Матильда", rating=3),
]
QUERIES = {"матч века": [6], "night train mystery": [7]}
SUGGESTER = Suggester(build_titles(FILMS, None, QUERIES))


def texts(text: str, k: int = 8) -> list[str]:
    return [each.text for each in SUGGESTER.suggest(text, k)]


def marked(suggestion: Suggestion) -> str:
    return "".join(f"[{piece.text}]" if piece.marked else piece.text for piece in suggestion.pieces)


@pytest.mark.parametrize(
    ("typed", "first", "kind", "how", "shown"),
    [
        ("матриц", "Матрица", "title", "prefix", "[Матриц]а"),
        ("the matrix", "The Matrix", "title", "prefix", "[The] [Matrix]"),
        ("amf", "Человек-амфибия", "title", "alphabet", "Человек-[амф]ибия"),
        ("амфиб", "Человек-амфибия", "title", "prefix", "Человек-[амфиб]ия"),
        ("vfnhb", "Матрица", "title", "layout", "[Матри]ца"),
        ("тшпре ек", "Night Train", "title", "layout", "[Night] [Tr]ain"),
        ("matri", "The Matrix", "title", "prefix", "The [Matri]x"),
        ("kianu", "Киану Ривз", "person", "alphabet", "[Киану] Ривз"),
        ("ривз", "Киану Ривз", "person", "prefix", "Киану [Ривз]"),
        ("квентин хол", "Quentin Holloway", "person", "alphabet", ""),
        ("мтари", "Матрица", "title", "typo", "[Матри]ца"),
        ("амфебия", "Человек-амфибия", "title", "typo", "Человек-[амфибия]"),
        ("чиловек омфибия", "Человек-амфибия", "title", "typo", "[Человек]-[амфибия]"),
        ("человекамф", "Человек-амфибия", "title", "alphabet", ""),
        ("человекамфибея", "Человек-амфибия", "title", "typo", ""),
        ("квен тин", "Quentin Holloway", "person", "alphabet", ""),
        ("фантас", "фантастика", "genre", "prefix", "[фантас]тика"),
        ("melod", "мелодрама", "genre", "alphabet", "[мелод]рама"),
        ("comed", "Comedy", "genre", "prefix", "[Comed]y"),
        ("матч в", "матч века", "query", "prefix", "[матч] [в]ека"),
        ("рица", "Матрица", "title", "inside", "Мат[рица]"),
        ("МАТРОС С", "Матрос с Кометы", "title", "prefix", "[Матрос] [с] Кометы"),
    ],
)
def test_what_comes_first(typed: str, first: str, kind: str, how: str, shown: str) -> None:
    found = SUGGESTER.suggest(typed)[0]
    assert (found.text, found.kind, found.how) == (first, kind, how)
    assert not shown or marked(found) == shown
    assert "".join(piece.text for piece in found.pieces) == first


def test_a_given_name_alone_stands_behind_a_title_that_meets_as_well() -> None:
    films = [Film(id="a", title="Матрица", rating=6, votes=10)]
    films += [
        Film(id=f"b{i}", title=f"Лента {i}", actors=("Мартин Эст", "Любовь Ост"), rating=9, votes=9000)
        for i in range(9)
    ]
    films.append(Film(id="c", title="Любовь", rating=6, votes=10))
    suggester = Suggester(build_titles(films, None, {}))
    assert [each.text for each in suggester.suggest("мартиц")][:2] == ["Матрица", "Мартин Эст"]
    assert [each.text for each in suggester.suggest("люб")] == ["Любовь", "Любовь Ост"]
    assert suggester.suggest("любовь ос")[0].text == "Любовь Ост"


@pytest.mark.parametrize("typed", ["", " ", "?!", "щщщщщщщщ", "мтр", "1984", "ъъъъ", "ъъъъ фыв", "ььььь ъ"])
def test_nothing_comes_near(typed: str) -> None:
    assert texts(typed) == []


def test_the_films_that_are_meant() -> None:
    found = {each.text: each.rows for each in SUGGESTER.suggest("матри")}
    assert found["Матрица"] == (0,)
    assert SUGGESTER.suggest("киану")[0].rows == (0, 1)
    assert SUGGESTER.suggest("матч в")[0].rows == (6,)


def test_a_list_is_mixed() -> None:
    found = SUGGESTER.suggest("мат", k=5)
    assert {each.kind for each in found} == {"title", "person", "query"}
    # Two of a series while there are others; all of it where it is all there is.
    assert sum(each.text.startswith("Матрица") for each in found) == 2
    assert [each.text for each in SUGGESTER.suggest("матрица")] == ["Матрица", "Матрица 2", "Матрица 3"]


def test_two_names_of_the_same_films_are_shown_once() -> None:
    films = [Film(id="a", title="Маяк", original_title="Маяк огня"), Film(id="b", title="Маятник")]
    assert [s.text for s in Suggester(build_titles(films)).suggest("ма")] == ["Маяк", "Маятник"]


def test_the_better_known_come_first() -> None:
    films = [Film(id=str(i), title=f"Маяк {name}", rating=i, votes=1000) for i, name in enumerate("абвг", 2)]
    found = [each.text for each in Suggester(build_titles(films)).suggest("маяк")]
    assert found == ["Маяк г", "Маяк в", "Маяк б", "Маяк а"]


def test_recent_queries_lift_what_is_near_to_them(tmp_path: Path) -> None:
    films = [Film(id=str(i), title=title) for i, title in enumerate(["Маяк у моря", "Маятник часов", "Маяки бури"])]
    sea, clock = np.array([1, 0, 0], np.float32), np.array([0, 1, 0], np.float32)
    vectors = np.array([sea, clock, sea + 0.1 * clock], np.float32)
    norms = write_vectors(tmp_path / "films.usearch", vectors, ["0", "1", "2"])
    suggester = Suggester(build_titles(films), VectorIndex.open(tmp_path / "films.usearch", norms))
    assert suggester.suggest("мая", recent=[clock])[0].text == "Маятник часов"
    assert {each.text for each in suggester.suggest("мая", recent=[sea])[:2]} == {"Маяк у моря", "Маяки бури"}
    # The last of them weighs most, and an eleventh nothing.
    assert suggester.suggest("мая", recent=[*[clock] * 9, sea, sea, sea, sea, sea])[0].text != "Маятник часов"
    # Vectors of another bundle's encoder say nothing here.
    assert suggester.suggest("мая", recent=[np.ones(5, np.float32)]) == suggester.suggest("мая")
    assert suggester.suggest("мая", recent=[clock, *[sea] * 10]) == suggester.suggest("мая", recent=[sea] * 10)


@few
@given(catalogues, st.text(max_size=20) | st.sampled_from(["мая", "lig", "кор", "вера", "драм", "vfz", "шторн"]))
def test_the_same_suggestions_after_opening(
    tmp_path_factory: pytest.TempPathFactory, films: list[Film], typed: str
) -> None:
    folder = tmp_path_factory.mktemp("suggest")
    built = build_titles(films, None, {"шторм на море": [0]} if films else {})
    built.save(folder)
    found = Suggester(built).suggest(typed)
    assert found == Suggester(TitleIndex.open(folder)).suggest(typed)
    assert len(found) <= 8
    assert all("".join(p.text for p in each.pieces) == each.text for each in found)
    assert len({(each.kind, each.text) for each in found}) == len(found)


@few
@given(catalogues)
def test_every_title_is_suggested_by_itself(films: list[Film]) -> None:
    suggester = Suggester(build_titles(films))
    for row, film in enumerate(films):
        found = suggester.suggest(film.title)
        assert any(row in each.rows for each in found if each.kind == "title")
        assert suggester.suggest(film.title, k=1)[0].how == "prefix"


@pytest.mark.parametrize("text", ["матрица " * 1250, "\U0001f3ac" * 10_000, "ма" * 5_000, "'" * 10_000])
def test_hostile_texts_are_read_in_part(text: str) -> None:
    assert len(SUGGESTER.suggest(text)) <= 8


@pytest.mark.parametrize(
    "text", [" " * 30, "😀" * 10_000, "😀а😀", "матри" * 2_000, "матр " * 2_000, "k.," * 3_300, "ﷺ" * 10_000]
)
def test_whatever_is_typed_is_suggested_for_by_its_first_letters(text: str) -> None:
    assert SUGGESTER.suggest(text) == SUGGESTER.suggest(text[:100])


def test_a_word_longer_than_any_is_inside_none() -> None:
    long = "а" * 60
    shelf = Suggester(build_titles([Film(id="a", title=f"бвгде{long}вгдеж"), Film(id="b", title="капибара")]))
    assert [each.text for each in shelf.suggest("пиб")] == ["капибара"]
    assert shelf.suggest(long) == ()
