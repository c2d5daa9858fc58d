import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kadr.collect.wikipedia.markup import MAX_SECTION, words_of
from kadr.collect.wikipedia.wikitext import Texts, read_texts

PIECES = [
    "{{",
    "}}",
    "[[",
    "]]",
    "{|",
    "|}",
    "|",
    "\n",
    "<ref>",
    "</ref>",
    "<br>",
    "<!--",
    "-->",
    "==",
    "слово ",
    "Файл:",
]


@pytest.mark.parametrize(
    ("wikitext", "words"),
    [
        ("[[Фильм]] о [[Лес|лесе]]", "Фильм о лесе"),
        ("[[:Категория:Фильмы|список]] [[Категория:Фильмы]]", "список"),
        ("[[Файл:a.jpg|thumb|[[Лес]] в кадре]]Текст", "Текст"),
        ("[[en:Forest]]Текст [[:en:Forest|лес]]", "Текст лес"),
        ("[[Лес#Осенью]]", "Лес"),
        ("'''Ле́с''' и ''дом''", "Лес и дом"),
        ("«Лес» ({{lang-en|Forest}}) — фильм", "«Лес» — фильм"),
        ("«Лес» ({{lang-en|Forest}}; 1999) — фильм", "«Лес» (1999) — фильм"),
        ("«Лес» (1999, {{lang-en|Forest}}) — фильм", "«Лес» (1999) — фильм"),
        ("f({{x}}) и (важно)", "f и (важно)"),
        ("Он<ref name=a>сноска [[Лес]]</ref> ушёл<ref name=a /> домой<ref>ещё", "Он ушёл домойещё"),
        ("до<br/>после", "до после"),
        ("5&nbsp;лет &lt;i&gt;и&lt;/i&gt; 2 < 3", "5 лет и 2 < 3"),
        (
            "{{nobr|10 лет}} {{не переведено|Джон|Джона|en|John}} {{нп5|Анна}} {{lang|en|Forest}}",
            "10 лет Джона Анна Forest",
        ),
        ("один{{—}}два {{nobr|1=три}} {{неизвестный|четыре}}", "один — два три"),
        ("до\n{|\n|-\n| ячейка [[Лес]]\n|}\nпосле", "до после"),
        ("до <gallery>\nФайл:a.jpg|снимок\n</gallery> после", "до после"),
        ("* раз\n# два\n:: три", "раз два три"),
        ("[https://example.org/a слово] и [http://example.org]", "слово и"),
        ("__NOTOC__ Текст", "Текст"),
        ("{{Фильм\n| Имя = Лес\n| Жанр = ужас\nНачало [[текста", "Начало текста"),
        ("конец}} и ]] дальше", "конец и дальше"),
        ("{{a|[[b|{{c}}]] {{nobr|x}}}}видно", "видно"),
        ("<script>alert(1)</script><b onclick='x'>жирно</b>", "жирно"),
    ],
)
def test_words(wikitext: str, words: str) -> None:
    assert words_of(wikitext) == words


ARTICLE = """{{Фильм|a=[[b]]}}Лид.<!-- == Сюжет ==
ложный -->
== %s ==
Начало.
=== Часть ===
Конец.
== Дальше ==
Иное.
"""


@pytest.mark.parametrize(
    "heading", ["Сюжет", "сюжет фильма", "Краткое содержание", "'''Синопсис'''", "Фабула", "Plot summary"]
)
def test_the_plot_has_its_subsections(heading: str) -> None:
    assert read_texts(ARTICLE % heading) == Texts("Лид.", "Начало. Конец.")


def test_a_plot_within_a_section_ends_with_it() -> None:
    assert read_texts("== О фильме ==\nа\n=== Сюжет ===\nб\n=== Роли ===\nв").plot == "б"
    assert read_texts("== Сюжет ==\n{{main|Иное}}\n== Создание ==\nг\n== Сюжетная линия ==\nд").plot == "д"


@pytest.mark.parametrize("heading", ["Создание", "Критика", "Содержание альбома", "Cast"])
def test_other_headings_are_no_plot(heading: str) -> None:
    assert read_texts(ARTICLE % heading) == Texts("Лид.", "")


@given(st.lists(st.sampled_from(PIECES), max_size=60).map("".join))
def test_whatever_the_brackets_no_markup_is_left(wikitext: str) -> None:
    found = read_texts(wikitext)
    for text in (found.lead, found.plot):
        assert not any(mark in text for mark in ("[[", "]]", "{{", "}}", "<ref", "\n"))
        assert text == text.strip()


@given(st.text(max_size=300))
def test_any_text_is_read(text: str) -> None:
    assert words_of(words_of(text)) is not None
    assert read_texts(text) == read_texts(text)


HOSTILE = [
    "[[",
    "{{",
    "{|\n",
    "<ref>",
    "<ref ",
    "<b>",
    "'''",
    "[[a|",
    "{{s|",
    "{{a|b=[[",
    "(",
    "( ",
    "[http://a",
    "<!--",
    "== a ==\n",
]


@pytest.mark.parametrize("piece", HOSTILE)
def test_time_grows_with_length_only(piece: str) -> None:
    """A parser of the whole language takes minutes for some of these."""
    half = (piece * MAX_SECTION)[: MAX_SECTION // 2]
    start = time.process_time()
    read_texts(half + "]]}}" * (MAX_SECTION // 8))
    assert time.process_time() - start < 3


def test_headings_without_end_take_no_longer() -> None:
    """Each of them says that the plot is below; looking through all that follow it would take quadratic time."""
    started = time.process_time()
    assert read_texts("=plot=\n" * 100_000) == Texts("", "")
    assert time.process_time() - started < 10
