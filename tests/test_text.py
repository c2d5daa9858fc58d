"""Text normalisation: laws on any text, known cases, and linear work on hostile text."""

import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kadr.text import collapse, fold, is_placeholder, language_of, normalise, plain, sentences, words

_PIECES = """
<b> </b> < > <br/> <script> </script> <!-- --> <style &lt; &amp;lt; &gt; &#60; &#x3c; &amp; &#0; <a/href='x'> / ! a ё
"""
MARKUP = st.lists(st.sampled_from([*_PIECES.split(), "\u200b", "\x00", " ", "\n"]), max_size=25).map("".join)
TAG = re.compile(r"<(?:/?[a-zA-Z][^<>]*|!--.*?--|![^<>]*)>", re.DOTALL)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("<p>Один</p><p>два</p>", "Один два"),
        ("до<br>после", "до после"),
        ("сло<b>во</b>", "слово"),
        ("&amp;lt;b&amp;gt;Жирный&amp;lt;/b&amp;gt;", "Жирный"),
        ("&lt;script&gt;alert(1)&lt;/script&gt;Кино", "Кино"),
        ("Tom &amp; Jerry", "Tom & Jerry"),
        ("<script>alert('x')</script>Фильм<style>b{}</style>", "Фильм"),
        ("<!-- note -->Фильм", "Фильм"),
        ("3 < 5 и 7 > 2", "3 < 5 и 7 > 2"),
        ("I <3 films", "I <3 films"),
        ("a\u200bb\x00c\ufeff", "abc"),
        ("страница\x0cконец\u2028строка\x85ещё", "страница конец строка ещё"),
        ("\x9b31mкрасный\u2066", "31mкрасный"),
        ("<\x00script>x<\u200bb>y", "xy"),
        ("<<<<b>b>b>b>x", "b>b>x"),
        ("&#" + "1" * 5000 + ";кино", ";кино"),
        ("", ""),
    ],
)
def test_plain(text: str, expected: str) -> None:
    assert plain(text) == expected


@given(MARKUP | st.text())
def test_plain_leaves_no_tag_no_control_and_single_spaces(text: str) -> None:
    shown = plain(text)
    assert not TAG.search(shown)
    assert not re.search(r"[\x00-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e]", shown)
    assert shown == collapse(shown)


@given(st.text(st.characters(exclude_characters="<>&")))
def test_plain_is_idempotent_on_text_without_markup(text: str) -> None:
    assert plain(plain(text)) == plain(text)


@given(st.text())
def test_normalise_is_idempotent_and_folded(text: str) -> None:
    key = normalise(text)
    assert normalise(key) == key
    assert fold(key) == key
    assert key == " ".join(words(text))
    assert "ё" not in key


@given(st.text(), st.text())
def test_a_word_is_folded_alike_whatever_stands_beside_it(left: str, right: str) -> None:
    assert words(f"{left}\n{right}") == words(left) + words(right)


@given(st.text())
def test_case_does_not_matter(text: str) -> None:
    # ı and İ have no partner in the other case; all else must meet it.
    text = text.replace("ı", "").replace("İ", "")
    assert normalise(text.swapcase().swapcase()) == normalise(text.swapcase())


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("Ёлки-палки!", "елки палки"),
        ("Мой чай и йод", "мой чай и йод"),
        ("Мо\u0438\u0306", "мой"),
        ("е\u0308лка", "елка"),
        ("Amélie", "amelie"),
        ("STRASSE Straße", "strasse strasse"),
        ("Шанель №5", "шанель 5"),
        ("Café №5", "cafe 5"),
        ("ℌ𝐀", "ha"),
        ("  Терминатор 2:\tСудный   день ", "терминатор 2 судный день"),
        ("snake_case", "snake case"),
        ("…—«»", ""),
    ],
)
def test_normalise(text: str, key: str) -> None:
    assert normalise(text) == key


PLACEHOLDERS = """
-; —; ...; ???; 0; N/A; n/a; NULL; None; nan; TBA; Description not found; No overview found.
Нет описания; НЕТ ОПИСАНИЯ!; Описание отсутствует…; без описания
"""


@pytest.mark.parametrize("text", ["", " ", *re.split(r"[;\n]", PLACEHOLDERS.strip())])
def test_placeholders(text: str) -> None:
    assert is_placeholder(text)


@pytest.mark.parametrize("text", ["Нет", "Нет описания лучше этого фильма", "None of us", "X", "Описание одной борьбы"])
def test_what_says_something_is_no_placeholder(text: str) -> None:
    assert not is_placeholder(text)


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Фильм", "ru"),
        ("Film", "en"),
        ("Ёж", "ru"),
        ("", ""),
        ("1984 …", ""),
        ("映画", ""),
        ("Кино about", "en"),
        ("Кино film", "ru"),
        ("аb", "ru"),
    ],
)
def test_language_of(text: str, language: str) -> None:
    assert language_of(text) == language


_HOSTILE = """
<script <script> <style><script> </script <!-- <!---- <! <p <a < <<b> & &lt; &amp; &# &#9
"""
HOSTILE = [*_HOSTILE.split(), "<p ", "\u0306", " ", "\x00", "<b" + "x" * 1990]


@pytest.mark.parametrize("piece", HOSTILE)
def test_work_grows_with_the_length_not_its_square(piece: str) -> None:
    small = piece * (20_000 // len(piece))

    def seconds(text: str) -> float:
        best = float("inf")
        for _ in range(3):
            start = time.process_time()
            plain(text)
            normalise(text)
            best = min(best, time.process_time() - start)
        return best

    # Eight times the text: linear work takes 8 times as long, quadratic 64 times; the floor hides the clock's grain.
    assert seconds(small * 8) < 24 * max(seconds(small), 0.002)


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("", [""]),
        ("Одна без точки", ["Одна без точки"]),
        ("Раз. Два!  Три?\nЧетыре… пять", ["Раз.", "Два!", "Три?", "Четыре…", "пять"]),
        ("Без пробела.Так одна", ["Без пробела.Так одна"]),
    ],
)
def test_sentences_end_with_a_sign_and_a_space(text: str, parts: list[str]) -> None:
    assert sentences(text) == parts
