"""People typed in the alphabet that the catalogue does not have: found, denied, and not heard in plain words."""

import pytest

from kadr.film import Film
from kadr.index.columns import build_columns
from kadr.index.mentions import build_mentions
from kadr.search.understand import Known, understand


def known(*names: str) -> Known:
    """Return a catalogue of people who have two films each, those behind "1 " one."""
    films = [
        Film(id=f"{i}{copy}", title=f"Film {i} {copy}", directors=(name.removeprefix("1 "),))
        for i, name in enumerate(names)
        for copy in range(1 if name.startswith("1 ") else 2)
    ]
    columns = build_columns(films)
    return Known(columns, build_mentions(films, columns))


RUSSIAN = known(
    "Мартин Скорсезе", "Вайнона Райдер", "Билл Мюррей", "Джек Николсон", "Стэнли Кубрик", "Хаяо Миядзаки",
    "Питер Уир", "Мартин Шин", "Джон Кьюсак", "Джоан Кьюсак", "Бен Роуз", "1 Сергей Эйзенштейн", "1 Андрей Тарковский",
    "Леонардо Ди Каприо",
)  # fmt: skip
ENGLISH = known(
    "Martin Scorsese", "Stanley Kubrick", "Roschdy Zem", "Sheri Moon Zombie", "Joan Cusack", "Harvey Keitel"
)


def keys(query: str, catalogue: Known) -> list[str]:
    return [wish.key for wish in understand(query, catalogue).wishes]


@pytest.mark.parametrize(
    ("query", "name"),
    [
        ("Scorsese", "мартин скорсезе"), ("martin scorsese", "мартин скорсезе"), ("Winona Ryder", "вайнона райдер"),
        ("bill murray", "билл мюррей"), ("Murray", "билл мюррей"), ("jack nicholson", "джек николсон"),
        ("kubrick", "стэнли кубрик"), ("Miyazaki", "хаяо миядзаки"), ("film by Eisenstein", "сергей эйзенштейн"),
        ("dicaprio", "леонардо ди каприо"),
    ],
)  # fmt: skip
def test_russian_names_are_found_in_latin_letters(query: str, name: str) -> None:
    assert keys(query, RUSSIAN) == [f"person:{name}"]


@pytest.mark.parametrize(
    ("query", "name"),
    [("скорсезе", "martin scorsese"), ("мартин скорсезе", "martin scorsese"), ("кубрик", "stanley kubrick"),
     ("фильм Кубрика", "stanley kubrick"), ("Кейтеля", "harvey keitel")],
)  # fmt: skip
def test_latin_names_are_found_in_russian_letters(query: str, name: str) -> None:
    assert keys(query, ENGLISH) == [f"person:{name}"]


@pytest.mark.parametrize("query", ["joan cusack", "john cusack"])
def test_of_names_that_sound_alike_the_nearest_is_meant(query: str) -> None:
    first = {"joan": "джоан", "john": "джон"}[query[:4]]
    assert keys(query, RUSSIAN) == [f"person:{first} кьюсак"]


@pytest.mark.parametrize("query", ["wear", "seen", "rose", "not seen", "lost scorsese", "scorsese street"])
def test_a_plain_word_is_no_russian_name(query: str) -> None:
    assert keys(query, RUSSIAN) == []


@pytest.mark.parametrize("query", ["зомби", "семья", "семьи", "без зомби", "не зомби"])
def test_a_plain_word_is_no_latin_name(query: str) -> None:
    assert not [key for key in keys(query, ENGLISH) if "person" in key]


@pytest.mark.parametrize(
    ("query", "name"),
    [
        ("not Scorsese", "мартин скорсезе"), ("no Scorsese", "мартин скорсезе"),
        ("film without Scorsese", "мартин скорсезе"), ("except kubrick", "стэнли кубрик"),
        ("not Scorsese, about war", "мартин скорсезе"), ("isn't Scorsese", "мартин скорсезе"),
        ("not Eisenstein", "сергей эйзенштейн"), ("без Эйзенштейна", "сергей эйзенштейн"),
        ("не Тарковский", "андрей тарковский"), ("не тарковский", "андрей тарковский"),
        ("кроме Тарковского", "андрей тарковский"),
    ],
)  # fmt: skip
def test_who_is_denied_is_kept_away_even_with_one_film(query: str, name: str) -> None:
    assert keys(query, RUSSIAN) == [f"-person:{name}"]
