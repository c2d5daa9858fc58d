"""Beginnings of words as they sound in the other alphabet."""

import time
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kadr.index.fuzzy import Spellings
from kadr.index.heard import LETTERS, heard

_RUSSIAN = """спилберг хэнкс ханна тарантино макгрегор бэйл стоун ривз найтли хью уокер шварценеггер йоханссон бланшетт
питт пит уилсон скорсезе челентано подъезд феникс бельмондо матрица жизнь есида майкл"""
_ENGLISH = """spielberg hanks jenks tarantino mcgregor bale stone reeves knightley hugh walker schwarzenegger johansson
pitt blanchett wilson scorsese celentano phoenix belmondo matrix sarah charles yoshida xavier"""
RUSSIAN, ENGLISH = sorted(_RUSSIAN.split()), sorted(_ENGLISH.split())


def found(typed: str, words: list[str]) -> list[str]:
    """Return the words that are heard, the likeliest first."""
    return [word for each in heard(Spellings.of(words), typed) for word in words[each.low : each.high]]


@pytest.mark.parametrize(
    ("typed", "word"),
    [
        ("spielb", "спилберг"), ("hank", "хэнкс"), ("tarant", "тарантино"), ("mcgr", "макгрегор"), ("bale", "бэйл"),
        ("stone", "стоун"), ("reeves", "ривз"), ("knigh", "найтли"), ("hugh", "хью"), ("walk", "уокер"),
        ("schwarz", "шварценеггер"), ("sc", "шварценеггер"), ("johan", "йоханссон"), ("blanch", "бланшетт"),
        ("pit", "питт"), ("wils", "уилсон"), ("scorses", "скорсезе"), ("celent", "челентано"), ("podezd", "подъезд"),
        ("phoen", "феникс"), ("belmon", "бельмондо"), ("matric", "матрица"), ("yoshi", "есида"), ("jizn", "жизнь"),
        ("michael", "майкл"),
        ("спилб", "spielberg"), ("хэнк", "hanks"), ("тарант", "tarantino"), ("макгр", "mcgregor"), ("бэйл", "bale"),
        ("стоун", "stone"), ("ривз", "reeves"), ("найтл", "knightley"), ("хью", "hugh"), ("уок", "walker"),
        ("шварц", "schwarzenegger"), ("йохан", "johansson"), ("бланш", "blanchett"), ("пит", "pitt"),
        ("уилс", "wilson"), ("скорсез", "scorsese"), ("челент", "celentano"), ("феник", "phoenix"),
        ("бельм", "belmondo"), ("сара", "sarah"), ("чарлз", "charles"), ("есид", "yoshida"), ("хави", "xavier"),
    ],
)  # fmt: skip
def test_a_beginning_is_heard_in_the_other_alphabet(typed: str, word: str) -> None:
    assert word in found(typed, RUSSIAN if typed.isascii() else ENGLISH)


@pytest.mark.parametrize(
    "typed", ["", "2001", "ha5", "hаnk", "日本", "объ ект", "Hank", "ъ", "ьъ", "nolan", "нолан", "ß"]
)
def test_nothing_sounds_so(typed: str) -> None:
    words = sorted({*RUSSIAN, *ENGLISH, "2001", "h", "e"})
    assert found(typed, words) == []


def test_the_likeliest_come_first() -> None:
    readings = heard(Spellings.of(["гана", "хана", "хона"]), "han")
    assert [(each.text, each.unlike) for each in readings] == [("хан", 0), ("ган", 1), ("хон", 1)]
    # Of two that are as likely, the one that is more of the word.
    assert [each.text for each in heard(Spellings.of(["back"]), "бак")] == ["back", "bac"]


def test_the_more_letters_the_more_may_be_unusual() -> None:
    # An s for ж is unusual by two degrees.
    assert [each.unlike for each in heard(Spellings.of(["жан"]), "san")] == [2]
    assert heard(Spellings.of(["жас"]), "sas") != []
    assert heard(Spellings.of(["жаж"]), "sas") == []
    assert [each.unlike for each in heard(Spellings.of(["жажина"]), "sasina")] == [4]


def test_some_letters_stand_for_nothing_but_not_two_in_a_row() -> None:
    assert [each.unlike for each in heard(Spellings.of(["jones"]), "джонс")] == [2]
    assert [each.unlike for each in heard(Spellings.of(["джонс"]), "jones")] == [2]
    assert heard(Spellings.of(["jonesonova"]), "джонсонова") != []
    assert heard(Spellings.of(["jonehsonova"]), "джонсонова") == []


def test_what_is_less_likely_is_heard_among_many() -> None:
    words = Spellings.of(sorted(map("".join, product("аеоуигхйнк", repeat=4))))
    assert {"ханк", "хенк", "ганк", "генк"} <= {each.text for each in heard(words, "hank")}


letters = st.text("абвгдежзийклмнопрстуфхцчшщъыьэюя", min_size=1, max_size=7)
latin = st.text("abcdefghijklmnopqrstuvwxyz", min_size=1, max_size=7)


@given(st.lists(letters | latin, min_size=1, max_size=30, unique=True), letters | latin)
def test_each_range_holds_the_words_that_begin_so(words: list[str], typed: str) -> None:
    words = sorted(words)
    readings = heard(Spellings.of(words), typed)
    for each in readings:
        assert [i for i, word in enumerate(words) if word.startswith(each.text)] == list(range(each.low, each.high))
        assert each.text.isascii() is not typed.isascii()
        assert 0 <= each.unlike <= 1 + len(typed) // LETTERS
    assert len({each.text for each in readings}) == len(readings)
    assert readings == sorted(readings, key=lambda each: (each.unlike, -len(each.text)))


def test_letters_that_may_be_anything_cost_little() -> None:
    words = Spellings.of(sorted(map("".join, product("aeiou", repeat=6))))
    start = time.thread_time()
    heard(words, "аоеиуаоеиуаоеиу" * 3)
    heard(words, "еееееееее")
    assert time.thread_time() - start < 0.2
