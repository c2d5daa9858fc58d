"""One key for all spellings of a title."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kadr.index.skeleton import skeleton, skeletons


@pytest.mark.parametrize(
    ("title", "typed"),
    [
        ("Щелкунчик", "shchelkunchik"),
        ("Щелкунчик", "Schelkunchik"),
        ("Щелкунчик", "shhelkunchik"),
        ("Хороший мальчик", "khoroshiy mal'chik"),
        ("Хороший мальчик", "horoshij malchik"),
        ("Ёлки", "yolki"),
        ("Ёлки", "elki"),
        ("Объезд", "obyezd"),
        ("Отшельник", "otshelnik"),
        ("Отжиг", "otzhig"),
        ("Пересчёт", "pereschet"),
        ("Схема", "skhema"),
        ("Улица", "ulitsa"),
        ("Улица", "ulica"),
        ("Жизнь", "jizn"),
        ("Школа", "wkola"),
        ("Юность Яны", "yunost yany"),
        ("Юность Яны", "junost jany"),
        ("Человек-паук", "человекпаук"),
        ("Человек-паук", "chelovek pauk"),
        ("Matrix", "матрикс"),
        ("The Cube", "тхе цубе"),
        ("Ocean's Eleven", "oceans eleven"),
        ("Рокки IV", "rokki 4"),
        ("Рокки 4", "Rocky IV"),
    ],
)
def test_spellings_of_one_title(title: str, typed: str) -> None:
    assert skeleton(title) in skeletons(typed)


@pytest.mark.parametrize(
    ("one", "other"), [("Кот", "Код"), ("Рокки 2", "Рокки 3"), ("2001", "201"), ("Мир", "Пир"), ("V", "5")]
)
def test_different_titles_stay_apart(one: str, other: str) -> None:
    assert not set(skeletons(one)) & set(skeletons(other))


@given(st.text(max_size=60))
def test_any_text_has_a_key_of_words_alone(text: str) -> None:
    assert skeleton(text) == skeletons(text)[0]
    assert " " not in skeleton(text)


def test_no_words_no_key() -> None:
    assert skeletons("?! —") == ("",)
