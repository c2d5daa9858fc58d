"""Names that are found by how they sound in the other alphabet, and what stands before them."""

import pytest

from kadr.film import Film
from kadr.index.titles import build_titles
from kadr.search.finding import Finder
from kadr.search.suggest import Suggester
from tests.search.test_suggest import marked

RUSSIAN = Suggester(
    build_titles(
        [
            Film(id="a", title="Терминал", actors=("Том Хэнкс",), rating=8, votes=9000),
            Film(id="b", title="Отступники", actors=("Леонардо ДиКаприо", "Мартин Шин"), rating=8, votes=9000),
            Film(id="c", title="Бойцовский клуб", actors=("Брэд Питт",), rating=8, votes=9000),
            Film(id="d", title="Гонконг", actors=("Стивен Спилберг", "Том Харди"), rating=5, votes=90),
            Film(id="e", title="Одна лента", actors=("Thomas Hanksley",), rating=2, votes=1),
        ]
    )
)
ENGLISH = Suggester(
    build_titles(
        [
            Film(id="a", title="The Terminal", actors=("Tom Hanks", "Steven Spielberg")),
            Film(id="b", title="Pirates", actors=("Orlando Bloom",)),
            *(
                Film(id=str(i), title=f"Reel {i}", actors=(f"Kev{end} Moor",))
                for i, end in enumerate(["in", "an", "yn"])
            ),
        ]
    )
)


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("spielb", "Стивен [Спилб]ерг"), ("brad", "[Брэд] Питт"), ("pit", "Брэд [Пит]т"),
        ("tom ha", "[Том] [Ха]рди"), ("tom hanks", "[Том] [Хэнкс]"), ("hanks tom", "[Том] [Хэнкс]"),
        ("di capr", "Леонардо [ДиКапр]ио"), ("leonardo dicap", "[Леонардо] [ДиКап]рио"),
    ],
)  # fmt: skip
def test_a_russian_catalogue_hears_latin_letters(typed: str, shown: str) -> None:
    found = RUSSIAN.suggest(typed)
    assert shown in [marked(each) for each in found]
    assert all(each.how == "alphabet" for each in found if marked(each) == shown)


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("спилб", "Steven [Spielb]erg"),
        ("хэнк", "Tom [Hank]s"),
        ("том хэ", "[Tom] [Ha]nks"),
        ("термин", "The [Termin]al"),
    ],
)
def test_an_english_catalogue_hears_russian_letters(typed: str, shown: str) -> None:
    assert marked(ENGLISH.suggest(typed)[0]) == shown


def test_what_is_found_as_typed_stands_before_what_sounds_so() -> None:
    # Nobody knows Hanksley, and everybody the other.
    found = RUSSIAN.suggest("hanks")
    assert [(each.text, each.how) for each in found] == [("Thomas Hanksley", "prefix"), ("Том Хэнкс", "alphabet")]
    assert found[0].rows == (4,)


def test_where_enough_is_found_as_typed_nothing_else_is_heard() -> None:
    films = [Film(id=str(i), title=f"Brad {i}") for i in range(3)]
    shelf = Suggester(build_titles([*films, Film(id="x", title="Лента", actors=("Брэд Питт",))]))
    assert {each.how for each in shelf.suggest("brad")} == {"prefix"}
    fewer = Suggester(build_titles([*films[1:], Film(id="x", title="Лента", actors=("Брэд Питт",))]))
    assert [each.text for each in fewer.suggest("brad")] == ["Brad 1", "Brad 2", "Брэд Питт"]


def test_what_the_other_layout_finds_hides_no_name() -> None:
    # The keys of «блум» are those of ",kev".
    assert {"Orlando Bloom", "Kevin Moor"} <= {each.text for each in ENGLISH.suggest("блум")}


def test_what_sounds_far_less_alike_is_left_out() -> None:
    # «Гонк» is as "hank" by two unusual letters; where somebody is called so, it is noise.
    assert [each.text for each in RUSSIAN.suggest("hank")] == ["Thomas Hanksley", "Том Хэнкс"]
    alone = Suggester(build_titles([Film(id="d", title="Гонконг")]))
    assert [each.text for each in alone.suggest("hank")] == ["Гонконг"]


@pytest.mark.parametrize("typed", ["ha", "a" * 41, "", "tom 2049"])
def test_too_little_too_much_or_no_word_sounds_like_nothing(typed: str) -> None:
    found = Finder(RUSSIAN.titles).find(typed)
    assert not [each for each in found.values() if each.how == "alphabet"]


def test_a_number_is_met_as_it_is_typed() -> None:
    shelf = Suggester(build_titles([Film(id="a", title="Бэтмен 3"), Film(id="b", title="Бэтмен 4")]))
    assert [marked(each) for each in shelf.suggest("batman 4")] == ["[Бэтмен] [4]"]


def test_the_more_alike_comes_before_the_better_known() -> None:
    famous = [Film(id=str(i), title=f"Лента {i}", actors=(f"Ган {chr(1072 + i)}",), votes=9000) for i in range(20)]
    shelf = Suggester(build_titles([*famous, Film(id="x", title="Кадр", actors=("Хан Я",), votes=1)]))
    assert shelf.suggest("han")[0].text == "Хан Я"
    assert len(shelf.suggest("han")) == 8
