import pytest
from hypothesis import given
from hypothesis import strategies as st

from kadr.collect.page.people import apart, without_and


@pytest.mark.parametrize(
    "text",
    [
        "Мари Дюваль и Жан Пети",
        "Мари Дюваль & Жан Пети",
        "Мари Дюваль and Жан Пети",
        "Мари Дюваль et Жан Пети",
        "Мари Дюваль y Жан Пети",
        "Мари Дюваль und Жан Пети",
        "Мари Дюваль та Жан Пети",
    ],
)
def test_two_people_are_two(text: str) -> None:
    assert apart([text, "Ян Клос"]) == ["Мари Дюваль", "Жан Пети", "Ян Клос"]


@pytest.mark.parametrize(
    "name",
    [
        "Joel & Ethan Coen",
        "Лана и Лилли Вачовски",
        "José Ortega y Gasset",
        "Eça e Silva",
        "John E Smith",
        "Nick Cave and The Bad Seeds",
        "Smith & Sons",
        "Анна Лодкина и многие другие",
        "Андрей И Иван Петров",
        "Юлия Рутберг",
        "И",
        "",
    ],
)
def test_one_name_stays_one(name: str) -> None:
    assert apart([name]) == [name]


def test_three_people_are_three() -> None:
    assert apart(["Ян Клос и Ева Дуб и Лев Орлов"]) == ["Ян Клос", "Ева Дуб", "Лев Орлов"]


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("and Jane Roe", "Jane Roe"),
        ("и Ян Клос", "Ян Клос"),
        ("and more", "and more"),
        ("и другие актёры", "и другие актёры"),
    ],
)
def test_the_last_of_a_list(text: str, name: str) -> None:
    assert without_and(text) == name


NAMES = st.lists(
    st.text("абвгд", min_size=2, max_size=6).map(lambda word: f"Ъ{word} Ы{word}"), min_size=1, max_size=5, unique=True
)


@given(NAMES, st.sampled_from(["и", "&", "and", "et", "und", "y", "i"]))
def test_any_whole_names_come_apart(names: list[str], word: str) -> None:
    assert apart([f" {word} ".join(names)]) == names
