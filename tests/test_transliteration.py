"""Words in the other alphabet, and how they sound."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kadr.transliteration import MAX_LETTERS, coarse_sounds, sounds, to_cyrillic, to_latin, transliterations

russian = st.text("абвгдежзийклмнопрстуфхцчшщъыьэюяё", min_size=1, max_size=12)


@pytest.mark.parametrize(
    ("word", "spelling"),
    [
        ("Хрущёв", "khrushchev"), ("хрущев", "hruschev"), ("Достоевский", "dostoevsky"), ("юлия", "iuliia"),
        ("Юлия", "yuliya"), ("матрица", "matrica"), ("матрица", "matritsa"), ("джокер", "joker"), ("москва", "moskva"),
        ("Щука", "shchuka"), ("ночной", "nochnoy"), ("новый", "novyj"),
    ],
)  # fmt: skip
def test_usual_latin_spellings(word: str, spelling: str) -> None:
    assert spelling in to_latin(word)
    assert transliterations(word) == to_latin(word)


@pytest.mark.parametrize(
    ("word", "spelling"),
    [
        ("Tarantino", "тарантино"), ("Inception", "инсепшн"), ("matrix", "матрикс"), ("wick", "уик"),
        ("Holmes", "холмс"),
        ("shchuka", "щука"), ("dostoevsky", "достоевский"), ("novyj", "новый"), ("iuliia", "юлия"), ("zhuk", "жук"),
        ("joker", "джокер"), ("hamlet", "гамлет"), ("yula", "юла"),
    ],
)  # fmt: skip
def test_usual_russian_spellings(word: str, spelling: str) -> None:
    assert spelling in to_cyrillic(word)
    assert transliterations(word) == to_cyrillic(word)


@pytest.mark.parametrize("word", ["", "1984", "r2d2", "мsк", "日本", "two words", "а" * (MAX_LETTERS + 1)])
def test_what_is_no_word_of_one_alphabet_has_no_other_spelling(word: str) -> None:
    assert transliterations(word) == ()
    assert sounds(word) == ()


@given(russian)
def test_a_typed_word_comes_back_but_for_its_signs(word: str) -> None:
    letters = str.maketrans({"ё": "е", "э": "е", "ъ": None, "ь": None})
    plain = word.translate(letters)
    # «сх», «кх» and such are written with the letters of one sound: nobody can tell them apart.
    alike = ("сх", "кх", "зх", "цх", "тс", "тш", "тщ", "шч", "йа", "йу", "йо", "йе", "сч")
    if plain and not any(pair in plain for pair in alike):
        back = {cyrillic for latin in to_latin(plain) for cyrillic in to_cyrillic(latin)}
        assert plain in {each.translate(letters) for each in back} or any(c in plain for c in "йыиюя")


@given(russian)
def test_all_spellings_are_plain_latin_words(word: str) -> None:
    for spelling in to_latin(word):
        assert spelling.isascii()
        assert spelling.isalpha()
    assert len(set(to_latin(word))) == len(to_latin(word))


@pytest.mark.parametrize(
    ("latin", "cyrillic"),
    [
        ("Inception", "инсепшн"), ("matrix", "матрикс"), ("wick", "уик"), ("john", "джон"), ("watson", "ватсон"),
        ("watson", "уотсон"), ("johansson", "йоханссон"), ("charlize", "шарлиз"), ("christopher", "кристофер"),
        ("hamlet", "гамлет"), ("Schwarzenegger", "Шварценеггер"), ("spielberg", "спилберг"), ("hitchcock", "хичкок"),
        ("zimmer", "циммер"), ("depardieu", "депардье"), ("hrushev", "Хрущёв"), ("evgeny", "евгений"),
        ("miyazaki", "миядзаки"), ("ashton", "эштон"),
    ],
)  # fmt: skip
def test_spellings_of_one_name_share_a_sound(latin: str, cyrillic: str) -> None:
    assert set(sounds(latin)) & set(sounds(cyrillic))
    assert set(coarse_sounds(latin)) & set(coarse_sounds(cyrillic))


@pytest.mark.parametrize(
    ("latin", "cyrillic"),
    [("scorsese", "скорсезе"), ("eisenstein", "эйзенштейн"), ("cruise", "круз"), ("ivanoff", "иванов")],
)
def test_others_share_a_coarse_one(latin: str, cyrillic: str) -> None:
    assert set(coarse_sounds(latin)) & set(coarse_sounds(cyrillic))
    assert not set(sounds(latin)) & set(sounds(cyrillic))


@pytest.mark.parametrize(("one", "other"), [("matrix", "терминатор"), ("kot", "кит"), ("tarantino", "тарантул")])
def test_other_names_sound_otherwise(one: str, other: str) -> None:
    assert not set(sounds(one)) & set(sounds(other))


def test_a_long_word_costs_nothing() -> None:
    start = time.perf_counter()
    assert transliterations("щ" * 1_000_000) == ()
    assert time.perf_counter() - start < 0.1
