"""Analysers: what counts as one word."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kadr.analysis import PREFIX_LENGTH, STOP_WORDS, _stem, prefix, prefixes, stem, stems, telling_words
from kadr.text import words


def test_stop_words_are_folded_single_words() -> None:
    assert [word for word in STOP_WORDS if words(word) != [word]] == []
    assert {"и", "в", "еще", "the", "of"} <= STOP_WORDS


def test_function_words_are_left_out_order_and_repeats_stay() -> None:
    assert telling_words("The Маяк и ещё один МАЯК, of course") == ("маяк", "маяк", "course")


@pytest.mark.parametrize(
    ("word", "noun"),
    [
        ("поэтому", "поэта"),
        ("именно", "имя"),
        ("ради", "радио"),
        ("среди", "среда"),
        ("столь", "стол"),
        ("пока", "покой"),
    ],
)
def test_a_function_word_does_not_find_a_noun_of_its_stem(word: str, noun: str) -> None:
    assert stem(word) == stem(noun)
    assert telling_words(f"{word} {noun}") == (noun,)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("маяка", "маяк"),
        ("сёстры", "сестры"),
        ("keepers", "keeper"),
        ("планеты", "планета"),
        ("running", "runs"),
        ("подросток", "подростка"),
        ("отец", "отца"),
        ("пса", "пёс"),
        ("дети", "ребёнка"),
        ("любви", "любовь"),
        ("дней", "день"),
        ("women", "woman"),
        ("бабушек", "бабушка"),
        ("людьми", "человека"),
    ],
)
def test_inflected_forms_share_a_stem(one: str, other: str) -> None:
    assert stems(one) == stems(other)


def test_prefixes_join_what_stems_keep_apart() -> None:
    assert stems("расследование") != stems("расследует")
    assert prefixes("расследование") == prefixes("расследует") == ["рассл"]


def test_numbers_and_short_words_stay_whole() -> None:
    assert (stem("1984"), prefix("19841984"), prefix("луна")) == ("1984", "19841984", "луна")


def test_each_word_is_stemmed_by_its_own_script() -> None:
    assert stems("Поезда of trains") == ["поезд", "train"]


@given(st.text())
def test_both_analysers_keep_one_term_a_telling_word(text: str) -> None:
    found = telling_words(text)
    assert len(stems(text)) == len(prefixes(text)) == len(found)
    for word, term in zip(found, prefixes(text), strict=True):
        assert word.startswith(term)
        assert term == word or len(term) == PREFIX_LENGTH


def test_stems_are_the_same_from_many_threads() -> None:
    texts = [f"слово{i} маяками keepers{i}ing расследованиями" for i in range(400)]
    expected = [stems(text) for text in texts]
    _stem.cache_clear()
    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(stems, texts)) == expected


@pytest.mark.parametrize(("one", "other"), [("урок", "ура"), ("звонок", "звон"), ("лес", "лось"), ("век", "век2")])
def test_other_words_keep_their_own_stem(one: str, other: str) -> None:
    assert stems(one) != stems(other)


def test_again_is_no_form_of_dreams() -> None:
    assert stem("снов") == stem("сон") != stem("снова")
